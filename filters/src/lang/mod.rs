//! What is known about programming languages without reading their code: their names, how a
//! listing names its file, where it shows what it prints, and what a piece of inline code is.

mod code;
pub mod printed;
mod slugline;

pub use code::is_identifier;
pub use slugline::{Slugline, comment, impossible, slug, slugline};

/// Canonical names (those of pandoc's highlighter where it has one), other names authors write
/// on a fence, and the extensions of files.
const LANGUAGES: &[(&str, &[&str], &[&str])] = &[
    ("bash", &["sh", "shell", "zsh"], &["sh", "bash"]),
    ("c", &[], &["c", "h"]),
    ("clojure", &["clj"], &["clj"]),
    ("cpp", &["c++", "cxx", "cc"], &["cpp", "cxx", "cc", "hpp", "hh"]),
    ("cs", &["c#", "csharp"], &["cs"]),
    ("css", &[], &["css"]),
    ("diff", &["patch"], &["diff", "patch"]),
    ("dockerfile", &["docker"], &[]),
    ("elixir", &["ex"], &["ex", "exs"]),
    ("erlang", &["erl"], &["erl"]),
    ("go", &["golang"], &["go"]),
    ("haskell", &["hs"], &["hs"]),
    ("html", &["xhtml"], &["html", "htm"]),
    ("ini", &[], &["ini", "cfg"]),
    ("java", &[], &["java"]),
    ("javascript", &["js", "node", "jsx", "mjs", "cjs"], &["js", "mjs", "cjs", "jsx"]),
    ("json", &[], &["json"]),
    ("kotlin", &["kt", "kts"], &["kt", "kts"]),
    ("lua", &[], &["lua"]),
    ("makefile", &["make"], &["mk"]),
    ("markdown", &["md"], &["md"]),
    ("perl", &["pl"], &["pl"]),
    ("php", &[], &["php"]),
    ("powershell", &["ps1", "pwsh"], &["ps1"]),
    ("python", &["py", "python3", "py3"], &["py"]),
    ("r", &[], &["r"]),
    ("ruby", &["rb"], &["rb"]),
    ("rust", &["rs"], &["rs"]),
    ("scala", &[], &["scala"]),
    ("sql", &[], &["sql"]),
    ("swift", &[], &["swift"]),
    ("text", &["txt", "plain", "plaintext"], &["txt"]),
    ("toml", &[], &["toml"]),
    ("typescript", &["ts", "tsx", "mts", "cts"], &["ts", "tsx", "mts", "cts"]),
    ("xml", &[], &["xml"]),
    ("yaml", &["yml"], &["yaml", "yml"]),
];

/// The canonical name of a language as written on a fence, in any case; `None` for a name that
/// is not known. What stands behind a comma, as in `rust,ignore`, says how rustdoc tests it.
pub fn canonical(name: &str) -> Option<&'static str> {
    let name = name.split(',').next().unwrap_or_default().to_lowercase();
    let known = |(canonical, aliases, _): &&(&str, &[&str], &[&str])| {
        *canonical == name || aliases.contains(&&*name)
    };
    LANGUAGES.iter().find(known).map(|language| language.0)
}

/// The language of a file, by its name's extension, in any case.
pub fn of_file(path: &str) -> Option<&'static str> {
    let extension = path.rsplit_once('.')?.1.to_lowercase();
    let known = |language: &&(_, _, &[&str])| language.2.contains(&&*extension);
    LANGUAGES.iter().find(known).map(|language| language.0)
}

/// Whether a file's name has the extension of a known kind of file.
pub fn is_file_extension(extension: &str) -> bool {
    const OTHERS: &[&str] = &[
        "bat", "conf", "csv", "dll", "doc", "docx", "epub", "exe", "gif", "gohtml",
        "gradle", "gz", "ipynb", "jar", "jpeg", "jpg", "pdf", "png", "ppt", "pptx",
        "pyc", "pyi", "rst", "svg", "tmpl", "tsv", "wasm", "whl",
    ];
    // Attributes far more often than files.
    const AMBIGUOUS: &[&str] = &["diff", "patch", "r"];
    let extension = extension.to_lowercase();
    let known = OTHERS.contains(&&*extension)
        || LANGUAGES.iter().any(|language| language.2.contains(&&*extension));
    known && !AMBIGUOUS.contains(&&*extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_spelling() {
        assert_eq!(canonical("Py"), Some("python"));
        assert_eq!(canonical("C++"), Some("cpp"));
        assert_eq!(canonical("klingon"), None);
        assert_eq!(canonical("rust,ignore,edition2021"), Some("rust"));
        assert_eq!(canonical(",rust"), None);
        assert_eq!(of_file("reuse/Lisa.java"), Some("java"));
        assert_eq!(of_file("Makefile"), None);
    }
}
