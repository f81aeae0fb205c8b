//! A worker: it runs one job after the other, each in a fresh copy of the tree.

use super::cache::Files;
use super::judge::{Attempt, judge};
use super::languages::{self, All, Built, Line, Places, Recipe};
use super::plan::{Done, Job, Runner};
use super::{Options, Source, Status};
use crate::fsx;
use crate::listings::instrument::instrument;
use crate::listings::paths::in_tree;
use crate::listings::run::Target;
use crate::sandbox::{Command, End, Isolation, Limits, Ran, Sandbox, Script, Tree, Warm};
use concfilter::error::Result;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What holds for all workers.
pub(super) struct Setting<'a> {
    pub source: Source<'a>,
    pub sandbox: &'a Sandbox,
    /// Where compilers write.
    pub scratch: PathBuf,
    /// Variables that all commands have.
    pub env: Vec<(String, String)>,
    files: &'a Files,
    /// Whether Python runs in warm processes.
    warm: bool,
    /// Folders that outlive the run, for what compilers keep.
    kept: Vec<PathBuf>,
}

impl<'a> Setting<'a> {
    pub(super) fn new(
        source: Source<'a>,
        sandbox: &'a Sandbox,
        options: &Options,
        scratch: &Path,
        files: &'a Files,
    ) -> Self {
        let go = options.cache.as_deref().unwrap_or(scratch).join("go-build");
        let go = std::path::absolute(&go).unwrap_or(go);
        Self {
            source,
            sandbox,
            env: environment(&go),
            scratch: scratch.to_owned(),
            files,
            warm: !options.fresh && options.isolation != Isolation::Process,
            kept: vec![go],
        }
    }
}

/// What every listing finds in its environment: the same on every machine, but for where its
/// toolchain is.
fn environment(go: &Path) -> Vec<(String, String)> {
    const KEPT: &[&str] = &[
        "PATH",
        "JAVA_HOME",
        "GOROOT",
        "RUSTUP_HOME",
        "CARGO_HOME",
        "RUSTUP_TOOLCHAIN",
        "VIRTUAL_ENV",
        "LD_LIBRARY_PATH",
        "NODE_PATH",
        "GEM_PATH",
        "SSL_CERT_FILE",
    ];
    let mut all: Vec<(String, String)> = KEPT
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)))
        .collect();
    let home = std::env::var("HOME").unwrap_or_default();
    let mut set = |name: &str, value: &str| {
        if !all.iter().any(|(known, _)| known == name) {
            all.push((name.to_owned(), value.to_owned()));
        }
    };
    for (name, value) in [
        ("PYTHONHASHSEED", "0"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("TZ", "UTC"),
        ("LC_ALL", "C.UTF-8"),
        ("LANG", "C.UTF-8"),
        ("COLUMNS", "80"),
        ("LINES", "24"),
        ("TERM", "dumb"),
        ("NO_COLOR", "1"),
        ("PYTHON_COLORS", "0"),
        ("GOTOOLCHAIN", "local"),
        ("GOPROXY", "off"),
        ("GOFLAGS", "-mod=mod"),
    ] {
        set(name, value);
    }
    set("GOCACHE", &go.display().to_string());
    if !home.is_empty() {
        set("PYTHONUSERBASE", &format!("{home}/.local"));
        set("GOPATH", &format!("{home}/go"));
        set("RUSTUP_HOME", &format!("{home}/.rustup"));
        set("CARGO_HOME", &format!("{home}/.cargo"));
    }
    all
}

/// Runs jobs in its own copy of the tree.
pub(super) struct Worker<'a> {
    setting: &'a Setting<'a>,
    jobs: &'a [Job],
    built: &'a All,
    /// Where the tree lay that compilers were given.
    compiled_in: &'a PathBuf,
    tree: Tree,
    out: PathBuf,
    warm: Option<Warm>,
    /// A warm Python could not be started, or broke down: none is tried again.
    cold: bool,
}

impl<'a> Worker<'a> {
    pub(super) fn new(
        setting: &'a Setting<'a>,
        jobs: &'a [Job],
        (built, compiled_in): (&'a All, &'a PathBuf),
        files: &[(String, Vec<u8>)],
        number: usize,
    ) -> Result<Self> {
        let out = setting.scratch.join(format!("worker-{number}"));
        fsx::create_dir_all(&out)?;
        for dir in &setting.kept {
            fsx::create_dir_all(dir)?;
        }
        Ok(Self {
            setting,
            jobs,
            built,
            compiled_in,
            tree: Tree::new(files)?,
            out,
            warm: None,
            cold: !setting.warm,
        })
    }

