//! `concbook watch`: what is saved is seen in the browser, at the place that was read; what is broken is told over
//! the last good page; nobody else is served, and nothing is left.

use crate::support::cdp::Page;
use crate::support::{TempBook, pandoc_versions, skip};
use concbook::cache::BuildCache;
use concbook::pandoc::Pandoc;
use concbook::parse::{parse, read_ahead};
use concbook::project::Project;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long something may take on a machine that has much to do.
const PATIENCE: Duration = Duration::from_mins(1);

/// A preview that runs, with a folder of its own for temporary files.
struct Watch {
    process: Child,
    address: String,
    temp: PathBuf,
}

impl Watch {
    /// Starts it and waits until it says where it is.
    fn start(dir: &Path, more: &[&str]) -> Option<Self> {
        let Some((_, pandoc)) = pandoc_versions().pop() else {
            skip("pandoc is not installed");
            return None;
        };
        let temp = dir.with_file_name("temp");
        fs::create_dir_all(&temp).unwrap();
        // What would open a browser notes what it is asked for.
        let bin = dir.with_file_name("bin");
        fs::create_dir_all(&bin).unwrap();
        for name in ["xdg-open", "open"] {
            let opener = "#!/bin/sh\necho \"$1\" > \"$0.opened\"\n";
            concbook::fsx::write_new(&bin.join(name), opener.as_bytes(), 0o755).unwrap();
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(
            std::iter::once(bin).chain(std::env::split_paths(&path)),
        );
        let mut process = Command::new(env!("CARGO_BIN_EXE_concbook"))
            .arg("watch")
            .arg(dir)
            .args(["--port", "0", "--pandoc"])
            .arg(pandoc)
            .args(more)
            .env("TMPDIR", &temp)
            .env("PATH", path.unwrap())
            .env_remove("VISUAL")
            .env_remove("EDITOR")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        std::thread::spawn(move || said.lines().for_each(drop));
        let address = line.split_whitespace().next().unwrap_or_default().to_owned();
        assert!(address.starts_with("http://127.0.0.1:"), "{line}");
        Some(Self { process, address, temp })
    }

    /// `127.0.0.1` with the port.
    fn host(&self) -> &str {
        self.address.trim_start_matches("http://").trim_end_matches('/')
    }

    /// Sends a request as it is; the answer's status and all that comes.
    fn request(&self, request: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.host()).unwrap();
        stream.write_all(request.replace('\n', "\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
        (status.unwrap_or_else(|| panic!("{request}: {answer}")), answer)
    }

    /// Tells it to end: it does so soon, with exit code 0, and leaves nothing.
    fn end(mut self) {
        let pid = Pid::from_raw(i32::try_from(self.process.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        let status = self.process.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{status}");
        let left: Vec<_> = fs::read_dir(&self.temp).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
        assert!(TcpStream::connect(self.host()).is_err(), "it is still served");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A chapter of many paragraphs, behind what comes first.
fn chapter(title: &str, first: &str, special: &str) -> String {
    let mut text = format!("# {title}\n\n{first}\n\n");
    for number in 0..60 {
        let words = if number == 40 { special } else { "Boats lie at the pier." };
        let _ = write!(text, "Paragraph {number}. {words} {}\n\n", "Rope. ".repeat(40));
    }
    text
}

const YAML: &str =
    "input-files: [one.md, two.md]\nmetadata:\n  title: Boats\n  lang: en\n";

/// A book in a folder of a folder, beside which there is room.
fn book() -> (TempBook, PathBuf) {
    let book = TempBook::new();
    let dir = book.path("book");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("book.yaml"), YAML).unwrap();
    fs::write(dir.join("one.md"), chapter("One", "First.", "Old.")).unwrap();
    fs::write(dir.join("two.md"), chapter("Two", "First.", "Old.")).unwrap();
    (book, dir)
}

/// Asks again and again, until the answer is as it should be.
fn until(what: &str, mut ask: impl FnMut() -> Option<Value>) -> Value {
    let start = Instant::now();
    let mut last = None;
    while start.elapsed() < PATIENCE {
        last = ask();
        match &last {
            Some(Value::Null | Value::Bool(false)) | None => {}
            Some(value) => return value.clone(),
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    panic!("{what}: {last:?}");
}

/// Waits for an expression to hold in the book's frame.
fn until_in_frame(page: &mut Page, expression: &str) -> Value {
    until(expression, || page.evaluate_in_frame(expression))
}

/// Waits for an expression to hold in the preview.
fn until_around(page: &mut Page, expression: &str) -> Value {
    until(expression, || Some(page.evaluate(expression)))
}

fn click(page: &mut Page, selector: &str) {
    page.evaluate(&format!("document.querySelector({selector:?}).click()"));
}

/// Where the paragraph of that number stands in the frame's window.
fn top(page: &mut Page, number: u32) -> f64 {
    let expression = format!(
        "[...document.querySelectorAll('p')].find((p) => p.textContent.startsWith('Paragraph \
         {number}.')).getBoundingClientRect().top"
    );
    until("the paragraph", || page.evaluate_in_frame(&format!("[{expression}]")))[0]
        .as_f64()
        .unwrap()
}

fn assert_near(now: f64, before: f64) {
    assert!((now - before).abs() < 3.0, "{before} before, {now} now");
}

#[test]
fn what_is_saved_is_seen_at_the_place_that_is_read() {
    let (book, dir) = book();
    let Some(watch) = Watch::start(&dir, &["--open"]) else { return };
    let Some(mut page) = Page::open() else { return skip("Chromium is not installed") };
    page.size(1000, 700);
    page.visit(&watch.address);
    until_in_frame(&mut page, "document.body.textContent.length > 0");
    let name = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let opened = dir.with_file_name("bin").join(name).with_extension("opened");
    assert_eq!(fs::read_to_string(opened).unwrap().trim(), watch.address);
    read_on(&mut page, &dir);
    look_otherwise(&mut page);
    break_and_repair(&mut page, &dir);
    watch.end();
    drop(book);
}

/// A chapter is chosen, read, and written on before and behind the place that is read.
fn read_on(page: &mut Page, dir: &Path) {
    page.evaluate(
        "(() => { const pages = document.getElementById('pages');\
         pages.value = [...pages.options].find((one) => one.text === 'Two').value;\
         pages.dispatchEvent(new Event('change')); })()",
    );
    until_in_frame(page, "document.querySelector('h1')?.textContent === 'Two'");
    // Its own fonts, though its frame may reach nobody.
    until_in_frame(page, "[...document.fonts].some((font) => font.status === 'loaded')");
    page.evaluate_in_frame(
        "scrollTo(0, document.querySelectorAll('p')[41].offsetTop - 90)",
    );
    std::thread::sleep(Duration::from_millis(250));
    let before = top(page, 40);
    assert!((0.0..300.0).contains(&before), "{before}");
    let more = "More. ".repeat(300);
    fs::write(dir.join("two.md"), chapter("Two", &more, "New.")).unwrap();
    until_in_frame(page, "document.body.textContent.includes('New.')");
    assert_near(top(page, 40), before);
    in_the_same_page(page, dir, before);
    // A chapter that comes before it makes it another document.
    let yaml = YAML.replace("one.md,", "one.md, between.md,");
    fs::write(dir.join("between.md"), "# Between\n\nText.\n").unwrap();
    fs::write(dir.join("book.yaml"), yaml).unwrap();
    until_around(page, "document.getElementById('pages').options.length === 5");
    until_in_frame(page, "location.pathname.endsWith('ch003.xhtml')");
    assert_near(top(page, 40), before);
    let chosen = "document.getElementById('pages').selectedOptions[0].text";
    assert_eq!(page.evaluate(chosen), "Two");
}

/// Where nothing but the text is new, it is put into the page that is there; where a stylesheet is, or a character that the
/// fonts had not, the page is made anew.
fn in_the_same_page(page: &mut Page, dir: &Path, before: f64) {
    // When the document was loaded: another time, another document.
    let loaded = |page: &mut Page| {
        until_around(page, "!document.querySelector('iframe.next')");
        page.evaluate_in_frame("performance.timeOrigin")
    };
    let save = |page: &mut Page, first: &str, special: &str| {
        fs::write(dir.join("two.md"), chapter("Two", first, special)).unwrap();
        let special = special.replace(['[', ']'], "").replace("(#rope)", "");
        until_in_frame(page, &format!("document.body.textContent.includes('{special}')"));
    };
    let more = "More. ".repeat(200);
    let first = loaded(page);
    save(page, &more, "Rope at the New pier.");
    assert_eq!(loaded(page), first);
    assert_near(top(page, 40), before);
    // What links lead to is there as in a page that was loaded.
    save(page, "[More.]{#rope} More.", "[Rope](#rope) at New.");
    assert_eq!(loaded(page), first);
    assert_near(top(page, 40), before);
    let text = "[document.querySelector('p > #rope')?.textContent, \
        document.querySelectorAll('p').length, document.querySelectorAll('script').length]";
    assert_eq!(page.evaluate_in_frame(text), Some(json!(["More.", 61, 0])));
    save(page, "More.", "ROPE at New.");
    let second = loaded(page);
    assert_ne!(second, first);
    save(page, &more, "Boats at New.");
    let third = loaded(page);
    let yaml = fs::read_to_string(dir.join("book.yaml")).unwrap();
    fs::write(dir.join("own.css"), "h1 { letter-spacing: 7px }").unwrap();
    fs::write(dir.join("book.yaml"), format!("css: own.css\n{yaml}")).unwrap();
    let spacing = "getComputedStyle(document.querySelector('h1')).letterSpacing";
    until_in_frame(page, &format!("{spacing} === '7px'"));
    assert_ne!(loaded(page), third);
    fs::write(dir.join("book.yaml"), yaml).unwrap();
    until_in_frame(page, &format!("{spacing} !== '7px'"));
    loaded(page);
    assert_near(top(page, 40), before);
}

/// Themes, widths, editions.
fn look_otherwise(page: &mut Page) {
    let before = top(page, 40);
    click(page, "[value=black]");
    until_in_frame(
        page,
        "getComputedStyle(document.body).backgroundColor === 'rgb(0, 0, 0)'",
    );
    until_in_frame(page, "matchMedia('(prefers-color-scheme: dark)').matches");
    click(page, "[value=phone]");
    until_in_frame(page, "innerWidth === 320");
    // The text that was read is still there, though its lines break elsewhere.
    std::thread::sleep(Duration::from_millis(250));
    let now = top(page, 40);
    assert!((-100.0..700.0).contains(&now), "{before} before, {now} now");
    click(page, "[value=eink]");
    until_in_frame(page, "location.pathname.includes('/eink/')");
    until_in_frame(page, "innerWidth === 320");
    until_in_frame(
        page,
        "getComputedStyle(document.body).backgroundColor === 'rgb(0, 0, 0)'",
    );
}

/// An error is told over the last good page, a finding beside the page; both lead to the editor.
fn break_and_repair(page: &mut Page, dir: &Path) {
    let yaml = fs::read_to_string(dir.join("book.yaml")).unwrap();
    fs::write(dir.join("book.yaml"), yaml.replace("one.md", "../beside/gone.md"))
        .unwrap();
    let told = until_around(
        page,
        "!document.getElementById('error').hidden && document.getElementById('error').textContent",
    );
    assert!(told.as_str().unwrap().contains("gone.md"), "{told}");
    let link = page.evaluate("document.querySelector('#error a')?.href ?? ''");
    assert!(link.as_str().unwrap().starts_with("vscode://file/"), "{told} {link}");
    until_in_frame(page, "document.body.textContent.includes('New.')");
    // A folder that nobody knew of until now.
    let beside = dir.with_file_name("beside");
    fs::create_dir(&beside).unwrap();
    fs::write(beside.join("gone.md"), "# Gone\n\nHere.\n").unwrap();
    until_around(page, "document.getElementById('error').hidden");
    fs::write(dir.join("one.md"), "# One\n\nText and [more](#nowhere).\n").unwrap();
    fs::write(dir.join("book.yaml"), yaml).unwrap();
    let link = until_around(page, "document.querySelector('#findings a')?.href");
    assert!(link.as_str().unwrap().ends_with("/book/one.md:3:10"), "{link}");
    let shown = page.evaluate("!document.getElementById('findings').hidden");
    assert_eq!(shown, json!(true), "a new error is shown");
}

#[test]
fn nobody_else_is_served_and_a_build_under_way_is_left() {
    let (book, dir) = book();
    let Some(watch) = Watch::start(&dir, &["--edition", "kindle"]) else { return };
    let host = watch.host().to_owned();
    let get = |path: &str, fields: &str| {
        watch.request(&format!("GET {path} HTTP/1.1\nConnection: close\n{fields}\n"))
    };
    let own = format!("Host: {host}\n");
    let (status, page) = get("/", &own);
    assert!(status == 200 && page.contains("frame-ancestors 'none'"), "{page}");
    let (status, state) = get("/state", &own);
    assert!(status == 200 && state.contains("\"edition\":\"kindle\""), "{state}");
    let root = state.split("\"root\":\"").nth(1).unwrap().split('"').next().unwrap();
    for foreign in [
        String::new(),
        "Host: evil.example\n".to_owned(),
        format!("Host: evil.example:{}\n", host.rsplit(':').next().unwrap()),
        format!("{own}Origin: http://evil.example\n"),
        format!("{own}Origin: null\n"),
        format!("{own}Sec-Fetch-Site: cross-site\nSec-Fetch-Dest: script\n"),
    ] {
        for path in ["/", "/state", "/preview.js"] {
            let (status, answer) = get(path, &foreign);
            assert!(status == 403 && !answer.contains("/book/"), "{foreign}: {answer}");
        }
    }
    assert_eq!(get(&format!("{root}page.js"), &format!("{own}Origin: null\n")).0, 200);
    for path in [
        "/book/0/page.js".to_owned(),
        format!("{root}color/../../../../../../etc/passwd"),
        format!("{root}color/%2e%2e/%2e%2e/%2fetc/passwd"),
        format!("{root}color//etc/passwd"),
        "/../../etc/passwd".to_owned(),
        "/book.yaml".to_owned(),
    ] {
        assert_eq!(get(&path, &own).0, 404, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let request = format!("{method} /state HTTP/1.1\nConnection: close\n{own}\n");
        assert_eq!(watch.request(&request).0, 405, "{method}");
    }
    watch.end();
    drop(book);
}

#[test]
fn a_reader_that_was_started_ahead_leaves_nothing_when_the_preview_ends() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    if Pandoc::find(Some(&pandoc)).unwrap().version() < (3, 2) {
        return skip("this pandoc is not started ahead");
    }
    let (book, dir) = book();
    let Some(watch) = Watch::start(&dir, &[]) else { return };
    let own = format!("Host: {}\nConnection: close\n", watch.host());
    until("the book", || {
        let (_, state) = watch.request(&format!("GET /state HTTP/1.1\n{own}\n"));
        Some(state.contains("\"looks\"").into())
    });
    // pandoc has a file as long as it runs; what read for the build may just be going.
    let is_there = || {
        let below = concbook::fsx::files_below(&watch.temp).unwrap_or_default();
        below.iter().any(|file| file.to_string_lossy().contains("pandoc-"))
    };
    until("a reader that waits", || {
        let was_there = is_there();
        std::thread::sleep(Duration::from_millis(300));
        Some((was_there && is_there()).into())
    });
    watch.end();
    drop(book);
}

#[test]
fn a_reader_that_was_started_ahead_reads_what_any_other_reads() {
    let book = TempBook::new()
        .file("book.yaml", "input-files: [a.md, b.md]\nmetadata: {title: T}\n")
        .file("a.md", "# A\n\nWords,\t*more* [words](b.md).[^a]\n\n[^a]: A note.\n")
        .file("b.md", "# B\n\n::: x\n\n| a |\n|---|\n| é |\n");
    for (_, program) in pandoc_versions() {
        let pandoc = Pandoc::find(Some(&program)).unwrap();
        let project = Project::open(&book.path("")).unwrap();
        let read = || {
            let parsed = parse(&project, &pandoc, &BuildCache::none()).unwrap();
            let blocks: Vec<Value> =
                parsed.chapters.into_iter().flat_map(|one| one.blocks).collect();
            (blocks, parsed.findings)
        };
        let anew = read();
        read_ahead(&pandoc);
        let is_ahead = pandoc.has_kept();
        assert_eq!(is_ahead, pandoc.version() >= (3, 2));
        assert_eq!(read(), anew);
        assert!(!pandoc.has_kept());
    }
}
