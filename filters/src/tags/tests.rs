use super::*;

fn attr(classes: &[&str], pairs: &[(&str, &str)]) -> Attr {
    let own = |text: &&str| (*text).to_owned();
    let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    Attr(
        String::new(),
        classes.iter().map(own).collect(),
        pairs.iter().map(pair).collect(),
    )
}

/// What attributes say, where all of them are right.
#[track_caller]
fn fence(classes: &[&str], pairs: &[(&str, &str)]) -> Tags {
    let read = Tags::read(&attr(classes, pairs), "x", &[]);
    assert_eq!(read.problems, []);
    read.tags
}

/// What the comments of a listing say, where all of them are right.
#[track_caller]
fn inside(code: &str) -> Tags {
    let read = Tags::read(&Attr::default(), code, &[]);
    assert_eq!(read.problems, [], "{code}");
    read.tags
}

/// The one problem of attributes and code: its carrier, whether the key is unknown, all its words.
#[track_caller]
fn problem(pairs: &[(&str, &str)], code: &str) -> (Carrier, bool, String) {
    let read = Tags::read(&attr(&["python"], pairs), code, &[]);
    let [one] = &read.problems[..] else { panic!("{code}: {:?}", read.problems) };
    let words = format!("{} {}", one.message, one.hint.as_deref().unwrap_or_default());
    (one.carrier, one.unknown, words)
}

