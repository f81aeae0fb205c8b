//! Numbers with a unit, as authors write them.

use std::time::Duration;

/// A time: `5s`, `500ms`, `2m`.
pub fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = parts(text);
    let value: f64 = number.parse().ok()?;
    let seconds = match unit {
        "s" => value,
        "ms" => value / 1000.0,
        "m" | "min" => value * 60.0,
        _ => return None,
    };
    let limit = Duration::try_from_secs_f64(seconds).ok()?;
    (!limit.is_zero()).then_some(limit)
}

/// Bytes: `512MiB`, `8 GiB`, `8G`. Without a unit it would be anybody's guess what is meant.
pub fn size(text: &str) -> Option<u64> {
    let (number, unit) = parts(text);
    let unit = match &*unit.to_ascii_lowercase() {
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit).filter(|size| *size > 0)
}

/// A number, and what stands behind it.
fn parts(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_units() {
        assert_eq!(duration("1.5s"), Some(Duration::from_millis(1500)));
        assert_eq!(duration("2 min"), Some(Duration::from_mins(2)));
        assert_eq!(["5", "0s", "-1s", "s"].map(duration), [None; 4]);
        assert_eq!(size("512MiB"), Some(512 << 20));
        assert_eq!(size("8 g"), Some(8 << 30));
        assert_eq!(["8", "0M", "1.5G", "99999999999G", "lots"].map(size), [None; 5]);
    }
}
