//! Links that open the author's editor at a line.

use crate::reference::percent_encode;
use concfilter::error::{Error, Place, Result};
use std::path::Path;

/// Editors that answer to links, each with the names of its programs and its template.
const EDITORS: &[(&str, &[&str], &str)] = &[
    ("vscode", &["code"], "vscode://file{file}:{line}:{col}"),
    ("vscode-insiders", &["code-insiders"], "vscode-insiders://file{file}:{line}:{col}"),
    ("vscodium", &["codium"], "vscodium://file{file}:{line}:{col}"),
    ("cursor", &["cursor"], "cursor://file{file}:{line}:{col}"),
    ("zed", &["zed", "zeditor"], "zed://file{file}:{line}:{col}"),
    (
        "idea",
        &["idea", "idea1", "pycharm", "rustrover", "webstorm"],
        "idea://open?file={file}&line={line}&column={col}",
    ),
    ("sublime", &["subl"], "subl://open?url=file://{file}&line={line}&column={col}"),
    ("textmate", &["mate"], "txmt://open?url=file://{file}&line={line}&column={col}"),
    ("macvim", &["mvim"], "mvim://open?url=file://{file}&line={line}&column={col}"),
];

/// How a place in a file is opened: a URL with `{file}`, `{line}` and `{col}` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor(String);

impl Editor {
    /// The editor that the author names, by a name from the list or by a template; else the one that
    /// `variables` name, the first that answers to links; else Visual Studio Code.
    ///
    /// # Errors
    /// It is no known editor, and no template of a URL.
    pub fn of(named: Option<&str>, variables: &[Option<String>]) -> Result<Self> {
        let Some(named) = named else {
            let of_program = |command: &String| {
                let program = command.split_whitespace().next()?;
                let stem = Path::new(program).file_stem()?.to_str()?;
                EDITORS.iter().find(|(_, programs, _)| programs.contains(&stem))
            };
            let set = variables.iter().flatten().find_map(of_program);
            return Ok(Self(set.unwrap_or(&EDITORS[0]).2.to_owned()));
        };
        if let Some((_, _, template)) = EDITORS.iter().find(|(name, ..)| *name == named) {
            return Ok(Self((*template).to_owned()));
        }
        let scheme = named.split_once(':').map_or("", |(scheme, _)| scheme);
        // Such a link would run as a script in the preview, or show what it holds.
        let is_harmless = !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
            && !["javascript", "data", "vbscript", "blob"]
                .contains(&&*scheme.to_ascii_lowercase());
        if is_harmless && named.contains("{file}") {
            return Ok(Self(named.to_owned()));
        }
        let names: Vec<&str> = EDITORS.iter().map(|(name, ..)| *name).collect();
        Err(Error::new(format!("{named} is no editor that is known")).hint(format!(
            "Name one of {}, or give a URL as in editor://open?file={{file}}&line={{line}}",
            names.join(", ")
        )))
    }

    /// The link to a place; `None` where that is no file on the disk.
    pub fn link(&self, place: &Place) -> Option<String> {
        let file = Path::new(&place.file);
        if !file.is_file() {
            return None;
        }
        let file = std::path::absolute(file).ok()?;
        let number = |number: Option<u32>| number.unwrap_or(1).to_string();
        Some(
            self.0
                .replace("{line}", &number(place.line))
                .replace("{col}", &number(place.col))
                .replace("{file}", &encoded(&file.to_string_lossy())),
        )
    }
}

/// A path as part of a URL: from the root, with `/`, and with everything encoded that could end it.
fn encoded(path: &str) -> String {
    let path = path.replace('\\', "/");
    let root = if path.starts_with('/') { "" } else { "/" };
    format!("{root}{}", percent_encode(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_are_known_by_name_by_program_and_by_template() {
        let of = |named: Option<&str>, program: &str| {
            Editor::of(named, &[None, Some(program.to_owned())])
        };
        assert!(of(Some("zed"), "code").unwrap().0.starts_with("zed://"));
        assert!(of(None, "/usr/bin/codium --wait").unwrap().0.starts_with("vscodium:"));
        assert!(of(None, "vim").unwrap().0.starts_with("vscode://file{file}"));
        assert_eq!(of(Some("x-ed:{file}@{line}"), "").unwrap().0, "x-ed:{file}@{line}");
        for wrong in ["vim", "javascript:alert('{file}')", "x://open", ":{file}", ""] {
            let error = of(Some(wrong), "").unwrap_err();
            assert!(error.hint_text().unwrap().contains("vscodium"), "{wrong}");
        }
    }

    #[test]
    fn links_lead_to_files_that_are_there() {
        let dir = crate::fsx::temp_dir().unwrap();
        let file = dir.path().join("a b&{line}#ü.md");
        crate::fsx::write_atomic(&file, b"x").unwrap();
        let editor = Editor::of(Some("e:{file}?{line},{col}"), &[]).unwrap();
        let label = file.display().to_string();
        let link = editor.link(&Place::at(&*label, 3, 7)).unwrap();
        assert!(link.ends_with("/a%20b%26%7Bline%7D%23%C3%BC.md?3,7"), "{link}");
        let whole = editor.link(&Place::file(&*label)).unwrap();
        assert!(whole.ends_with("?1,1"), "{whole}");
        assert_eq!(editor.link(&Place::at("book.epub/EPUB/a.xhtml", 3, 7)), None);
    }
}
