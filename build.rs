//! Compresses what the binary embeds: each file below `fonts/` as its length in four bytes, the lowest first, and
//! its content compressed by zlib. `src/bundled.rs` unpacks it.

#![expect(
    clippy::disallowed_methods,
    reason = "the package's own files, read when it is built"
)]

use miniz_oxide::deflate::compress_to_vec_zlib;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The level at which zlib searches longest.
const BEST: u8 = 9;

fn pack(source: &Path, target: &Path) -> Result<(), Box<dyn Error>> {
    let content = fs::read(source)?;
    let mut packed = u32::try_from(content.len())?.to_le_bytes().to_vec();
    packed.extend(compress_to_vec_zlib(&content, BEST));
    fs::write(target, packed)?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let fonts = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("fonts");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", fonts.display());
    for family in fs::read_dir(&fonts)? {
        let family = family?;
        let target = out.join(family.file_name());
        fs::create_dir_all(&target)?;
        for file in fs::read_dir(family.path())? {
            let file = file?;
            let name = format!("{}.zz", file.file_name().to_string_lossy());
            pack(&file.path(), &target.join(name))?;
        }
    }
    Ok(())
}
