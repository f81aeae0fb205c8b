//! A content document that is parsed when somebody asks for its tree.
//!
//! Most passes over a book want a little of each document: which identifiers it has, whether it holds a
//! formula. What they read of it is a [fact](LazyDocument::fact), what they make of it a
//! [change](LazyDocument::change); both depend on the document and on what they are given, and are
//! remembered by that. So a document that is as it was in the last build is neither parsed nor written:
//! its facts are known, and so is the text that its changes end in.
//!
//! ````text
//! text  ─►  state 0  ─ change a, given x ─►  state 1  ─ change b, given y ─►  state 2
//!           facts                             facts                            facts, text
//! ````
//!
//! A state is a fingerprint of the one before and of the change. Who asks for the tree of a document
//! that was not parsed gets it with all changes made. Whoever changes it otherwise, by the tree itself, ends
//! what is remembered of it.

use super::ContentDocument;
use super::dom::Document;
use crate::cache::{BuildCache, CacheKey, KeyMaker};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What was done to a document; done again where its tree is asked for after all.
type DocumentChange = Arc<dyn Fn(&mut ContentDocument) + Send + Sync>;

/// A content document, parsed or not.
#[derive(Clone)]
pub struct LazyDocument {
    /// Its path in the container.
    pub path: String,
    opened: OnceLock<ContentDocument>,
    /// The text that it is parsed from.
    source: Arc<str>,
    /// What was done to it, while it is not parsed.
    changes: Vec<DocumentChange>,
    /// What is remembered of it, and in which state it is; nothing where nothing is remembered.
    memory: Option<(Arc<DocumentMemory>, CacheKey)>,
}

impl fmt::Debug for LazyDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyDocument")
            .field("path", &self.path)
            .field("opened", &self.opened.get())
            .finish_non_exhaustive()
    }
}

impl From<ContentDocument> for LazyDocument {
    /// One of which nothing is remembered.
    fn from(document: ContentDocument) -> Self {
        Self {
            path: document.path.clone(),
            opened: OnceLock::from(document),
            source: Arc::from(""),
            changes: Vec::new(),
            memory: None,
        }
    }
}

impl Deref for LazyDocument {
    type Target = ContentDocument;

    fn deref(&self) -> &ContentDocument {
        self.opened.get_or_init(|| {
            let tree = Document::parse(&self.source).expect("what was parsed before is");
            let mut document = ContentDocument::new(self.path.clone(), tree, false);
            self.changes.iter().for_each(|change| change(&mut document));
            document
        })
    }
}

impl DerefMut for LazyDocument {
    fn deref_mut(&mut self) -> &mut ContentDocument {
        self.memory = None;
        self.open()
    }
}

impl LazyDocument {
    /// A document of which something is remembered: parsed now where `parsed` is it, else when it has to be.
    pub(super) fn remembered(
        path: String,
        source: &str,
        parsed: Option<Document>,
        memory: DocumentMemory,
    ) -> Self {
        let state = memory.key;
        let document = parsed.map(|tree| ContentDocument::new(path.clone(), tree, false));
        Self {
            path,
            opened: document.map_or_else(OnceLock::new, OnceLock::from),
            source: Arc::from(source),
            changes: Vec::new(),
            memory: Some((Arc::new(memory), state)),
        }
    }

    fn open(&mut self) -> &mut ContentDocument {
        let _ = &**self;
        self.changes.clear();
        self.opened.get_mut().expect("it was opened")
    }

    /// What `read` reads of the document, read now or remembered. It depends on the document and on `given`, and
    /// on nothing else. `name` tells it from others.
    pub fn fact<T: Serialize + DeserializeOwned>(
        &self,
        name: &str,
        given: impl AsRef<[u8]>,
        read: impl FnOnce(&ContentDocument) -> T,
    ) -> T {
        let Some((memory, state)) = &self.memory else { return read(self) };
        let key = next(*state, "fact", name, given);
        memory.get(key).unwrap_or_else(|| {
            let found = read(self);
            memory.put(key, &found);
            found
        })
    }

