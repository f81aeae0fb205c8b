//! Names that stand together in one text: those with a slash between, what a call's value has, and the
//! marks before a name that belong to it.

use super::Detector;
use crate::filter::shapes::is_function_word;
use crate::filter::words::words;
use crate::names::NameUsage;
use crate::names::known::WordKind;
use std::ops::Range;

impl Detector<'_> {
    /// The names of a text that is nothing but names and a slash: `useState/useEffect`, `start_link/2`.
    pub(super) fn joined_in(&self, text: &str) -> Option<Vec<Range<usize>>> {
        if !text.contains('/') {
            return None;
        }
        let start =
            text.len() - text.trim_start_matches(['(', '"', '“', '‘', '„', '«']).len();
        let inner =
            text[start..].trim_end_matches(|c: char| ").,;:!?…”’“»\"".contains(c));
        if self.forms.have_arity() && self.is_arity(inner) {
            return Some(std::iter::once(start..start + inner.len()).collect());
        }
        let parts: Vec<&str> = inner.split('/').collect();
        let are_names = parts.len() > 1 && parts.iter().all(|part| self.is_alone(part));
        if !are_names || !(self.are_listed(&parts) || are_alike(&parts)) {
            return None;
        }
        let mut at = start;
        let ranges = parts.iter().map(|part| {
            let range = at..at + part.len();
            at = range.end + 1;
            range
        });
        Some(ranges.collect())
    }

    /// Whether each name is one of the listings, and the slash between them no folder's.
    fn are_listed(&self, names: &[&str]) -> bool {
        names.iter().all(|name| {
            self.known.is(name, WordKind::Exception)
                || name.split('.').all(|part| self.vocabulary.has(part))
        })
    }

    /// Whether a text is one name that cannot be English.
    fn is_alone(&self, name: &str) -> bool {
        let found = words(name);
        let Some(word) = found.first().filter(|word| word.range.len() == name.len())
        else {
            return false;
        };
        !word.touched
            && word.tail == 0
            && !self.settings.never.contains(name)
            && self.distinctive(name, word) == Some(0..name.len())
    }

    /// `start_link/2`, `Enum.map/2`, `empty?/1`.
    fn is_arity(&self, text: &str) -> bool {
        let Some((name, _)) = text.rsplit_once('/') else { return false };
        let bare = name.trim_end_matches(['?', '!']);
        let last = bare.rsplit(['.', ':']).next().unwrap_or(bare);
        let is_function = last.starts_with(|c: char| c.is_lowercase() || c == '_');
        let called = |entry: &NameUsage| entry.used.called;
        is_function
            && self.forms.is_identifier(text)
            && !self.settings.never.contains(name)
            && (bare.len() < name.len()
                || bare.len() > last.len()
                || self.vocabulary.get(last).is_some_and(called)
                || self.is_alone(bare))
    }

    /// What was found in a text, and no part of something longer: what a call's value has belongs to
    /// it (`hold().await`, `a().b()`), as a pointer's star does, and what another value has is no name.
    pub(super) fn whole(
        &self,
        text: &str,
        found: Vec<Range<usize>>,
    ) -> Vec<Range<usize>> {
        let mut whole: Vec<Range<usize>> = Vec::new();
        for range in found {
            let is_member = text[range.start..].starts_with('.');
            match whole.last_mut() {
                Some(last) if range.end <= last.end => continue,
                Some(last) if is_member && last.end == range.start => {
                    last.end = range.end;
                }
                _ if is_member && text[..range.start].ends_with([')', ']', '}']) => {
                    continue;
                }
                _ => whole.push(self.start_of_type(text, &range)..range.end),
            }
            let Some(last) = whole.last_mut() else { continue };
            loop {
                let more = self.member_of_value(&text[..last.end], &text[last.end..]);
                last.end += more;
                if more == 0 {
                    break;
                }
            }
        }
        whole
    }

    /// How long the member is that follows a call or a place of a list, and no sentence.
    fn member_of_value(&self, value: &str, rest: &str) -> usize {
        if !value.ends_with([')', ']']) || !rest.starts_with('.') {
            return 0;
        }
        let found = words(rest);
        let member = found.first().filter(|word| {
            let bare = word.bare(rest);
            let is_known =
                || self.vocabulary.get(bare).is_some_and(|entry| entry.used.member);
            word.range.start == 0
                && !word.touched
                && !word.compound
                && !is_function_word(bare)
                && (bare.starts_with(|c: char| c.is_ascii_lowercase())
                    || word.tail > 0
                    || is_known())
        });
        member.map_or(0, |word| word.range.end)
    }

    /// Where a name begins with the `*` of a pointer, or the `~` of what C++ calls at its end.
    fn start_of_type(&self, text: &str, name: &Range<usize>) -> usize {
        let before = text[..name.start].trim_start_matches(['(', '"', '“', '‘', '[']);
        let destroys = before == "~" && text[name.clone()].ends_with("()");
        let is_own = (before == "*" || destroys) && self.forms.have_pointers();
        name.start - usize::from(is_own)
    }
}

