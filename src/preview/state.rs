//! What the preview shows, shared by whoever builds and whoever serves: the last good ePub of each edition,
//! what is wrong with the book, and whether it is being built.
//!
//! Each thing that a page is to show raises the version. A page asks for the state behind the version that it
//! has, and is answered when there is one.

use super::book::{BookPage, ServedBook};
use super::editor::Editor;
use crate::finding::{Finding, Severity};
use clap::ValueEnum as _;
use concfilter::error::{Error, Place};
use concfilter::settings::Edition;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long an edition is kept up to date after the last page asked for it. Pages ask more often.
const WANTED: Duration = Duration::from_secs(30);

/// What a build gave.
#[derive(Debug)]
pub struct PreviewBuild {
    /// The ePubs of the editions that were asked for.
    pub books: Vec<(Edition, ServedBook)>,
    /// All that is wrong with the book.
    pub findings: Vec<Finding>,
}

/// A book of one edition as it was built last.
#[derive(Debug)]
struct ShownEdition {
    edition: Edition,
    book: Arc<ServedBook>,
    /// The version with which it became another.
    version: u64,
    /// The pages that became others then.
    changed: Vec<BookPage>,
    /// Which state of the author's files it is made of.
    round: u64,
}

#[derive(Debug, Default)]
struct StateData {
    version: u64,
    /// The state of the author's files, by number.
    round: u64,
    shown: Vec<ShownEdition>,
    /// When an edition was asked for last.
    asked: Vec<(Edition, Instant)>,
    is_building: bool,
    error: Option<Value>,
    findings: Vec<Value>,
    errors: usize,
    warnings: usize,
    took: Duration,
    has_built: bool,
    has_ended: bool,
}

/// The state of a preview.
#[derive(Debug)]
pub(super) struct PreviewState {
    inner: Mutex<StateData>,
    changed: Condvar,
    editor: Editor,
    /// The edition that is shown where a page names none.
    first: Edition,
}

/// A finding or an error as the page shows it.
#[derive(Serialize)]
struct FindingView<'f> {
    severity: Severity,
    code: &'f str,
    message: &'f str,
    place: Option<String>,
    link: Option<String>,
    detail: Option<&'f str>,
    hint: Option<&'f str>,
}

impl PreviewState {
    /// Nothing built yet.
    pub(super) fn new(first: Edition, editor: Editor) -> Self {
        Self { inner: Mutex::default(), changed: Condvar::new(), editor, first }
    }

    fn lock(&self) -> MutexGuard<'_, StateData> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes something that pages show.
    fn update(&self, change: impl FnOnce(&mut StateData)) {
        let mut inner = self.lock();
        inner.version += 1;
        change(&mut inner);
        self.changed.notify_all();
    }

    /// A build begins; `is_new` where the author's files are not those of the last one.
    pub(super) fn building(&self, is_new: bool) {
        self.update(|inner| {
            inner.is_building = true;
            inner.round += u64::from(is_new);
        });
    }

    /// A build ended well, in that time.
    pub(super) fn built(&self, built: PreviewBuild, took: Duration) {
        let number = |severity| {
            built.findings.iter().filter(|one| one.severity == severity).count()
        };
        let (errors, warnings) = (number(Severity::Error), number(Severity::Warning));
        let told = built.findings.iter().map(|one| (one.severity, self.as_json(one)));
        let told: Vec<(Severity, Value)> = told.collect();
        self.update(|inner| {
            inner.is_building = false;
            inner.error = None;
            inner.findings = in_order(told, &inner.findings, inner.has_built);
            (inner.errors, inner.warnings) = (errors, warnings);
            (inner.took, inner.has_built) = (took, true);
            for (edition, book) in built.books {
                inner.show(edition, book);
            }
        });
    }

    /// A build could not be made: what it made last stays.
    pub(super) fn failed(&self, error: &Error) {
        let told = json!({
            "message": error.message(),
            "place": error.place().map(ToString::to_string),
            "link": error.place().and_then(|place| self.link(place)),
            "hint": error.hint_text(),
        });
        self.update(|inner| {
            inner.is_building = false;
            inner.error = Some(told);
        });
    }

    /// The preview ends: whoever waits is answered.
    pub(super) fn end(&self) {
        self.update(|inner| inner.has_ended = true);
    }

    fn link(&self, place: &Place) -> Option<String> {
        self.editor.link(place)
    }

