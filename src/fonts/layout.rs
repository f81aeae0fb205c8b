//! The layout features that a text needs of a font, so that a subset can be asked whether it has them
//! (OpenType, `GSUB` and `GPOS`).

use skrifa::MetadataProvider;
use skrifa::raw::collections::IntSet;
use skrifa::raw::tables::layout::{FeatureList, FeatureRecord};
use skrifa::raw::types::{GlyphId, Tag};
use skrifa::raw::{FontRef, ReadError, TableProvider};
use std::collections::BTreeSet;

/// Which rules of a font are meant.
#[derive(Debug, Clone)]
pub(super) struct WantedRules {
    /// The tags of features.
    pub features: IntSet<Tag>,
    /// The tags of the scripts whose features they are.
    pub scripts: IntSet<Tag>,
}

/// The features among `wanted` that change something between these characters.
pub(super) fn needed(
    font: &FontRef<'_>,
    chars: &[char],
    wanted: &WantedRules,
) -> BTreeSet<Tag> {
    let charmap = font.charmap();
    let mut glyphs: IntSet<GlyphId> =
        chars.iter().filter_map(|&c| charmap.map(c)).collect();
    // A table that cannot be read helps no reader either.
    let mut tags = substitutions(font, &mut glyphs, wanted).unwrap_or_default();
    tags.extend(positions(font, &glyphs, wanted).unwrap_or_default());
    tags
}

/// The features of `GSUB`; `glyphs` grows by those that they put in place of others.
fn substitutions(
    font: &FontRef<'_>,
    glyphs: &mut IntSet<GlyphId>,
    wanted: &WantedRules,
) -> Result<BTreeSet<Tag>, ReadError> {
    let gsub = font.gsub()?;
    let features =
        gsub.collect_features(&wanted.scripts, &IntSet::all(), &wanted.features)?;
    let mut lookups = gsub.collect_lookups(&features)?;
    gsub.closure_glyphs(&lookups, glyphs)?;
    gsub.closure_lookups(glyphs, &mut lookups)?;
    with_lookups(&gsub.feature_list()?, &features, &lookups)
}

/// The features of `GPOS`.
fn positions(
    font: &FontRef<'_>,
    glyphs: &IntSet<GlyphId>,
    wanted: &WantedRules,
) -> Result<BTreeSet<Tag>, ReadError> {
    let gpos = font.gpos()?;
    let features =
        gpos.collect_features(&wanted.scripts, &IntSet::all(), &wanted.features)?;
    let mut lookups = gpos.collect_lookups(&features)?;
    gpos.closure_lookups(glyphs, &mut lookups)?;
    with_lookups(&gpos.feature_list()?, &features, &lookups)
}

/// The tags of those features that use one of the lookups.
fn with_lookups(
    list: &FeatureList<'_>,
    features: &IntSet<u16>,
    lookups: &IntSet<u16>,
) -> Result<BTreeSet<Tag>, ReadError> {
    let mut tags = BTreeSet::new();
    for (number, record) in (0_u16..).zip(list.feature_records()) {
        if features.contains(number) {
            let feature = record.feature(list.offset_data())?;
            let mut used = feature.lookup_list_indices().iter();
            if used.any(|lookup| lookups.contains(lookup.get())) {
                tags.insert(record.feature_tag());
            }
        }
    }
    Ok(tags)
}

/// All features that a font has.
pub(super) fn present(font: &FontRef<'_>) -> BTreeSet<Tag> {
    let gsub = font.gsub().and_then(|table| table.feature_list());
    let gpos = font.gpos().and_then(|table| table.feature_list());
    let mut tags = BTreeSet::new();
    for list in gsub.into_iter().chain(gpos) {
        tags.extend(list.feature_records().iter().map(FeatureRecord::feature_tag));
    }
    tags
}
