//! Front matter that says something of a page, and not of the book it is made into: who wrote it, and
//! when.
//!
//! ````text
//! one.md  {layout: post, date: 2020}            {layout: post}
//! two.md  {author: Ann, lang: en}        ─►     {lang: en}
//! three.md  {author: Bob}                       {}
//! ````

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What only one of book and page can mean.
const OF_ONE: &[&str] = &[
    "abstract",
    "author",
    "contributor",
    "coverage",
    "cover-image",
    "creator",
    "date",
    "description",
    "format",
    "identifier",
    "keywords",
    "layout",
    "publisher",
    "relation",
    "rights",
    "source",
    "subject",
    "subtitle",
    "type",
];

/// Keys that generators of sites read, and pandoc does not.
const OF_SITES: &[&str] = &[
    "aliases",
    "categories",
    "draft",
    "excerpt",
    "layout",
    "nav_order",
    "permalink",
    "published",
    "redirect_from",
    "sidebar_label",
    "sidebar_position",
    "slug",
    "weight",
];

/// What the metadata of several chapters say of them and not of the book.
#[derive(Debug, Default)]
pub(super) struct PageMetadata {
    /// The values of each key, none twice.
    values: BTreeMap<String, Vec<Value>>,
    /// How many chapters there are.
    chapters: usize,
}

impl PageMetadata {
    /// Looks at the metadata of chapters that have text.
    pub(super) fn of<'a>(all: impl Iterator<Item = &'a Map<String, Value>>) -> Self {
        let mut own = Self::default();
        for metadata in all {
            own.chapters += 1;
            for (key, value) in metadata {
                if OF_ONE.contains(&&**key) {
                    let values = own.values.entry(key.clone()).or_default();
                    if !values.contains(value) {
                        values.push(value.clone());
                    }
                }
            }
        }
        own
    }

    /// Takes out of a chapter's metadata what says nothing of the book: all of it where a site is
    /// made of the chapter, else what several chapters say differently.
    pub(super) fn take_off(&self, metadata: &mut Map<String, Value>) {
        if self.chapters < 2 {
            return;
        }
        let of_site = OF_SITES.iter().any(|&key| metadata.contains_key(key));
        let differs = |key: &str| self.values.get(key).is_some_and(|all| all.len() > 1);
        metadata
            .retain(|key, _| !(OF_ONE.contains(&&**key) && (of_site || differs(key))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_page_says_of_itself_is_not_said_of_the_book() {
        let all = [
            json!({"layout": "post", "date": "2020", "lang": "en"}),
            json!({"author": "Ann", "rights": "free"}),
            json!({"author": "Bob", "rights": "free"}),
        ];
        let mut all = all.map(|one| one.as_object().unwrap().clone());
        let pages = PageMetadata::of(all.iter());
        all.iter_mut().for_each(|one| pages.take_off(one));
        let left: Vec<_> = all.into_iter().map(Value::Object).collect();
        let free = json!({"rights": "free"});
        assert_eq!(left, [json!({"lang": "en"}), free.clone(), free]);
        let mut one = json!({"layout": "post", "date": "2020"});
        let alone = PageMetadata::of(std::iter::once(one.as_object().unwrap()));
        alone.take_off(one.as_object_mut().unwrap());
        assert_eq!(one["date"], "2020");
    }
}
