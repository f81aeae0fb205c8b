//! The preview from its start to its end: it builds, waits for something to be saved, and builds again.

use super::changes::{FileChanges, WatchRoot};
use super::server::PreviewServer;
use super::state::{PreviewBuild, PreviewState};
use super::{Editor, browser};
use crate::finding::{Finding, Severity};
use crate::interrupt;
use crate::report::{self, count};
use concfilter::error::{Error, Result};
use concfilter::settings::Edition;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// How long nothing has to happen before a build begins: programs save in several steps.
const QUIET: Duration = Duration::from_millis(15);

/// How long a build is put off where something happens all the time.
const BUSY: Duration = Duration::from_millis(150);

/// How long a page has to show a build before the next one is prepared: both take time.
const SHOWN: Duration = Duration::from_millis(400);

/// What is previewed, and how.
#[derive(Debug)]
pub struct PreviewOptions {
    /// The port, where one is asked for.
    pub port: Option<u16>,
    /// Whether the author's browser opens it.
    pub opens: bool,
    /// The edition that is shown first.
    pub edition: Edition,
    /// What opens a place in a file.
    pub editor: Editor,
}

/// What the preview is told.
#[derive(Debug)]
pub(super) enum PreviewEvent {
    /// Something may have been saved.
    Disk,
    /// A page shows an edition that none showed before.
    Asked,
    /// Nobody can be served any more.
    Broken(Error),
    /// The author wants it to end.
    End,
}

/// How a preview makes a book.
pub trait BookBuilder {
    /// Builds these editions.
    ///
    /// # Errors
    /// The book cannot be built.
    fn build(&self, editions: &[Edition]) -> Result<PreviewBuild>;

    /// Makes ready what the next build begins with, while nothing is saved.
    fn prepare(&self);

    /// The folders that hold what the book is made of.
    fn roots(&self) -> BTreeSet<WatchRoot>;
}

/// Shows a book until the program is told to end.
///
/// # Errors
/// The port is taken, or the system lets nobody be served.
pub fn watch(options: &PreviewOptions, builder: &impl BookBuilder) -> Result<()> {
    let (sender, events) = mpsc::channel();
    let state = Arc::new(PreviewState::new(options.edition, options.editor.clone()));
    let ended = sender.clone();
    // Who ends it may do so before it has begun.
    interrupt::stop_by(Box::new(move || drop(ended.send(PreviewEvent::End))));
    let server = PreviewServer::start(options.port, Arc::clone(&state), sender.clone())?;
    report::note(&format!("{} (Ctrl-C ends it)", server.address()));
    if options.opens
        && let Err(error) = browser::open(&server.address())
    {
        report::error(&error);
    }
    let mut changes = FileChanges::of(builder.roots(), sender);
    let mut rebuilder = Rebuilder { builder, state: &state, reported: Vec::new() };
    rebuilder.make(true);
    // Whether the book may have named folders that are not watched yet.
    let mut is_unsure = false;
    let mut is_prepared = false;
    let result = loop {
        let patience = if is_prepared { changes.patience() } else { SHOWN };
        match wait(&events, patience) {
            WaitResult::End => break Ok(()),
            WaitResult::Broken(error) => break Err(error),
            WaitResult::Look => {}
            WaitResult::Quiet if !is_prepared => {
                builder.prepare();
                is_prepared = true;
            }
            // To read the book for this takes time that a page that loads has need of. One that cannot be built
            // has perhaps not said all of them.
            WaitResult::Quiet if is_unsure || state.is_broken() => {
                is_unsure = false;
                if changes.add_roots(builder.roots()) && state.is_broken() {
                    rebuilder.make(true);
                }
            }
            WaitResult::Quiet => {}
        }
        if changes.any() {
            rebuilder.make(true);
            (is_unsure, is_prepared) = (true, false);
        } else if state.lacks_one() {
            rebuilder.make(false);
            is_prepared = false;
        }
    };
    state.end();
    server.stop();
    result
}

/// What is to be done after waiting.
enum WaitResult {
    /// Something may have been saved.
    Look,
    /// Nothing was told for a while.
    Quiet,
    End,
    Broken(Error),
}

/// Waits until something happens, and then until nothing does.
fn wait(events: &Receiver<PreviewEvent>, patience: Duration) -> WaitResult {
    let mut left = patience;
    let mut since = None;
    loop {
        match events.recv_timeout(left) {
            Ok(PreviewEvent::End) => return WaitResult::End,
            Ok(PreviewEvent::Broken(error)) => return WaitResult::Broken(error),
            Ok(PreviewEvent::Asked) if since.is_none() => return WaitResult::Look,
            Ok(PreviewEvent::Disk | PreviewEvent::Asked) => {
                let start: &mut Instant = since.get_or_insert_with(Instant::now);
                left = QUIET.min(BUSY.saturating_sub(start.elapsed()));
                if left.is_zero() {
                    return WaitResult::Look;
                }
            }
            // All senders are gone only when the server's thread is.
            Err(mpsc::RecvTimeoutError::Disconnected) => return WaitResult::End,
            Err(mpsc::RecvTimeoutError::Timeout) if since.is_none() => {
                return WaitResult::Quiet;
            }
            Err(mpsc::RecvTimeoutError::Timeout) => return WaitResult::Look,
        }
    }
}

/// Whoever builds and tells what came of it.
struct Rebuilder<'w, B> {
    builder: &'w B,
    state: &'w PreviewState,
    /// The findings that were told last.
    reported: Vec<Finding>,
}

impl<B: BookBuilder> Rebuilder<'_, B> {
    fn make(&mut self, is_new: bool) {
        self.state.building(is_new);
        let start = Instant::now();
        match self.builder.build(&self.state.wanted()) {
            Ok(made) => self.show(made, start),
            Err(error) => {
                self.state.failed(&error);
                report::error(&error);
            }
        }
    }

    fn show(&mut self, made: PreviewBuild, start: Instant) {
        let PreviewBuild { books, findings } = made;
        let number =
            |severity| findings.iter().filter(|one| one.severity == severity).count();
        let summary = [
            count(number(Severity::Error), "error"),
            count(number(Severity::Warning), "warning"),
        ];
        let news: Vec<Finding> = findings
            .iter()
            .filter(|one| !self.reported.contains(one) && one.severity != Severity::Info)
            .cloned()
            .collect();
        let took = start.elapsed();
        let built = PreviewBuild { books, findings: findings.clone() };
        self.state.built(built, took);
        report::findings(&news);
        report::note(&format!(
            "built in {:.2} s: {}",
            took.as_secs_f64(),
            summary.join(", ")
        ));
        self.reported = findings;
    }
}
