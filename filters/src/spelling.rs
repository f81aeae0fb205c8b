//! Words that are nearly another: what an author probably meant.

/// The known word nearest to one that is not known; `None` where none is near. Case, hyphens and
/// underscores make no difference.
pub fn near<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |word: &str| word.to_lowercase().replace(['-', '_', ' '], "");
    let word = plain(word);
    // A word of three letters is near to too many.
    let most = match word.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        8..=11 => 2,
        _ => 3,
    };
    let measured = |one| Some((distance_within(most, &word, &plain(one))?, one));
    known.into_iter().filter_map(measured).min().map(|(_, one)| one)
}

/// The same as [`distance`], where it is no more than `most`; that the words are too unlike in length is seen at once.
pub fn distance_within(most: usize, one: &str, other: &str) -> Option<usize> {
    let is_far = one.chars().count().abs_diff(other.chars().count()) > most;
    (!is_far).then(|| distance(one, other)).filter(|distance| *distance <= most)
}

/// How many letters have to be added, left out, changed, or swapped with the next one, to make one
/// word of the other.
pub fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let changed = rows[i][j] + usize::from(a != b);
            let mut least = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_found_and_another_word_is_not() {
        let known = ["number-sections", "author", "concbook", "toc", "css"];
        let of = |word: &str| near(word, known);
        assert_eq!(of("number-sectoins"), Some("number-sections"));
        assert_eq!(of("number_sections"), Some("number-sections"));
        assert_eq!(of("autor"), Some("author"));
        assert_eq!(of("conkbook"), Some("concbook"));
        assert_eq!(of("tic"), None);
        assert_eq!(of("series"), None);
    }
}
