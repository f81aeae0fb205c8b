//! Files that the program carries: fonts and their licences. They are compressed when it is built, for which they
//! take 2 MB less of it, and each is unpacked when it is first asked for, which takes some milliseconds.

use libdeflater::Decompressor;
use std::sync::OnceLock;

/// A file that the binary holds.
#[derive(Debug)]
pub struct BundledFile {
    /// Its name in the container.
    pub name: &'static str,
    /// Its length in four bytes, the lowest first, and its content compressed (zlib), as `build.rs` writes it.
    packed: &'static [u8],
    content: OnceLock<Vec<u8>>,
}

impl BundledFile {
    /// A file as `build.rs` has packed it; [`bundled_file!`] calls this.
    pub const fn new(name: &'static str, packed: &'static [u8]) -> Self {
        Self { name, packed, content: OnceLock::new() }
    }

    /// Its content.
    ///
    /// # Panics
    /// It was not packed by `build.rs`: of no file that [`bundled_file!`] names.
    pub fn data(&self) -> &[u8] {
        self.content
            .get_or_init(|| unpacked(self.packed).expect("build.rs has packed the file"))
    }
}

/// What was packed; `None` for what `build.rs` did not write.
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let (length, compressed) = packed.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let mut content = vec![0; length];
    let unpacked = Decompressor::new().zlib_decompress(compressed, &mut content);
    unpacked.is_ok_and(|unpacked| unpacked == length).then_some(content)
}

/// `bundled_file!("gelasio/OFL.txt", "Gelasio-OFL.txt")`: a file below `fonts/`, under the name that it has in
/// the container.
macro_rules! bundled_file {
    ($source:expr, $name:expr) => {
        $crate::bundled::BundledFile::new(
            $name,
            include_bytes!(concat!(env!("OUT_DIR"), "/", $source, ".zz")),
        )
    };
}
pub(crate) use bundled_file;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_smaller_in_the_program_and_whole_when_it_is_asked_for() {
        let file = bundled_file!("gelasio/Gelasio-Regular.ttf", "a.ttf");
        let whole = include_bytes!("../fonts/gelasio/Gelasio-Regular.ttf");
        assert!(file.packed.len() * 10 < whole.len() * 7, "{}", file.packed.len());
        assert_eq!(file.data(), whole);
        assert_eq!(file.data().as_ptr(), file.data().as_ptr());
    }

    #[test]
    fn what_was_not_packed_is_not_unpacked() {
        let file = bundled_file!("gelasio/OFL.txt", "a.txt");
        let mut longer = file.packed.to_vec();
        longer[0] ^= 1;
        let broken = &file.packed[..file.packed.len() - 9];
        for packed in [&b""[..], b"abc", b"abcdefgh", broken, &longer] {
            assert_eq!(unpacked(packed), None);
        }
    }
}
