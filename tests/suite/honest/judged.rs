//! What `pack` passes, held against EPUBCheck: books that chance has spoiled, judged in one virtual machine, since it
//! takes a second to start. `CONCBOOK_FUZZ` names how many are tried.

use super::{Chance, NAV, NCX, PAGE, SVG, book};
use crate::support::archive::archive;
use crate::support::{TempBook, concbook, skip};
use concbook::proc::{Process, find};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Judges each file into one beside it.
const MANY: &str = "import com.adobe.epubcheck.tool.EpubChecker;\n\
    public class Many { public static void main(String[] files) { for (String file : files)\n\
    new EpubChecker().run(new String[] {file, \"--quiet\", \"--json\", file + \".json\"}); } }\n";

/// The jar that EPUBCheck's script starts.
fn jar() -> Option<PathBuf> {
    let script = std::fs::read_to_string(find("epubcheck")?).ok()?;
    let jar = script.split(['"', '\'', ' ']).find(|word| word.contains(".jar"))?;
    Some(PathBuf::from(jar)).filter(|jar| jar.is_file())
}

/// Errors of EPUBCheck in each file: whether one is fatal, and what it says.
fn theirs(file: &str) -> Vec<(bool, String)> {
    let json = std::fs::read_to_string(format!("{file}.json")).unwrap();
    let value: Value = serde_json::from_str(&json).unwrap();
    let messages = value["messages"].as_array().unwrap().iter();
    let is_bad =
        |one: &&Value| matches!(one["severity"].as_str(), Some("FATAL" | "ERROR"));
    let said = |one: &Value| {
        (one["severity"] == "FATAL", format!("{}: {}", one["ID"], one["message"]))
    };
    messages.filter(is_bad).map(said).collect()
}

/// What our own rules say that EPUBCheck has none for.
const OURS: &[&str] = &["family-unexpected", "font-missing"];

#[test]
fn what_pack_passes_epubcheck_opens_and_check_accepts() {
    let Some(jar) = jar() else { return skip("no EPUBCheck") };
    let tries = std::env::var("CONCBOOK_FUZZ").ok();
    let tries: usize = tries.map_or(10, |tries| tries.parse().unwrap());
    let mut chance = Chance(23);
    let mut dir = TempBook::new().file("Many.java", MANY);
    let mut names = Vec::new();
    for number in 0..tries {
        let all =
            [("s.svg", SVG), ("a.xhtml", PAGE), ("nav.xhtml", NAV), ("toc.ncx", NCX)];
        let which = chance.below(all.len());
        let own = |(at, (name, text)): (usize, (&str, &str))| {
            let text = if at == which { chance.spoil(text) } else { text.to_owned() };
            (name.to_owned(), text)
        };
        let files: Vec<_> = all.into_iter().enumerate().map(own).collect();
        let name = format!("in/{number}.epub");
        dir = dir.file(&name, archive(&book(&files)));
        names.push(name);
    }
    let run = |args: &[&str], files: &[String]| {
        let files = files.iter().map(|file| dir.path(file).display().to_string());
        let args = args.iter().map(|&arg| match arg {
            "out" | "again" => dir.path(arg).display().to_string(),
            other => other.to_owned(),
        });
        concbook(args.chain(files))
    };
    let (_, _, said) = run(&["pack", "--no-cover", "-o", "out"], &names);
    let has_error = |name: &String| {
        let path = dir.path(name).display().to_string();
        said.lines().any(|line| line.starts_with(&path) && line.contains("error"))
    };
    let passed = names.iter().filter(|name| !has_error(name));
    let passed: Vec<String> = passed.map(|name| name.replace("in/", "out/")).collect();
    assert!(passed.len() >= tries / 6, "{} passed: {said}", passed.len());

    run(&["pack", "--no-cover", "-o", "again"], &passed);
    for name in &passed {
        let [once, twice] = [name.clone(), name.replace("out/", "again/")]
            .map(|name| std::fs::read(dir.path(&name)).unwrap());
        assert!(once == twice, "{name} is not packed to the same bytes");
    }
    let (_, json, _) = run(&["check", "--epubcheck=never", "--format=json"], &passed);
    let checked: Value = serde_json::from_str(&json).unwrap();
    let checked = if passed.len() == 1 {
        vec![checked]
    } else {
        checked["files"].as_array().unwrap().clone()
    };
    let errors = |one: &Value| -> Vec<String> {
        let is_own = |one: &&Value| {
            one["severity"] == "error" && !OURS.iter().any(|own| one["code"] == *own)
        };
        let findings = one["findings"].as_array().unwrap().iter();
        findings
            .filter(is_own)
            .map(|one| format!("{}: {}", one["code"], one["message"]))
            .collect()
    };
    let ours: BTreeMap<&String, Vec<String>> =
        passed.iter().zip(checked.iter().map(errors)).collect();

    let files = passed.iter().map(|name| dir.path(name));
    let judge = Process::new("java").arg("-cp").arg(jar).arg(dir.path("Many.java"));
    judge.args(files).run().unwrap();
    let mut wrong = Vec::new();
    for (name, ours) in ours {
        let theirs = theirs(&dir.path(name).display().to_string());
        wrong.extend(
            theirs.iter().filter(|one| one.0).map(|one| format!("{name}: {}", one.1)),
        );
        if theirs.is_empty() {
            wrong
                .extend(ours.into_iter().map(|one| format!("{name}, ours alone: {one}")));
        }
    }
    if std::env::var_os("CONCBOOK_FUZZ").is_some() {
        eprintln!("{tries} books, {} of them passed", passed.len());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