    /// Runs the job with this number.
    pub(super) fn run(&mut self, number: usize) -> Result<Done> {
        let job = &self.jobs[number];
        let start = Instant::now();
        let mut done = match self.before(job)? {
            Some(reason) => Done {
                status: Some(Status::Failed),
                finding: Some(super::judge::unready(job, self.setting.source, &reason)),
                reason: Some(reason),
                ..Done::default()
            },
            None => self.attempts(number, job)?,
        };
        self.tree.mend()?;
        done.elapsed = start.elapsed();
        Ok(done)
    }

    /// Runs what the job needs before it; why it cannot, where that fails.
    fn before(&mut self, job: &Job) -> Result<Option<String>> {
        for needed in &job.before {
            let is_it = |other: &&Job| other.target == Target::Program(*needed);
            let Some(at) = self.jobs.iter().position(|one| is_it(&one)) else { continue };
            let needed = &self.jobs[at];
            // What has to end badly has done so where it was judged.
            if needed.tags.expected() != concfilter::tags::Expect::Ok
                || needed.tool.is_none()
            {
                continue;
            }
            let attempt = self.once(at, needed, None, false)?;
            let ended = attempt.ran.as_ref().is_none_or(|ran| ran.end == End::Exit(0));
            if attempt.refused.is_some() || !ended {
                let reason =
                    format!("was not run: {}, which it needs, fails", needed.path);
                return Ok(Some(reason));
            }
        }
        Ok(None)
    }

    /// The tree as a job found it the first time.
    fn anew(&mut self, job: &Job) -> Result<()> {
        self.tree.mend()?;
        self.before(job)?;
        Ok(())
    }

    /// Runs a job until it is clear what it does. A warm Python may be to blame for a failure, and
    /// so may the marks that were put into the text.
    fn attempts(&mut self, number: usize, job: &Job) -> Result<Done> {
        let program = &self.setting.source.book.programs[job.program];
        let is_program = matches!(job.target, Target::Program(_));
        let marks = is_program.then(|| instrument(program, &job.expected));
        let marks = marks.filter(|marks| marks.marked).map(|marks| marks.code);
        let marks = marks.as_deref();
        let mut read = None;
        if self.may_be_warm(number, job) {
            let attempt = self.once(number, job, marks, true)?;
            let done = judge(job, self.setting.source, attempt);
            if done.status == Some(Status::Passed) {
                return Ok(done);
            }
            read = done.read;
            self.anew(job)?;
        }
        let attempt = self.once(number, job, marks, false)?;
        let mut done = judge(job, self.setting.source, attempt);
        let ended_well = done.printed.as_ref().is_some_and(|one| one.ended_well);
        if marks.is_some() && !ended_well {
            self.anew(job)?;
            let attempt = self.once(number, job, None, false)?;
            done = judge(job, self.setting.source, attempt);
        }
        if done.read.is_none() {
            done.read = read;
        }
        Ok(done)
    }

    fn may_be_warm(&self, number: usize, job: &Job) -> bool {
        let tags = &job.tags;
        job.runner == Runner::Python
            && !self.cold
            && !tags.fresh
            && !tags.network
            && job.command.is_none()
            && self.recipe(number, job).is_ok_and(|recipe| recipe.is_script)
    }

    fn recipe(&self, number: usize, job: &Job) -> std::result::Result<Recipe, String> {
        match self.built.get(&number) {
            Some(Built::Ready(recipe)) => Ok(recipe.clone()),
            Some(Built::Refused(message)) => Err(message.clone()),
            None => Ok(languages::recipe(job, self.setting.source, self.places())),
        }
    }

