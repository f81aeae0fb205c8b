//! One type name, one thing: who reads `Kind` has not to ask which.

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

/// Where each name is declared in both packages.
fn all() -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for folder in ["src", "filters/src"] {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for file in fsx::files_below(&src).unwrap() {
            let path = file.to_string_lossy().replace('\\', "/");
            if file.extension().is_some_and(|extension| extension == "rs")
                && !is_test(&path)
            {
                let source = fsx::read_text(&src.join(&file)).unwrap();
                for (name, line) in types(&source) {
                    let place = format!("{folder}/{path}:{line}");
                    found.entry(name.to_owned()).or_default().push(place);
                }
            }
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

#[test]
fn every_way_to_declare_a_type_is_seen() {
    let source = "pub(in crate::x) struct A<'a> {\n    enum B;\npub trait C: D {\ntype E = F;\n\
                  impl G {\n    type H = I;\n// struct J\nfn struct_k() {}\nmod tests {\nstruct L;";
    let found: Vec<_> = types(source).collect();
    assert_eq!(found, [("A", 1), ("B", 2), ("C", 3), ("E", 4)]);
}
