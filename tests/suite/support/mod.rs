//! What several integration tests need: the pandocs to test with, judges that may be missing,
//! and ways to run concbook and to open what it made.

pub(crate) mod ace;
pub(crate) mod archive;
pub(crate) mod cdp;
pub(crate) mod documents;
pub(crate) mod golden;
mod pandocs;

pub(crate) use pandocs::{pandoc_versions, skip};

use concbook::{fsx, proc::Process};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// What keeps browsers and programs with tight limits apart.
static MACHINE: RwLock<()> = RwLock::new(());

/// Held while a browser runs: it takes all processors for seconds at a time.
pub(crate) fn with_browser() -> RwLockReadGuard<'static, ()> {
    MACHINE.read().unwrap_or_else(PoisonError::into_inner)
}

/// Held while programs run whose limits are fractions of a second, so that no browser takes the
/// processors from them.
pub(crate) fn without_browser() -> RwLockWriteGuard<'static, ()> {
    MACHINE.write().unwrap_or_else(PoisonError::into_inner)
}

/// Whether there is an `EPUBCheck` to judge with.
pub(crate) fn epubcheck() -> bool {
    std::env::var_os("CONCBOOK_EPUBCHECK").is_some()
        || concbook::proc::find("epubcheck").is_some()
}

/// Runs concbook to its end: exit code, standard output, standard error.
pub(crate) fn concbook<S: AsRef<std::ffi::OsStr>>(
    args: impl IntoIterator<Item = S>,
) -> (i32, String, String) {
    let outcome = Process::new(env!("CARGO_BIN_EXE_concbook")).args(args).run().unwrap();
    let stdout = String::from_utf8(outcome.stdout).unwrap();
    (outcome.status.code().unwrap_or(-1), stdout, outcome.stderr)
}

/// Builds the book of a folder with one pandoc into another folder: exit code, standard output,
/// standard error.
pub(crate) fn build(
    (book, out): (&Path, &Path),
    pandoc: &Path,
    more: &[&str],
) -> (i32, String, String) {
    let args = ["build".as_ref(), book.as_os_str(), "-o".as_ref(), out.as_os_str()];
    let pandoc = ["--pandoc".as_ref(), pandoc.as_os_str()];
    concbook(args.into_iter().chain(pandoc).chain(more.iter().map(AsRef::as_ref)))
}

/// Runs git in a folder, as an author who has a name.
pub(crate) fn git(dir: &Path, args: &[&str]) {
    let all = ["-c", "user.name=A", "-c", "user.email=a@b.c"].iter().chain(args);
    let outcome = Process::new("git").args(all).dir(dir).run().unwrap();
    assert!(outcome.status.success(), "{}", outcome.stderr);
}

/// A folder of this repository or a file in it.
pub(crate) fn repo(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Copies a folder, hidden files among the rest.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::write(target, std::fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

/// A book in a temporary folder, put together file by file.
pub(crate) struct TempBook(fsx::TempDir);

impl TempBook {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self(fsx::temp_dir().unwrap())
    }

    /// Adds a file, with the folders above it.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fsx::create_dir_all(path.parent().unwrap()).unwrap();
        fsx::write_atomic(&path, content.as_ref()).unwrap();
        self
    }

    /// A path in the folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }
}

/// The paths of an unpacked ePub's documents in reading order.
pub(crate) fn spine(root: &Path) -> Vec<PathBuf> {
    let container = fsx::read_text(&root.join("META-INF/container.xml")).unwrap();
    let package =
        elements(&container, "rootfile").into_iter().find_map(|e| value(&e, "full-path"));
    let package = root.join(package.unwrap());
    let text = fsx::read_text(&package).unwrap();
    let items = elements(&text, "item");
    elements(&text, "itemref")
        .iter()
        .map(|itemref| {
            let id = value(itemref, "idref");
            let item = items.iter().find(|item| value(item, "id") == id).unwrap();
            package.with_file_name("").join(value(item, "href").unwrap())
        })
        .collect()
}

type Attributes = Vec<(String, String)>;

/// The attributes of each element of that name.
fn elements(xml: &str, name: &str) -> Vec<Attributes> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return found,
            Event::Start(e) | Event::Empty(e) if e.local_name().into_inner() == name => {
                let pair = |a: quick_xml::events::attributes::Attribute<'_>| {
                    (a.key.into_inner().to_owned(), a.value.into_owned())
                };
                found.push(e.attributes().map(|a| pair(a.unwrap())).collect());
            }
            _ => {}
        }
    }
}

fn value(attributes: &Attributes, name: &str) -> Option<String> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}
