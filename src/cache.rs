//! What is remembered of a build, in files below the book's folder: what pandoc read of a chapter, what it
//! wrote of one, what became of a picture.
//!
//! A key is a fingerprint of all that an entry depends on, so that an entry is never out of date: what has
//! changed has another key. An entry begins with the fingerprint of its own content; one that does not agree
//! with it (a full disk, a bit that tipped) is as if it were not there. Entries are written beside their place
//! and renamed, so that two builds at once cannot spoil each other's, and one that is stopped keeps what it
//! had done. What was not used for longest goes when they take too much room.
//!
//! A folder that cannot be written to is no error: then nothing is remembered.

use crate::fsx;
use concfilter::error::Result;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder beside `book.yaml` in which all is kept that makes the next run faster.
pub const FOLDER: &str = ".concbook";

/// How many bytes the entries of a book may take.
const ROOM: u64 = 512 << 20;

/// How many bytes of an entry are the fingerprint of the others.
const HEAD: usize = blake3::OUT_LEN;

/// What an entry is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CacheKey(blake3::Hash);

impl fmt::Display for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_hex())
    }
}

impl CacheKey {
    /// The fingerprint itself.
    pub fn bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

/// Makes a key of the parts that an entry depends on. `a`, `bc` and `ab`, `c` are different keys.
///
/// ````
/// use concbook::cache::KeyMaker;
/// let key = |parts: &[&str]| KeyMaker::new("read").with_all(parts).key();
/// assert_ne!(key(&["a", "bc"]), key(&["ab", "c"]));
/// ````
#[derive(Debug, Clone)]
pub struct KeyMaker(blake3::Hasher);

impl KeyMaker {
    /// A key of entries of one kind, such as `read`.
    pub fn new(kind: &str) -> Self {
        Self(blake3::Hasher::new()).with(kind)
    }

    /// A key of entries that depend on this very program, and may be others in the next one.
    pub fn of_program(kind: &str) -> Self {
        let key = Self::new(kind).with(env!("CARGO_PKG_VERSION"));
        match std::env::current_exe() {
            Ok(program) => key.with_file(&program),
            Err(_) => key,
        }
    }

    /// Adds a part.
    #[must_use]
    pub fn with(mut self, part: impl AsRef<[u8]>) -> Self {
        let part = part.as_ref();
        self.0.update(&(part.len() as u64).to_le_bytes());
        self.0.update(part);
        self
    }

    /// Adds parts.
    #[must_use]
    pub fn with_all<P: AsRef<[u8]>>(self, parts: &[P]) -> Self {
        parts.iter().fold(self, Self::with)
    }

    /// Adds a value as it is shown to who looks for faults, which names all that it holds.
    #[must_use]
    pub fn with_debug(self, value: &impl std::fmt::Debug) -> Self {
        struct Hashed(blake3::Hasher);
        impl std::fmt::Write for Hashed {
            fn write_str(&mut self, text: &str) -> std::fmt::Result {
                self.0.update(text.as_bytes());
                Ok(())
            }
        }
        let mut hashed = Hashed(blake3::Hasher::new());
        // Hashing does not fail.
        let _ = std::fmt::Write::write_fmt(&mut hashed, format_args!("{value:?}"));
        self.with(hashed.0.finalize().as_bytes())
    }

    /// Adds what tells a file of the system from another: its path, size and time.
    #[must_use]
    pub fn with_file(self, path: &Path) -> Self {
        let (size, time) = (fsx::size(path).ok(), fsx::modified(path).ok());
        self.with(format!("{} {size:?} {time:?}", path.display()))
    }

    /// The key.
    pub fn key(&self) -> CacheKey {
        CacheKey(self.0.finalize())
    }
}

/// The memory of a book; clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct BuildCache {
    /// None where nothing is to be remembered.
    folder: Option<Arc<PathBuf>>,
}

impl BuildCache {
    /// One that remembers nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// That of the book in a folder.
    pub fn of_book(dir: &Path) -> Self {
        let folder = dir.join(FOLDER).join("build");
        Self { folder: Some(Arc::new(folder)) }
    }

    /// Whether anything is remembered.
    pub fn is_on(&self) -> bool {
        self.folder.is_some()
    }

    /// What is remembered by a key; nothing where that is damaged.
    pub fn get(&self, key: CacheKey) -> Option<Vec<u8>> {
        let file = self.file(key)?;
        let mut entry = fsx::read(&file).ok()?;
        if entry.len() < HEAD || blake3::hash(&entry[HEAD..]).as_bytes() != &entry[..HEAD]
        {
            return None;
        }
        fsx::touch(&file);
        entry.drain(..HEAD);
        Some(entry)
    }

    /// The fingerprint of what is remembered by a key, which is not looked at: it may be damaged. Whatever was made
    /// of a content with this fingerprint is what would be made of it now.
    pub fn fingerprint(&self, key: CacheKey) -> Option<String> {
        let file = self.file(key)?;
        let head = fsx::read_beginning(&file, HEAD as u64).ok()?;
        let head: [u8; HEAD] = head.try_into().ok()?;
        fsx::touch(&file);
        Some(blake3::Hash::from_bytes(head).to_hex().to_string())
    }

