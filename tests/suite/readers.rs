//! The sample book in reading systems and before a judge of accessibility that are not ours:
//! foliate-js and epub.js show its last chapter in Chromium, and Ace finds nothing.

use crate::support::ace::Ace;
use crate::support::cdp::Page;
use crate::support::{TempBook, concbook, pandoc_versions, repo, skip, with_browser};
use std::path::{Path, PathBuf};

/// Words of the last chapter.
const LAST: &str = "Ubuntu Mono";

/// The folder of the readers' packages.
fn packages() -> Option<PathBuf> {
    std::env::var_os("CONCBOOK_NODE_MODULES")
        .map(PathBuf::from)
        .filter(|path| path.is_dir())
}

/// The sample book, built; nothing when a judge is missing, which is said.
fn built(folder: &TempBook, args: &[&str]) -> Option<PathBuf> {
    if pandoc_versions().is_empty() {
        skip("pandoc is not installed");
        return None;
    }
    let (book, out) = (repo("examples/concurrency"), folder.path("out"));
    let whole = ["build", book.to_str().unwrap(), "-o", out.to_str().unwrap()];
    let (code, _, said) =
        concbook(whole.iter().chain(&["--epubcheck", "never"]).chain(args));
    assert_eq!(code, 0, "{said}");
    Some(out.join("concurrency.epub"))
}

/// Opens a page that has the book as `data` and shows it with a script of its own.
fn shown(book: &Path, head: &str, script: &str) -> Option<String> {
    let Some(mut page) = Page::open() else {
        skip("Chromium is not installed");
        return None;
    };
    let bytes: Vec<String> =
        std::fs::read(book).unwrap().iter().map(ToString::to_string).collect();
    let html = format!(
        "<!DOCTYPE html><meta charset=utf-8><title>reader</title>{head}\
         <div id=area style='width: 600px; height: 600px'></div>\
         <script>const data = new Uint8Array([{}]);</script>",
        bytes.join(",")
    );
    let folder = TempBook::new().file("page.html", html);
    page.load(&folder.path("page.html"));
    let said = page.evaluate(&format!("(async () => {{ {script} }})()"));
    Some(said.as_str().unwrap_or_default().to_owned())
}

#[test]
fn epub_js_shows_the_last_chapter() {
    let Some(packages) = packages() else { return skip("epub.js") };
    let folder = TempBook::new();
    let Some(book) = built(&folder, &[]) else { return };
    let head = ["jszip/dist/jszip.min.js", "epubjs/dist/epub.min.js"].map(|file| {
        format!("<script src='file://{}/{file}'></script>", packages.display())
    });
    let script = "const book = ePub(data.buffer);
        const rendition = book.renderTo('area', { width: 600, height: 600, flow: 'scrolled-doc' });
        await book.ready;
        const sections = book.spine.spineItems;
        await rendition.display(sections[sections.length - 1].href);
        return rendition.getContents()[0].document.body.innerText;";
    let Some(text) = shown(&book, &head.concat(), script) else { return };
    assert!(text.contains(LAST), "{text}");
}

#[test]
fn foliate_js_shows_the_last_chapter() {
    let Some(packages) = packages() else { return skip("foliate-js") };
    let folder = TempBook::new();
    let Some(book) = built(&folder, &[]) else { return };
    let head = format!(
        "<script type=module>import '{}'; window.ready = true</script>",
        format_args!("file://{}/foliate-js/view.js", packages.display())
    );
    let script = "await customElements.whenDefined('foliate-view');
        const view = document.createElement('foliate-view');
        view.style.display = 'block'; view.style.height = '600px';
        document.getElementById('area').append(view);
        await view.open(new File([data], 'book.epub'));
        const last = view.book.sections.length - 1;
        const loaded = new Promise(done => view.addEventListener('load', event => {
            if (event.detail.index === last) done(event.detail.doc);
        }));
        await view.goTo(last);
        return (await loaded).body.textContent;";
    let Some(text) = shown(&book, &head, script) else { return };
    assert!(text.contains(LAST), "{text}");
}

/// Each style and edition, and each pandoc, before Ace.
#[test]
fn ace_finds_nothing() {
    let Some(ace) = Ace::find() else { return };
    let _apart = with_browser();
    let pandocs = pandoc_versions();
    let mut cases: Vec<Vec<String>> =
        [["--edition", "eink"], ["--edition", "kindle"], ["--style", "reader"]]
            .map(|args| args.map(str::to_owned).to_vec())
            .to_vec();
    cases.extend(pandocs.iter().map(|(_, pandoc)| {
        vec!["--pandoc".to_owned(), pandoc.to_str().unwrap().to_owned()]
    }));
    std::thread::scope(|scope| {
        // Two at a time: each starts a browser.
        for half in 0..2 {
            let ace = &ace;
            let own: Vec<_> = cases.iter().skip(half).step_by(2).collect();
            scope.spawn(move || {
                for args in own {
                    judge(ace, args);
                }
            });
        }
    });
}

fn judge(ace: &Ace, args: &[String]) {
    let folder = TempBook::new();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let Some(book) = built(&folder, &args) else { return };
    let violations = ace.violations(&book);
    assert!(violations.is_empty(), "{args:?}: {violations:#?}");
}
