//! References as books write them: percent-encoding, relative paths, schemes.

use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// A path in a reference, with all percent-encoded that could end it or that XML would read as markup.
pub fn percent_encode(path: &str) -> String {
    let mut url = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

/// Replaces `%41` by what it stands for; what is no UTF-8 afterwards stays as it was.
pub fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = hex {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// The container path that `reference`, found in the file `base`, leads to; the fragment is left
/// out. `None` for a reference out of the container: with a scheme, or above its root.
pub fn resolve(base: &str, reference: &str) -> Option<String> {
    let path = reference.split_once(['#', '?']).map_or(reference, |(first, _)| first);
    if path.is_empty() {
        return Some(base.to_owned());
    }
    if has_scheme(path) || path.starts_with('/') {
        return None;
    }
    let path = percent_decode(path);
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The reference from the file `base` to the file `target`, both container paths.
pub fn relative(base: &str, target: &str) -> String {
    let mut from: Vec<&str> = base.split('/').collect();
    from.pop();
    let to: Vec<&str> = target.split('/').collect();
    let shared = from
        .iter()
        .zip(&to[..to.len().saturating_sub(1)])
        .take_while(|(a, b)| a == b)
        .count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    up.chain(to[shared..].iter().copied()).collect::<Vec<_>>().join("/")
}

/// A path without `.` and `..`, as far as it can be told.
pub fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// The spelling of an identifier, or of the heading it is made from, without what readers of
/// Markdown disagree on: letters and digits, in lower case.
pub fn loosen(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether a reference begins with a scheme, such as `https:`.
pub fn has_scheme(reference: &str) -> bool {
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

/// Whether a reference leads out of the book: it has a scheme, or names a host.
pub fn is_remote(reference: &str) -> bool {
    has_scheme(reference) || reference.starts_with("//")
}

/// A remote reference with its scheme: `https:` where it names a host alone.
pub fn https(reference: &str) -> String {
    let scheme = if reference.starts_with("//") { "https:" } else { "" };
    format!("{scheme}{reference}")
}

/// What is missing before an address that is meant to lead to the web, or to a mailbox, and has no
/// scheme: `https://` for `www.example.org` and `example.org/path`, `mailto:` for `ann@example.org`.
pub fn lacking_scheme(target: &str) -> Option<&'static str> {
    // Domains that are no extensions of files which books link to.
    const DOMAINS: &[&str] = &[
        "academy", "ai", "app", "at", "au", "be", "biz", "blog", "br", "ca", "ch",
        "cloud", "cn", "co", "com", "cz", "de", "dev", "dk", "edu", "es", "eu", "fi",
        "fr", "gov", "ie", "info", "io", "it", "jp", "kr", "net", "nl", "no", "nz",
        "online", "org", "pt", "ru", "se", "site", "tech", "tv", "uk", "us", "xyz",
    ];
    let end = target.find(['/', '?', '#']).unwrap_or(target.len());
    let (host, rest) = target.split_at(end);
    let (user, host) = host.split_once('@').map_or((None, host), |(u, h)| (Some(u), h));
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    let mut labels = host.split('.');
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    if has_scheme(target) || !labels.clone().all(is_label) || labels.clone().count() < 2 {
        return None;
    }
    let domain = labels.next_back().unwrap_or_default().to_lowercase();
    let is_domain = DOMAINS.contains(&&*domain);
    match user {
        Some(user) => {
            (is_domain && !user.is_empty() && rest.is_empty()).then_some("mailto:")
        }
        None => (host.starts_with("www.") || is_domain).then_some("https://"),
    }
}

/// A remote reference as a URL that every checker takes, characters that one may not have encoded; `None`
/// for what no encoding makes an address of the web of (URL Standard, section 4.1).
pub fn valid_url(reference: &str) -> Option<String> {
    let reference = reference.trim();
    let (scheme, rest) = match reference.split_once(':') {
        Some((scheme, rest)) if has_scheme(reference) => {
            (scheme.to_ascii_lowercase(), rest)
        }
        _ => (String::new(), reference),
    };
    if matches!(&*scheme, "javascript" | "vbscript" | "file" | "data") {
        return None;
    }
    if matches!(&*scheme, "" | "http" | "https" | "ftp") {
        let host = rest.strip_prefix("//")?;
        let host = host.split_once(['/', '?', '#']).map_or(host, |(first, _)| first);
        let host = host.rsplit_once('@').map_or(host, |(_, last)| last);
        let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
        let is_address = host.starts_with('[') && host.contains(']');
        if host.is_empty()
            || host.starts_with(':')
            || !(is_address || host.chars().all(is_host))
        {
            return None;
        }
    }
    let mut out = String::with_capacity(reference.len());
    let bytes = reference.as_bytes();
    for (at, c) in reference.char_indices() {
        let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
        match c {
            '%' if !(is_hex(at + 1) && is_hex(at + 2)) => out.push_str("%25"),
            ' '
            | '"'
            | '<'
            | '>'
            | '\\'
            | '^'
            | '`'
            | '{'
            | '|'
            | '}'
            | '\0'..='\u{1f}' => {
                let _ = write!(out, "%{:02X}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded_to_the_same() {
        assert_eq!(percent_encode("a b/ü&.x~"), "a%20b/%C3%BC%26.x~");
        for path in ["a b/ü&.x~", "100%.md", "\"<>'#?"] {
            assert_eq!(percent_decode(&percent_encode(path)), path);
        }
    }

    #[test]
    fn an_address_without_scheme_is_told_from_a_file() {
        for web in ["www.site.com", "example.org/path", "www.x.py", "docs.rs.io?q#f"] {
            assert_eq!(lacking_scheme(web), Some("https://"), "{web}");
        }
        assert_eq!(lacking_scheme("ann@site.org"), Some("mailto:"));
        for other in [
            "",
            "a.md",
            "a/b.com",
            "x.py#f",
            "https://a.org",
            "mailto:a@b.org",
            "#a",
            "../a.org",
            "@b.org",
            "setup.sh",
            "v1.2",
            "a b.org",
            ".org",
            "image.png",
            "main.rs/x",
        ] {
            assert_eq!(lacking_scheme(other), None, "{other}");
        }
    }

    #[test]
    fn addresses_become_urls() {
        let url = |text: &str| valid_url(text).unwrap_or_default();
        for right in
            ["https://x.org/a?b=1&c=%20#d", "//x.org", "mailto:a@b.c", "https://x.org/ä"]
        {
            assert_eq!(url(right), right);
        }
        assert_eq!(url("http://x.org/a b|c%zz"), "http://x.org/a%20b%7Cc%25zz");
        for wrong in [
            "http://",
            "http:/x",
            "https://[bad",
            "javascript:x()",
            "file:///a",
            "data:,x",
        ] {
            assert_eq!(valid_url(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn references_resolve_and_come_back() {
        let resolved = resolve("EPUB/text/ch1.xhtml", "../media/a%20b.png#x");
        assert_eq!(resolved.as_deref(), Some("EPUB/media/a b.png"));
        assert_eq!(relative("EPUB/text/ch1.xhtml", "EPUB/media/a.png"), "../media/a.png");
        assert_eq!(relative("EPUB/a.opf", "EPUB/b.css"), "b.css");
        assert_eq!(resolve("a.xhtml", "../../x"), None);
        assert_eq!(resolve("a.xhtml", "https://example.org/"), None);
    }
}
