//! The time that reproducible builds set.

use concfilter::error::{Error, Result};

/// The time that reproducible builds set (reproducible-builds.org/specs/source-date-epoch), in
/// seconds since 1970.
///
/// # Errors
/// The variable is set but is no number, or lies behind the last date that can be written.
pub(super) fn source_date_epoch() -> Result<Option<u64>> {
    const NAME: &str = "SOURCE_DATE_EPOCH";
    // The year 9999 is the last one that a date in the package document can name.
    const LAST: u64 = 253_402_300_799;
    let Some(value) = std::env::var_os(NAME) else { return Ok(None) };
    let seconds = value.to_str().and_then(|text| text.trim().parse().ok());
    seconds.filter(|&seconds| seconds <= LAST).map(Some).ok_or_else(|| {
        Error::new(format!("{NAME} is {}, not a number of seconds", value.display()))
            .hint(format!("Set {NAME} to seconds since 1970, or unset it"))
    })
}