    /// What `change` did to the document, done now or remembered. It depends on the document and on `given`, and
    /// on nothing else. `name` tells it from others.
    pub fn change<T: Serialize + DeserializeOwned>(
        &mut self,
        name: &str,
        given: impl AsRef<[u8]>,
        change: impl Fn(&mut ContentDocument) -> T + Send + Sync + 'static,
    ) -> T {
        let Some((memory, state)) = &self.memory else { return change(self.open()) };
        let (memory, next) = (Arc::clone(memory), next(*state, "change", name, given));
        let known = if self.opened.get().is_none() { memory.get(next) } else { None };
        let done = if let Some(known) = known {
            self.changes.push(Arc::new(move |document| {
                change(document);
            }));
            known
        } else {
            let done = change(self.open());
            memory.put(next, &done);
            done
        };
        self.memory = Some((memory, next));
        done
    }

    /// Whether an element has a name, its prefix left out.
    pub fn has(&self, name: &str) -> bool {
        self.fact("has", name, |document| document.find(name).is_some())
    }

    /// The identifiers of its elements.
    pub fn ids(&self) -> BTreeSet<String> {
        self.fact("ids", "", |document| {
            let tree = &document.tree;
            let all = tree.descendants(tree.root());
            all.filter_map(|node| tree.attr(node, "id")).map(str::to_owned).collect()
        })
    }

    /// Takes what was written of the document off it: its text, where something changed it. It is then as if it
    /// had been parsed from that.
    pub(super) fn write(&mut self) -> Option<String> {
        self.change("written", "", ContentDocument::write)
    }

    /// Has what is known of it now remembered for the next build.
    pub(super) fn remember(&self) {
        if let Some((memory, _)) = &self.memory {
            memory.write();
        }
    }
}

/// The state behind a change, or the key of a fact in a state.
fn next(state: CacheKey, kind: &str, name: &str, given: impl AsRef<[u8]>) -> CacheKey {
    KeyMaker::new(kind).with(state.bytes()).with(name).with(given).key()
}

/// What is remembered of a document, by states of it.
#[derive(Debug)]
pub struct DocumentMemory {
    cache: BuildCache,
    /// What it is found by, and the document's first state.
    key: CacheKey,
    /// What an earlier build left.
    known: HashMap<[u8; 32], Vec<u8>>,
    /// What this build used or found.
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    all: BTreeMap<[u8; 32], Vec<u8>>,
    /// Whether any of it is not known.
    is_new: bool,
}

impl DocumentMemory {
    /// What is remembered by a key, which has all that the document depends on.
    pub fn of(cache: &BuildCache, key: CacheKey) -> Self {
        let known = cache.get(key).and_then(|entry| parted(&entry)).unwrap_or_default();
        Self { cache: cache.clone(), key, known, used: Mutex::default() }
    }

    /// Whether an earlier build left something.
    pub(super) fn is_known(&self) -> bool {
        !self.known.is_empty()
    }

    fn get<T: DeserializeOwned>(&self, key: CacheKey) -> Option<T> {
        let bytes = self.known.get(key.bytes())?;
        let value = serde_json::from_slice(bytes).ok()?;
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.all.insert(*key.bytes(), bytes.clone());
        Some(value)
    }

    fn put(&self, key: CacheKey, value: &impl Serialize) {
        // What cannot be written is found anew.
        let Ok(bytes) = serde_json::to_vec(value) else { return };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.is_new |= self.known.get(key.bytes()) != Some(&bytes);
        used.all.insert(*key.bytes(), bytes);
    }

    /// Writes what was used and found, where any of it is new; what nobody asked for goes.
    fn write(&self) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::take(&mut used.is_new) {
            return;
        }
        let mut entry = Vec::new();
        for (key, value) in &used.all {
            entry.extend_from_slice(key);
            entry.extend_from_slice(&(value.len() as u64).to_le_bytes());
            entry.extend_from_slice(value);
        }
        self.cache.put(self.key, &entry);
    }
}