    fn places(&self) -> Places<'_> {
        Places { tree: self.tree.path(), out: &self.out }
    }

    /// Compiles and runs a job once.
    fn once(
        &mut self,
        number: usize,
        job: &Job,
        marks: Option<&str>,
        warm: bool,
    ) -> Result<Attempt> {
        let source = self.setting.source;
        let program = &source.book.programs[job.program];
        let limits = Limits { time: job.limit, ..Limits::default() };
        let start = Instant::now();
        let mut recipe = self.recipe(number, job);
        // What was compiled beforehand has the marks in it; Java is compiled no other way.
        if self.built.contains_key(&number)
            && job.runner != Runner::Java
            && (marks.is_none() || recipe.is_err())
            && instrument(program, &job.expected).marked
        {
            recipe = Ok(languages::recipe(job, source, self.places()));
        }
        if let Some(code) = marks {
            self.tree.set(&job.path, code.as_bytes().to_vec())?;
        }
        let mut refused = None;
        let mut ran = None;
        match recipe {
            Err(message) => refused = Some(message),
            Ok(recipe) => {
                if let Some(compile) = recipe.compile {
                    let limits = Limits { time: Duration::from_mins(5), ..compiling() };
                    let made = self.start(job, compile, limits, None)?;
                    if made.end != End::Exit(0) {
                        let said = [&made.stderr[..], &made.stdout[..]].concat();
                        refused = Some(String::from_utf8_lossy(&said).into_owned());
                    }
                }
                if let (None, Some(run)) = (&refused, recipe.run) {
                    let stdin = self.stdin(job);
                    ran = Some(if warm && recipe.is_script {
                        self.warm(job, run, &limits, stdin)?
                    } else {
                        self.start(job, run, limits.clone(), stdin)?
                    });
                }
            }
        }
        if marks.is_some() {
            self.tree.set(&job.path, program.code.clone().into_bytes())?;
        }
        let elapsed = start.elapsed();
        Ok(Attempt {
            refused,
            ran,
            trees: [self.tree.path().to_owned(), self.compiled_in.clone()],
            limits,
            elapsed,
        })
    }

    /// What a job reads as standard input.
    fn stdin(&self, job: &Job) -> Option<Vec<u8>> {
        let source = self.setting.source;
        let name = job.tags.stdin.as_ref()?;
        let program = source.book.programs.get(job.program)?;
        let named = source.book.named(program.chapter, name).map(|one| one.path.clone());
        let folder = source.book.folders.get(program.chapter).map_or("", String::as_str);
        let path = named.unwrap_or_else(|| in_tree(name, folder, &source.settings.roots));
        self.setting.files.get(&path).cloned()
    }

    /// Runs a file in the warm Python; in a fresh process where there is none.
    fn warm(
        &mut self,
        job: &Job,
        run: Line,
        limits: &Limits,
        stdin: Option<Vec<u8>>,
    ) -> Result<Ran> {
        if self.warm.is_none() {
            let mut env = self.setting.env.clone();
            env.extend(self.own_env());
            let modules = languages::preload(self.jobs, self.setting.source);
            let started = Warm::start(
                self.setting.sandbox,
                &job.program_of_tool(),
                self.tree.path(),
                &env,
                &modules,
                &self.writable(),
            );
            match started {
                Ok(warm) => self.warm = Some(warm),
                Err(_) => self.cold = true,
            }
        }
        let Some(warm) = &mut self.warm else {
            return self.start(job, run, limits.clone(), stdin);
        };
        let script = Script {
            path: job.path.clone(),
            args: job.tags.args.clone(),
            env: job.tags.env.clone(),
            stdin: stdin.clone(),
            limits: limits.clone(),
        };
        if let Ok(ran) = warm.run(&script) {
            return Ok(ran);
        }
        // Another is started for the next listing.
        self.warm = None;
        self.start(job, run, limits.clone(), stdin)
    }

    /// Runs a command in a process of its own.
    fn start(
        &self,
        job: &Job,
        line: Line,
        limits: Limits,
        stdin: Option<Vec<u8>>,
    ) -> Result<Ran> {
        let mut env = self.setting.env.clone();
        env.extend(self.own_env());
        env.extend(line.env);
        env.extend(job.tags.env.iter().cloned());
        self.setting.sandbox.run(&Command {
            program: line.program,
            args: line.args,
            env,
            dir: line.dir.unwrap_or_else(|| self.tree.path().join(job.folder())),
            stdin,
            network: job.tags.network,
            limits,
            writable: self.writable(),
        })
    }

    fn own_env(&self) -> Vec<(String, String)> {
        // Listings at the top of the tree are there for all chapters.
        vec![("PYTHONPATH".to_owned(), self.tree.path().display().to_string())]
    }

    fn writable(&self) -> Vec<PathBuf> {
        let mut all = vec![self.tree.path().to_owned(), self.out.clone()];
        all.extend(self.setting.kept.iter().cloned());
        all
    }
}

/// Compilers take more than most programs.
fn compiling() -> Limits {
    Limits { memory: 8 << 30, file: 1 << 30, ..Limits::default() }
}
