//! One type name, one thing: who reads `Kind` has not to ask which. And no name that only those know who chose it.

use concbook::fsx;
use std::collections::BTreeMap;
use std::path::Path;

/// Names that several types may have, and why.
const SHARED: &[(&str, &str)] = &[
    ("Args", "the arguments of a command, in the file of that command"),
    (
        "Document",
        "Pandoc's in `ast`, the ePub's in `epub`: each is the word of its standard",
    ),
    ("Result", "the standard library's with the error of the module"),
    (
        "TreeWatch",
        "one for systems with inotify, one for those without: a build has one of them",
    ),
];

/// The name of the type that a line declares: a struct, an enum, a trait, or an alias outside of an `impl`.
fn declared(line: &str) -> Option<&str> {
    let code = line.trim_start();
    let code = match code.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ")?.1,
        Some(rest) => rest.strip_prefix(' ')?,
        None => code,
    };
    let (keyword, rest) = code.split_once(' ')?;
    let is_type = match keyword {
        "struct" | "enum" | "trait" => true,
        // Within an `impl` it says what a trait asks for.
        "type" => !line.starts_with(' '),
        _ => false,
    };
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    (is_type && rest.starts_with(char::is_uppercase)).then(|| &rest[..end])
}

/// The types of a source text with their lines, those of its tests left out.
fn types(source: &str) -> impl Iterator<Item = (&str, usize)> {
    let lines = source.lines().zip(1..);
    let lines = lines.take_while(|(line, _)| !line.starts_with("mod tests"));
    lines.filter_map(|(line, number)| Some((declared(line)?, number)))
}

/// Whether a file is a module's tests.
fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("tests/")
}

/// The source files of both packages: their paths and texts.
fn sources() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for folder in ["src", "filters/src"] {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for file in fsx::files_below(&src).unwrap() {
            let path = file.to_string_lossy().replace('\\', "/");
            let is_source = file.extension().is_some_and(|extension| extension == "rs");
            if is_source && !is_test(&path) {
                let source = fsx::read_text(&src.join(&file)).unwrap();
                all.push((format!("{folder}/{path}"), source));
            }
        }
    }
    all
}

/// Where each name is declared in both packages.
fn all() -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, source) in sources() {
        for (name, line) in types(&source) {
            found.entry(name.to_owned()).or_default().push(format!("{path}:{line}"));
        }
    }
    found
}

#[test]
fn a_type_name_stands_for_one_thing() {
    let all = all();
    let is_shared = |name: &str| SHARED.iter().any(|(shared, _)| *shared == name);
    let doubled =
        all.iter().filter(|(name, places)| places.len() > 1 && !is_shared(name));
    let told: Vec<String> =
        doubled.map(|(name, places)| format!("{name}: {}", places.join(", "))).collect();
    assert!(told.is_empty(), "call each by what it is:\n{}", told.join("\n"));
    for (name, _) in SHARED {
        let count = all.get(*name).map_or(0, Vec::len);
        assert!(count > 1, "{name} is shared no more: take it off the list");
    }
}

/// What functions, fields and types are not called, and what the field says for it.
const COINED: &[(&str, &str)] = &[
    ("anew", "restore, reset"),
    ("born", "start_time"),
    ("climb", "what is compared with the parents"),
    ("cold", "fresh process"),
    ("forgive", "accept_known"),
    ("ground", "background"),
    ("heals", "suggested normalization"),
    ("ink", "the colour of text"),
    ("lead_back", "map_to_source"),
    ("mend", "repair, restore"),
    ("one", "the noun that it is"),
    ("own", "whose it is, and the noun that it is"),
    ("pit", "trash_dir"),
    ("said", "the noun that it is: an entry, an output"),
    ("say", "what is written, and where"),
    ("says", "what is compared or implied"),
    ("slanted", "italic or oblique"),
    ("tell", "print, send, report"),
    ("told", "printed, reported, as_json"),
    ("turned", "rotated"),
    ("warm", "fork server"),
    ("weaker", "isolation_note"),
    ("Asks", "the noun that it is"),
    ("Job", "RunUnit"),
    ("Lacking", "an error"),
    ("Look", "Presentation"),
    ("Own", "UserFont"),
    ("Ready", "what is loaded"),
    ("Said", "the noun that it is"),
    ("Saved", "ImageSavings"),
    ("Says", "the noun that it is"),
    ("Sighting", "Mention"),
    ("Surroundings", "LinkContext"),
    ("Told", "the noun that it is"),
    ("What", "Target"),
];

/// The functions and types that a source text declares, and the fields of its structs, with their lines; those of
/// its tests left out.
fn declarations(source: &str) -> Vec<(&str, usize)> {
    let mut found: Vec<(&str, usize)> = types(source).collect();
    let lines = source.lines().zip(1..);
    let mut is_struct = false;
    for (line, number) in lines.take_while(|(line, _)| !line.starts_with("mod tests")) {
        let code = line.trim_start();
        let mut words = code.split(' ').skip_while(|word| {
            word.starts_with("pub") || word.ends_with(')') || *word == "const"
        });
        let (first, second) = (words.next().unwrap_or_default(), words.next());
        let end = |text: &str| text.find(|c: char| !c.is_alphanumeric() && c != '_');
        match (first, second) {
            ("fn", Some(name)) => {
                found.push((&name[..end(name).unwrap_or(name.len())], number));
            }
            ("struct", _) => is_struct = line.ends_with('{'),
            _ if code == "}" => is_struct = false,
            (field, Some(_)) if is_struct && !code.starts_with("//") => {
                found.extend(field.strip_suffix(':').map(|name| (name, number)));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn names_are_the_words_of_the_field() {
    let mut told = Vec::new();
    for (path, source) in sources() {
        for (name, line) in declarations(&source) {
            let coined = COINED.iter().find(|(coined, _)| *coined == name);
            told.extend(
                coined.map(|(name, better)| format!("{path}:{line}: {name} ({better})")),
            );
        }
    }
    assert!(told.is_empty(), "call them by what they are:\n{}", told.join("\n"));
}

#[test]
fn functions_and_fields_are_seen() {
    let source = "pub(super) fn told<T>(a: u8) {\n    let said: u8 = 1;\n}\nstruct A {\n    /// own: b\n    \
                  pub(super) own: u8,\n}\nfn c(\n    said: u8,\n) {}\nmod tests {\nfn one() {}";
    let found = declarations(source);
    assert_eq!(found, [("A", 4), ("told", 1), ("own", 6), ("c", 8)]);
}

#[test]
fn every_way_to_declare_a_type_is_seen() {
    let source = "pub(in crate::x) struct A<'a> {\n    enum B;\npub trait C: D {\ntype E = F;\n\
                  impl G {\n    type H = I;\n// struct J\nfn struct_k() {}\nmod tests {\nstruct L;";
    let found: Vec<_> = types(source).collect();
    assert_eq!(found, [("A", 1), ("B", 2), ("C", 3), ("E", 4)]);
}
