//! What was read of a listing before: the editions of a book have the same, and so has what is built of it again
//! while it is watched.

use super::Token;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// A shorter one is read again as quickly as it is found.
const SHORTEST: usize = 40;

/// So many tokens are kept, of 24 bytes each; with more, all are forgotten.
const MOST: usize = 2 << 20;

/// Tokens by the fingerprint of what they were read from.
#[derive(Default)]
struct KnownListings {
    tokens: HashMap<blake3::Hash, Vec<Token>>,
    count: usize,
}

/// The tokens of a listing, as they were read before or as `read` gives them. `name` is what stands on the fence.
pub(super) fn recall(
    name: &str,
    code: &str,
    read: impl FnOnce() -> Vec<Token>,
) -> Vec<Token> {
    if code.len() < SHORTEST {
        return read();
    }
    let key = blake3::Hasher::new()
        .update(&(name.len() as u64).to_le_bytes())
        .update(name.as_bytes())
        .update(code.as_bytes())
        .finalize();
    if let Some(known) = listings().tokens.get(&key) {
        return known.clone();
    }
    // Not while the others wait: reading takes long.
    let tokens = read();
    let mut known = listings();
    if known.count > MOST {
        *known = KnownListings::default();
    }
    known.count += tokens.len() + 1;
    known.tokens.insert(key, tokens.clone());
    tokens
}

fn listings() -> MutexGuard<'static, KnownListings> {
    static KNOWN: LazyLock<Mutex<KnownListings>> = LazyLock::new(Mutex::default);
    // What a thread that failed left there is whole: it only adds.
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::Class;
    use super::*;

    #[test]
    fn a_listing_is_read_once_in_each_language() {
        let code = "what no other test reads, and is long enough to keep";
        let one = vec![(0..4, Class::Kw)];
        let other = vec![(5..7, Class::St)];
        assert_eq!(recall("a", code, || one.clone()), one);
        assert_eq!(recall("a", code, || other.clone()), one);
        assert_eq!(recall("ab", code, || other.clone()), other);
        assert_eq!(recall("b", code, Vec::new), Vec::new());
        assert_eq!(recall("a", "short", || other.clone()), other);
        assert_eq!(recall("a", "short", || one.clone()), one);
    }
}
