//! `concbook listings update`: outputs that were taken out come back byte for byte, and nothing
//! else changes.

use crate::support::{TempBook, concbook, copy, repo, skip};
use concfilter::lang::printed;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Updates a book; exit code, standard output, standard error.
fn update(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let all = ["listings", "update"].iter().chain(args).map(|&arg| arg.to_owned());
    concbook(all.chain([dir.display().to_string()]))
}

/// A book of one chapter.
fn book(text: &str) -> TempBook {
    let yaml = "from: markdown\ninput-files: [a.md]\nmetadata: {title: T, lang: en}\n";
    TempBook::new().file("book.yaml", yaml).file("a.md", text)
}

/// Chapters, by their path.
fn chapters(dir: &Path) -> BTreeMap<PathBuf, String> {
    let files = concbook::fsx::files_below(dir).unwrap().into_iter();
    let chapters = files.filter(|path| path.extension().is_some_and(|end| end == "md"));
    chapters
        .map(|path| (path.clone(), fs::read_to_string(dir.join(path)).unwrap()))
        .collect()
}

/// A text with a lone mark wherever there was output.
fn emptied(text: &str) -> String {
    let mut made = String::new();
    let mut in_run = false;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        let mark = printed::mark(bare, false);
        match mark {
            Some(_) if in_run => {}
            Some(mark) => made.extend([mark.indent, mark.sign, &line[bare.len()..]]),
            None => made.push_str(line),
        }
        in_run = mark.is_some();
    }
    made
}

/// A text without the times that are normalized before they are compared.
fn normalized(text: &str) -> String {
    let is_time = |line: &&str| line.starts_with("#:") && line.ends_with(" s");
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !is_time(&line.trim_end())).collect()
}

#[test]
fn the_sample_book_comes_back_byte_for_byte() {
    let dir = concbook::fsx::temp_dir().unwrap();
    copy(&repo("examples/concurrency"), dir.path());
    let before = chapters(dir.path());
    let (code, _, said) = update(dir.path(), &[]);
    assert!(code == 0 && said.contains(" 0 outputs written"), "{said}");
    assert_eq!(chapters(dir.path()), before);
    let mut gone = 0;
    for (path, text) in &before {
        let empty = emptied(text);
        gone += text.len() - empty.len();
        fs::write(dir.path().join(path), empty).unwrap();
    }
    assert!(gone > 1000, "only {gone} bytes of output are gone");
    let (code, _, said) = update(dir.path(), &[]);
    assert_eq!(code, 0, "{said}");
    let once = chapters(dir.path());
    for (path, text) in &once {
        assert_eq!(normalized(text), normalized(&before[path]), "{}", path.display());
    }
    let (code, _, said) = update(dir.path(), &["--no-cache"]);
    assert!(code == 0 && said.contains(" 0 outputs written"), "{said}");
    assert_eq!(chapters(dir.path()), once);
}

#[test]
fn a_run_that_is_killed_leaves_each_chapter_old_or_new() {
    let text = |number: usize, output: &str| {
        format!("```python\n# a{number}.py\nprint({number})\n#:{output}\n```\n")
    };
    let numbers = 0..6;
    let inputs: Vec<String> = numbers.clone().map(|n| format!("c{n}.md")).collect();
    let yaml = format!(
        "from: markdown\ninput-files: [{}]\nmetadata: {{title: T}}\n",
        inputs.join(", ")
    );
    let book = TempBook::new().file("book.yaml", yaml);
    let (mut killed, mut limit) = (0, 20);
    loop {
        for number in numbers.clone() {
            fs::write(book.path(&format!("c{number}.md")), text(number, "")).unwrap();
        }
        // What runs over its limit is killed at once, with all it started.
        let job = concbook::proc::Process::new(env!("CARGO_BIN_EXE_concbook"))
            .args(["listings", "update", "--no-cache"])
            .arg(book.path(""))
            .limit(std::time::Duration::from_millis(limit));
        let ended = job.run().is_ok();
        for number in numbers.clone() {
            let now = fs::read_to_string(book.path(&format!("c{number}.md"))).unwrap();
            let is_new = now == text(number, &format!(" {number}"));
            assert!(is_new || (!ended && now == text(number, "")), "{limit} ms: {now:?}");
        }
        if ended {
            break;
        }
        killed += 1;
        limit = limit * 3 / 2;
        assert!(killed < 30, "it never ends");
    }
    assert!(killed > 0, "it was never killed");
}

