//! What each stretch of a listing is: a keyword, a string, a comment, the name of a function.
//!
//! Grammars agree in how they name their nodes, so that one reading of those names serves all of
//! them; which names are functions and which are types, the rules for names tell. Tree-sitter has
//! queries for this, of which each takes several milliseconds to compile.

use super::{NameKind, comments, fragment, tree};
use std::ops::Range;
use tree_sitter::Language;

/// What a stretch of a listing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A word of the language.
    Keyword,
    /// The name of a function, method or macro.
    Function,
    /// The name of a type.
    Type,
    /// A string or a character.
    String,
    /// An escape in a string.
    Escape,
    /// A comment.
    Comment,
    /// A number, or a constant that the language names.
    Number,
    /// An annotation, a decorator, an attribute.
    Attribute,
    /// A line for the preprocessor.
    Preprocessor,
}

/// What a kind of node looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeShape {
    /// Nothing of its own: names, operators, brackets, and all that consists of others.
    Other,
    /// One piece, except where something in it is another.
    Whole(Piece),
    /// Code again, inside a string or an attribute.
    Code,
    /// A word written as its kind is called.
    Word,
}

/// Reads a listing: the stretches that are something, in their order, without overlap.
/// `language` is the canonical name as `lang` writes it.
///
/// `None` when the language has no grammar here, or when the listing does not parse, neither as
/// a file nor as a part of one.
pub fn read(language: &str, code: &str) -> Option<Vec<(Range<usize>, Piece)>> {
    let parsed = fragment::parse(language, code)?;
    let mut canvas = Canvas { paint: vec![None; code.len()], before: parsed.before };
    let found = tree::walk(&parsed, code.len(), |node| {
        let shape = parsed.loaded.shapes.get(usize::from(node.kind_id()));
        let shape = shape.copied().unwrap_or(NodeShape::Other);
        if shape == NodeShape::Whole(Piece::Comment) {
            let lines = comments::lines(language, &parsed.text, node.byte_range());
            lines.into_iter().for_each(|bytes| canvas.node(bytes, shape));
        } else {
            canvas.node(node.byte_range(), shape);
        }
    });
    for name in tree::resolve(found) {
        let piece = match name.kind {
            NameKind::Class | NameKind::Type => Piece::Type,
            NameKind::Function | NameKind::Method | NameKind::Macro => Piece::Function,
            _ => continue,
        };
        canvas.fill_bare(name.offset..name.offset + name.name.len(), piece);
    }
    Some(canvas.pieces())
}

/// The bytes of a listing and what was last said of each: a node is seen after the one it
/// stands in.
struct Canvas {
    paint: Vec<Option<Piece>>,
    /// Where the listing starts in the parsed text.
    before: usize,
}

impl Canvas {
    fn node(&mut self, bytes: Range<usize>, shape: NodeShape) {
        // What stands before or behind the listing is no part of it.
        let start = bytes.start.max(self.before) - self.before;
        let end = bytes.end.max(self.before) - self.before;
        match shape {
            NodeShape::Other => {}
            NodeShape::Whole(piece) => self.fill(start..end, Some(piece)),
            NodeShape::Code => self.fill(start..end, None),
            NodeShape::Word => self.fill_bare(start..end, Piece::Keyword),
        }
    }

    fn fill(&mut self, range: Range<usize>, piece: Option<Piece>) {
        let end = range.end.min(self.paint.len());
        if let Some(part) = self.paint.get_mut(range.start..end) {
            part.fill(piece);
        }
    }

    /// Fills what nothing is said of yet.
    fn fill_bare(&mut self, range: Range<usize>, piece: Piece) {
        if self.paint.get(range.start).is_some_and(Option::is_none) {
            self.fill(range, Some(piece));
        }
    }

    fn pieces(self) -> Vec<(Range<usize>, Piece)> {
        let mut at = 0;
        let mut pieces = Vec::new();
        for run in self.paint.chunk_by(PartialEq::eq) {
            if let Some(&Some(piece)) = run.first() {
                pieces.push((at..at + run.len(), piece));
            }
            at += run.len();
        }
        pieces
    }
}

