//! `tree-sitter-c-sharp` of crates.io with its tables compressed: `vendor/README.md` says why. Written by tools/grammars.py.

#[cfg(target_endian = "big")]
compile_error!(
    "the tables are for little-endian machines: take [patch.crates-io] out of Cargo.toml"
);

use flate2::{Decompress, FlushDecompress, Status};
use std::sync::Once;
use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_c_sharp() -> *const ();
    fn tree_sitter_c_sharp_tables(length: *mut usize) -> *mut u8;
}

/// Unpacks what a language's tables are; a grammar and its compressed tables that do not belong together end the program.
fn unpack(compressed: &[u8], tables: &mut [u8]) {
    let end =
        Decompress::new(true).decompress(compressed, tables, FlushDecompress::Finish);
    assert!(
        matches!(end, Ok(Status::StreamEnd)),
        "the tables are not those of the grammar"
    );
}

extern "C" fn c_sharp() -> *const () {
    static UNPACKED: Once = Once::new();
    UNPACKED.call_once(|| {
        let mut length = 0;
        // SAFETY: the tables are that many bytes. They are written once, before anybody gets the language
        // that points to them; whoever comes at the same time waits.
        let tables = unsafe {
            let start = tree_sitter_c_sharp_tables(&mut length);
            std::slice::from_raw_parts_mut(start, length)
        };
        unpack(include_bytes!("src/tables.zz"), tables);
    });
    // SAFETY: the function of the grammar's own C takes nothing and returns what is there for ever.
    unsafe { tree_sitter_c_sharp() }
}

/// The language, as the crate of this name has it.
// SAFETY: what it returns is a language of tree-sitter.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(c_sharp) };