#[test]
fn what_is_another_each_time_is_refused() {
    let text = "```python\n# a.py\nimport time\nprint(time.time_ns())\n#:\n```\n\n\
                ```python\n# b.py\nprint(1)\n#:\n```\n";
    let book = book(text);
    let (code, _, said) = update(&book.path(""), &[]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("a.md:5:1: error[listing-output-unstable]"), "{said}");
    assert!(said.contains("norm=\"digits\"") && said.contains("output=sample"), "{said}");
    let new = fs::read_to_string(book.path("a.md")).unwrap();
    assert_eq!(new, text.replace("print(1)\n#:", "print(1)\n#: 1"));
}

#[test]
fn what_was_not_printed_on_standard_output_is_not_written_over() {
    // One has no main, so that nothing was printed; what the other shows went to standard error, where the
    // numbers of lines are others.
    let text = "```c\n// a.c\nint f(void) { return 1; }\n/* Output:\n1\n*/\n```\n\n\
                ```python\n# b.py\nimport warnings\nprint(1)\nwarnings.warn(\"it is old\")\n\
                #: 2\n#: b.py:9: UserWarning: it is old\n```\n";
    let book = book(text);
    let (code, _, said) = update(&book.path(""), &[]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("a.md:5:1: error[listing-no-main]"), "{said}");
    let wanted = "error[listing-output-refused]: the book shows as output what goes to standard error";
    assert!(said.contains(wanted), "{said}");
    assert_eq!(fs::read_to_string(book.path("a.md")).unwrap(), text);
}

#[test]
fn an_exception_is_no_output() {
    let text = "```python\n# a.py\nprint(1)\n#: 2\nraise ValueError\n```\n\n\
                ```{.python expect=error}\n# b.py\nprint(1)\n#: 2\nraise ValueError(3)\n\
                #: ___[ Error Output ]___\n```\n";
    let book = book(text);
    let (code, _, said) = update(&book.path(""), &[]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("a.py ended with exit status 1"), "{said}");
    let new = fs::read_to_string(book.path("a.md")).unwrap();
    let (first, second) = new.split_at(new.find("```{").unwrap());
    assert_eq!(first, &text[..text.find("```{").unwrap()]);
    assert!(second.contains("print(1)\n#: 1\n"), "{second}");
    assert!(second.contains("#: ___[ Error Output ]___\n#: Traceback "), "{second}");
    assert!(second.contains("#: ValueError: 3\n```"), "{second}");
}

#[test]
fn a_review_writes_nothing_without_a_terminal() {
    let text = "```python\n# a.py\nprint(1)\n#:\n```\n";
    let book = book(text);
    let (code, stdout, said) = update(&book.path(""), &["--review"]);
    assert!(code == 0 && said.contains("reviewed only"), "{said}");
    assert!(stdout.contains("\n-#:\n+#: 1\n"), "{stdout}");
    assert_eq!(fs::read_to_string(book.path("a.md")).unwrap(), text);
}

#[test]
fn a_chapter_that_is_edited_meanwhile_loses_nothing() {
    let text = "```python\n# a.py\nimport time\ntime.sleep(0.2)\nprint(1)\n#:\n```\n";
    let book = book(text);
    let path = book.path("a.md");
    // The author goes on while the listings run: from before the text is read to after the end.
    let author = {
        let path = path.clone();
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(300));
            let now = fs::read_to_string(&path).unwrap();
            concbook::fsx::write_atomic(&path, format!("{now}more\n").as_bytes())
                .unwrap();
        })
    };
    let (code, _, said) = update(&book.path(""), &[]);
    author.join().unwrap();
    let now = fs::read_to_string(&path).unwrap();
    assert!(now.ends_with("more\n"), "{now}");
    // Whether it was written before or after that is a matter of time.
    if code == 1 {
        assert!(said.contains("error[listing-output-meanwhile]"), "{said}");
        assert_eq!(now, format!("{text}more\n"));
    } else {
        assert_eq!(now, format!("{}more\n", text.replace("#:", "#: 1")), "{said}");
    }
    let left = fs::read_dir(book.path("")).unwrap().filter(|entry| {
        entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".tmp")
    });
    assert_eq!(left.count(), 0, "something is left beside it");
}

