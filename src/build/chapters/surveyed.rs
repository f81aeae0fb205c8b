//! What one chapter has by itself, remembered by what its document depends on.

use crate::build::formulas;
use crate::build::survey::{Survey, survey};
use crate::cache::BuildCache;
use crate::finding::{Finding, RememberedFinding};
use crate::parse::{KnownChapter, KnownChapters, ParsedChapter};
use concfilter::error::Result;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// A chapter that was surveyed.
pub(super) struct SurveyedChapter {
    pub(super) survey: Survey,
    /// What is wrong with its roles.
    pub(super) roles: Vec<Finding>,
    /// What is wrong with its identifiers.
    pub(super) findings: Vec<Finding>,
}

/// The same as it is remembered.
#[derive(Serialize, Deserialize)]
struct SurveyEntry {
    survey: Survey,
    roles: Vec<RememberedFinding>,
    findings: Vec<RememberedFinding>,
}

/// The documents of chapters, where they had to be read and are kept.
pub(super) type ChapterTrees = Vec<Option<ParsedChapter>>;

/// Surveys all chapters.
pub(super) fn all(
    known: &KnownChapters<'_>,
    cache: &BuildCache,
) -> Result<(Vec<SurveyedChapter>, ChapterTrees)> {
    let all: Vec<_> = known
        .chapters
        .par_iter()
        .map(|chapter| surveyed(known, chapter, cache))
        .collect::<Result<_>>()?;
    Ok(all.into_iter().unzip())
}

fn surveyed(
    known: &KnownChapters<'_>,
    chapter: &KnownChapter,
    cache: &BuildCache,
) -> Result<(SurveyedChapter, Option<ParsedChapter>)> {
    let key = chapter.key.clone().map(|key| key.with("surveyed").key());
    if let Some(entry) = key.and_then(|key| cache.get(key))
        && let Ok(SurveyEntry { survey, roles, findings }) =
            serde_json::from_slice(&entry)
    {
        let restored =
            |all: Vec<RememberedFinding>| all.into_iter().map(Into::into).collect();
        let (roles, findings) = (restored(roles), restored(findings));
        return Ok((SurveyedChapter { survey, roles, findings }, None));
    }
    let (parsed, roles) = read(known, chapter)?;
    let mut survey = survey(&parsed);
    let is_kept = known.keeps_documents || chapter.key.is_none();
    let kept = Some(parsed).filter(|_| is_kept);
    let findings = std::mem::take(&mut survey.findings);
    if let Some(key) = key {
        let remembered = |all: &[Finding]| all.iter().cloned().map(Into::into).collect();
        let (roles, findings) = (remembered(&roles), remembered(&findings));
        let entry = SurveyEntry { survey, roles, findings };
        if let Ok(bytes) = serde_json::to_vec(&entry) {
            cache.put(key, &bytes);
        }
        survey = entry.survey;
    }
    Ok((SurveyedChapter { survey, roles, findings }, kept))
}

/// The document of a chapter as it is surveyed and resolved, and what is wrong with it.
pub(super) fn read(
    known: &KnownChapters<'_>,
    chapter: &KnownChapter,
) -> Result<(ParsedChapter, Vec<Finding>)> {
    let (mut parsed, findings) = known.read(chapter)?;
    formulas::read(&mut parsed.blocks);
    Ok((parsed, findings))
}
