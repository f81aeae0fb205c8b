//! The third stage: each unit gets the toolchain that is on this machine, or is skipped because
//! there is none, or an older one than it needs.

use super::allow::Refusal;
use super::cache::Cache;
use super::judge;
use super::plan::SkippedProgram;
use super::select::Selected;
use super::toolchains::{self, Tool};
use super::unit::{RunUnit, UnitResult};
use super::{Options, RunInput, Status};
use crate::finding::{Code, Finding};
use crate::report::count;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// All units, with their tools.
#[derive(Debug)]
pub(super) struct Equipped {
    pub units: Vec<EquippedUnit>,
    pub skipped: Vec<SkippedProgram>,
    /// The toolchains that are missing.
    pub findings: Vec<Finding>,
}

/// A unit with what runs it.
#[derive(Debug)]
pub(super) struct EquippedUnit {
    pub unit: RunUnit,
    /// The toolchain of its language, if there is one here.
    pub tool: Option<Tool>,
    pub decision: Decision,
}

/// What happens to a unit.
#[derive(Debug)]
pub(super) enum Decision {
    /// Nobody asked for it. It runs where another needs it.
    NotSelected,
    /// It is run and judged.
    Run,
    /// It is not run, for this is known to come of it.
    Settled(Box<UnitResult>),
}

impl EquippedUnit {
    /// Whether it is to be run and judged.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.decision, Decision::Run)
    }
}

/// Finds the toolchain of each unit. What is missing is an error, unless the book says that it
/// may be.
pub(super) fn equip(
    selected: Selected,
    input: RunInput<'_>,
    options: &Options,
    cache: &mut Cache,
) -> Equipped {
    let mut finder =
        Finder { input, allowed: &options.allowed.paths, cache, known: BTreeMap::new() };
    let mut missing: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut units = Vec::new();
    for (number, selected) in selected.units.into_iter().enumerate() {
        let unit = selected.unit;
        let tool = finder.tool(&unit.language);
        let lacks_tool = tool.is_none() && unit.toolchain.probe().is_some();
        let decision = if !selected.is_selected {
            Decision::NotSelected
        } else if let Some(refusal) = options.allowed.refuse(&unit, input) {
            Decision::Settled(Box::new(refused(&unit, input, refusal)))
        } else if lacks_tool {
            missing.entry(unit.language.clone()).or_default().push(number);
            Decision::Run
        } else {
            match finder.too_old(&unit, tool.as_ref()) {
                Some(reason) => Decision::Settled(Box::new(UnitResult::skipped(reason))),
                None => Decision::Run,
            }
        };
        units.push(EquippedUnit { unit, tool, decision });
    }
    let mut findings = Vec::new();
    for (language, numbers) in missing {
        let toolchain = toolchains::of_language(&language);
        let probe = toolchain.and_then(|toolchain| toolchain.probe());
        let what = probe.map_or(&*language, |probe| probe.product);
        for &number in &numbers {
            let result = UnitResult::skipped(format!("{what} is not installed"));
            units[number].decision = Decision::Settled(Box::new(result));
        }
        if !input.settings.optional.has(&language) {
            let first = units[numbers[0]].unit.place(input.book);
            let message = format!(
                "{what} is not installed, which {} in {language} {}",
                count(numbers.len(), "listing"),
                if numbers.len() == 1 { "needs" } else { "need" }
            );
            findings.push(Finding::new(Code::ListingToolchain, first, message).hint(
                format!(
                    "Install it, name a command under listings: commands:, or write \
                     `listings: {{optional: [{language}]}}` in book.yaml"
                ),
            ));
        }
    }
    let skipped = selected.skipped;
    findings.extend(strangers(&skipped, units.is_empty(), input));
    Equipped { units, skipped, findings }
}

/// The languages that nothing is known to run, where the book shows what programs in them print, or where
/// that would be all of the run: else a run would prove what it never saw.
fn strangers(
    skipped: &[SkippedProgram],
    is_all: bool,
    input: RunInput<'_>,
) -> Vec<Finding> {
    let mut languages: BTreeMap<&str, Vec<(usize, bool)>> = BTreeMap::new();
    for one in skipped {
        let Some(stranger) = &one.stranger else { continue };
        let all = languages.entry(&stranger.language).or_default();
        all.push((one.program, stranger.shows));
    }
    let is_told = |language: &str| !input.settings.optional.has(language);
    let languages = languages.into_iter().filter(|(language, _)| is_told(language));
    let finding = |(language, all): (&str, Vec<(usize, bool)>)| {
        let number = all.iter().filter(|(_, shows)| *shows).count();
        let first = all.iter().find(|(_, shows)| *shows || number == 0)?.0;
        let message = match number {
            0 if is_all => format!("nothing runs {language}, so that no listing is run"),
            0 => return None,
            1 => format!(
                "nothing runs {language}, and the book shows what a listing in it prints"
            ),
            _ => format!(
                "nothing runs {language}, and the book shows what {number} listings in it print"
            ),
        };
        let place = super::place_of(input.book, first);
        Some(Finding::new(Code::ListingToolchain, place, message).hint(format!(
            "Name what runs a file of it under listings: commands:, or write `listings: {{optional: [{language}]}}` \
             in book.yaml"
        )))
    };
    languages.filter_map(finding).collect()
}

/// The result of a unit that wants what the user has not allowed.
fn refused(unit: &RunUnit, input: RunInput<'_>, refusal: Refusal) -> UnitResult {
    let mut finding = judge::unready(unit, input, &refusal.reason);
    finding.hint = Some(refusal.hint);
    UnitResult {
        finding: Some(finding),
        reason: Some(refusal.reason),
        ..UnitResult::new(Status::Failed)
    }
}

/// Looks for toolchains, once for each language.
struct Finder<'a> {
    input: RunInput<'a>,
    allowed: &'a [PathBuf],
    cache: &'a mut Cache,
    known: BTreeMap<String, Option<Tool>>,
}

impl Finder<'_> {
    fn tool(&mut self, language: &str) -> Option<Tool> {
        if let Some(known) = self.known.get(language) {
            return known.clone();
        }
        let input = self.input;
        let signature = toolchains::signature(language, input);
        let find = || toolchains::find(language, input, self.allowed);
        let tool = self.cache.tool(language, &signature, find);
        self.known.insert(language.to_owned(), tool.clone());
        tool
    }

    /// Why a unit is skipped whose `since=` asks for a newer toolchain than there is here.
    fn too_old(&mut self, unit: &RunUnit, own: Option<&Tool>) -> Option<String> {
        let since = unit.tags.since.as_ref()?;
        let language = toolchains::of_version(&since.tool)?.language();
        let tool =
            if language == unit.language { own.cloned() } else { self.tool(language) };
        let version = tool.map_or_else(Vec::new, |tool| tool.version);
        if version >= since.version {
            return None;
        }
        let here: Vec<String> = version.iter().map(u32::to_string).collect();
        let here = if here.is_empty() { "none".to_owned() } else { here.join(".") };
        Some(format!("it needs {since}, and here is {here}"))
    }
}