fn own(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn attributes_say_everything() {
    let tags = fence(
        &["python", "hidden", "norun"],
        &[
            ("file", "a/b.py"),
            ("needs", "a.py, data/"),
            ("setup", "_s.py"),
            ("reason", "asks for a key"),
            ("expect", "exit:3"),
            ("match", "Value.*:"),
            ("run", "java -ea 'Two words'"),
            ("main", "M"),
            ("args", "1 2"),
            ("jvmargs", "-Xmx1g"),
            ("timeout", "1.5s"),
            ("memory", "8 GiB"),
            ("processes", "1000"),
            ("stdin", "in.txt"),
            ("env", "A=1 B=\"x y\""),
            ("since", "python3.12"),
            ("output", "ends:5"),
            ("norm", "addr sort"),
            ("of", "c.py"),
            ("cmd", "python -m mypy c.py"),
            ("network", "yes"),
            ("spawn", "fresh"),
            ("continues", "z.py"),
            ("startFrom", "3"),
            ("data-x", "y"),
        ],
    );
    let wanted = Tags {
        file: Some("a/b.py".to_owned()),
        continues: Some("z.py".to_owned()),
        needs: own(&["a.py", "data/"]),
        setup: Some("_s.py".to_owned()),
        norun: true,
        reason: Some("asks for a key".to_owned()),
        hidden: true,
        expect: Some(Expect::Exit(3)),
        matches: Some("Value.*:".to_owned()),
        run: own(&["java", "-ea", "Two words"]),
        main: Some("M".to_owned()),
        args: own(&["1", "2"]),
        jvmargs: own(&["-Xmx1g"]),
        timeout: Some(Duration::from_millis(1500)),
        memory: Some(8 << 30),
        processes: Some(1000),
        stdin: Some("in.txt".to_owned()),
        env: vec![("A".to_owned(), "1".to_owned()), ("B".to_owned(), "x y".to_owned())],
        since: Some(Since { tool: "python".to_owned(), version: vec![3, 12] }),
        output: OutputMatch::Ends(5),
        norm: Norm { addr: true, sort: true, ..Norm::default() },
        of: Some("c.py".to_owned()),
        cmd: own(&["python", "-m", "mypy", "c.py"]),
        network: true,
        fresh: true,
        ..Tags::default()
    };
    assert_eq!(tags, wanted);
    assert!(fence(&["java", "fragment"], &[]).fragment);
    assert!(fence(&["java", "bad"], &[]).bad);
}

#[test]
fn comments_say_the_same() {
    let java = |tag: &str| {
        inside(&format!("// a/B.java\n// (c) 2026 me\n// {tag}\nclass B {{}}\n"))
    };
    assert_eq!(java("{WillNotCompile}").expect, Some(Expect::CompileError));
    assert_eq!(java("{CompileTimeError}").expect, Some(Expect::CompileError));
    assert_eq!(java("{ThrowsException}").expect, Some(Expect::Error));
    assert_eq!(java("{ErrorOutputExpected}").expect, Some(Expect::Error));
    assert_eq!(java("{TimeOutDuringTesting}").expect, Some(Expect::Timeout));
    assert_eq!(java("{TimeOut: 5000}").timeout, Some(Duration::from_secs(5)));
    assert_eq!(java("{VisuallyInspectOutput}").output, OutputMatch::Sample);
    assert_eq!(java("{main: X}").main.as_deref(), Some("X"));
    assert_eq!(java("{Args: 1 \"b c\"}").args, own(&["1", "b c"]));
    assert_eq!(java("{JVMArgs: -Xmx1g}").jvmargs, own(&["-Xmx1g"]));
    assert_eq!(java("{Exec: java X}").run, own(&["java", "X"]));
    assert_eq!(java("{java -ea B}").run, own(&["java", "-ea", "B"]));
    assert_eq!(java("{Requires: a.txt} {RunFirst: C}").needs, own(&["a.txt", "C"]));
    let since = Since { tool: "java".to_owned(), version: vec![15] };
    assert_eq!(java("{NewFeature} Since JDK 15").since, Some(since));
    let tags = java("{ExcludeFromGradle} needs a server");
    assert_eq!((tags.norun, tags.reason.as_deref()), (true, Some("needs a server")));
    let tags = java("{ValidateByHand}");
    assert!(tags.norun && tags.reason.is_some());
    let tags = inside("# a.py\n# extract: no-run, asks a question\n");
    assert_eq!((tags.norun, tags.reason.as_deref()), (true, Some("asks a question")));
    assert!(inside("# !!! a.py\n").bad && inside("# _.py\n").bad);
    assert!(!inside("# a.py\n").bad);
    let tags = inside("// a.java\nx\n// Continued ...\n");
    assert!(tags.continued && !tags.continuing);
    let tags = inside("// ... Continuing\nx\n");
    assert!(tags.continuing && !tags.continued);
}

#[test]
fn what_stands_behind_output_says_how_it_is_held() {
    let java =
        |how: &str| inside(&format!("// B.java\nx\n/* Output:{how}\ntext\n*/\n")).output;
    assert_eq!(java(" (First 8 Lines)"), OutputMatch::First(8));
    assert_eq!(java(" (First and Last 5 Lines)"), OutputMatch::Ends(5));
    assert_eq!(java(" (Sample)"), OutputMatch::Sample);
    assert_eq!(java(""), OutputMatch::Unsaid);
    assert_eq!(inside("// B.java\n/* Output: (None) */\n").output, OutputMatch::None);
    assert_eq!(
        inside("x\n\"\"\"\nOutput: (Sample)\n1\n\"\"\"\n").output,
        OutputMatch::Sample
    );
    let (carrier, unknown, words) =
        problem(&[], "// B.java\n/* Output: (Fist 8 Lines)\n*/\n");
    assert_eq!((carrier, unknown), (Carrier::Line(1), true), "{words}");
}

#[test]
fn the_first_carrier_holds() {
    let given = |key: &str, value: &str| [(key.to_owned(), value.to_owned())];
    let code = "// B.java\n// {TimeOut: 5000}\n";
    let read = |pairs, code, given: &[_]| Tags::read(&attr(&[], pairs), code, given).tags;
    let seconds = |tags: Tags| tags.timeout.map(|limit| limit.as_secs());
    let book = given("timeout", "9s");
    assert_eq!(seconds(read(&[("timeout", "1s")], code, &book)), Some(1));
    assert_eq!(seconds(read(&[], code, &book)), Some(5));
    assert_eq!(seconds(read(&[], "x", &book)), Some(9));
    assert!(read(&[], "x", &given("norun", "true")).norun);
    assert!(!read(&[("norun", "false")], "x", &given("norun", "true")).norun);
    assert_eq!(read(&[("file", "c.py")], "# b.py\n", &[]).file.as_deref(), Some("c.py"));
    let wrong = Tags::read(&Attr::default(), "x", &given("timout", "9s")).problems;
    assert_eq!((wrong[0].carrier, wrong[0].unknown), (Carrier::Book(0), true));
    // The book cannot say where one of many listings goes.
    let wrong = Tags::read(&Attr::default(), "x", &given("file", "x.py")).problems;
    assert!(wrong[0].unknown);
}

#[test]
fn a_key_that_does_not_exist_is_named_with_the_one_that_was_meant() {
    let (carrier, unknown, words) = problem(&[("timout", "5s")], "x");
    assert_eq!((carrier, unknown), (Carrier::Fence, true));
    assert!(words.contains("timout=") && words.contains("timeout="), "{words}");
    // Other tools have attributes of their own.
    let read =
        Tags::read(&attr(&["python"], &[("linenos", "1"), ("colour", "red")]), "x", &[]);
    assert_eq!(read.problems, []);
    let (carrier, unknown, words) = problem(&[], "\n# a.py\n# {ThrowsExeption}\nx\n");
    assert_eq!((carrier, unknown), (Carrier::Line(2), true));
    assert!(words.contains("{ThrowsException}"), "{words}");
    let (carrier, unknown, words) = problem(&[], "# a.py\n# extract: norun\n");
    assert_eq!((carrier, unknown), (Carrier::Line(1), true), "{words}");
    assert!(problem(&[], "# a.py\n# {pyhton -m a}\n").2.contains("{python …}"));
    assert!(problem(&[], "# a.py\n# {Whatever}\n").1);
    assert!(problem(&[], "# a.py\n# {Whatever: 1}\n").1);
    let wrong = Tags::read(&attr(&["python", "no-run"], &[]), "x", &[]).problems;
    assert!(wrong[0].unknown && wrong[0].hint.as_deref() == Some("Did you mean .norun?"));
    // These are no tags.
    for code in [
        "# {Whatever}\n",
        "# a.py\n# {name} is used below\n",
        "# a.py\n# {1, 2}\n",
        "# a.py\n# {'a': 1}\n",
        "# a.py\nx = 1\n# {ThrowsExeption}\n",
        "# a.py\n# {a, b}\n",
        "# a.py\n# {note that} and {make it so}\n",
    ] {
        let read = Tags::read(&Attr::default(), code, &[]);
        assert_eq!((read.problems, read.lines), (vec![], vec![]), "{code}");
    }
}

#[test]
fn a_value_that_cannot_be_is_a_problem() {
    for (key, value) in [
        ("expect", "fail"),
        ("expect", "exit:x"),
        ("memory", "8"),
        ("memory", "lots"),
        ("memory", "0 MiB"),
        ("processes", "0"),
        ("timeout", "5"),
        ("timeout", "0s"),
        ("timeout", "-1s"),
        ("output", "first"),
        ("output", "first:0"),
        ("norm", "colour"),
        ("norm", ""),
        ("since", "new"),
        ("env", "1A=2"),
        ("run", "java 'x"),
        ("file", "../x.py"),
        ("file", "/etc/x.py"),
        ("file", "C:x.py"),
        ("continues", "a/../../x.py"),
        ("network", "perhaps"),
        ("spawn", "old"),
        ("match", ""),
        ("norun", "maybe"),
    ] {
        let (carrier, unknown, words) = problem(&[(key, value)], "x");
        assert_eq!((carrier, unknown), (Carrier::Fence, false), "{key}={value}: {words}");
        assert!(words.contains(key), "{words}");
    }
    assert_eq!(problem(&[], "# a.py\n# {TimeOut}\n").0, Carrier::Line(1));
    assert!(problem(&[], "# a.py\n# {TimeOut: 5}\n# {TimeOut: 6}\n").2.contains("twice"));
    let read = Tags::read(&attr(&[], &[("data-file", "../x.py")]), "x", &[]);
    assert_eq!(read.tags.file, None);
}

#[test]
fn lines_that_are_tags_are_known() {
    let read = |code| Tags::read(&Attr::default(), code, &[]).lines;
    let code = "// a/B.java\n// Remark\n// {ThrowsException}\nx\n// {main: X}\n// Continued ...\n\n";
    assert_eq!(read(code), [2, 5]);
    assert_eq!(lines(code), [2, 5]);
    assert_eq!(read("// ... Continuing\nx\n"), [0]);
    assert_eq!(read("# a.py\n# extract: no-run\n"), [1]);
    assert_eq!(read("// ...\n// Continuing\n"), Vec::<usize>::new());
    assert!(may_have_tags("#   {X}", "") && may_have_tags("", "// Continued ..."));
    assert!(may_have_tags("// a\n// {X}", "") && !may_have_tags("class X {\n", "}"));
}

#[test]
fn commands_come_apart_as_in_a_shell() {
    assert_eq!(
        words("a 'b c' d\"e \\\" f\" \\ g ''"),
        Some(own(&["a", "b c", "de \" f", " g", ""]))
    );
    assert_eq!(words("a \"\\n\""), Some(own(&["a", "\\n"])));
    assert_eq!(words("a 'b"), None);
    assert_eq!(words("  "), Some(vec![]));
}
