//! `concbook.lock`: what each picture on the web was when the book was first built with it. The same bytes
//! stay in the book; a picture that became another on the web is told, not taken.
//!
//! ````text
//! # Pictures on the web, as the book has them. …
//! blake3:6f1c… 1234 image/png https://example.org/boat.png
//! ````

use crate::finding::{Code, Finding};
use crate::fsx;
use crate::listings::run::CACHE;
use concfilter::error::Place;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The file, beside `book.yaml`.
const FILE: &str = "concbook.lock";

const HEAD: &str = "# Pictures on the web, as the book has them. Keep this file with the book; to take a \
                    picture anew, remove its line.\n";

/// A picture as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LockedPicture {
    /// The fingerprint of its bytes.
    hash: String,
    size: usize,
    media_type: String,
}

/// The lock of a book, and where its pictures are kept.
pub(super) struct Lock {
    file: PathBuf,
    cache: PathBuf,
    text: Option<String>,
    entries: BTreeMap<String, LockedPicture>,
}

impl Lock {
    /// Reads that of a book; a line that says nothing is told.
    pub(super) fn read(dir: &Path, findings: &mut Vec<Finding>) -> Self {
        let file = dir.join(FILE);
        let text = file.is_file().then(|| fsx::read_text(&file));
        let text = text.and_then(|read| match read {
            Ok(text) => Some(text),
            Err(error) => {
                findings.push(broken(Place::path(&file), error.to_string()));
                None
            }
        });
        let mut entries = BTreeMap::new();
        for (number, line) in text.as_deref().unwrap_or_default().lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            match entry(line) {
                Some((url, entry)) => {
                    entries.insert(url, entry);
                }
                None => findings.push(broken(
                    place_of(&file, number),
                    "this line names no picture".to_owned(),
                )),
            }
        }
        Self { file, cache: dir.join(CACHE).join("pictures"), text, entries }
    }

    /// The kept file of a picture, where its bytes are those of the lock.
    pub(super) fn kept(&self, url: &str) -> Option<PathBuf> {
        let entry = self.entries.get(url)?;
        let file = self.kept_file(entry);
        let bytes = file.is_file().then(|| fsx::read(&file)).and_then(Result::ok)?;
        (hash(&bytes) == entry.hash).then_some(file)
    }

    fn kept_file(&self, entry: &LockedPicture) -> PathBuf {
        let kind = entry.media_type.rsplit('/').next().unwrap_or_default();
        let kind = kind.split('+').next().unwrap_or_default();
        self.cache.join(format!("{}.{kind}", entry.hash))
    }

    /// Takes a picture that came from the web, and gives the one that the book has: the kept one, where
    /// that is another. `file` is that of what came.
    pub(super) fn take(
        &mut self,
        url: &str,
        file: PathBuf,
        findings: &mut Vec<Finding>,
    ) -> PathBuf {
        let Ok(bytes) = fsx::read(&file) else { return file };
        let name = file.to_string_lossy();
        let media_type =
            crate::epub::media_types::of(&name).unwrap_or("application/octet-stream");
        let media_type = media_type.to_owned();
        let new = LockedPicture { hash: hash(&bytes), size: bytes.len(), media_type };
        if let Some(old) = self.entries.get(url)
            && old.hash != new.hash
        {
            let kept = self.kept(url);
            findings.push(changed(self, url, (old, &new), kept.is_some()));
            return kept.unwrap_or(file);
        }
        // It is there for builds without the web; nothing else depends on it.
        let kept = self.kept_file(&new);
        if !kept.is_file() && fsx::create_dir_all(&self.cache).is_ok() {
            let _ = fsx::write_atomic(&kept, &bytes);
        }
        self.entries.insert(url.to_owned(), new);
        file
    }

    /// Writes the lock, where it says something else than before, with those pictures alone that the book has.
    pub(super) fn write(&self, wanted: &BTreeSet<&String>, findings: &mut Vec<Finding>) {
        let mut text = HEAD.to_owned();
        for (url, entry) in self.entries.iter().filter(|(url, _)| wanted.contains(url)) {
            let LockedPicture { hash, size, media_type } = entry;
            let _ = writeln!(text, "blake3:{hash} {size} {media_type} {url}");
        }
        if self.text.as_deref() == Some(&text) || (self.text.is_none() && text == HEAD) {
            return;
        }
        if let Err(error) = fsx::write_atomic(&self.file, text.as_bytes()) {
            findings.push(broken(Place::path(&self.file), error.to_string()));
        }
    }
}

