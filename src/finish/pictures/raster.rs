//! Raster images: PNG, JPEG, GIF, WebP.

use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4};
use fast_image_resize::{IntoImageView, IntoImageViewMut, PixelTrait, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{
    ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage,
};
use std::io::Cursor;

/// Wider pictures are scaled down: no reader's screen shows more.
const WIDEST: u32 = 1600;

/// The most bytes of a picture's pixels, so that no picture takes more memory than 256 MB: fifty million
/// pixels of a photograph.
const MOST_BYTES: u64 = 160 * 1024 * 1024;

/// Of one whose pixels are copied while it is worked on: those that are see-through are scaled in a copy,
/// those that are rotated are rotated into one.
const MOST_COPIED: u64 = 80 * 1024 * 1024;

/// Of a progressive JPEG, all of whose coefficients are kept beside the pixels, in twice the bytes.
const MOST_PROGRESSIVE: u64 = 72 * 1024 * 1024;

/// The most bytes of pixels that are compressed in several ways at a time.
const MANY_BYTES: u64 = 32 * 1024 * 1024;

/// Pixels beyond which pictures are worked on one at a time.
const MANY_PIXELS: u64 = 1_000_000;

/// Of 100; what a photograph needs so that nobody sees a difference.
const QUALITY: u8 = 85;

/// A format, by a file's first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::finish) enum RasterFormat {
    Png,
    Jpeg,
    Gif,
    WebP,
}

impl RasterFormat {
    /// The format of a file; `None` for what is no raster image, or of a rare format.
    pub(in crate::finish) fn of(data: &[u8]) -> Option<Self> {
        match data {
            [0x89, b'P', b'N', b'G', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
                Some(Self::WebP)
            }
            _ => None,
        }
    }

    /// Its media type.
    pub(in crate::finish) fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
        }
    }

    /// What its name ends in.
    pub(in crate::finish) fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::WebP => "webp",
        }
    }

    fn format(self) -> ImageFormat {
        match self {
            Self::Png => ImageFormat::Png,
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Gif => ImageFormat::Gif,
            Self::WebP => ImageFormat::WebP,
        }
    }
}

/// The pixels of a picture, rotated as its file says.
///
/// # Errors
/// The file is damaged, or larger than any book needs; the message tells.
pub(in crate::finish) fn decode(
    kind: RasterFormat,
    data: &[u8],
) -> Result<DynamicImage, String> {
    let mut decoder = decoder(kind, data)?;
    let rotated = decoder.orientation().map_err(broken)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    image.apply_orientation(rotated);
    Ok(image)
}

/// How wide and high a picture is, rotated as its file says.
///
/// # Errors
/// See [`decode`].
pub(in crate::finish) fn dimensions(
    kind: RasterFormat,
    data: &[u8],
) -> Result<(u32, u32), String> {
    let mut decoder = decoder(kind, data)?;
    let (width, height) = decoder.dimensions();
    Ok(match decoder.orientation().map_err(broken)? {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
        _ => (width, height),
    })
}

fn broken(error: image::ImageError) -> String {
    format!("the picture is damaged: {error}")
}

/// What reads a picture's pixels, once its head has been read.
fn decoder(kind: RasterFormat, data: &[u8]) -> Result<impl ImageDecoder + '_, String> {
    let mut reader = ImageReader::new(Cursor::new(data));
    reader.set_format(kind.format());
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES * 5 / 4);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let is_copied = decoder.color_type().has_alpha()
        || decoder.orientation().map_err(broken)? != Orientation::NoTransforms;
    let most = if kind == RasterFormat::Jpeg && is_progressive(data) {
        MOST_PROGRESSIVE
    } else if is_copied {
        MOST_COPIED
    } else {
        MOST_BYTES
    };
    let bytes = decoder.total_bytes();
    if bytes > most {
        return Err(format!(
            "the picture has {width} × {height} pixels, which take {} MB; the most are {} MB",
            bytes >> 20,
            most >> 20
        ));
    }
    Ok(decoder)
}

