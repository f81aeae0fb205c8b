//! Documents made at random: every constructor of Pandoc's API 1.22 and 1.23, nested at random,
//! put together from the types of `pandoc_ast`.

#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "only tests come here")]

use pandoc_ast::{
    Alignment, Attr, Block, Caption, Cell, Citation, CitationMode, ColWidth, Format,
    Inline, ListNumberDelim, ListNumberStyle, MathType, MetaValue, QuoteType, Row,
};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What a document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// No code, so that a filter has nothing to do.
    Without,
    /// Inline code and code blocks too.
    With,
}

/// The constructors of Pandoc's `Block` and `Inline` in the API's versions 1.22 and 1.23, and
/// those of what they hold that have more than one form.
pub(crate) const CONSTRUCTORS: &str = "
    Plain Para LineBlock CodeBlock RawBlock BlockQuote OrderedList BulletList DefinitionList
    Header HorizontalRule Table Figure Div Null Str Emph Underline Strong Strikeout Superscript
    Subscript SmallCaps Quoted Cite Code Space SoftBreak LineBreak Math RawInline Link Image Note
    Span SingleQuote DoubleQuote DisplayMath InlineMath AuthorInText SuppressAuthor
    NormalCitation DefaultStyle Example Decimal LowerRoman UpperRoman LowerAlpha UpperAlpha
    DefaultDelim Period OneParen TwoParens AlignLeft AlignRight AlignCenter AlignDefault ColWidth
    ColWidthDefault MetaBool MetaString MetaInlines";

/// A document of one of the two API versions, as compact JSON.
pub(crate) fn document(code: Code) -> BoxedStrategy<String> {
    (any::<bool>())
        .prop_flat_map(move |newer| {
            (Just(newer), vec(block(newer, code), 0..6), meta(code))
        })
        .prop_map(|(newer, blocks, meta)| {
            let version = if newer { json!([1, 23, 1]) } else { json!([1, 22, 2, 1]) };
            json!({"pandoc-api-version": version, "meta": meta, "blocks": blocks})
                .to_string()
        })
        .boxed()
}

fn meta(code: Code) -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        any::<bool>().prop_map(MetaValue::MetaBool),
        text().prop_map(MetaValue::MetaString),
        vec(inline(code), 0..3).prop_map(MetaValue::MetaInlines),
    ];
    proptest::collection::btree_map("[a-z]{1,8}", value, 0..3)
        .prop_map(|map| serde_json::to_value(map).unwrap())
}

/// Text of all kinds: words, identifiers, other scripts, quotes, control characters.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "(init|main|[(\"]?run_all\\(\\)[,.)]?|a\\.b\\(\\)/é\\.c\\(\\)|std::mem\\.)",
        "[a-z]{0,8}",
        "[a-zA-Z_.:()]{0,12}",
        "\\PC{0,6}",
        "[\"\\\\\n\t/\u{7f}é😀\u{0}]{0,4}"
    ]
}

fn attr() -> impl Strategy<Value = Attr> {
    let filled = (text(), vec(text(), 0..3), vec((text(), text()), 0..3));
    prop_oneof![2 => Just((String::new(), vec![], vec![])), 1 => filled]
}

/// A piece of inline code or a listing.
fn program() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_]{1,6}(\\(\\))?",
        "[a-z]{1,4}(\\.|::)[a-z]{1,4}",
        "# [a-z]{1,4}/[a-z]{1,4}\\.py\n[a-z =\n\"]{0,20}",
        text()
    ]
}