/// A line of the lock: the address, and what it says of it.
fn entry(line: &str) -> Option<(String, LockedPicture)> {
    let mut parts = line.splitn(4, ' ');
    let hash = parts.next()?.strip_prefix("blake3:")?.to_owned();
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let size = parts.next()?.parse().ok()?;
    let media_type = parts.next()?.to_owned();
    let url = parts.next()?.trim().to_owned();
    // It becomes the name of a file.
    let is_type =
        media_type.bytes().all(|b| b.is_ascii_alphanumeric() || b"/+-.".contains(&b))
            && !media_type.contains("..");
    (is_hash && is_type).then_some((url, LockedPicture { hash, size, media_type }))
}

/// The place of a line, counted from 0.
fn place_of(file: &Path, number: usize) -> Place {
    let number = u32::try_from(number + 1).unwrap_or(u32::MAX);
    Place::at(file.display().to_string(), number, 1)
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

fn broken(place: Place, message: String) -> Finding {
    Finding::new(Code::LockBroken, place, message)
        .hint("Remove the line, or the file: the next build writes it anew")
}

fn changed(
    lock: &Lock,
    url: &str,
    (old, new): (&LockedPicture, &LockedPicture),
    is_kept: bool,
) -> Finding {
    let line = lock.text.as_deref().unwrap_or_default().lines();
    let number =
        line.into_iter().position(|line| line.ends_with(url)).unwrap_or_default();
    let place = place_of(&lock.file, number);
    let which =
        if is_kept { "the book keeps the old one" } else { "the book has the new one" };
    let message = format!(
        "the picture {url} is another than before, {} bytes in place of {}; {which}",
        new.size, old.size
    );
    Finding::new(Code::ImageChanged, place, message)
        .hint("Look at it; to accept it, remove this line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_they_are_written() {
        let hash = "ab".repeat(32);
        let line = format!("blake3:{hash} 7 image/svg+xml https://x.org/a b.svg");
        let (url, own) = entry(&line).unwrap();
        assert_eq!((&*url, own.size), ("https://x.org/a b.svg", 7));
        for wrong in [
            "x".to_owned(),
            line.replace("blake3:", "blake3:../"),
            line.replace("image/svg", "image/../../x"),
            line.replace(" 7 ", " x "),
        ] {
            assert_eq!(entry(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_picture_that_became_another_is_told_and_not_taken() {
        let dir = fsx::temp_dir().unwrap();
        let (dir, url) = (dir.path(), "https://x.org/a.png".to_owned());
        let came = |bytes: &[u8]| {
            let file = dir.join("came.png");
            fsx::write_atomic(&file, bytes).unwrap();
            file
        };
        let wanted = BTreeSet::from([&url]);
        let mut findings = Vec::new();
        let mut lock = Lock::read(dir, &mut findings);
        assert_eq!(lock.take(&url, came(b"one"), &mut findings), dir.join("came.png"));
        lock.write(&wanted, &mut findings);
        assert!(findings.is_empty(), "{findings:?}");
        let mut lock = Lock::read(dir, &mut findings);
        let kept = lock.kept(&url).unwrap();
        assert_eq!(lock.take(&url, came(b"other"), &mut findings), kept);
        lock.write(&wanted, &mut findings);
        let [finding] = &findings[..] else { panic!("{findings:?}") };
        assert!(
            finding.to_string().contains("concbook.lock:2:1: warning[image-changed]")
        );
        // What was kept may be damaged: then it is not believed.
        fsx::write_atomic(&kept, b"damaged").unwrap();
        assert_eq!(lock.kept(&url), None);
        assert_eq!(lock.take(&url, came(b"one"), &mut findings), dir.join("came.png"));
    }
}
