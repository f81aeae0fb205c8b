//! Files: every error names the path, every write is atomic, every listing is sorted.
//!
//! The rest of the crate never touches `std::fs` (clippy holds that), so what happens to a
//! reader's files when a run is killed is decided here alone.

mod atomic;
#[cfg(any(not(unix), feature = "portable-std"))]
#[path = "fsx/std_only.rs"]
mod system;
#[cfg(all(unix, not(feature = "portable-std")))]
#[path = "fsx/unix.rs"]
mod system;
mod temp;
pub mod trash;

pub use temp::{TempDir, sweep_temp, temp_dir};

pub use atomic::write_last;

use atomic::write_if;
use concfilter::error::{Error, Place, Result};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Wraps an I/O error with the path and what was attempted.
fn failed(doing: &str, path: &Path, error: &std::io::Error) -> Error {
    let kind = error.kind();
    let error = Error::new(format!("cannot {doing}: {error}")).at(Place::path(path));
    match kind {
        std::io::ErrorKind::NotFound => error.hint("Check the spelling of the path"),
        std::io::ErrorKind::PermissionDenied => {
            error.hint("Check the file's permissions")
        }
        _ => error,
    }
}

/// A file's bytes. A pipe or a device is never opened: one may wait for ever, the other never end.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let kind = std::fs::metadata(path).map(|meta| meta.file_type());
    if kind.is_ok_and(|kind| !kind.is_file() && !kind.is_dir()) {
        return Err(Error::new("cannot read: it is a pipe or a device")
            .at(Place::path(path))
            .hint("Name a file"));
    }
    read_named(path)
}

/// The bytes of what a command was asked to read, which may be a pipe.
pub fn read_named(path: &Path) -> Result<Vec<u8>> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    std::fs::read(path).map_err(|error| failed("read", path, &error))
}

/// The first bytes of a file, at most so many.
pub fn read_beginning(path: &Path, most: u64) -> Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "it names the path in every error")]
    std::fs::File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|error| failed("read", path, &error))?;
    Ok(bytes)
}

/// How many bytes a file has.
pub fn size(path: &Path) -> Result<u64> {
    let read = path.metadata().map_err(|error| failed("read", path, &error))?;
    Ok(read.len())
}

/// A file's text, which has to be UTF-8; a byte order mark is taken off.
pub fn read_text(path: &Path) -> Result<String> {
    text(path, read(path)?)
}

/// The text of what a command was asked to read, which may be a pipe.
pub fn read_named_text(path: &Path) -> Result<String> {
    text(path, read_named(path)?)
}

fn text(path: &Path, bytes: Vec<u8>) -> Result<String> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let bytes = error.into_bytes();
        let line = bytes[..good].iter().filter(|&&byte| byte == b'\n').count() + 1;
        Error::new(format!("not UTF-8 text (line {line})"))
            .at(Place::path(path))
            .hint("Save the file as UTF-8")
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Writes a file whole: into a temporary file beside it, synced, then renamed over it. A run
/// that is killed leaves the old file or the new one, and never a part of either. What a link
/// leads to is replaced, not the link.
///
/// # Errors
/// The file cannot be written, may only be read, or is none: a folder, a pipe, a device.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<()> {
    write_if(&replaceable(path)?, bytes, || Ok(true)).map(|_| ())
}

/// Writes to standard output. Who reads it may stop when enough is read, as `head` does, which is no fault.
///
/// # Errors
/// It cannot be written for another reason.
pub fn write_stdout(bytes: &[u8]) -> std::io::Result<()> {
    let written = std::io::stdout().lock().write_all(bytes);
    let stopped = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    if written.as_ref().is_err_and(stopped) { Ok(()) } else { written }
}

/// Writes a file whole as [`write_atomic`] does, and does not wait until it is on the disk: for what can be
/// made again, by whoever finds that it is damaged.
///
/// # Errors
/// The file cannot be written.
pub fn write_unsynced(path: &Path, bytes: &[u8]) -> Result<()> {
    atomic::write_unsynced(path, bytes)
}

/// Removes from a folder what runs that were killed left of files that they wrote.
pub fn sweep_halves(folder: &Path) {
    atomic::sweep(folder);
}