/// The parts of an entry: keys, lengths, values.
fn parted(mut entry: &[u8]) -> Option<HashMap<[u8; 32], Vec<u8>>> {
    let mut parts = HashMap::new();
    while !entry.is_empty() {
        let (key, rest) = entry.split_first_chunk::<32>()?;
        let (length, rest) = rest.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (value, rest) = rest.split_at_checked(length)?;
        parts.insert(*key, value.to_vec());
        entry = rest;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fsx;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const PAGE: &str = "<html><body><p id=\"a\">x</p></body></html>";

    /// The page, as a build with this memory opens it.
    fn page(cache: &BuildCache) -> LazyDocument {
        let key = KeyMaker::new("page").with(PAGE).key();
        let memory = DocumentMemory::of(cache, key);
        let parsed = (!memory.is_known()).then(|| Document::parse(PAGE).unwrap());
        LazyDocument::remembered("a.xhtml".to_owned(), PAGE, parsed, memory)
    }

    fn name_paragraph(document: &mut ContentDocument, id: &str) -> usize {
        let p = document.find("p").unwrap();
        document.tree.set_attr(p, "id", id);
        document.changed = true;
        id.len()
    }

    #[test]
    fn what_is_known_is_neither_parsed_nor_done_again() {
        static DONE: AtomicUsize = AtomicUsize::new(0);
        let dir = fsx::temp_dir().unwrap();
        let cache = BuildCache::of_book(dir.path());
        let build = |id: &'static str| {
            let mut page = page(&cache);
            let before = page.fact("text", "", |one| one.tree.text(one.tree.root()));
            let length = page.change("name", id, move |document| {
                DONE.fetch_add(1, Ordering::Relaxed);
                name_paragraph(document, id)
            });
            let text = page.write();
            let (is_p, is_div) = (page.has("p"), page.has("div"));
            page.remember();
            assert_eq!((&*before, length, is_p, is_div), ("x", 1, true, false));
            (text.unwrap(), page)
        };
        let (text, first) = build("b");
        assert_eq!(text, PAGE.replace("\"a\"", "\"b\""));
        assert!(first.opened.get().is_some());
        let (again, second) = build("b");
        assert_eq!((&again, DONE.load(Ordering::Relaxed)), (&text, 1));
        assert!(second.opened.get().is_none());
        // Who asks for the tree gets it as it was left.
        assert_eq!(second.tree.to_xml(), text);
        assert_eq!(second.moves, first.moves);
        assert!(!second.changed && DONE.load(Ordering::Relaxed) == 2);
        // Given something else it is changed anew, and what follows is another fact.
        let (other, third) = build("c");
        assert_eq!(other, PAGE.replace("\"a\"", "\"c\""));
        assert!(third.opened.get().is_some());
    }

    #[test]
    fn a_change_by_the_tree_ends_what_is_remembered() {
        let dir = fsx::temp_dir().unwrap();
        let cache = BuildCache::of_book(dir.path());
        for id in ["b", "c"] {
            let mut page = page(&cache);
            let length = page.fact("length", "", |one| one.tree.to_xml().len());
            assert_eq!(length, PAGE.len());
            name_paragraph(&mut page, id);
            let text = page.write();
            page.remember();
            assert_eq!(text, Some(PAGE.replace("\"a\"", &format!("\"{id}\""))));
        }
    }

    #[test]
    fn a_damaged_entry_is_none() {
        assert_eq!(parted(b""), Some(HashMap::new()));
        assert_eq!(parted(&[7; 39]), None);
        let mut entry = vec![1; 32];
        entry.extend_from_slice(&9_u64.to_le_bytes());
        entry.extend_from_slice(b"short");
        assert_eq!(parted(&entry), None);
    }
}
