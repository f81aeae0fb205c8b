//! Indexes of texts that were read before: of a book that is watched, all chapters but the one that was saved are as
//! they were.

use super::{Dialect, Index};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

/// How many bytes of text indexes are kept of, each with about as much as its text; with more, all are forgotten.
const MOST: usize = 64 << 20;

/// Indexes by the fingerprints of what they were read from.
#[derive(Default)]
struct KnownTexts {
    indexes: HashMap<(Dialect, blake3::Hash), Arc<Index>>,
    /// The length of their texts.
    length: usize,
}

impl Index {
    /// The index of a text, as it was read before or is read now.
    ///
    /// ````
    /// use concbook::markdown::{Dialect, Index};
    /// let text = "# Boats\n";
    /// assert_eq!(*Index::recall(text, Dialect::Pandoc), Index::read(text, Dialect::Pandoc));
    /// ````
    pub fn recall(text: &str, dialect: Dialect) -> Arc<Self> {
        let key = (dialect, blake3::hash(text.as_bytes()));
        if let Some(known) = texts().indexes.get(&key) {
            return Arc::clone(known);
        }
        // Not while the others wait: reading takes long.
        let index = Arc::new(Self::read(text, dialect));
        let mut known = texts();
        if known.length > MOST {
            *known = KnownTexts::default();
        }
        known.length += text.len();
        known.indexes.insert(key, Arc::clone(&index));
        index
    }
}

fn texts() -> MutexGuard<'static, KnownTexts> {
    static KNOWN: LazyLock<Mutex<KnownTexts>> = LazyLock::new(Mutex::default);
    // What a thread that failed left there is whole: it only adds.
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_once_in_each_dialect() {
        let text = "a `b`\n\n~~~ {.python}\nc\n~~~\n";
        let index = |dialect| Index::recall(text, dialect);
        let dialects = [Dialect::Pandoc, Dialect::CommonMark { attributes: true }];
        for dialect in dialects {
            assert!(Arc::ptr_eq(&index(dialect), &index(dialect)));
            assert_eq!(*index(dialect), Index::read(text, dialect));
        }
        let [pandoc, other] = dialects.map(index);
        assert!(!Arc::ptr_eq(&pandoc, &other));
    }
}
