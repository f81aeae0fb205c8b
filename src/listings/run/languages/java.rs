//! Java: all files of a source root in one call, every root in one virtual machine; then a start a
//! program.

use super::{All, Built, Compiler, Line, Places, Recipe, command, owned, words};
use crate::fsx;
use crate::listings::Program;
use crate::listings::run::Source;
use crate::listings::run::plan::{Job, Plan};
use concfilter::error::Result;
use concfilter::lang;
use concfilter::tags::Expect;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::PathBuf;

/// The program that compiles.
const COMPILE: &str = include_str!("Compile.java");

/// The files of one source root.
struct Group<'a> {
    root: String,
    out: PathBuf,
    programs: Vec<&'a Program>,
}

/// Compiles all Java of the book whose root holds a job that is to be run.
pub(super) fn compile(
    plan: &Plan,
    jobs: &[usize],
    source: Source<'_>,
    places: Places<'_>,
    compiler: &Compiler<'_>,
    all: &mut All,
) -> Result<()> {
    let groups = groups(plan, jobs, source, places);
    let mut said = String::new();
    let mut outs: Vec<String> = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        fsx::create_dir_all(&group.out)?;
        let path = class_path(&outs, places);
        let _ = writeln!(said, "group\t{}\t{path}", group.out.display());
        for (at, program) in group.programs.iter().enumerate() {
            let file = places.tree.join(&program.path);
            if program.tags.expected() == Expect::CompileError {
                let out = places.out.join(format!("java-alone-{number}-{at}"));
                fsx::create_dir_all(&out)?;
                let _ = writeln!(said, "alone\t{}\t{}", file.display(), out.display());
            } else {
                let _ = writeln!(said, "file\t{}", file.display());
            }
        }
        // What stands at the top of the tree is there for all chapters.
        if is_shared(&group.root, source) {
            outs.push(group.out.display().to_string());
        }
    }
    let compile = places.out.join("Compile.java");
    fsx::write_atomic(&compile, COMPILE.as_bytes())?;
    let Some(first) = jobs.first() else { return Ok(()) };
    let mut args = words(&["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);
    args.push(compile.into_os_string());
    let program = plan.jobs[*first].program_of_tool();
    let line = Line { program, args, ..Line::default() };
    let ran = compiler.run(line, Some(said.into_bytes()), places.out)?;
    let answers = answers(&String::from_utf8_lossy(&ran.stdout));
    for number in jobs {
        let job = &plan.jobs[*number];
        let path = places.tree.join(&job.path).display().to_string();
        let group = groups
            .iter()
            .find(|one| one.programs.iter().any(|program| program.path == job.path));
        let built = match (answers.get(&path), group) {
            (Some(None), Some(group)) => {
                Built::Ready(start(job, source, group, &outs, places))
            }
            (Some(Some(message)), _) => Built::Refused(message.clone()),
            _ => Built::Refused(format!(
                "the compiler gave no answer: {}",
                String::from_utf8_lossy(&ran.stderr)
            )),
        };
        all.insert(*number, built);
    }
    Ok(())
}

/// The groups that hold a job or that all may use, those first.
fn groups<'a>(
    plan: &Plan,
    jobs: &[usize],
    source: Source<'a>,
    places: Places<'_>,
) -> Vec<Group<'a>> {
    let mut roots: BTreeMap<(bool, String), Vec<&Program>> = BTreeMap::new();
    for program in &source.book.programs {
        if lang::of_file(&program.path) == Some("java") {
            let root = root(program);
            let shared = is_shared(&root, source);
            roots.entry((!shared, root)).or_default().push(program);
        }
    }
    let is_wanted = |programs: &[&Program]| {
        jobs.iter().any(|job| {
            programs.iter().any(|program| program.path == plan.jobs[*job].path)
        })
    };
    roots.retain(|(own, _), programs| !own || is_wanted(programs));
    let group = |(number, ((_, root), programs))| {
        let out = places.out.join(format!("java-{number}"));
        Group { root, out, programs }
    };
    roots.into_iter().enumerate().map(group).collect()
}

/// Whether the files of a root are there for all chapters.
fn is_shared(root: &str, source: Source<'_>) -> bool {
    let settings = source.settings;
    root.is_empty()
        || settings
            .roots
            .iter()
            .any(|one| one == root || root.starts_with(&format!("{one}/")))
}