impl NodeShape {
    /// The shapes of all kinds of nodes of a language, by their number.
    pub(super) fn all(language: &Language) -> Vec<Self> {
        let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        (0..count)
            .map(|kind| {
                let name = language.node_kind_for_id(kind).unwrap_or_default();
                Self::of(name, language.node_kind_is_named(kind))
            })
            .collect()
    }

    /// The shape of a kind of node, by its name in the grammar.
    fn of(name: &str, is_named: bool) -> Self {
        let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        if CONSTANTS.contains(&name) {
            return Self::Whole(Piece::Number);
        }
        if !is_named {
            return match name.as_bytes() {
                [b'#', rest, ..] if rest.is_ascii_alphabetic() => {
                    Self::Whole(Piece::Preprocessor)
                }
                [_, ..] if name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_') => {
                    Self::Word
                }
                _ => Self::Other,
            };
        }
        if OTHERS.contains(&name) {
            Self::Other
        } else if WORDS.contains(&name) {
            Self::Whole(Piece::Keyword)
        } else if TYPES.contains(&name) {
            Self::Whole(Piece::Type)
        } else if matches!(
            name,
            "jsx_opening_element" | "jsx_closing_element" | "jsx_self_closing_element"
        ) {
            Self::Whole(Piece::Keyword)
        } else if ATTRIBUTES.contains(&name) {
            Self::Whole(Piece::Attribute)
        } else if CODE.contains(&name)
            || name.ends_with("arguments")
            || name.ends_with("argument_list")
        {
            Self::Code
        } else if has(&["comment"]) || matches!(name, "hash_bang_line" | "shebang") {
            Self::Whole(Piece::Comment)
        } else if has(&["escape"]) {
            Self::Whole(Piece::Escape)
        } else if has(&["string", "char_literal", "character_literal"])
            || matches!(name, "rune_literal" | "regex" | "character")
            || name.starts_with("heredoc_") && name != "heredoc_redirect"
        {
            Self::Whole(Piece::String)
        } else if NUMBERS.contains(&name) || name.ends_with("symbol") {
            Self::Whole(Piece::Number)
        } else if name == "command_name" {
            Self::Whole(Piece::Function)
        } else {
            Self::Other
        }
    }
}

/// Kinds that are called like something else than they are.
const OTHERS: &[&str] = &[
    "chained_string",
    "concatenated_string",
    "hash_key_symbol",
    "herestring_redirect",
    "string_array",
    "symbol_array",
];

/// Code in a string.
const CODE: &[&str] = &[
    "arithmetic_expansion",
    "command_substitution",
    "expansion",
    "interpolation",
    "jsx_expression",
    "process_substitution",
    "simple_expansion",
    "string_interpolation",
    "template_substitution",
];

/// Constants that languages name.
const CONSTANTS: &[&str] = &[
    "False",
    "None",
    "True",
    "boolean_literal",
    "ellipsis",
    "false",
    "iota",
    "nil",
    "none",
    "null",
    "null_literal",
    "nullptr",
    "true",
    "undefined",
];

/// Words that are nodes with a name.
const WORDS: &[&str] = &[
    "crate",
    "implicit_type",
    "inferred_type",
    "mutable_specifier",
    "self",
    "super",
    "this",
    "self_expression",
    "super_expression",
    "this_expression",
    "modifier",
    "visibility_modifier",
    "reification_modifier",
    "virtual",
    "auto",
];

/// Types that are no names.
const TYPES: &[&str] = &[
    "boolean_type",
    "floating_point_type",
    "integral_type",
    "predefined_type",
    "primitive_type",
    "sized_type_specifier",
    "type_identifier",
    "void_type",
];

/// What is said about the code that follows.
const ATTRIBUTES: &[&str] = &[
    "annotation",
    "attribute_declaration",
    "attribute_item",
    "attribute_list",
    "attribute_specifier",
    "decorator",
    "inner_attribute_item",
    "jsx_attribute",
    "marker_annotation",
];

