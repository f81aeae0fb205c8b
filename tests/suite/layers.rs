//! A module imports from lower layers only, never sideways.

use concbook::fsx;
use std::path::Path;

/// The modules of each package, lowest layer first. ARCHITECTURE.md tells what each one holds. That
/// `filters/` knows nothing of `src/`, the compiler holds.
const PACKAGES: &[(&str, Layers)] = &[
    (
        "filters/src",
        &[
            &["error"],
            &["ast", "lang", "spelling", "units"],
            &["settings", "names", "tags"],
            &["filter"],
        ],
    ),
    (
        "src",
        &[
            &["finding", "interrupt", "bundled"],
            &["fsx", "proc", "report", "reference", "elements"],
            &["cache"],
            &["pandoc", "markdown", "grammars", "sandbox"],
            &["epub", "css", "project"],
            &["typeset", "formulas", "listings", "parse"],
            &["fonts"],
            &["style", "check", "identifiers"],
            &["finish"],
            &["outputs"],
            &["build", "preview"],
            &["cli"],
        ],
    ),
];

type Layers = &'static [&'static [&'static str]];

fn layer(layers: Layers, module: &str) -> Option<usize> {
    layers.iter().position(|modules| modules.contains(&module))
}

/// The top-level modules that a source text names after `crate::`, comments left out.
fn imports(source: &str) -> Vec<String> {
    let code: Vec<&str> =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(heads(group)),
            None => found.extend(head(rest)),
        }
    }
    found
}

/// The first name of a path.
fn head(path: &str) -> Option<String> {
    let name: String = path
        .trim_start()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!name.is_empty()).then_some(name)
}

/// The first name of each path in a group, up to the group's closing brace.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut found) = (0_usize, Vec::new());
    found.extend(head(group));
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => found.extend(head(&group[at + 1..])),
            _ => {}
        }
    }
    found
}

/// What is wrong with one file's imports, a line each.
fn faults(layers: Layers, path: &str, source: &str) -> Vec<String> {
    let module = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
    let Some(own) = layer(layers, module) else {
        return vec![format!("{path}: module {module} stands in no layer")];
    };
    let mut faults = Vec::new();
    for import in imports(source) {
        let allowed = import == module;
        match layer(layers, &import) {
            _ if allowed => {}
            Some(other) if other < own => {}
            Some(other) => faults.push(format!(
                "{path}: {module} (layer {own}) imports {import} (layer {other})"
            )),
            None => faults.push(format!("{path}: {import} stands in no layer")),
        }
    }
    faults
}

#[test]
fn modules_import_from_lower_layers_only() {
    let mut all = Vec::new();
    for &(folder, layers) in PACKAGES {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for file in fsx::files_below(&src).unwrap() {
            let path = file.to_string_lossy().replace('\\', "/");
            let is_root = matches!(path.as_str(), "lib.rs" | "main.rs");
            if !is_root && file.extension().is_some_and(|extension| extension == "rs") {
                let source = fsx::read_text(&src.join(file)).unwrap();
                all.extend(faults(layers, &path, &source));
            }
        }
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

#[test]
fn only_its_commands_import_build() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for file in fsx::files_below(&src).unwrap() {
        let path = file.to_string_lossy().replace('\\', "/");
        let is_rust = file.extension().is_some_and(|extension| extension == "rs");
        if is_rust && !path.starts_with("build/") {
            let source = fsx::read_text(&src.join(file)).unwrap();
            found.extend(imports(&source).contains(&"build".to_owned()).then_some(path));
        }
    }
    assert_eq!(found, ["cli/build.rs", "cli/watch.rs"]);
}

#[test]
fn every_way_to_import_is_seen() {
    let source = "// crate::cli\nuse crate::finding::{Code, Finding};\n\
                  use crate::{proc::Process, css::{self, a}, epub};\nfn f() { crate::fsx::read(p) }";
    assert_eq!(imports(source), ["finding", "proc", "css", "epub", "fsx"]);
    let faults = |path, source| faults(PACKAGES[1].1, path, source);
    assert_eq!(faults("build/mod.rs", source), Vec::<String>::new());
    assert_eq!(faults("epub/mod.rs", "use crate::css::Rule;").len(), 1);
    assert_eq!(faults("epub/mod.rs", "use crate::cli::run;").len(), 1);
    assert_eq!(faults("odd.rs", "").len(), 1);
}

/// The filter is built by itself, too, by who wants no more than that: then nobody else has derives of serde's compiled,
/// which take a quarter of the time.
#[test]
fn the_filter_derives_nothing_of_other_crates() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("filters/src");
    let mut open = vec![root];
    let mut read = 0;
    while let Some(folder) = open.pop() {
        for name in fsx::list(&folder).unwrap() {
            let path = folder.join(name);
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                read += 1;
                let text = fsx::read_text(&path).unwrap();
                let lists = text.split("derive(").skip(1);
                for list in lists.filter_map(|rest| rest.split(')').next()) {
                    assert!(!list.contains("erialize"), "{}: {list}", path.display());
                }
            }
        }
    }
    assert!(read > 40);
}
