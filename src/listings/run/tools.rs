//! Toolchains: where they are, and which versions.

use super::cache::Cache;
use super::plan::{Done, Job, Plan, Runner, is_python};
use super::{Source, Status};
use crate::finding::{Code, Finding};
use crate::fsx;
use crate::proc::{self, Process};
use crate::report::count;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A toolchain that is there.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Tool {
    /// The program that is started.
    pub program: PathBuf,
    /// The parts of its version.
    pub version: Vec<u32>,
}

/// How a toolchain is asked for its version, and what else has to be there.
struct Probe {
    language: &'static str,
    names: &'static [&'static str],
    args: &'static [&'static str],
    also: &'static [&'static str],
    /// What an author installs.
    hint: &'static str,
}

/// The interpreter itself is asked where it is: what is on `PATH` may be a script that chooses
/// one each time, for three times what a listing takes.
const PYTHON: &str =
    "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])";

const PROBES: &[Probe] = &[
    probe("python", &["python3", "python"], &["-c", PYTHON], &[], "Python 3"),
    probe("rust", &["rustc"], &["--version"], &[], "Rust"),
    probe("go", &["go"], &["version"], &[], "Go"),
    probe("java", &["java"], &["-version"], &["javac"], "a JDK"),
    probe("kotlin", &["kotlinc"], &["-version"], &["java"], "Kotlin's compiler"),
    probe("javascript", &["node", "nodejs"], &["--version"], &[], "Node.js"),
    probe("typescript", &["tsc"], &["--version"], &["node"], "TypeScript's compiler"),
    probe("c", &["cc", "gcc", "clang"], &["--version"], &[], "a C compiler"),
    probe("cpp", &["c++", "g++", "clang++"], &["--version"], &[], "a C++ compiler"),
    probe("bash", &["bash", "sh"], &["--version"], &[], "bash"),
    probe("ruby", &["ruby"], &["--version"], &[], "Ruby"),
    probe("perl", &["perl"], &["--version"], &[], "Perl"),
    probe("php", &["php"], &["--version"], &[], "PHP"),
    probe("lua", &["lua", "lua5.4", "lua5.3"], &["-v"], &[], "Lua"),
];

const fn probe(
    language: &'static str,
    names: &'static [&'static str],
    args: &'static [&'static str],
    also: &'static [&'static str],
    hint: &'static str,
) -> Probe {
    Probe { language, names, args, also, hint }
}

/// Finds the toolchain of each job; jobs whose toolchain is missing or too old are skipped. What
/// is missing is an error, unless the book says that it may be.
pub(super) fn find(
    plan: &mut Plan,
    source: Source<'_>,
    cache: &mut Cache,
) -> Vec<Finding> {
    let mut known: BTreeMap<String, Option<Tool>> = BTreeMap::new();
    let mut missing: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, job) in plan.jobs.iter_mut().enumerate() {
        let mut look = |language: &str| {
            let find = || {
                let signature = signature(language, source);
                cache.tool(language, &signature, || named(language, source))
            };
            known.entry(language.to_owned()).or_insert_with(find).clone()
        };
        job.tool = look(&job.language);
        let is_ours = !matches!(job.runner, Runner::Command);
        if is_ours && job.tool.is_none() {
            if !job.selected {
                continue;
            }
            missing.entry(job.language.clone()).or_default().push(number);
            continue;
        }
        if let Some(since) = &job.tags.since {
            let tool = if since.tool == job.language {
                job.tool.clone()
            } else {
                look(&since.tool)
            };
            let here = tool.map_or_else(Vec::new, |tool| tool.version);
            if here < since.version {
                let here: Vec<String> = here.iter().map(u32::to_string).collect();
                let here = match here.join(".") {
                    none if none.is_empty() => "none".to_owned(),
                    version => version,
                };
                let reason = format!("it needs {since}, and here is {here}");
                job.result = Some(skipped(reason));
            }
        }
    }
    let mut findings = Vec::new();
    for (language, jobs) in missing {
        let is_optional = source.settings.optional.has(&language);
        let what = PROBES.iter().find(|one| one.language == language);
        let what = what.map_or(&*language, |probe| probe.hint);
        let first = plan.jobs[jobs[0]].place(source.book);
        for &job in &jobs {
            plan.jobs[job].result = Some(skipped(format!("{what} is not installed")));
        }
        if !is_optional {
            let message = format!(
                "{what} is not installed, which {} in {language} {}",
                count(jobs.len(), "listing"),
                if jobs.len() == 1 { "needs" } else { "need" }
            );
            findings.push(Finding::new(Code::ListingToolchain, first, message).hint(
                format!(
                    "Install it, name a command under listings: commands:, or write \
                     `listings: {{optional: [{language}]}}` in book.yaml"
                ),
            ));
        }
    }
    findings
}

fn skipped(reason: String) -> Done {
    Done { status: Some(Status::Skipped), reason: Some(reason), ..Done::default() }
}

