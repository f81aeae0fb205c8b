//! Who may ask the preview for anything: the pages that it serves itself, and whoever types its address.
//!
//! A page of the web can send requests to this machine, too. It can lead a name of its own here (DNS
//! rebinding), which the `Host` tells; a script of its own names its `Origin`; and a picture or a script that
//! it embeds is told by `Sec-Fetch-Site`, which browsers set and scripts cannot.

/// What a request says of where it comes from.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Requester<'r> {
    /// The `Host` that it names.
    pub host: Option<&'r str>,
    /// Its `Origin`, where it has one.
    pub origin: Option<&'r str>,
    /// Its `Sec-Fetch-Site`, where the browser sets it.
    pub site: Option<&'r str>,
    /// Its `Sec-Fetch-Dest`: `document` for an address that is opened.
    pub dest: Option<&'r str>,
}

/// The names by which a browser on this machine reaches the preview.
const NAMES: [&str; 2] = ["127.0.0.1", "localhost"];

/// Whether a request may be answered. What lies below a path that nobody can guess (`is_secret`) is asked for
/// by chapters, too: their frame has an origin of its own, which browsers call `null` and take for a foreign
/// site.
pub(super) fn admits(port: u16, requester: Requester<'_>, is_secret: bool) -> bool {
    let is_own = |text: &str| {
        let (name, number) = text.rsplit_once(':').unwrap_or((text, "80"));
        NAMES.iter().any(|own| name.eq_ignore_ascii_case(own))
            && number.parse() == Ok(port)
    };
    let is_own_origin = |origin: &str| {
        origin.strip_prefix("http://").is_some_and(is_own)
            || is_secret && origin == "null"
    };
    let is_own_site = |site: &str| {
        matches!(site, "same-origin" | "none") || is_secret
            // A link that somebody follows to here shows the preview, and tells its page nothing.
            || requester.dest == Some("document")
    };
    requester.host.is_some_and(is_own)
        && requester.origin.is_none_or(is_own_origin)
        && requester.site.is_none_or(is_own_site)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: Requester<'_> =
        Requester { host: Some("127.0.0.1:4848"), origin: None, site: None, dest: None };

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let by = |host| admits(4848, Requester { host, ..OWN }, true);
        assert!(by(Some("127.0.0.1:4848")) && by(Some("LOCALHOST:4848")));
        for host in [
            None,
            Some(""),
            Some("127.0.0.1"),
            Some("127.0.0.1:4849"),
            Some("127.0.0.1.evil.example:4848"),
            Some("evil.example:4848"),
            Some("evil.example"),
            Some("x@127.0.0.1:4848"),
        ] {
            assert!(!by(host), "{host:?}");
        }
    }

    #[test]
    fn pages_of_other_origins_are_refused() {
        let from = |origin, is_secret| {
            admits(4848, Requester { origin: Some(origin), ..OWN }, is_secret)
        };
        assert!(from("http://127.0.0.1:4848", false));
        assert!(from("null", true) && !from("null", false));
        for origin in
            ["https://evil.example", "http://127.0.0.1:80", "https://127.0.0.1:4848", ""]
        {
            assert!(!from(origin, true), "{origin}");
        }
    }

    #[test]
    fn what_a_foreign_page_embeds_is_refused() {
        let as_part = |site, dest| {
            admits(4848, Requester { site: Some(site), dest: Some(dest), ..OWN }, false)
        };
        assert!(as_part("same-origin", "empty") && as_part("none", "document"));
        assert!(as_part("cross-site", "document"));
        for dest in ["script", "image", "iframe", "empty"] {
            assert!(!as_part("cross-site", dest), "{dest}");
            assert!(!as_part("same-site", dest), "{dest}");
        }
    }
}
