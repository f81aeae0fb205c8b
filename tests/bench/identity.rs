//! What others pay to read and write a document: `pandoc_ast::filter` that changes nothing.

#![expect(
    clippy::disallowed_methods,
    reason = "this is what concbook is measured against"
)]

use std::io::{Read, Write};

fn main() -> std::io::Result<()> {
    let mut json = String::new();
    std::io::stdin().read_to_string(&mut json)?;
    let json = pandoc_ast::filter(json, |document| document);
    std::io::stdout().write_all(json.as_bytes())
}
