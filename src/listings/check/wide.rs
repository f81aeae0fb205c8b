//! Lines that are wider than a page: told once a chapter, for a book that has one has many.
//!
//! A book whose author keeps to a width that is not ours is judged by the author's: that its listings
//! agree on one tells it. `listings.width` in `book.yaml` is always obeyed.

use super::{Listing, ListingSet, Settings};
use crate::finding::{Code, Finding};
use crate::listings::wrap::width;
use crate::markdown::BlockForm;
use crate::report::count;
use std::collections::BTreeMap;

/// The widest that lines of code are by custom; a page for e-book readers shows far less.
const WIDEST: usize = 80;

/// The lines of a listing that are too wide.
struct Wide<'a> {
    listing: &'a Listing,
    /// The first of them, from 0.
    first: usize,
    lines: usize,
    widest: usize,
}

pub(super) fn check(
    book: &ListingSet,
    settings: &Settings,
    verbose: bool,
) -> Vec<Finding> {
    // What is not shown need not fit.
    let is_shown = |one: &&Listing| one.block.form != BlockForm::Raw && !one.tags.hidden;
    let shown: Vec<&Listing> = book.listings.iter().filter(is_shown).collect();
    let given = settings.width;
    let own = if given.is_some() { None } else { own_width(&shown, settings.width()) };
    let most = own.unwrap_or_else(|| settings.width());
    let kept = own.map(|own| format!("; most long listings of the book keep to {own}"));
    let kept = kept.unwrap_or_default();
    let wide = shown.iter().filter_map(|listing| wide(listing, most));
    let finding = |group: &[Wide<'_>]| {
        let message = message(group, most) + &kept;
        let Wide { listing, first, .. } = group[0];
        let finding =
            Finding::new(Code::ListingWide, book.place(listing, first), message);
        match group.len() {
            1 => finding,
            _ => finding.hint("-v tells of each listing; another width is set by listings.width in book.yaml"),
        }
    };
    if verbose {
        return wide.map(|one| finding(&[one])).collect();
    }
    let mut chapters: BTreeMap<usize, Vec<Wide<'_>>> = BTreeMap::new();
    for one in wide {
        chapters.entry(one.listing.chapter).or_default().push(one);
    }
    chapters.values().map(|group| finding(group)).collect()
}

fn message(group: &[Wide<'_>], most: usize) -> String {
    let lines: usize = group.iter().map(|one| one.lines).sum();
    let widest = group.iter().map(|one| one.widest).max().unwrap_or_default();
    match (lines, group.len()) {
        (1, _) => format!("the line has {widest} characters, more than {most}"),
        (_, 1) => format!(
            "{} have more than {most} characters, the widest {widest}",
            count(lines, "line")
        ),
        (_, listings) => format!(
            "{} of {} have more than {most} characters, the widest {widest}",
            count(lines, "line"),
            count(listings, "listing")
        ),
    }
}

fn wide(listing: &Listing, most: usize) -> Option<Wide<'_>> {
    let hidden = listing.hidden.as_ref().map_or(&[][..], |hidden| &hidden.lines);
    let widths = listing.block.code.lines().map(width).enumerate();
    let mut wide = widths.filter(|(line, width)| *width > most && !hidden.contains(line));
    let (first, width) = wide.next()?;
    let others: Vec<usize> = wide.map(|(_, width)| width).collect();
    let widest = others.iter().copied().max().unwrap_or_default().max(width);
    Some(Wide { listing, first, lines: others.len() + 1, widest })
}

/// The width that the author keeps to, where that is more than `ours`: one listing in ten is wider than
/// ours, two in three of those keep to it, and hardly one is a little wider, as there would be many
/// had nobody looked at the width at all.
fn own_width(shown: &[&Listing], ours: usize) -> Option<usize> {
    const STEP: usize = 6;
    const FEWEST: usize = 3;
    let widest = |listing: &&Listing| {
        let hidden = listing.hidden.as_ref();
        let code = hidden.map_or(&listing.block.code, |hidden| &hidden.page);
        code.lines().map(width).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> =
        shown.iter().map(widest).filter(|width| *width > ours).collect();
    widths.sort_unstable();
    if widths.len() * 10 < shown.len() {
        return None;
    }
    let within = |most: usize| widths.partition_point(|width| *width <= most);
    // How many stand close below a width, and hardly one close above.
    let edge = |most: usize| {
        let up_to = within(most);
        let below = up_to - within(most - STEP.min(most));
        let above = within(most + STEP) - up_to;
        let is_kept = up_to >= FEWEST && up_to * 3 >= widths.len() * 2;
        is_kept.then(|| below.checked_sub(above * 3)).flatten().filter(|&score| score > 0)
    };
    let kept = widths.iter().copied().filter(|width| *width <= WIDEST);
    let edges = kept.filter_map(|width| Some((edge(width)?, width)));
    edges.max().map(|(_, width)| width)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a book whose listings have these widths, one line each.
    fn told(widths: &[usize], settings: &Settings, verbose: bool) -> Vec<String> {
        let block = |width: &usize| format!("```python\n{}\n```\n\n", "x".repeat(*width));
        let text: String = widths.iter().map(block).collect();
        let found = check(&ListingSet::of_text(&text), settings, verbose);
        found.into_iter().map(|one| one.message).collect()
    }

    #[test]
    fn a_chapter_has_one_line_and_verbose_all() {
        let default = Settings::default();
        let widths = [57, 90, 20, 20, 61];
        assert_eq!(
            told(&widths, &default, false),
            ["3 lines of 3 listings have more than 56 characters, the widest 90"]
        );
        let all = told(&widths, &default, true);
        assert_eq!(all.len(), 3);
        assert_eq!(all[1], "the line has 90 characters, more than 56");
        assert_eq!(told(&[56, 3], &default, false), [""; 0]);
    }

    #[test]
    fn the_author_s_own_width_holds() {
        let default = Settings::default();
        let agreed: Vec<usize> = (0..40).map(|n| 57 + n % 14).chain([20; 60]).collect();
        assert_eq!(told(&agreed, &default, false), [""; 0]);
        let one_wider = [&agreed[..], &[95]].concat();
        assert_eq!(
            told(&one_wider, &default, false),
            [
                "the line has 95 characters, more than 70; most long listings of the book keep to 70"
            ]
        );
        // A width that the author sets is obeyed.
        let set = Settings { width: Some(56), ..Settings::default() };
        assert_eq!(told(&agreed, &set, true).len(), 40);
        // Nobody looked at the width, or few listings are wide.
        let spread: Vec<usize> = (0..40).map(|n| 57 + 2 * n).collect();
        assert_eq!(told(&spread, &default, true).len(), 40);
        let few = [&[70; 5][..], &[20; 95]].concat();
        assert_eq!(told(&few, &default, true).len(), 5);
        // No reader's page shows a hundred characters.
        assert_eq!(told(&[100; 20], &default, true).len(), 20);
    }
}