/// Whether a JPEG is progressive (ITU T.81, table B.1: SOF2).
fn is_progressive(data: &[u8]) -> bool {
    let mut rest = data.get(2..).unwrap_or_default();
    while let [0xff, marker, high, low, ..] = rest {
        match marker {
            0xc2 => return true,
            0xda => return false,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        rest = rest.get(2 + length..).unwrap_or_default();
    }
    false
}

/// Whether a file of this kind may show what is below it; to know needs its pixels.
pub(super) fn may_be_transparent(kind: RasterFormat, data: &[u8]) -> bool {
    match kind {
        // Types 4 and 6 have an alpha channel (PNG, section 11.2.1).
        RasterFormat::Png => {
            matches!(data.get(25), Some(4 | 6)) || has_chunk(data, *b"tRNS")
        }
        RasterFormat::Gif | RasterFormat::WebP => true,
        RasterFormat::Jpeg => false,
    }
}

/// Whether a picture has so many pixels that two of them at a time would take much memory.
pub(in crate::finish) fn is_large(kind: RasterFormat, data: &[u8]) -> bool {
    let size = decoder(kind, data).map(|one| one.dimensions());
    size.is_ok_and(|(width, height)| u64::from(width) * u64::from(height) > MANY_PIXELS)
}

/// The picture in fewer bytes, or as it is.
///
/// # Errors
/// See [`decode`].
pub(in crate::finish) fn smaller(
    kind: RasterFormat,
    data: &[u8],
) -> Result<Vec<u8>, String> {
    let mut head = decoder(kind, data)?;
    let is_rotated = head.orientation().map_err(broken)? != Orientation::NoTransforms;
    let is_wide = head.dimensions().0 > WIDEST;
    let is_many = head.total_bytes() > MANY_BYTES;
    drop(head);
    // Pictures that move would stand still.
    let is_still = match kind {
        RasterFormat::Png => !has_chunk(data, *b"acTL"),
        RasterFormat::Jpeg => true,
        RasterFormat::Gif | RasterFormat::WebP => false,
    };
    let made = if !is_still {
        decode(kind, data)?;
        None
    } else if is_wide || is_rotated {
        let image = decode(kind, data)?;
        let fits = if image.width() > WIDEST { scaled(image, WIDEST) } else { image };
        if kind == RasterFormat::Jpeg { encode_jpeg(fits) } else { encode_png(fits) }
    } else if kind == RasterFormat::Jpeg {
        decode(kind, data)?;
        without_metadata(data)
    } else if is_many {
        decode(kind, data)?;
        None
    } else {
        match optimised(data) {
            Ok(made) => Some(made),
            // Who reads it otherwise may still read it.
            Err(_) => decode(kind, data).map(|_| None)?,
        }
    };
    Ok(made.filter(|made| made.len() < data.len()).unwrap_or_else(|| data.to_vec()))
}

/// Scaled to a width.
pub(in crate::finish) fn scaled(image: DynamicImage, width: u32) -> DynamicImage {
    // What hides nothing needs neither the memory nor the work for it.
    let image = match image {
        DynamicImage::ImageRgba8(pixels)
            if pixels.pixels().all(|one| one.0[3] == 255) =>
        {
            let (width, height) = pixels.dimensions();
            match RgbImage::from_raw(width, height, opaque(pixels.into_raw())) {
                Some(pixels) => DynamicImage::ImageRgb8(pixels),
                None => DynamicImage::new_rgb8(width, height),
            }
        }
        other => other,
    };
    let height =
        u64::from(image.height()) * u64::from(width) / u64::from(image.width().max(1));
    let height = u32::try_from(height).unwrap_or(u32::MAX).max(1);
    // It works on bytes; `image` would hold the pixels as numbers of four bytes each.
    let image = in_bytes(image);
    let mut made = DynamicImage::new(width, height, image.color());
    match image {
        DynamicImage::ImageLuma8(_) => resize::<U8>(&image, &mut made),
        DynamicImage::ImageLumaA8(_) => resize::<U8x2>(&image, &mut made),
        DynamicImage::ImageRgb8(_) => resize::<U8x3>(&image, &mut made),
        _ => resize::<U8x4>(&image, &mut made),
    }
    made
}

/// A picture with a byte a channel: no reader's screen shows more, and what scales pictures with more is a
/// megabyte of the program.
fn in_bytes(image: DynamicImage) -> DynamicImage {
    match image.color() {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => image,
        ColorType::L16 => DynamicImage::ImageLuma8(image.into_luma8()),
        ColorType::La16 => DynamicImage::ImageLumaA8(image.into_luma_alpha8()),
        color if color.has_alpha() => DynamicImage::ImageRgba8(image.into_rgba8()),
        _ => DynamicImage::ImageRgb8(image.into_rgb8()),
    }
}

/// Scales all of a picture into another of the same colours, by the type of their pixels.
fn resize<P: PixelTrait>(from: &DynamicImage, to: &mut DynamicImage) {
    let from = from.image_view::<P>().expect("the picture's colours gave the type");
    let mut to = to.image_view_mut::<P>().expect("it was made with the same colours");
    Resizer::new()
        .resize_typed(&from, &mut to, None)
        .expect("all of a picture is within it");
}

/// Pixels of four bytes without the last, their opacity; in the same memory, for a page of them
/// takes fifteen megabytes.
pub(super) fn opaque(mut pixels: Vec<u8>) -> Vec<u8> {
    let count = pixels.len() / 4;
    for at in 0..count {
        pixels.copy_within(at * 4..at * 4 + 3, at * 3);
    }
    pixels.truncate(count * 3);
    pixels.shrink_to_fit();
    pixels
}

/// As PNG, compressed well.
pub(in crate::finish) fn encode_png(image: DynamicImage) -> Option<Vec<u8>> {
    let (width, height) = (image.width(), image.height());
    let colours = match image {
        DynamicImage::ImageLuma8(_) => {
            oxipng::ColorType::Grayscale { transparent_shade: None }
        }
        DynamicImage::ImageLumaA8(_) => oxipng::ColorType::GrayscaleAlpha,
        DynamicImage::ImageRgb8(_) => oxipng::ColorType::RGB { transparent_color: None },
        DynamicImage::ImageRgba8(_) => oxipng::ColorType::RGBA,
        deep => {
            let mut data = Vec::new();
            deep.write_with_encoder(PngEncoder::new(&mut data)).ok()?;
            return optimised(&data).ok().or(Some(data));
        }
    };
    let depth = oxipng::BitDepth::Eight;
    let raw =
        oxipng::RawImage::new(width, height, colours, depth, image.into_bytes()).ok()?;
    raw.create_optimized_png(&compression()).ok()
}

/// As JPEG.
pub(in crate::finish) fn encode_jpeg(image: DynamicImage) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    let pixels = image.into_rgb8();
    pixels.write_with_encoder(JpegEncoder::new_with_quality(&mut data, QUALITY)).ok()?;
    Some(data)
}

