//! The listings of a book beside its prose: judged, and run where that is asked for.

use crate::finding::Finding;
use crate::listings::run::{self, Allowed, Report};
use crate::listings::{ListingSet, check};
use crate::project::Project;
use concfilter::error::Result;

/// What a build does with the listings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ListingsCheck {
    /// Judges them, runs them, and holds what they print against the book.
    Run,
    /// Judges them without running them.
    #[default]
    Check,
    /// Nothing.
    Off,
}

/// What came of the listings.
#[derive(Debug, Default)]
pub(super) struct JudgedListings {
    /// What came of running them, where that was asked for.
    pub ran: Option<Report>,
    /// What is wrong with them.
    pub findings: Vec<Finding>,
}

/// Judges the listings of a book as far as a build is asked to, and runs them.
pub(super) fn judge(
    project: &Project,
    set: &ListingSet,
    (how, allowed): (ListingsCheck, &Allowed),
    verbose: bool,
) -> Result<JudgedListings> {
    if how == ListingsCheck::Off {
        return Ok(JudgedListings::default());
    }
    let settings = &project.settings.listings;
    let mut findings = check::check(set, settings, verbose);
    if how == ListingsCheck::Check {
        return Ok(JudgedListings { ran: None, findings });
    }
    let input = run::RunInput {
        book: set,
        settings,
        dir: &project.dir,
        boundary: &project.boundary,
    };
    let cache = Some(project.dir.join(run::CACHE));
    let options = run::Options { allowed: allowed.clone(), cache, ..Default::default() };
    let mut ran = run::run(input, &options)?;
    findings.extend(check::nothing_to_run(set));
    findings.append(&mut ran.findings);
    Ok(JudgedListings { ran: Some(ran), findings })
}
