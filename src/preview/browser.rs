//! Opens the preview in the author's browser.

use crate::proc;
use concfilter::error::{Error, Result};
use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;

/// What opens an address on this system, with what stands before the address.
const OPENER: (&str, &[&str]) = if cfg!(target_os = "macos") {
    ("open", &[])
} else if cfg!(windows) {
    ("rundll32", &["url.dll,FileProtocolHandler"])
} else {
    ("xdg-open", &[])
};

/// Opens an address. The browser is the author's, and outlives the preview.
///
/// # Errors
/// There is nothing that opens addresses.
pub(super) fn open(address: &str) -> Result<()> {
    let (name, before) = OPENER;
    let program = proc::find(name).ok_or_else(|| {
        Error::new(format!("cannot open a browser: {name} is not installed"))
            .hint(format!("Open {address} yourself"))
    })?;
    let args: Vec<OsString> =
        before.iter().copied().chain([address]).map(OsString::from).collect();
    let pair = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let env: Vec<_> = std::env::vars_os().filter_map(pair).collect();
    let streams = [Stdio::null(), Stdio::null(), Stdio::null()];
    let mut child = proc::start(&program, &args, &env, Path::new("."), streams)?;
    // It may be the browser itself, or end at once and then not be left as a zombie.
    std::thread::spawn(move || child.wait());
    Ok(())
}