/// Any inline, with whatever it may hold.
fn inline(code: Code) -> BoxedStrategy<Inline> {
    let leaf = prop_oneof![
        4 => text().prop_map(Inline::Str),
        2 => Just(Inline::Space),
        1 => Just(Inline::SoftBreak),
        1 => Just(Inline::LineBreak),
        1 => (any::<bool>(), text()).prop_map(|(display, text)| {
            let kind = if display { MathType::DisplayMath } else { MathType::InlineMath };
            Inline::Math(kind, text)
        }),
        1 => (text(), text()).prop_map(|(f, text)| Inline::RawInline(Format(f), text)),
    ];
    let leaf = match code {
        Code::Without => leaf.boxed(),
        Code::With => {
            let set =
                (attr(), program()).prop_map(|(attr, text)| Inline::Code(attr, text));
            prop_oneof![2 => leaf, 1 => set].boxed()
        }
    };
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let many = || vec(inner.clone(), 0..4);
        // A footnote holds blocks, here those that hold nothing but inlines.
        let note = vec(many().prop_map(Block::Para), 0..2);
        prop_oneof![
            many().prop_map(Inline::Emph),
            many().prop_map(Inline::Underline),
            many().prop_map(Inline::Strong),
            many().prop_map(Inline::Strikeout),
            many().prop_map(Inline::Superscript),
            many().prop_map(Inline::Subscript),
            many().prop_map(Inline::SmallCaps),
            (any::<bool>(), many()).prop_map(|(double, inlines)| {
                let kind =
                    if double { QuoteType::DoubleQuote } else { QuoteType::SingleQuote };
                Inline::Quoted(kind, inlines)
            }),
            (vec(citation(inner.clone()), 0..3), many())
                .prop_map(|(citations, inlines)| Inline::Cite(citations, inlines)),
            (attr(), many(), text(), text()).prop_map(|(attr, inlines, to, title)| {
                Inline::Link(attr, inlines, (to, title))
            }),
            (attr(), many(), text(), text()).prop_map(|(attr, inlines, to, title)| {
                Inline::Image(attr, inlines, (to, title))
            }),
            note.prop_map(Inline::Note),
            (attr(), many()).prop_map(|(attr, inlines)| Inline::Span(attr, inlines)),
        ]
    })
    .boxed()
}

fn citation(
    inner: impl Strategy<Value = Inline> + Clone,
) -> impl Strategy<Value = Citation> {
    let mode = prop_oneof![
        Just(CitationMode::AuthorInText),
        Just(CitationMode::SuppressAuthor),
        Just(CitationMode::NormalCitation)
    ];
    (text(), vec(inner.clone(), 0..3), vec(inner, 0..3), mode, any::<(i64, i64)>())
        .prop_map(|(id, prefix, suffix, mode, (number, hash))| Citation {
            citationId: id,
            citationPrefix: prefix,
            citationSuffix: suffix,
            citationMode: mode,
            citationNoteNum: number,
            citationHash: hash,
        })
}

/// Any block, with whatever it may hold.
fn block(newer: bool, code: Code) -> BoxedStrategy<Block> {
    let inlines = move || vec(inline(code), 0..4);
    let leaf = prop_oneof![
        inlines().prop_map(Block::Plain),
        inlines().prop_map(Block::Para),
        vec(inlines(), 0..3).prop_map(Block::LineBlock),
        (text(), text()).prop_map(|(format, text)| Block::RawBlock(Format(format), text)),
        (1_i64..7, attr(), inlines())
            .prop_map(|(level, attr, inlines)| Block::Header(level, attr, inlines)),
        Just(Block::HorizontalRule),
    ];
    let leaf = if newer {
        leaf.boxed()
    } else {
        prop_oneof![8 => leaf, 1 => Just(Block::Null)].boxed()
    };
    let leaf = match code {
        Code::Without => leaf,
        Code::With => {
            let set =
                (attr(), program()).prop_map(|(attr, text)| Block::CodeBlock(attr, text));
            prop_oneof![3 => leaf, 1 => set].boxed()
        }
    };
    leaf.prop_recursive(3, 24, 3, move |inner| {
        let many = vec(inner.clone(), 0..3).boxed();
        let lists = vec(many.clone(), 0..3).boxed();
        let caption = (proptest::option::of(inlines()), many.clone()).boxed();
        let figure = (attr(), caption.clone(), many.clone())
            .prop_map(|(attr, caption, blocks)| Block::Figure(attr, caption, blocks));
        let others = prop_oneof![
            many.clone().prop_map(Block::BlockQuote),
            (list_attributes(), lists.clone())
                .prop_map(|(attributes, items)| Block::OrderedList(attributes, items)),
            lists.clone().prop_map(Block::BulletList),
            vec((inlines(), lists), 0..3).prop_map(Block::DefinitionList),
            (attr(), many.clone()).prop_map(|(attr, blocks)| Block::Div(attr, blocks)),
            table(caption, many),
        ];
        if newer { prop_oneof![6 => others, 1 => figure].boxed() } else { others.boxed() }
    })
    .boxed()
}