/// Notes that a file was used now, by its time, where that can be set.
pub fn touch(path: &Path) {
    if let Ok(file) = std::fs::File::options().append(true).open(path) {
        let _ = file.set_modified(SystemTime::now());
    }
}

/// Writes what a command was asked for to where it was asked to: into a file, as [`write_atomic`] does,
/// or, for `-` and names that mean a stream, as `/dev/stdout`, into that.
///
/// # Errors
/// As those of [`write_atomic`].
pub fn write_output(path: &Path, bytes: &[u8]) -> Result<()> {
    let name = path.to_string_lossy();
    let number =
        |folder| name.strip_prefix(folder).and_then(|at: &str| at.parse::<u32>().ok());
    let descriptor = number("/dev/fd/").or_else(|| number("/proc/self/fd/"));
    let written = match (&*name, descriptor) {
        ("-" | "/dev/stdout", _) | (_, Some(1)) => write_stdout(bytes),
        ("/dev/stderr", _) | (_, Some(2)) => std::io::stderr().lock().write_all(bytes),
        ("/dev/null", _) => Ok(()),
        (_, Some(_)) => {
            let stream = std::fs::OpenOptions::new().append(true).open(path);
            stream.and_then(|mut stream| stream.write_all(bytes))
        }
        _ => return write_atomic(path, bytes),
    };
    written.map_err(|error| failed("write", path, &error))
}

/// Replaces a file in the same way if it still has the bytes `old`; whether it had.
///
/// # Errors
/// As those of [`write_atomic`].
pub fn replace_atomic(path: &Path, old: &[u8], new: &[u8]) -> Result<bool> {
    let path = replaceable(path)?;
    write_if(&path, new, || Ok(read(&path)? == old))
}

/// The file that a path means, if it is one that may be replaced, or is not there yet.
fn replaceable(path: &Path) -> Result<PathBuf> {
    let wrong = |message: &str, hint: &str| {
        Err(Error::new(format!("cannot write: {message}"))
            .at(Place::path(path))
            .hint(hint))
    };
    let is_link = is_link(path);
    let meta = match std::fs::metadata(path) {
        Ok(meta) => meta,
        Err(_) if is_link => {
            return wrong(
                "the link leads nowhere",
                "Make what it leads to, or remove it",
            );
        }
        // Why it cannot be made is told when it is tried.
        Err(_) => return Ok(path.to_owned()),
    };
    if meta.is_dir() {
        return wrong("it is a folder", "Name a file in it");
    }
    if !meta.is_file() {
        return wrong(
            "it is a pipe or a device",
            "Name a file; - and /dev/stdout mean standard output",
        );
    }
    if meta.permissions().readonly() {
        return wrong("it may only be read", "Give yourself the right to write it");
    }
    if is_link {
        return path.canonicalize().map_err(|error| failed("look up", path, &error));
    }
    Ok(path.to_owned())
}

/// Makes a folder and those above it.
pub fn create_dir_all(path: &Path) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    std::fs::create_dir_all(path).map_err(|error| failed("make the folder", path, &error))
}

/// Writes a file that is not there yet, with these permissions where the system has any, and
/// trusts the system to bring it to the disk: for temporary files, of which there are many.
pub fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let write = || system::open_new(path, mode)?.write_all(bytes);
    write().map_err(|error| failed("write", path, &error))
}

/// Gives a file that has these permissions, and one name, another content in its place; whether it could. A file that is
/// removed and made again costs a disk's file system a search for a number that was not free just now.
pub fn rewrite(path: &Path, bytes: &[u8], mode: u32) -> bool {
    let write = || {
        let mut file = system::open_same(path, mode)?;
        file.write_all(bytes)?;
        // Not before: what is emptied first some systems write to the disk at once.
        file.set_len(bytes.len() as u64)
    };
    write().is_ok()
}

/// Gives a file or folder these permissions, where the system has any and they differ.
pub fn permit(path: &Path, mode: u32) -> Result<()> {
    system::permit(path, mode)
        .map_err(|error| failed("set the permissions of", path, &error))
}

/// A temporary file without a name, which holds these bytes and is at its beginning.
pub fn nameless(bytes: &[u8]) -> Result<std::fs::File> {
    let write = || -> std::io::Result<std::fs::File> {
        let mut file = tempfile::tempfile()?;
        file.write_all(bytes)?;
        file.rewind()?;
        Ok(file)
    };
    write().map_err(|error| failed("write into", &std::env::temp_dir(), &error))
}