    fn as_json(&self, finding: &Finding) -> Value {
        let Finding { severity, code, place, message, detail, hint, .. } = finding;
        let place_text = Some(place.to_string()).filter(|text| !text.is_empty());
        json!(FindingView {
            severity: *severity,
            code,
            message,
            place: place_text,
            link: self.link(place),
            detail: detail.as_deref(),
            hint: hint.as_deref(),
        })
    }

    /// The editions to build: those that pages show, else the first one.
    pub(super) fn wanted(&self) -> Vec<Edition> {
        let mut inner = self.lock();
        inner.asked.retain(|(_, at)| at.elapsed() < WANTED);
        let mut wanted: Vec<_> =
            inner.asked.iter().map(|(edition, _)| *edition).collect();
        if wanted.is_empty() {
            wanted.push(self.first);
        }
        wanted
    }

    /// Whether an edition that a page shows is not there as the author's files are now.
    pub(super) fn lacks_one(&self) -> bool {
        let wanted = self.wanted();
        let inner = self.lock();
        let is_there = |edition| {
            inner
                .shown
                .iter()
                .any(|one| one.edition == edition && one.round == inner.round)
        };
        inner.error.is_none() && !wanted.into_iter().all(is_there)
    }

    /// Whether the last build could not be made.
    pub(super) fn is_broken(&self) -> bool {
        self.lock().error.is_some()
    }

    /// Notes that a page shows an edition; whether that is news.
    pub(super) fn ask(&self, edition: Edition) -> bool {
        let mut inner = self.lock();
        let now = Instant::now();
        if let Some(one) = inner.asked.iter_mut().find(|one| one.0 == edition) {
            one.1 = now;
            return false;
        }
        inner.asked.push((edition, now));
        true
    }

    /// The edition of that name; the first one where it has none.
    pub(super) fn edition(&self, name: Option<&str>) -> Edition {
        let named = name.and_then(|name| Edition::from_str(name, true).ok());
        named.unwrap_or(self.first)
    }

    /// The last good book of an edition.
    pub(super) fn book(&self, edition: Edition) -> Option<Arc<ServedBook>> {
        let inner = self.lock();
        let shown = inner.shown.iter().find(|one| one.edition == edition);
        shown.map(|shown| Arc::clone(&shown.book))
    }

    /// The state behind a version, as soon as there is one; after `limit` the same state once more, and `None`
    /// when the preview ends.
    pub(super) fn wait(
        &self,
        after: u64,
        edition: Edition,
        limit: Duration,
    ) -> Option<Value> {
        let is_old = |inner: &mut StateData| inner.version == after && !inner.has_ended;
        let inner = self.lock();
        let waited = self.changed.wait_timeout_while(inner, limit, is_old);
        let (inner, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (!inner.has_ended).then(|| inner.to_json(edition))
    }
}

/// Findings as the page lists them: what came with the last save first, then errors before warnings.
fn in_order(told: Vec<(Severity, Value)>, old: &[Value], has_built: bool) -> Vec<Value> {
    let is_old = |value: &Value| {
        old.iter().any(|one| {
            ["code", "message", "place"].into_iter().all(|key| one[key] == value[key])
        })
    };
    let mut all: Vec<(bool, Severity, Value)> = told
        .into_iter()
        .map(|(severity, mut value)| {
            let is_new = has_built && !is_old(&value);
            value["new"] = is_new.into();
            (!is_new, severity, value)
        })
        .collect();
    all.sort_by_key(|(is_old, severity, _)| (*is_old, *severity));
    all.into_iter().map(|(.., value)| value).collect()
}

impl StateData {
    /// Puts a book in the place of the one of the same edition.
    fn show(&mut self, edition: Edition, book: ServedBook) {
        let (version, round) = (self.version, self.round);
        let Some(old) = self.shown.iter_mut().find(|one| one.edition == edition) else {
            let (book, changed) = (Arc::new(book), Vec::new());
            self.shown.push(ShownEdition { edition, book, version, changed, round });
            return;
        };
        old.round = round;
        if *old.book != book {
            old.changed = book.changed_since(&old.book).cloned().collect();
            old.version = version;
            old.book = Arc::new(book);
        }
    }

