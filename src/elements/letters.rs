//! Names that are looked for very often: of those in a list, only the ones with the same first letter are compared.

/// Sorted names, and where those of each first letter begin.
#[derive(Debug)]
pub struct LetterIndex {
    names: &'static [&'static str],
    /// By the letter's place in the alphabet; the last one is the end of the list.
    starts: [usize; 27],
}

impl LetterIndex {
    /// Of names that are sorted, and each begin with a small letter of ASCII.
    pub const fn of(names: &'static [&'static str]) -> Self {
        let mut starts = [0; 27];
        let (mut letter, mut at) = (0, 0);
        while letter < 27 {
            while at < names.len() && ((names[at].as_bytes()[0] - b'a') as usize) < letter
            {
                at += 1;
            }
            starts[letter] = at;
            letter += 1;
        }
        Self { names, starts }
    }

    /// The place of a name in the list.
    pub fn find(&self, name: &str) -> Option<usize> {
        let letter = usize::from(name.bytes().next()?.checked_sub(b'a')?);
        let (start, end) = (*self.starts.get(letter)?, *self.starts.get(letter + 1)?);
        let found = self.names[start..end].iter().position(|one| *one == name)?;
        Some(start + found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_first_letter() {
        const NAMES: &[&str] = &["a", "ab", "b", "m", "y", "z"];
        let index = LetterIndex::of(NAMES);
        for (at, name) in NAMES.iter().enumerate() {
            assert_eq!(index.find(name), Some(at));
        }
        for name in ["", "c", "aa", "A", "{", "é", "zz"] {
            assert_eq!(index.find(name), None, "{name}");
        }
    }
}