/// The names in a folder, sorted: those of hidden files and of folders too.
pub fn list(folder: &Path) -> Result<Vec<std::ffi::OsString>> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    let entries =
        std::fs::read_dir(folder).map_err(|error| failed("list", folder, &error))?;
    let names = entries.map(|entry| entry.map(|entry| entry.file_name()));
    let mut names: Vec<_> = names
        .collect::<std::io::Result<_>>()
        .map_err(|error| failed("list", folder, &error))?;
    names.sort();
    Ok(names)
}

/// Removes one file, link or pipe, and nothing above it.
pub fn remove_one(path: &Path) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    std::fs::remove_file(path).map_err(|error| failed("remove", path, &error))
}

/// Removes a folder that is empty.
pub fn remove_folder(path: &Path) -> Result<()> {
    std::fs::remove_dir(path).map_err(|error| failed("remove", path, &error))
}

/// Renames a file or folder.
pub fn rename(path: &Path, to: &Path) -> Result<()> {
    std::fs::rename(path, to).map_err(|error| failed("rename", path, &error))
}

/// Removes a file, and those of the folders above it, up to `root`, that are empty then.
pub fn remove(path: &Path, root: &Path) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    std::fs::remove_file(path).map_err(|error| failed("remove", path, &error))?;
    let above = path.ancestors().skip(1);
    for folder in above.take_while(|folder| *folder != root && folder.starts_with(root)) {
        // A folder that is not empty is not removed, and that is all right.
        if std::fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// Whether a path is a link, whatever it leads to.
pub fn is_link(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|meta| meta.file_type().is_symlink())
}

/// The path of a file or folder from the root, through no link; `None` where it is not there.
pub fn canonical(path: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(path).ok()
}

/// When a file was last changed.
pub fn modified(path: &Path) -> Result<SystemTime> {
    std::fs::metadata(path)
        .and_then(|meta| meta.modified())
        .map_err(|error| failed("look up the time of", path, &error))
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A link, a pipe or something else.
    Other,
}

/// What the system noted of a file or folder at one time, by which a later change is seen.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    state: Option<[i64; 5]>,
    /// Whether a later change may leave the same state: the clock by which files are stamped
    /// moves in steps.
    is_recent: bool,
}

/// What two stamps tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing was changed.
    None,
    /// That cannot be told by stamps: contents have to be compared.
    Unknown,
    /// Something was changed, if only a time.
    Some,
}

/// More than any step of the clock that files are stamped by.
const STEP: Duration = Duration::from_millis(20);

impl Stamp {
    /// What there is to see now; links are not followed.
    pub fn of(path: &Path) -> Option<(Self, EntryKind)> {
        let meta = std::fs::symlink_metadata(path).ok()?;
        let kind = match meta.file_type() {
            kind if kind.is_file() => EntryKind::File,
            kind if kind.is_dir() => EntryKind::Folder,
            _ => EntryKind::Other,
        };
        let Some((state, changed)) = system::state(&meta) else {
            return Some((Self { state: None, is_recent: true }, kind));
        };
        let age = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(Duration::ZERO, |now| now.saturating_sub(changed));
        Some((Self { state: Some(state), is_recent: age < STEP }, kind))
    }

    /// What was changed since this stamp, if `now` is a later one of the same path.
    pub fn change(&self, now: &Self) -> Change {
        match (self.state == now.state, self.is_recent) {
            (false, _) => Change::Some,
            (true, true) => Change::Unknown,
            (true, false) => Change::None,
        }
    }
}

