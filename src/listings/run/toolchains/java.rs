//! Java: all files of a source root in one call, every root in one virtual machine; then a start a
//! program.

use super::{
    Batch, BatchResult, Builds, CommandLine, Compiler, Probe, Steps, Task, Toolchain,
    command, words,
};
use crate::fsx;
use crate::listings::Program;
use crate::listings::run::RunInput;
use crate::proc::PATH_SEPARATOR;
use concfilter::error::Result;
use concfilter::lang;
use concfilter::tags::Expect;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The toolchain of Java.
#[derive(Debug)]
pub(super) struct Java;

impl Toolchain for Java {
    fn language(&self) -> &'static str {
        "java"
    }

    fn probe(&self) -> Option<&Probe> {
        const PROBE: Probe = Probe {
            names: &["java"],
            args: &["-version"],
            also: &["javac"],
            product: "a JDK",
        };
        Some(&PROBE)
    }

    fn no_program(&self, name: &str) -> Option<&'static str> {
        let declares = matches!(name, "package-info.java" | "module-info.java");
        declares.then_some("it declares no program")
    }

    fn compiles_for_commands(&self) -> bool {
        true
    }

    /// Nothing: all Java is compiled together.
    fn steps(&self, _task: &Task<'_>) -> Steps {
        Steps::default()
    }

    fn batch(&self) -> Option<Batch> {
        Some(Batch::always(compile))
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(200)
    }
}

/// The program that compiles.
const COMPILE: &str = include_str!("Compile.java");

/// The files of one source root.
struct SourceRoot<'a> {
    root: String,
    out: PathBuf,
    programs: Vec<&'a Program>,
}

/// Compiles all Java of the book whose root holds a unit that is to be run.
fn compile(tasks: &[(usize, Task<'_>)], compiler: &Compiler<'_>) -> Result<Builds> {
    let mut builds = Builds::new();
    let Some((_, first)) = tasks.first() else { return Ok(builds) };
    let groups = groups(tasks, first);
    let mut request = String::new();
    let mut shared: Vec<String> = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        fsx::create_dir_all(&group.out)?;
        let path = class_path(&shared, first.tree);
        let _ = writeln!(request, "group\t{}\t{path}", group.out.display());
        for (at, program) in group.programs.iter().enumerate() {
            let file = first.tree.join(&program.path);
            if program.tags.expected() == Expect::CompileError {
                let out = first.out.join(format!("java-alone-{number}-{at}"));
                fsx::create_dir_all(&out)?;
                let _ = writeln!(request, "alone\t{}\t{}", file.display(), out.display());
            } else {
                let _ = writeln!(request, "file\t{}", file.display());
            }
        }
        // What stands at the top of the tree is there for all chapters.
        if is_shared(&group.root, first.input) {
            shared.push(group.out.display().to_string());
        }
    }
    let compile = first.out.join("Compile.java");
    fsx::write_atomic(&compile, COMPILE.as_bytes())?;
    let mut args = words(&["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);
    args.push(compile.into_os_string());
    let line = first.line(args);
    let ran = compiler.run(line, Some(request.into_bytes()), first.out)?;
    let answers = answers(&String::from_utf8_lossy(&ran.stdout));
    for (number, task) in tasks {
        let path = task.path().display().to_string();
        let has_it = |group: &&SourceRoot<'_>| {
            group.programs.iter().any(|program| program.path == task.unit.path)
        };
        let built = match (answers.get(&path), groups.iter().find(has_it)) {
            (Some(None), Some(group)) => BatchResult::Ready(start(task, group, &shared)),
            (Some(Some(message)), _) => BatchResult::Refused(message.clone()),
            _ => BatchResult::Refused(format!(
                "the compiler gave no answer: {}",
                String::from_utf8_lossy(&ran.stderr)
            )),
        };
        builds.insert(*number, built);
    }
    Ok(builds)
}

/// The groups that hold a unit or that all may use, those first.
fn groups<'a>(tasks: &[(usize, Task<'a>)], first: &Task<'a>) -> Vec<SourceRoot<'a>> {
    let input = first.input;
    let mut roots: BTreeMap<(bool, String), Vec<&Program>> = BTreeMap::new();
    for program in &input.book.programs {
        if lang::of_file(&program.path) == Some("java") {
            let root = root(program);
            let is_shared = is_shared(&root, input);
            roots.entry((!is_shared, root)).or_default().push(program);
        }
    }
    let is_wanted = |programs: &[&Program]| {
        tasks.iter().any(|(_, task)| {
            programs.iter().any(|program| program.path == task.unit.path)
        })
    };
    roots.retain(|(is_own, _), programs| !is_own || is_wanted(programs));
    let group = |(number, ((_, root), programs))| {
        let out = first.out.join(format!("java-{number}"));
        SourceRoot { root, out, programs }
    };
    roots.into_iter().enumerate().map(group).collect()
}

/// Whether the files of a root are there for all chapters.
fn is_shared(root: &str, input: RunInput<'_>) -> bool {
    let settings = input.settings;
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
    // Without a package there is no folder of one.
    let folders = package.unwrap_or_default().replace('.', "/");
    let root = folder.strip_suffix(&*folders).filter(|_| !folders.is_empty());
    root.map_or(folder, |root| root.trim_end_matches('/')).to_owned()
}

fn class_path(outs: &[String], tree: &Path) -> String {
    let mut parts = outs.to_vec();
    parts.push(tree.display().to_string());
    parts.extend(std::env::var("CLASSPATH").ok().filter(|path| !path.is_empty()));
    parts.join(PATH_SEPARATOR)
}

/// How a class is started.
fn start(task: &Task<'_>, group: &SourceRoot<'_>, shared: &[String]) -> Steps {
    let unit = task.unit;
    let parts = [
        group.out.display().to_string(),
        task.tree.join(&group.root).display().to_string(),
        class_path(shared, task.tree),
    ];
    let env = vec![("CLASSPATH".to_owned(), parts.join(PATH_SEPARATOR))];
    if unit.command.is_some() {
        let mut steps = command::steps(task);
        if let Some(run) = &mut steps.run {
            run.env = env;
        }
        return steps;
    }
    let main = unit.tags.main.clone();
    let Some(class) = main.or_else(|| main_class(task.code(), unit.stem())) else {
        return Steps::default();
    };
    let package = unit.path.strip_prefix(&group.root).unwrap_or(&unit.path);
    let package = package.trim_start_matches('/').rsplit_once('/').map_or("", |at| at.0);
    let class = match package {
        "" => class,
        _ if class.contains('.') => class,
        package => format!("{}.{class}", package.replace('/', ".")),
    };
    let mut args: Vec<OsString> = Vec::new();
    // A program that chooses its own collector has the last word.
    if !unit.tags.jvmargs.iter().any(|word| word.contains("GC")) {
        args.push("-XX:+UseSerialGC".into());
    }
    args.extend(words(&["-XX:TieredStopAtLevel=1", "-Xshare:auto"]));
    args.extend(unit.tags.jvmargs.iter().map(OsString::from));
    args.push(class.into());
    args.extend(task.args());
    Steps::start(CommandLine { program: task.program(), args, env, dir: None })
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
fn answers(messages: &str) -> BTreeMap<String, Option<String>> {
    let mut all = BTreeMap::new();
    for line in messages.lines() {
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
        let found = answers("ok\t/a\nrefused\t/b\tx\\ny\\\\n\nnoise");
        assert_eq!(found.get("/a"), Some(&None));
        assert_eq!(found.get("/b"), Some(&Some("x\ny\\n".to_owned())));
    }
}