/// `created_at/updated_at`: names that begin or end with the same word.
fn are_alike(names: &[&str]) -> bool {
    let same = |word: fn(&str) -> Option<&str>| {
        names.windows(2).all(|pair| {
            let (one, other) = (word(pair[0]), word(pair[1]));
            one.is_some_and(|one| !one.is_empty()) && one == other
        })
    };
    same(|name| Some(name.split_once('_')?.0))
        || same(|name| Some(name.rsplit_once('_')?.1))
}

#[cfg(test)]
mod tests {
    use crate::filter::detect::tests::found_in;

    fn find(language: &str, code: &str, text: &str) -> Vec<String> {
        found_in(language, code, text, "")
    }

    #[test]
    fn names_with_a_slash_between_are_names() {
        let code = "useState(1)\nuseEffect(f)\ncreated_at = my_app.x";
        let find = |text: &str| find("javascript", code, text);
        assert_eq!(find("useState/useEffect,"), ["useState", "useEffect"]);
        assert_eq!(
            found_in("python", "x", "TypeError/KeyError.", ""),
            ["TypeError", "KeyError"]
        );
        assert_eq!(find("(created_at/updated_at)"), ["created_at", "updated_at"]);
        for text in
            ["read/write", "my_app/other_one", "useState/x", "/created_at/updated_at"]
        {
            assert_eq!(find(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn functions_are_told_by_their_arguments() {
        let code = "def start_link(a), do: map(a)";
        for text in ["start_link/2", "handle_call/3", "Enum.map/2", "map/2", "empty?/1"] {
            assert_eq!(find("elixir", code, &format!("({text}).")), [text], "{text}");
        }
        for text in ["IPv4/6", "and/2", "1/2", "page/2"] {
            assert_eq!(find("elixir", code, text), [""; 0], "{text}");
        }
        assert_eq!(find("python", code, "start_link/2"), [""; 0]);
    }

    #[test]
    fn no_name_is_cut_from_what_it_is_part_of() {
        let code = "x.ready(); hold_lock(); *http.Request; dbg!(y)";
        let find = |text: &str| find("rust", code, text);
        for text in [
            "hold_lock().await",
            "run_all().then()",
            "a().b().skip(1).c",
            "self.items[0].name",
            "find_async(id).Wait(false)",
            "*http.Request",
            "dbg!(x)",
            "fetch(from:using:)",
        ] {
            assert_eq!(find(&format!("{text},")), [text], "{text}");
        }
        assert_eq!(find("hold_lock().The"), ["hold_lock()"]);
        assert_eq!(find("$(document).ready()"), [""; 0]);
        assert_eq!(find("dbg!(x+1)"), [""; 0]);
        assert_eq!(found_in("cpp", code, "~Stack(),", ""), ["~Stack()"]);
    }

    #[test]
    fn what_a_language_writes_belongs_to_its_names() {
        assert_eq!(
            find("r", "x <- data.frame(a); rnorm(3)", "data.frames"),
            ["data.frame"]
        );
        assert_eq!(find("r", "rnorm(3)", "rnorm(10)"), ["rnorm(10)"]);
        assert_eq!(find("r", "rnorm(3)", "a-b(rnorm(10))"), [""; 0]);
        assert_eq!(find("sql", "UPDATE x SET a", "UPDATEs"), ["UPDATE"]);
        assert_eq!(find("bash", "log_file=x", "$log_file"), ["$log_file"]);
        assert_eq!(find("c", "#include <stdio.h>\nx.h = stdio.y;", "stdio.h"), [""; 0]);
    }
}
