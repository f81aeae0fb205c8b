//! EPUBCheck over many files in one virtual machine, which takes a second to start.

use crate::support::TempBook;
use concbook::proc::{Process, find};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Judges each file into one beside it.
const MANY: &str = "import com.adobe.epubcheck.tool.EpubChecker;\n\
    public class Many { public static void main(String[] files) { for (String file : files)\n\
    new EpubChecker().run(new String[] {file, \"--quiet\", \"--json\", file + \".json\"}); } }\n";

/// What it says of a file that no reading system has to take: an error.
#[derive(Debug, Clone)]
pub(super) struct Theirs {
    pub id: String,
    pub is_fatal: bool,
    pub message: String,
}

/// The jar that EPUBCheck's script starts.
pub(super) fn jar() -> Option<PathBuf> {
    let script = std::fs::read_to_string(find("epubcheck")?).ok()?;
    let jar = script.split(['"', '\'', ' ']).find(|word| word.contains(".jar"))?;
    Some(PathBuf::from(jar)).filter(|jar| jar.is_file())
}

/// The errors in each of the files of a folder, so many in a machine that none takes all too long.
pub(super) fn judge(jar: &Path, dir: &TempBook, names: &[String]) -> Vec<Vec<Theirs>> {
    let program = dir.path("Many.java");
    std::fs::write(&program, MANY).unwrap();
    for some in names.chunks(250) {
        let judge = Process::new("java").arg("-cp").arg(jar).arg(&program);
        judge.args(some.iter().map(|name| dir.path(name))).run().unwrap();
    }
    let errors = |name: &String| {
        let file = dir.path(name).display().to_string();
        errors(&std::fs::read_to_string(format!("{file}.json")).unwrap())
    };
    names.iter().map(errors).collect()
}

fn errors(json: &str) -> Vec<Theirs> {
    let value: Value = serde_json::from_str(json).unwrap();
    let messages = value["messages"].as_array().unwrap().iter();
    let is_bad =
        |one: &&Value| matches!(one["severity"].as_str(), Some("FATAL" | "ERROR"));
    let said = |one: &Value| Theirs {
        id: one["ID"].as_str().unwrap().to_owned(),
        is_fatal: one["severity"] == "FATAL",
        message: one["message"].as_str().unwrap().to_owned(),
    };
    messages.filter(is_bad).map(said).collect()
}