/// A PNG compressed better, with the same pixels, and without what readers do not show.
fn optimised(data: &[u8]) -> oxipng::PngResult<Vec<u8>> {
    oxipng::optimize_from_memory(data, &compression())
}

/// How PNG is compressed. Level 8 compresses a hundredth worse than the next preset of filters and levels,
/// and takes a fifth of its time.
fn compression() -> oxipng::Options {
    let mut options = oxipng::Options::from_preset(0);
    options.deflater = oxipng::Deflater::Libdeflater { compression: 8 };
    // Colours of a profile change what is seen; those chunks stay.
    options.strip = oxipng::StripChunks::Safe;
    options.optimize_alpha = false;
    options
}

/// Whether a PNG has a chunk (PNG, section 5.3).
fn has_chunk(data: &[u8], name: [u8; 4]) -> bool {
    let mut rest = data.get(8..).unwrap_or_default();
    while let [a, b, c, d, kind @ ..] = rest {
        let Some(own) = kind.get(..4) else { return false };
        if *own == name {
            return true;
        }
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        rest = rest.get(length.saturating_add(12)..).unwrap_or_default();
    }
    false
}

/// A JPEG without what a camera or an editor wrote, its pixels untouched (ITU T.81, annex B). The
/// colour profile (APP2) and Adobe's mark (APP14), which tells how colours are coded, stay.
fn without_metadata(data: &[u8]) -> Option<Vec<u8>> {
    let mut out = data.get(..2)?.to_vec();
    let mut at = 2;
    loop {
        let &[0xff, marker] = data.get(at..at + 2)? else { return None };
        // From here on come the pixels.
        if marker == 0xda {
            out.extend(data.get(at..)?);
            return Some(out);
        }
        let length =
            usize::from(u16::from_be_bytes([*data.get(at + 2)?, *data.get(at + 3)?]));
        let segment = data.get(at..at + 2 + length)?;
        let goes = matches!(marker, 0xe1 | 0xe3..=0xed | 0xef | 0xfe);
        if !goes {
            out.extend(segment);
        }
        at += segment.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32) -> DynamicImage {
        let point = |x: u32, y: u32| {
            let part = |n: u32| u8::try_from(n % 256).unwrap();
            image::Rgb([part(x), part(y), part(x * y / 64)])
        };
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, point))
    }

    fn png(image: &DynamicImage) -> Vec<u8> {
        let mut data = Vec::new();
        image.write_with_encoder(PngEncoder::new(&mut data)).unwrap();
        data
    }

    #[test]
    fn a_png_keeps_its_points() {
        let before = png(&picture(300, 200));
        let after = smaller(RasterFormat::Png, &before).unwrap();
        assert!(after.len() < before.len());
        let pixels = |data: &[u8]| decode(RasterFormat::Png, data).unwrap().to_rgba8();
        assert_eq!(pixels(&after), pixels(&before));
        assert_eq!(
            smaller(RasterFormat::Png, &after).unwrap(),
            after,
            "twice changes nothing"
        );
    }

    #[test]
    fn scaled_pictures_keep_their_colours_in_a_byte_each() {
        let picture = |color: ColorType| {
            let mut image = DynamicImage::new(64, 32, color);
            let pixel = image::Rgba([200, 200, 200, 128]);
            for (x, y) in (0..64).flat_map(|x| (0..32).map(move |y| (x, y))) {
                image::GenericImage::put_pixel(&mut image, x, y, pixel);
            }
            image
        };
        for (before, after) in [
            (ColorType::L8, ColorType::L8),
            (ColorType::La8, ColorType::La8),
            (ColorType::Rgb8, ColorType::Rgb8),
            (ColorType::Rgba8, ColorType::Rgba8),
            (ColorType::L16, ColorType::L8),
            (ColorType::La16, ColorType::La8),
            (ColorType::Rgb16, ColorType::Rgb8),
            (ColorType::Rgba16, ColorType::Rgba8),
        ] {
            let made = scaled(picture(before), 16);
            assert_eq!((made.color(), made.width(), made.height()), (after, 16, 8));
            let opacity = if after.has_alpha() { 128 } else { 255 };
            let wanted = image::Rgba([200, 200, 200, opacity]);
            let pixels = made.to_rgba8();
            let is_near = |(a, b): (&u8, &u8)| a.abs_diff(*b) <= 1;
            assert!(
                pixels.pixels().all(|one| one.0.iter().zip(&wanted.0).all(is_near)),
                "{before:?}: {:?}",
                pixels.get_pixel(8, 4)
            );
        }
    }

    #[test]
    fn pictures_of_too_many_pixels_are_told() {
        // Heads alone: nothing is read behind them.
        let png = |width: u32, height: u32, depth: u8| {
            let mut head = b"IHDR".to_vec();
            head.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
            head.extend([depth, 6, 0, 0, 0]);
            let mut sum = chunk_sum(&head).to_be_bytes().to_vec();
            let mut data = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
            data.append(&mut head);
            data.append(&mut sum);
            data.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
            data
        };
        let gif = |width: u16, height: u16| {
            let mut data = b"GIF89a".to_vec();
            data.extend([width.to_le_bytes(), height.to_le_bytes()].concat());
            data.extend([0, 0, 0, b',', 0, 0, 0, 0]);
            data.extend([width.to_le_bytes(), height.to_le_bytes()].concat());
            data.extend([0, 2, 0, b';']);
            data
        };
        for (kind, data) in [
            (RasterFormat::Png, png(10_000, 10_000, 16)),
            (RasterFormat::Png, png(30_000, 30_000, 8)),
            (RasterFormat::Gif, gif(60_000, 60_000)),
        ] {
            for found in
                [dimensions(kind, &data).map(|_| ()), smaller(kind, &data).map(|_| ())]
            {
                let message = found.unwrap_err();
                assert!(message.contains("the most are 80 MB"), "{kind:?}: {message}");
            }
        }
        let jpeg = |start: u8| {
            let last = if start == 0xc2 { 0 } else { 63 };
            let mut data = vec![255, 0xd8, 255, 0xdb, 0, 67, 0];
            data.extend([1; 64]);
            data.extend([255, start, 0, 17, 8]);
            data.extend([6600_u16.to_be_bytes(), 8000_u16.to_be_bytes()].concat());
            data.extend([3, 1, 17, 0, 2, 17, 0, 3, 17, 0]);
            for class in [0x00, 0x10] {
                data.extend([255, 0xc4, 0, 20, class, 1]);
                data.extend([0; 16]);
            }
            data.extend([255, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, last, 0]);
            data.extend([0; 64]);
            data
        };
        assert_eq!(dimensions(RasterFormat::Jpeg, &jpeg(0xc0)), Ok((8000, 6600)));
        let message = dimensions(RasterFormat::Jpeg, &jpeg(0xc2)).unwrap_err();
        assert!(message.contains("the most are 72 MB"), "{message}");
        assert_eq!(dimensions(RasterFormat::Png, &png(4000, 5000, 8)), Ok((4000, 5000)));
    }

    /// The checksum of a chunk (PNG, annex D).
    fn chunk_sum(data: &[u8]) -> u32 {
        !data.iter().fold(u32::MAX, |sum, &byte| {
            (0..8).fold(sum ^ u32::from(byte), |sum, _| {
                (sum >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(sum & 1))
            })
        })
    }

    #[test]
    fn what_is_too_wide_is_scaled() {
        let after = smaller(RasterFormat::Png, &png(&picture(3200, 100))).unwrap();
        let image = decode(RasterFormat::Png, &after).unwrap();
        assert_eq!((image.width(), image.height()), (1600, 50));
    }

    #[test]
    fn a_jpeg_loses_what_the_camera_wrote() {
        let plain = encode_jpeg(picture(64, 64)).unwrap();
        let exif = [b"\xff\xe1\x00\x0cExif\0\0MADE".as_slice(), b"\xff\xfe\x00\x06note"]
            .concat();
        let with = [&plain[..2], &exif, &plain[2..]].concat();
        assert_eq!(smaller(RasterFormat::Jpeg, &with).unwrap(), plain);
    }

    #[test]
    fn a_turned_picture_is_rotated_before_the_note_goes() {
        let plain = encode_jpeg(picture(400, 300)).unwrap();
        // Orientation 6: a quarter to the right (Exif 2.32, 4.6.4).
        let exif = b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let note = vec![0x20; 40_000];
        let length = u16::try_from(note.len() + 2).unwrap().to_be_bytes();
        let with = [&plain[..2], exif, b"\xff\xfe", &length, &note, &plain[2..]].concat();
        let after = smaller(RasterFormat::Jpeg, &with).unwrap();
        let image = image::load_from_memory(&after).unwrap();
        assert_eq!((image.width(), image.height()), (300, 400));
    }

    proptest::proptest! {
        #[test]
        fn broken_pictures_are_told(cut in 0_usize..2000, flip in 0_usize..2000, bits in 1_u8..) {
            for (kind, whole) in [
                (RasterFormat::Png, png(&picture(30, 20))),
                (RasterFormat::Jpeg, encode_jpeg(picture(30, 20)).unwrap()),
            ] {
                let mut data = whole[..whole.len() - cut % whole.len()].to_vec();
                let at = flip % data.len();
                data[at] ^= bits;
                if let Ok(after) = smaller(kind, &data) {
                    proptest::prop_assert!(after.len() <= data.len());
                }
            }
        }
    }
}
