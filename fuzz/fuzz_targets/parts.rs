//! A part of a book or of an ePub: the first byte chooses which kind of file the others are.

#![no_main]

#[path = "../cases.rs"]
#[expect(dead_code, reason = "what to begin with is for the tests")]
mod cases;

use cases::CASES;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&which, rest)) = data.split_first() else { return };
    let (_, run) = CASES[usize::from(which) % CASES.len()];
    run(rest);
});
