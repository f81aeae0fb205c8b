//! Which of the author's pictures a picture of an ePub is.

use image::imageops::FilterType;
use std::ffi::OsStr;
use std::path::Path;

/// The sides of the small copy by which two pictures are compared.
const SIDE: u32 = 16;

/// How far two pictures may be apart, as the mean difference of the small copies' pixels (0 to
/// 255): one that was scaled is near 1, other pictures are beyond 20.
const FARTHEST: f64 = 8.0;

/// The picture files in a book's folder.
pub(crate) struct Pictures(Vec<Picture>);

struct Picture {
    /// Its path in the book's folder.
    path: String,
    data: Vec<u8>,
    small: Option<Vec<u8>>,
}

impl Pictures {
    /// Reads the pictures of a folder.
    pub(crate) fn of(folder: &Path) -> Self {
        let mut pictures = Self(Vec::new());
        pictures.read(folder, "");
        pictures
    }

    fn read(&mut self, folder: &Path, above: &str) {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        for name in names {
            let path = folder.join(&name);
            let name = format!("{above}{}", name.to_string_lossy());
            let extension = path.extension().map(OsStr::to_ascii_lowercase);
            let extension = extension.as_deref().and_then(|one| one.to_str());
            if path.is_dir() {
                self.read(&path, &format!("{name}/"));
            } else if let Some("png" | "jpg" | "jpeg" | "gif" | "webp" | "svg") =
                extension
            {
                let data = std::fs::read(&path).unwrap();
                let small = small(&data);
                self.0.push(Picture { path: name, data, small });
            }
        }
    }

    /// The author's name of a picture, else `otherwise`.
    pub(crate) fn name(&self, data: &[u8], otherwise: &str) -> String {
        if let Some(same) = self.0.iter().find(|one| one.data == data) {
            return same.path.clone();
        }
        let nearest = small(data).and_then(|copy| {
            let far = |one: &Picture| Some(apart(one.small.as_ref()?, &copy));
            let all = self.0.iter().filter_map(|one| Some((far(one)?, one)));
            all.min_by(|a, b| a.0.total_cmp(&b.0))
        });
        match nearest {
            Some((far, one)) if far < FARTHEST => one.path.clone(),
            _ => format!("other picture {otherwise}"),
        }
    }
}

/// The picture with few pixels, over white; nothing where it is none of pixels.
fn small(data: &[u8]) -> Option<Vec<u8>> {
    let picture = image::load_from_memory(data).ok()?;
    let mut picture = picture.resize_exact(SIDE, SIDE, FilterType::Triangle).to_rgba8();
    for pixel in picture.pixels_mut() {
        let alpha = u32::from(pixel.0[3]);
        for value in &mut pixel.0[..3] {
            let over_white = (u32::from(*value) * alpha + 255 * (255 - alpha)) / 255;
            *value = u8::try_from(over_white).unwrap();
        }
        pixel.0[3] = 255;
    }
    Some(picture.into_raw())
}

fn apart(one: &[u8], other: &[u8]) -> f64 {
    let sum: u32 = one.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    f64::from(sum) / f64::from(SIDE * SIDE * 4)
}
