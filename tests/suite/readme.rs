//! The README: its first book is built as it says, its commands are those of the program, and what
//! it names is there.

use crate::support::documents::Markdown;
use crate::support::{TempBook, concbook, pandoc_versions, repo, skip};
use concbook::proc::Process;
use std::path::Path;

/// The commands that a help text lists, each with what it does.
fn commands(help: &str) -> Vec<(String, String)> {
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let command = |line: &str| {
        let (name, does) = line.trim().split_once(' ').unwrap();
        (name.to_owned(), does.trim().to_owned())
    };
    list.lines().map(command).filter(|(name, _)| name != "help").collect()
}

#[test]
fn every_command_is_in_its_table() {
    let mut rows = Vec::new();
    let (_, help, _) = concbook(["--help"]);
    for (name, does) in commands(&help) {
        let (_, own, _) = concbook([&*name, "--help"]);
        if own.contains("Commands:\n") {
            let row = |(sub, does)| format!("| `concbook {name} {sub}` | {does} |");
            rows.extend(commands(&own).into_iter().map(row));
        } else {
            rows.push(format!("| `concbook {name}` | {does} |"));
        }
    }
    Markdown::open("README.md").assert_table("| command | does |", &rows);
}

#[test]
fn the_first_book_is_built_as_it_says() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    for file in ["README.md", "examples/guide/chapters/01_start.md"] {
        let blocks = Markdown::open(file).blocks();
        let code = |language: &str| {
            let mut of_language = blocks.iter().filter(|one| one.language == language);
            of_language.next_back().map(|block| block.code.clone()).unwrap()
        };
        let (yaml, chapter) = (code("yaml"), code("markdown"));
        let path = "chapters/01_counting.md";
        assert!(yaml.contains(&format!("- {path}\n")), "{yaml}");
        let book = TempBook::new().file("book.yaml", &yaml).file(path, &chapter);
        // The commands as they stand there, by a shell that finds these programs.
        let program = Path::new(env!("CARGO_BIN_EXE_concbook")).parent().unwrap();
        let folders =
            [program, pandoc.parent().unwrap()].map(|path| path.display().to_string());
        let others = std::env::var("PATH").unwrap_or_default();
        let outcome = Process::new("sh")
            .args(["-ec", &code("sh")])
            .dir(book.path(""))
            .env("PATH", [&*folders.join(":"), &others].join(":"))
            .run()
            .unwrap();
        let said = outcome.stderr;
        assert!(outcome.status.success(), "{file}: {said}");
        assert!(said.contains("1 listing: 1 passed"), "{file}: {said}");
        assert!(said.contains("0 errors, "), "{file}: {said}");
        assert!(book.path("build/my-book.epub").is_file(), "{file}: {said}");
    }
}

#[test]
fn a_mistake_is_told_as_it_says() {
    let blocks = Markdown::open("README.md").blocks();
    let code = |language: &str| {
        let block = blocks.iter().rfind(|one| one.language == language);
        block.map(|block| block.code.clone()).unwrap()
    };
    let chapter = code("markdown").replace("('fig', 2)", "('fig', 3)");
    let book = TempBook::new()
        .file("book.yaml", code("yaml"))
        .file("chapters/01_counting.md", &chapter);
    let outcome = Process::new(env!("CARGO_BIN_EXE_concbook"))
        .args(["listings", "run"])
        .dir(book.path(""))
        .run()
        .unwrap();
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(&code("text")), "{}", outcome.stderr);
}

#[test]
fn what_it_names_is_there() {
    let readme = Markdown::open("README.md");
    let links =
        readme.text().split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    let pictures = readme.text().split("src=\"").skip(1);
    let pictures = pictures.map(|rest| rest.split('"').next().unwrap());
    let mut count = 0;
    for path in links.chain(pictures) {
        assert!(repo(path).is_file(), "{path}");
        count += 1;
    }
    assert!(count > 10, "only {count} links");
    let makefile = concbook::fsx::read_text(&repo("Makefile")).unwrap();
    for block in readme.blocks().iter().filter(|block| block.code.starts_with("make ")) {
        for line in block.code.lines() {
            let target = line.split_whitespace().nth(1).unwrap();
            assert!(makefile.contains(&format!("\n{target}:")), "make {target}");
        }
    }
}