/// How grammars call numbers.
const NUMBERS: &[&str] = &[
    "binary_integer_literal",
    "bin_literal",
    "complex",
    "decimal_floating_point_literal",
    "decimal_integer_literal",
    "float",
    "float_literal",
    "hex_floating_point_literal",
    "hex_integer_literal",
    "hex_literal",
    "imaginary_literal",
    "int_literal",
    "integer",
    "integer_literal",
    "long_literal",
    "number",
    "number_literal",
    "octal_integer_literal",
    "rational",
    "real_literal",
    "unsigned_literal",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces of a listing as a reader would say them.
    fn read(language: &str, code: &str) -> String {
        let pieces = super::read(language, code).unwrap();
        let say = |(range, piece): (Range<usize>, Piece)| {
            format!("{}={:?}", &code[range], piece)
        };
        pieces.into_iter().map(say).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn languages_name_their_pieces_alike() {
        assert_eq!(
            read(
                "python",
                "@dec(1)\nasync def f(a: int) -> Pool:\n    return f\"a{len(x)}\\n\" # c"
            ),
            "@dec=Attribute 1=Number async=Keyword def=Keyword f=Function int=Type Pool=Type \
             return=Keyword f\"a=String len=Function \\n=Escape \"=String # c=Comment"
        );
        assert_eq!(
            read(
                "go",
                "func (s *Srv) Run(n int) error { fmt.Printf(\"%d\", 3); return nil }"
            ),
            "func=Keyword Srv=Type Run=Function int=Type error=Type Printf=Function \
             \"%d\"=String 3=Number return=Keyword nil=Number"
        );
        assert_eq!(
            read(
                "rust",
                "#[test]\npub fn f<'a>(x: &'a mut Vec<u8>) { println!(\"{}\", x.len()); }"
            ),
            "#[test]=Attribute pub=Keyword fn=Keyword f=Function mut=Keyword Vec=Type u8=Type \
             println=Function \"{}\"=String len=Function"
        );
        assert_eq!(
            read("c", "#include <stdio.h>\nint main(void) { return 'a' + NULL; }"),
            "#include=Preprocessor <stdio.h>=String int=Type main=Function void=Type \
             return=Keyword 'a'=String NULL=Number"
        );
        assert_eq!(
            read("cs", "[Test] public Task F() { var s = $\"a{b.C()}\"; }"),
            "[Test]=Attribute public=Keyword Task=Type F=Function var=Keyword $\"a=String \
             C=Function \"=String"
        );
        assert_eq!(
            read(
                "javascript",
                "const f = async (x) => { await g(`a${h(1)}`); return /x/g; }"
            ),
            "const=Keyword f=Function async=Keyword await=Keyword g=Function `a=String \
             h=Function 1=Number `=String return=Keyword /x/g=String"
        );
        assert_eq!(
            read("ruby", "def f(a)\n  puts \"a#{b.c}\", :sym, {k: nil}\nend"),
            "def=Keyword f=Function puts=Function \"a=String c=Function \"=String :sym=Number \
             nil=Number end=Keyword"
        );
        assert_eq!(
            read("typescript", "const a = <p id=\"x\">{f(1)}</p>;"),
            "const=Keyword <p =Keyword id==Attribute \"x\"=String >=Keyword f=Function \
             1=Number </p>=Keyword"
        );
        assert_eq!(
            read("bash", "for x in $(ls -l); do echo \"$x\" | grep 'a' # c\ndone"),
            "for=Keyword in=Keyword ls=Function do=Keyword echo=Function \"=String \"=String \
             grep=Function 'a'=String # c=Comment done=Keyword"
        );
    }

    #[test]
    fn a_fragment_is_read_and_what_is_no_code_is_not() {
        assert_eq!(
            read("go", "Name string\nAge int // years"),
            "string=Type int=Type // years=Comment"
        );
        assert_eq!(
            super::read("go", "It's what [] the {{ program ?? printed, 'twas"),
            None
        );
        assert_eq!(super::read("klingon", "x"), None);
    }
}