/// The folder that a file's package begins below.
fn root(program: &Program) -> String {
    let folder = program.path.rsplit_once('/').map_or("", |at| at.0);
    let package = program.code.lines().find_map(|line| {
        line.trim().strip_prefix("package ")?.split(';').next().map(str::trim)
    });
    let below = package.unwrap_or_default().replace('.', "/");
    let root = folder.strip_suffix(&*below).filter(|_| !below.is_empty());
    root.map_or(folder, |root| root.trim_end_matches('/')).to_owned()
}

fn class_path(outs: &[String], places: Places<'_>) -> String {
    let mut parts = outs.to_vec();
    parts.push(places.tree.display().to_string());
    parts.extend(std::env::var("CLASSPATH").ok().filter(|path| !path.is_empty()));
    parts.join(":")
}

/// How a class is started.
fn start(
    job: &Job,
    source: Source<'_>,
    group: &Group<'_>,
    outs: &[String],
    places: Places<'_>,
) -> Recipe {
    let mut parts = vec![
        group.out.display().to_string(),
        places.tree.join(&group.root).display().to_string(),
    ];
    parts.push(class_path(outs, places));
    let path = parts.join(":");
    let env = vec![("CLASSPATH".to_owned(), path)];
    if job.command.is_some() {
        let mut recipe = command::recipe(job, source, places);
        if let Some(run) = &mut recipe.run {
            run.env = env;
        }
        return recipe;
    }
    let program = &source.book.programs[job.program];
    let Some(class) =
        job.tags.main.clone().or_else(|| main_class(&program.code, job.stem()))
    else {
        return Recipe::default();
    };
    let package = job.path.strip_prefix(&group.root).unwrap_or(&job.path);
    let package = package.trim_start_matches('/').rsplit_once('/').map_or("", |at| at.0);
    let class = match package {
        "" => class,
        _ if class.contains('.') => class,
        package => format!("{}.{class}", package.replace('/', ".")),
    };
    let mut args: Vec<OsString> = Vec::new();
    // A program that chooses its own collector has the last word.
    if !job.tags.jvmargs.iter().any(|word| word.contains("GC")) {
        args.push("-XX:+UseSerialGC".into());
    }
    args.extend(words(&["-XX:TieredStopAtLevel=1", "-Xshare:auto"]));
    args.extend(owned(&job.tags.jvmargs));
    args.push(class.into());
    args.extend(owned(&job.tags.args));
    let run = Line { program: job.program_of_tool(), args, env, dir: None };
    Recipe { run: Some(run), ..Recipe::default() }
}

/// The class whose `main` a file has: the one with the file's name, else the last that is begun
/// before it.
fn main_class(code: &str, stem: &str) -> Option<String> {
    let at = code.find("void main(")?;
    let mut classes = code[..at].lines().filter_map(|line| {
        let mut words =
            line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
        words.find(|word| matches!(*word, "class" | "interface" | "enum" | "record"))?;
        // Inner classes are indented.
        let is_outer = !line.starts_with([' ', '\t']);
        words.next().filter(|name| is_outer && !name.is_empty()).map(str::to_owned)
    });
    let mut last = None;
    for class in classes.by_ref() {
        if class == stem {
            return Some(class);
        }
        last = Some(class);
    }
    last
}

/// Of each file whether it was refused, with the message.
fn answers(said: &str) -> BTreeMap<String, Option<String>> {
    let mut all = BTreeMap::new();
    for line in said.lines() {
        let mut words = line.splitn(3, '\t');
        match (words.next(), words.next(), words.next()) {
            (Some("ok"), Some(path), None) => all.insert(path.to_owned(), None),
            (Some("refused"), Some(path), Some(message)) => {
                all.insert(path.to_owned(), Some(unescape(message)))
            }
            _ => continue,
        };
    }
    all
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                other => out.extend(other),
            },
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_with_main_is_found() {
        let code = "// A.java\ninterface B {}\nclass C {\n  class D {}\n}\n\
                    public class A {\n  public static void main(String[] args) {}\n}\n";
        assert_eq!(main_class(code, "A").as_deref(), Some("A"));
        assert_eq!(main_class(code, "X").as_deref(), Some("A"));
        assert_eq!(main_class("class A {}", "A"), None);
        let told = answers("ok\t/a\nrefused\t/b\tx\\ny\\\\n\nnoise");
        assert_eq!(told.get("/a"), Some(&None));
        assert_eq!(told.get("/b"), Some(&Some("x\ny\\n".to_owned())));
    }
}