/// The tool that a language needs, the language, and a listing with two marks that only tokens
/// tell apart.
const LANGUAGES: &[(&str, &str, &str)] = &[
    (
        "bash",
        "bash",
        "# a.sh\necho a\n#:\nfor x in b c; do\n  echo $x\ndone\n#:\necho d\n",
    ),
    (
        "node",
        "javascript",
        "// a.js\nconsole.log('a')\n//>\nfor (const x of ['b', 'c']) {\n  console.log(x)\n}\n\
         //>\nconsole.log('d')\n",
    ),
    (
        "javac",
        "java",
        "// A.java\npublic class A {\n  public static void main(String[] args) {\n    \
         System.out.println(\"a\");\n    //>\n    for (var x : new String[] {\"b\", \"c\"})\n      \
         System.out.println(x);\n    //>\n    System.out.println(\"d\");\n  }\n}\n",
    ),
    (
        "go",
        "go",
        "// a.go\npackage main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"a\")\n\t//>\n\t\
         for _, x := range []string{\"b\", \"c\"} {\n\t\tfmt.Println(x)\n\t}\n\t//>\n\t\
         fmt.Println(\"d\")\n}\n",
    ),
    (
        "rustc",
        "rust",
        "// a.rs\nfn main() {\n    println!(\"a\");\n    //>\n    for x in [\"b\", \"c\"] {\n        \
         println!(\"{x}\");\n    }\n    //>\n    println!(\"d\");\n}\n",
    ),
    (
        "gcc",
        "c",
        "// a.c\n#include <stdio.h>\nint main(void) {\n  puts(\"a\");\n  //>\n  \
         for (char x = 'b'; x < 'd'; x++)\n    printf(\"%c\\n\", x);\n  //>\n  puts(\"d\");\n}\n",
    ),
    (
        "g++",
        "cpp",
        "// a.cpp\n#include <iostream>\nint main() {\n  std::cout << \"a\\n\";\n  //>\n  \
         for (char x = 'b'; x < 'd'; x++)\n    std::cout << x << std::endl;\n  //>\n  \
         std::cout << \"d\\n\";\n}\n",
    ),
    ("ruby", "ruby", "# a.rb\nputs 'a'\n#:\n%w[b c].each { |x| puts x }\n#:\nputs 'd'\n"),
    (
        "kotlinc",
        "kotlin",
        "// a.kt\nfun main() {\n    println(\"a\")\n    //>\n    for (x in listOf(\"b\", \"c\"))\n        \
         println(x)\n    //>\n    println(\"d\")\n}\n",
    ),
    (
        "python3",
        "python",
        "# a.py\nimport contextlib, io\nprint('a')\n#:\n\
         with contextlib.redirect_stdout(io.StringIO()):\n    print('lost')\n\
         print('b')\nprint('c')\n#:\nprint('d')\n",
    ),
];

#[test]
fn every_language_tells_what_was_printed_where() {
    for (tool, language, code) in LANGUAGES {
        if concbook::proc::find(tool).is_none() {
            skip(&format!("no {tool}"));
            continue;
        }
        let book = book(&format!("```{language}\n{code}```\n"));
        let (status, _, said) = update(&book.path(""), &[]);
        assert_eq!(status, 0, "{language}: {said}");
        let new = fs::read_to_string(book.path("a.md")).unwrap();
        let sign = if code.contains("//>") { "//>" } else { "#:" };
        let indent = code.lines().find_map(|line| line.strip_suffix(sign)).unwrap();
        let text = |letters: &str| -> String {
            letters.chars().fold(String::new(), |all, c| {
                all + indent + sign + " " + c.encode_utf8(&mut [0; 4]) + "\n"
            })
        };
        let lone = format!("{indent}{sign}\n");
        let mut wanted =
            code.replacen(&lone, &text("a"), 1).replacen(&lone, &text("bc"), 1);
        wanted.extend([sign, " d\n"]);
        assert_eq!(new, format!("```{language}\n{wanted}```\n"), "{said}");
        let (status, _, said) = update(&book.path(""), &[]);
        assert!(status == 0 && said.contains(" 0 outputs written"), "{language}: {said}");
        assert_eq!(fs::read_to_string(book.path("a.md")).unwrap(), new);
    }
}