/// All files below a folder, as paths relative to it, sorted. Folders whose name begins with a
/// dot are passed over, and links to folders are not followed.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        let here = folder.join(&below);
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let entries =
            std::fs::read_dir(&here).map_err(|error| failed("list", &here, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| failed("list", &here, &error))?;
            let kind =
                entry.file_type().map_err(|error| failed("list", &here, &error))?;
            let path = below.join(entry.file_name());
            if kind.is_dir() {
                if !entry.file_name().to_string_lossy().starts_with('.') {
                    open.push(path);
                }
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_path() {
        let error = read(Path::new("no/such/file")).unwrap_err();
        assert!(error.to_string().starts_with("no/such/file: cannot read"), "{error}");
    }

    #[test]
    fn a_write_replaces_the_file_and_leaves_nothing_beside_it() {
        let dir = temp_dir().unwrap();
        let path = dir.path().join("a.txt");
        write_atomic(&path, b"one").unwrap();
        write_atomic(&path, b"two").unwrap();
        assert_eq!(read(&path).unwrap(), b"two");
        assert_eq!(files_below(dir.path()).unwrap(), [PathBuf::from("a.txt")]);
    }

    #[cfg(unix)]
    #[test]
    fn only_files_are_replaced_and_links_stay() {
        use std::os::unix::fs::symlink;
        let dir = temp_dir().unwrap();
        let at = |name: &str| dir.path().join(name);
        write_atomic(&at("a"), b"one").unwrap();
        symlink(at("a"), at("link")).unwrap();
        write_output(&at("link"), b"two").unwrap();
        assert!(is_link(&at("link")));
        assert_eq!(read(&at("a")).unwrap(), b"two");
        symlink(at("gone"), at("nowhere")).unwrap();
        symlink("/dev/null", at("device")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            at("pipe"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RWXU,
            0,
        )
        .unwrap();
        permit(&at("a"), 0o444).unwrap();
        for (name, wanted) in [
            ("", "it is a folder"),
            ("nowhere", "the link leads nowhere"),
            ("device", "it is a pipe or a device"),
            ("pipe", "it is a pipe or a device"),
            ("a", "it may only be read"),
            ("link", "it may only be read"),
        ] {
            let error = write_output(&at(name), b"three").unwrap_err();
            assert!(error.message().contains(wanted), "{name}: {error}");
        }
        assert_eq!(read(&at("a")).unwrap(), b"two");
        // A stream is written to, and stays what it is.
        write_output(Path::new("/dev/null"), b"gone").unwrap();
        let kept = nameless(b"").unwrap();
        let number = std::os::fd::AsRawFd::as_raw_fd(&kept);
        write_output(Path::new(&format!("/dev/fd/{number}")), b"kept").unwrap();
        assert_eq!(kept.metadata().unwrap().len(), 4);
    }

    #[test]
    fn a_file_is_replaced_only_while_it_is_what_it_was() {
        let dir = temp_dir().unwrap();
        let path = dir.path().join("a.txt");
        write_atomic(&path, b"one").unwrap();
        assert!(!replace_atomic(&path, b"other", b"two").unwrap());
        assert_eq!(read(&path).unwrap(), b"one");
        assert_eq!(files_below(dir.path()).unwrap(), [PathBuf::from("a.txt")]);
        assert!(replace_atomic(&path, b"one", b"two").unwrap());
        assert_eq!(read(&path).unwrap(), b"two");
        #[cfg(unix)]
        {
            let link = dir.path().join("b.txt");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            assert!(replace_atomic(&link, b"two", b"three").unwrap());
            assert!(is_link(&link));
            assert_eq!(read(&path).unwrap(), b"three");
        }
        assert!(replace_atomic(Path::new("no/such"), b"", b"").is_err());
    }

    #[test]
    fn folders_that_a_removal_empties_go_too() {
        let dir = temp_dir().unwrap();
        for file in ["a/b/c.txt", "a/d.txt"] {
            create_dir_all(dir.path().join(file).parent().unwrap()).unwrap();
            write_atomic(&dir.path().join(file), b"").unwrap();
        }
        remove(&dir.path().join("a/b/c.txt"), dir.path()).unwrap();
        assert!(!dir.path().join("a/b").exists() && dir.path().join("a/d.txt").exists());
        remove(&dir.path().join("a/d.txt"), dir.path()).unwrap();
        assert!(dir.path().exists() && !dir.path().join("a").exists());
    }

    #[test]
    fn text_that_is_not_utf8_is_named_with_its_line() {
        let dir = temp_dir().unwrap();
        let path = dir.path().join("a.md");
        write_atomic(&path, b"fine\n\xff\n").unwrap();
        assert!(read_text(&path).unwrap_err().message().contains("line 2"));
    }
}
