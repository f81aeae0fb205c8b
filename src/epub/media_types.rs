//! Media types by the names of files, and which of them every reading system shows (EPUB 3.3,
//! section 3.2).

/// Extensions with their media types.
const TYPES: &[(&str, &str)] = &[
    ("aac", "audio/aac"),
    ("apng", "image/apng"),
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("css", "text/css"),
    ("eot", "application/vnd.ms-fontobject"),
    ("flac", "audio/flac"),
    ("gif", "image/gif"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("ico", "image/x-icon"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "application/javascript"),
    ("m4a", "audio/mp4"),
    ("m4v", "video/mp4"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("oga", "audio/ogg"),
    ("ogg", "audio/ogg"),
    ("ogv", "video/ogg"),
    ("opus", "audio/ogg; codecs=opus"),
    ("otf", "font/otf"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("ttf", "font/ttf"),
    ("vtt", "text/vtt"),
    ("wav", "audio/wav"),
    ("weba", "audio/webm"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
    ("xhtml", "application/xhtml+xml"),
];

/// The media type of a file by its name.
pub fn of(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit('/').next()?.rsplit_once('.')?;
    let extension = extension.to_ascii_lowercase();
    let at = TYPES.binary_search_by(|(one, _)| (*one).cmp(&extension)).ok()?;
    Some(TYPES[at].1)
}

/// Whether every reading system shows pictures, or plays sounds, of that type.
pub fn is_core(media_type: &str) -> bool {
    let base = media_type.split_once(';').map_or(media_type, |(first, _)| first).trim();
    matches!(
        base,
        "image/gif"
            | "image/jpeg"
            | "image/png"
            | "image/svg+xml"
            | "image/webp"
            | "audio/mpeg"
            | "audio/mp4"
    ) || media_type.replace(' ', "") == "audio/ogg;codecs=opus"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_media_types() {
        assert!(TYPES.is_sorted_by(|(a, _), (b, _)| a < b));
        assert_eq!(of("a/b.c/D.MP3"), Some("audio/mpeg"));
        assert_eq!((of("mp3"), of("a.b/mp3")), (None, None));
        assert!(is_core("image/webp") && is_core("audio/ogg; codecs=opus"));
        assert!(!is_core("audio/ogg") && !is_core("video/mp4"));
    }
}