    /// Remembers a content by a key.
    pub fn put(&self, key: CacheKey, content: &[u8]) {
        let Some(file) = self.file(key) else { return };
        let mut entry = blake3::hash(content).as_bytes().to_vec();
        entry.extend_from_slice(content);
        // What could not be remembered is made again.
        if self.make_folder().is_ok() {
            let _ = fsx::write_unsynced(&file, &entry);
        }
    }

    /// What this program makes of a content, which depends on nothing else: remembered, or made now. `kind` says
    /// what is made, such as `picture`. A failure is not remembered.
    ///
    /// ````
    /// use concbook::cache::BuildCache;
    /// let made = BuildCache::none().made("twice", b"ab", || Ok::<_, ()>(b"abab".to_vec()));
    /// assert_eq!(made.unwrap(), b"abab");
    /// ````
    ///
    /// # Errors
    /// Those of `make`.
    pub fn made<E>(
        &self,
        kind: &str,
        content: &[u8],
        make: impl FnOnce() -> std::result::Result<Vec<u8>, E>,
    ) -> std::result::Result<Vec<u8>, E> {
        if !self.is_on() {
            return make();
        }
        let key = KeyMaker::of_program(kind).with(content).key();
        if let Some(known) = self.get(key) {
            return Ok(known);
        }
        let made = make()?;
        self.put(key, &made);
        Ok(made)
    }

    /// Makes the folder, and has git pass it over.
    fn make_folder(&self) -> Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        fsx::create_dir_all(folder)?;
        let ignored = folder.with_file_name(".gitignore");
        if ignored.exists() { Ok(()) } else { fsx::write_unsynced(&ignored, b"*\n") }
    }

    /// Takes away what was not used for longest, until there is room.
    pub fn trim(&self) {
        self.trim_to(ROOM);
    }

    fn trim_to(&self, room: u64) {
        let Some(folder) = &self.folder else { return };
        fsx::sweep_halves(folder);
        let mut entries: Vec<_> = fsx::files_below(folder)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|name| {
                let file = folder.join(name);
                let size = fsx::size(&file).ok()?;
                Some((fsx::modified(&file).ok()?, size, file))
            })
            .collect();
        let mut taken: u64 = entries.iter().map(|(_, size, _)| size).sum();
        entries.sort();
        for (_, size, file) in entries {
            if taken <= room {
                break;
            }
            if fsx::remove_one(&file).is_ok() {
                taken -= size;
            }
        }
    }

    fn file(&self, key: CacheKey) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(key.0.to_hex().as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> CacheKey {
        KeyMaker::new("test").with(text).key()
    }

    #[test]
    fn what_was_put_is_got_until_it_is_damaged() {
        let dir = fsx::temp_dir().unwrap();
        let cache = BuildCache::of_book(dir.path());
        assert_eq!(cache.get(key("a")), None);
        cache.put(key("a"), b"what");
        cache.put(key("b"), b"");
        assert_eq!(cache.get(key("a")).as_deref(), Some(&b"what"[..]));
        assert_eq!(cache.get(key("b")).as_deref(), Some(&b""[..]));
        let of_what = blake3::hash(b"what").to_hex().to_string();
        assert_eq!(cache.fingerprint(key("a")), Some(of_what));
        assert_eq!(cache.fingerprint(key("c")), None);
        let file = cache.file(key("a")).unwrap();
        for damaged in [&b"wh"[..], &fsx::read(&file).unwrap()[..HEAD + 3]] {
            fsx::write_atomic(&file, damaged).unwrap();
            assert_eq!(cache.get(key("a")), None);
        }
        assert_eq!(BuildCache::none().get(key("b")), None);
        let ignored = dir.path().join(FOLDER).join(".gitignore");
        assert_eq!(fsx::read(&ignored).unwrap(), b"*\n");
    }

    #[test]
    fn what_was_made_is_not_made_again() {
        let dir = fsx::temp_dir().unwrap();
        let cache = BuildCache::of_book(dir.path());
        let made =
            |kind: &str, content: &[u8], as_what: std::result::Result<Vec<u8>, ()>| {
                cache.made(kind, content, || as_what)
            };
        assert_eq!(made("a", b"1", Err(())), Err(()));
        assert_eq!(made("a", b"1", Ok(b"x".to_vec())), Ok(b"x".to_vec()));
        assert_eq!(made("a", b"1", Err(())), Ok(b"x".to_vec()));
        assert_eq!(made("b", b"1", Err(())), Err(()));
        assert_eq!(made("a", b"2", Ok(Vec::new())), Ok(Vec::new()));
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let dir = fsx::temp_dir().unwrap();
        let cache = BuildCache::of_book(dir.path());
        for text in ["a", "b", "c"] {
            cache.put(key(text), &[0; 100]);
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        assert!(cache.get(key("a")).is_some());
        cache.trim_to(300);
        assert!(cache.get(key("b")).is_none());
        assert!(cache.get(key("a")).is_some() && cache.get(key("c")).is_some());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_no_error() {
        let dir = fsx::temp_dir().unwrap();
        fsx::write_atomic(&dir.path().join(FOLDER), b"a file").unwrap();
        let cache = BuildCache::of_book(dir.path());
        cache.put(key("a"), b"what");
        assert_eq!(cache.get(key("a")), None);
        cache.trim();
    }
}
