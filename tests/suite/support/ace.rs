//! Ace, which judges the accessibility of an ePub in a browser.

use concbook::fsx;
use concbook::proc::{self, Process};
use std::path::{Path, PathBuf};

/// Ace, and the browser that it opens books in.
pub(crate) struct Ace {
    program: PathBuf,
    chromium: PathBuf,
}

impl Ace {
    /// Nothing when one of them is not installed, which is said.
    pub(crate) fn find() -> Option<Self> {
        let packages = std::env::var_os("CONCBOOK_NODE_MODULES").map(PathBuf::from);
        let program = packages.map(|path| path.join(".bin/ace-puppeteer"));
        let Some(program) = program.filter(|program| program.is_file()) else {
            super::skip("Ace");
            return None;
        };
        let Some(chromium) = proc::find("chromium") else {
            super::skip("Chromium is not installed");
            return None;
        };
        Some(Self { program, chromium })
    }

    /// What it finds in a book.
    pub(crate) fn violations(&self, book: &Path) -> Vec<String> {
        let folder = fsx::temp_dir().unwrap();
        let report = folder.path().join("report");
        let ended = Process::new(&self.program)
            .args(["--silent", "--outdir"])
            .arg(&report)
            .arg(book)
            .env("PUPPETEER_EXECUTABLE_PATH", &self.chromium)
            .env("ACE_TIMEOUT_INITIAL", "60000")
            .env("HOME", folder.path())
            .run()
            .unwrap();
        let report = report.join("report.json");
        assert!(report.is_file(), "{}: {}", book.display(), ended.stderr);
        let text = std::fs::read_to_string(report).unwrap();
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        let mut violations = Vec::new();
        for document in report["assertions"].as_array().unwrap() {
            for one in document["assertions"].as_array().unwrap() {
                let (test, result) =
                    (&one["earl:test"]["dct:title"], &one["earl:result"]);
                let place = &document["earl:testSubject"]["url"];
                violations
                    .push(format!("{place}: {test}: {}", result["dct:description"]));
            }
        }
        let passed = report["earl:result"]["earl:outcome"] == "pass";
        assert_eq!(passed, violations.is_empty(), "{violations:#?}");
        violations
    }
}