/// The toolchain of a language: the interpreter that the book names, else the one on `PATH`.
fn named(language: &str, source: Source<'_>) -> Option<Tool> {
    let probe = PROBES.iter().find(|one| one.language == language)?;
    let own = source.settings.commands.iter().find(|(name, _)| *name == language);
    let own = own.filter(|(name, command)| is_python(name, command));
    if let Some((_, name)) = own {
        let beside = source.dir.join(name);
        let is_path = name.contains('/') && beside.is_file();
        let program =
            if is_path { std::path::absolute(beside).ok() } else { proc::find(name) };
        return ask(probe, &program?, source.dir);
    }
    if probe.also.iter().any(|name| proc::find(name).is_none()) {
        return None;
    }
    // What stands on PATH may be a link to nowhere, or want a version that is not there.
    let mut found = probe.names.iter().filter_map(|name| proc::find(name));
    found.find_map(|program| ask(probe, &program, source.dir))
}

fn ask(probe: &Probe, program: &Path, dir: &Path) -> Option<Tool> {
    let mut program = program.to_owned();
    if probe.language == "rust" {
        // What is on PATH may choose among toolchains each time.
        let root = said(&program, &["--print", "sysroot"], dir)?;
        let own = Path::new(root.trim()).join("bin/rustc");
        program = if own.is_file() { own } else { program };
    }
    let said = said(&program, probe.args, dir)?;
    let mut lines = said.lines();
    if probe.language == "python" {
        let own = PathBuf::from(lines.next()?);
        program = if own.is_file() { own } else { program };
    }
    let version = lines.find_map(self::version)?;
    Some(Tool { program, version })
}

/// What a program says; `None` where it fails.
fn said(program: &Path, args: &[&str], dir: &Path) -> Option<String> {
    let process = Process::new(program).args(args).dir(dir);
    let outcome = process.limit(Duration::from_mins(1)).run().ok()?;
    let said = String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr;
    outcome.status.success().then_some(said)
}

/// What decides which toolchain is found: when it is the same, the same one is.
fn signature(language: &str, source: Source<'_>) -> String {
    const VARIABLES: &[&str] = &[
        "ASDF_DATA_DIR",
        "JAVA_HOME",
        "PATH",
        "PYENV_ROOT",
        "PYENV_VERSION",
        "RUSTUP_TOOLCHAIN",
        "VIRTUAL_ENV",
    ];
    const BESIDE: &[&str] = &[
        ".nvmrc",
        ".python-version",
        ".sdkmanrc",
        ".tool-versions",
        "mise.toml",
        "rust-toolchain",
        "rust-toolchain.toml",
    ];
    const AT_HOME: &[&str] =
        &[".pyenv/version", ".rustup/settings.toml", ".tool-versions"];
    let mut all = String::new();
    for name in VARIABLES {
        let value = std::env::var(name).unwrap_or_default();
        all.extend([name, "=", &*value, "\n"]);
    }
    let dir = std::path::absolute(source.dir).unwrap_or_default();
    let above = dir.ancestors().flat_map(|dir| BESIDE.iter().map(|name| dir.join(name)));
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let at_home = home.iter().flat_map(|home| AT_HOME.iter().map(|name| home.join(name)));
    for file in above.chain(at_home).filter(|file| file.is_file()) {
        all.push_str(&fsx::read_text(&file).unwrap_or_default());
    }
    let own = source.settings.commands.iter().filter(|(name, _)| name == language);
    let own = own.map(|(_, command)| source.dir.join(command));
    let probe = PROBES.iter().find(|one| one.language == language);
    let names = probe.into_iter().flat_map(|probe| probe.names.iter().chain(probe.also));
    for program in own.chain(names.filter_map(|name| proc::find(name))) {
        let changed = fsx::modified(&program).ok();
        let _ = writeln!(all, "{} {changed:?}", program.display());
    }
    all
}

/// The first version in a line.
fn version(line: &str) -> Option<Vec<u32>> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    line.split(|c: char| !is_part(c)).find_map(|word| {
        let word = word.trim_matches('.');
        let parts: Option<Vec<u32>> =
            word.split('.').map(|part| part.parse().ok()).collect();
        parts.filter(|parts| parts.len() > 1 || word.len() > 1)
    })
}

impl Job {
    /// The program of the job's toolchain; a name where it has none.
    pub(super) fn program_of_tool(&self) -> PathBuf {
        self.tool.as_ref().map_or_else(|| "sh".into(), |tool| tool.program.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_tools_say() {
        for (line, wanted) in [
            ("rustc 1.95.0 (59807616e 2026-04-14)", Some(vec![1, 95, 0])),
            ("go version go1.19.8 linux/amd64", Some(vec![1, 19, 8])),
            ("openjdk version \"17.0.15\" 2025-04-15", Some(vec![17, 0, 15])),
            ("openjdk version \"21\" 2025-04-15", Some(vec![21])),
            ("info: kotlinc-jvm 1.3-SNAPSHOT (JRE 17)", Some(vec![1, 3])),
            ("v20.20.2", Some(vec![20, 20, 2])),
            ("cc (Debian 12.2.0-14) 12.2.0", Some(vec![12, 2, 0])),
            ("This is perl 5, version 36, subversion 0 (v5.36.0)", Some(vec![36])),
            ("no version", None),
        ] {
            assert_eq!(version(line), wanted, "{line}");
        }
    }
}
