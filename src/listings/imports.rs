//! Which modules a Python listing imports, by its text: what is imported before a listing runs,
//! and which files would take a module's place.

use std::collections::BTreeSet;

/// The modules that a text names in `import a.b` and `from a.b import c`, by their full names.
pub(super) fn modules(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in code.lines() {
        let line = line.trim_start().trim_start_matches(">>> ");
        let names = if let Some(rest) = line.strip_prefix("from ") {
            rest.split_whitespace().next().into_iter().collect()
        } else if let Some(rest) = line.strip_prefix("import ") {
            let parts = rest.split(',');
            parts.filter_map(|part| part.split_whitespace().next()).collect()
        } else {
            Vec::new()
        };
        let is_name = |name: &&str| {
            name.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_alphanumeric() || "_.".contains(c))
        };
        found.extend(names.into_iter().filter(is_name).map(str::to_owned));
    }
    found
}

/// The files in a folder of the tree, and at its top, that Python would take for the modules that a
/// text imports.
pub(super) fn candidates(folder: &str, code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for module in modules(code) {
        let top = module.split('.').next().unwrap_or_default();
        for folder in [folder, ""] {
            let slash = if folder.is_empty() { "" } else { "/" };
            for end in [".py", "/__init__.py"] {
                found.insert(format!("{folder}{slash}{top}{end}"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_read_line_by_line() {
        let code = "import os, sys as system\nfrom a.b import (c,\n  d)\n    import json\n\
                    # import no\nfrom . import x\nfrom_ = 1\nimport 3";
        let found: Vec<String> = modules(code).into_iter().collect();
        assert_eq!(found, ["a.b", "json", "os", "sys"]);
        let found: Vec<String> = candidates("03", "import a.b").into_iter().collect();
        assert_eq!(found, ["03/a.py", "03/a/__init__.py", "a.py", "a/__init__.py"]);
        assert!(candidates("", "import a").contains("a.py"));
    }
}