fn list_attributes() -> impl Strategy<Value = pandoc_ast::ListAttributes> {
    let style = prop_oneof![
        Just(ListNumberStyle::DefaultStyle),
        Just(ListNumberStyle::Example),
        Just(ListNumberStyle::Decimal),
        Just(ListNumberStyle::LowerRoman),
        Just(ListNumberStyle::UpperRoman),
        Just(ListNumberStyle::LowerAlpha),
        Just(ListNumberStyle::UpperAlpha)
    ];
    let delimiter = prop_oneof![
        Just(ListNumberDelim::DefaultDelim),
        Just(ListNumberDelim::Period),
        Just(ListNumberDelim::OneParen),
        Just(ListNumberDelim::TwoParens)
    ];
    (any::<i64>(), style, delimiter)
}

fn table(
    caption: BoxedStrategy<Caption>,
    blocks: BoxedStrategy<Vec<Block>>,
) -> impl Strategy<Value = Block> {
    let alignment = || {
        prop_oneof![
            Just(Alignment::AlignLeft),
            Just(Alignment::AlignRight),
            Just(Alignment::AlignCenter),
            Just(Alignment::AlignDefault)
        ]
    };
    let width = prop_oneof![
        Just(ColWidth::ColWidthDefault),
        (0.0..1.0_f64).prop_map(ColWidth::ColWidth),
        any::<f64>()
            .prop_filter("finite", |w| w.is_finite())
            .prop_map(ColWidth::ColWidth)
    ];
    let columns = vec((alignment(), width), 0..3);
    let cell = (attr(), alignment(), 0_i64..4, 0_i64..4, blocks);
    let row = (attr(), vec(cell.prop_map(|cell| -> Cell { cell }), 0..3));
    let rows = vec(row.prop_map(|row| -> Row { row }), 0..2).boxed();
    let bodies = vec((attr(), 0_i64..3, rows.clone(), rows.clone()), 0..2);
    let head = (attr(), rows.clone());
    (attr(), caption, columns, head, bodies, (attr(), rows)).prop_map(
        |(attr, caption, columns, head, bodies, foot)| {
            Block::Table(attr, caption, columns, head, bodies, foot)
        },
    )
}

/// Writes a value with its keys in another order and with space wherever JSON allows it.
pub(crate) fn written_oddly(value: &Value, seed: &mut u64) -> String {
    let mut space = || {
        *seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ["", " ", "\n", "\t\r\n "][(*seed >> 60) as usize % 4]
    };
    let around = (space(), space());
    let inside = match value {
        Value::Array(items) => {
            let items: Vec<_> =
                items.iter().map(|item| written_oddly(item, seed)).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(map) => {
            let turn =
                if map.is_empty() { 0 } else { (*seed >> 50) as usize % map.len() };
            let mut fields: Vec<_> = map
                .iter()
                .map(|(key, value)| {
                    format!(" {}:{}", Value::from(&**key), written_oddly(value, seed))
                })
                .collect();
            fields.rotate_left(turn);
            format!("{{{}}}", fields.join(",\n"))
        }
        scalar => scalar.to_string(),
    };
    format!("{}{inside}{}", around.0, around.1)
}
