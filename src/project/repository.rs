//! Where the book's source is kept on the web, so that readers find a listing's file and can tell of an
//! error: the addresses that GitHub, GitLab and Forgejo have for both.
//!
//! ````text
//! https://github.com/me/boats     a file   https://github.com/me/boats/blob/HEAD/sail.py
//!                                 a report https://github.com/me/boats/issues/new?title=…&body=…
//! ````

use concfilter::settings::Source;

/// Patterns of addresses; `None` where neither the book nor its host says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repository {
    /// That of a file, with `{path}`.
    files: Option<String>,
    /// That of a report, with `{title}` and `{body}`.
    report: Option<String>,
}

/// A kind of host, each with its own addresses.
#[derive(Debug, Clone, Copy)]
enum Host {
    GitHub,
    GitLab,
    Forgejo,
}

impl Repository {
    /// What follows from the author's settings.
    pub fn of(source: &Source) -> Self {
        let known = source.repository.as_deref();
        let mut own = known.and_then(known_host).unwrap_or_default();
        if let Some(pattern) = known.filter(|text| text.contains("{path}")) {
            own.files = Some(pattern.to_owned());
        }
        own.files = source.files.clone().or(own.files);
        own.report = source.report.clone().or(own.report);
        own
    }

    /// Whether it is known neither where files lie nor where readers report errors.
    pub fn is_unknown(&self) -> bool {
        self.files.is_none() && self.report.is_none()
    }

    /// The address of a file by its path; one without a place for it is that of their folder.
    pub fn file(&self, path: &str) -> Option<String> {
        let pattern = self.files.as_deref()?;
        let path = encoded(path, true);
        Some(if pattern.contains("{path}") {
            pattern.replace("{path}", &path)
        } else {
            format!("{}/{path}", pattern.trim_end_matches('/'))
        })
    }

    /// The address at which a reader reports an error, with what is known of it filled in.
    pub fn report(&self, title: &str, body: &str) -> Option<String> {
        let pattern = self.report.as_deref()?;
        let title = encoded(title, false);
        let text = pattern.replace("{title}", &title);
        Some(text.replace("{body}", &encoded(body, false)))
    }
}

/// The addresses of a repository, where its host is one that we know.
fn known_host(address: &str) -> Option<Repository> {
    let (scheme, rest) = address.split_once("://")?;
    let rest = rest.split(['?', '#']).next()?.trim_end_matches('/');
    let (host, path) = rest.split_once('/')?;
    let kind = kind_of(&host.to_ascii_lowercase())?;
    let marks: &[&str] = match kind {
        Host::GitHub => &["/tree/", "/blob/"],
        Host::GitLab => &["/-/tree/", "/-/blob/"],
        Host::Forgejo => &["/src/branch/"],
    };
    let split = marks.iter().find_map(|mark| path.split_once(mark));
    let (repository, inside) = split.unwrap_or((path, ""));
    let repository = repository.strip_suffix(".git").unwrap_or(repository);
    let is_one = match kind {
        Host::GitLab => repository.split('/').count() >= 2,
        Host::GitHub | Host::Forgejo => repository.split('/').count() == 2,
    };
    if !is_one || repository.split('/').any(str::is_empty) {
        return None;
    }
    let base = format!("{scheme}://{host}/{repository}");
    // GitHub and GitLab know the branch that is shown first by this name.
    let inside = match (inside, kind) {
        ("", Host::Forgejo) => "main",
        ("", _) => "HEAD",
        (inside, _) => inside,
    };
    let (files, report) = match kind {
        Host::GitHub => ("blob", "issues/new?title={title}&body={body}"),
        Host::GitLab => (
            "-/blob",
            "-/issues/new?issue%5Btitle%5D={title}&issue%5Bdescription%5D={body}",
        ),
        Host::Forgejo => ("src/branch", "issues/new?title={title}&body={body}"),
    };
    Some(Repository {
        files: Some(format!("{base}/{files}/{inside}/{{path}}")),
        report: Some(format!("{base}/{report}")),
    })
}

fn kind_of(host: &str) -> Option<Host> {
    let is_of = |name: &str| host.split('.').any(|part| part == name);
    match host {
        "github.com" | "www.github.com" => Some(Host::GitHub),
        "codeberg.org" => Some(Host::Forgejo),
        _ if is_of("gitlab") => Some(Host::GitLab),
        _ if is_of("forgejo") || is_of("gitea") => Some(Host::Forgejo),
        _ => None,
    }
}

/// A text as a part of an address (RFC 3986, section 2.3).
fn encoded(text: &str, is_path: bool) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if is_plain || (is_path && byte == b'/') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> Repository {
        let repository = Some(address.to_owned());
        Repository::of(&Source { repository, ..Source::default() })
    }

    #[test]
    fn each_host_has_its_addresses() {
        for (address, file, report) in [
            (
                "https://github.com/me/boats.git",
                "https://github.com/me/boats/blob/HEAD/a/s%20l.py",
                "https://github.com/me/boats/issues/new?title=T%26t&body=x%0Ay",
            ),
            (
                "https://github.com/me/boats/tree/v2/code/",
                "https://github.com/me/boats/blob/v2/code/a/s%20l.py",
                "https://github.com/me/boats/issues/new?title=T%26t&body=x%0Ay",
            ),
            (
                "https://gitlab.example.org/a/b/boats/-/tree/main",
                "https://gitlab.example.org/a/b/boats/-/blob/main/a/s%20l.py",
                "https://gitlab.example.org/a/b/boats/-/issues/new?issue%5Btitle%5D=T%26t\
                 &issue%5Bdescription%5D=x%0Ay",
            ),
            (
                "https://codeberg.org/me/boats",
                "https://codeberg.org/me/boats/src/branch/main/a/s%20l.py",
                "https://codeberg.org/me/boats/issues/new?title=T%26t&body=x%0Ay",
            ),
        ] {
            let own = of(address);
            assert_eq!(own.file("a/s l.py").as_deref(), Some(file));
            assert_eq!(own.report("T&t", "x\ny").as_deref(), Some(report));
        }
        for unknown in ["https://example.org/me/boats", "https://github.com/me"] {
            assert!(of(unknown).is_unknown(), "{unknown}");
        }
    }

    #[test]
    fn an_author_may_give_the_patterns() {
        let own = of("https://x.org/{path}?raw");
        assert_eq!(own.file("a.py").as_deref(), Some("https://x.org/a.py?raw"));
        assert_eq!(own.report("a", "b"), None);
        let own = Repository::of(&Source {
            repository: Some("https://github.com/me/boats".to_owned()),
            files: Some("https://x.org/code/".to_owned()),
            report: Some("https://x.org/tell".to_owned()),
        });
        assert_eq!(own.file("a.py").as_deref(), Some("https://x.org/code/a.py"));
        assert_eq!(own.report("a", "b").as_deref(), Some("https://x.org/tell"));
    }
}