    fn to_json(&self, edition: Edition) -> Value {
        let shown = self.shown.iter().find(|one| one.edition == edition);
        json!({
            "version": self.version,
            "edition": edition.name(),
            "editions": Edition::value_variants().iter().map(|one| one.name()).collect::<Vec<_>>(),
            "book": shown.map(|shown| json!({
                "version": shown.version,
                "title": shown.book.title,
                "looks": shown.book.looks,
                "pages": shown.book.pages,
                "changed": shown.changed,
                "stale": shown.round != self.round,
            })),
            "building": self.is_building,
            "error": self.error,
            "findings": self.findings,
            "errors": self.errors,
            "warnings": self.warnings,
            "took": u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epub::Epub;
    use crate::finding::Code;

    const CONTAINER: &str =
        "<container><rootfiles><rootfile full-path=\"a.opf\"/></rootfiles></container>";

    /// A book of no pages, with this title.
    fn book(title: &str) -> ServedBook {
        let mut epub = Epub::empty("a.epub");
        let opf = format!(
            "<package><metadata><dc:title>{title}</dc:title></metadata><manifest/></package>"
        );
        epub.put("META-INF/container.xml", CONTAINER.into());
        epub.put("a.opf", opf.into_bytes());
        let bytes = epub.to_bytes().unwrap();
        ServedBook::of(Epub::from_bytes("a.epub", &bytes).unwrap()).unwrap()
    }

    fn state() -> PreviewState {
        PreviewState::new(Edition::Color, Editor::of(None, &[]).unwrap())
    }

    fn built(state: &PreviewState, edition: Edition, title: &str) {
        let warning = Finding::new(Code::ChapterEmpty, Place::file("a.md"), "empty");
        let error = Finding::new(Code::LinkDead, Place::at("b.md", 3, 1), "dead");
        let last = Finding::new(Code::ChapterEmpty, Place::file("c.md"), title);
        let findings = vec![warning, error, last];
        let books = vec![(edition, book(title))];
        state.built(PreviewBuild { books, findings }, Duration::ZERO);
    }

    fn now(state: &PreviewState, edition: Edition) -> Value {
        state.wait(u64::MAX, edition, Duration::ZERO).unwrap()
    }

    #[test]
    fn the_last_good_book_stays_while_the_next_cannot_be_built() {
        let state = state();
        state.building(true);
        built(&state, Edition::Color, "One");
        let first = now(&state, Edition::Color);
        assert_eq!(first["findings"][0]["place"], "b.md:3:1", "errors come first");
        assert_eq!([&first["errors"], &first["warnings"]], [1, 2]);
        state.building(true);
        state.failed(&Error::new("no").at(Place::at("book.yaml", 2, 1)));
        let broken = now(&state, Edition::Color);
        assert_eq!(broken["book"]["title"], "One");
        assert_eq!(broken["error"]["place"], "book.yaml:2:1");
        // What cannot be built is not tried again and again.
        assert!(!state.lacks_one());
        state.building(true);
        built(&state, Edition::Color, "One");
        let same = now(&state, Edition::Color);
        assert!(same["error"].is_null());
        assert_eq!(same["book"]["version"], first["book"]["version"], "it is the same");
        state.building(true);
        built(&state, Edition::Color, "Two");
        assert_ne!(
            now(&state, Edition::Color)["book"]["version"],
            first["book"]["version"]
        );
    }

    #[test]
    fn editions_are_built_when_pages_show_them() {
        let state = state();
        assert_eq!(state.wanted(), [Edition::Color]);
        state.building(true);
        built(&state, Edition::Color, "One");
        assert!(!state.lacks_one());
        assert!(state.ask(Edition::Eink) && !state.ask(Edition::Eink));
        assert_eq!(state.wanted(), [Edition::Eink]);
        assert!(state.lacks_one() && now(&state, Edition::Eink)["book"].is_null());
        state.building(false);
        built(&state, Edition::Eink, "One");
        assert!(!state.lacks_one());
        assert_eq!(state.edition(Some("kindle")), Edition::Kindle);
        assert_eq!([state.edition(None), state.edition(Some("x"))], [Edition::Color; 2]);
        state.building(true);
        built(&state, Edition::Eink, "Two");
        assert_eq!(now(&state, Edition::Color)["book"]["stale"], true);
    }

    #[test]
    fn whoever_waits_is_answered_at_news_and_at_the_end() {
        let state = state();
        state.building(true);
        std::thread::scope(|scope| {
            let wait = |after| state.wait(after, Edition::Color, Duration::from_mins(1));
            let waiting = scope.spawn(move || wait(1));
            built(&state, Edition::Color, "One");
            assert_eq!(waiting.join().unwrap().unwrap()["book"]["title"], "One");
            let waiting = scope.spawn(move || wait(2));
            state.end();
            assert_eq!(waiting.join().unwrap(), None);
        });
    }
}
