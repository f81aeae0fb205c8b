//! Each rule by an example that it takes and one that it leaves.

use super::*;
use crate::settings::Settings;

const LISTING: &str = "import quay\nfrom pool import ThreadPool\n@timed\n\
    def load(crate2, _lock):\n    crate2.hold.put(sort_all(_lock))\n    fileStore = f.c\n";

fn found(settings: &Identifiers, text: &str) -> Vec<String> {
    let mut vocabulary = Vocabulary::default();
    vocabulary.add(Some("python"), LISTING);
    let learned = Learned::default();
    let detector = Detector::new(&vocabulary, settings, &learned);
    detector
        .find(text, Neighbours::default())
        .into_iter()
        .map(|range| text[range].to_owned())
        .collect()
}

#[test]
fn what_cannot_be_english_is_found() {
    let settings = Settings::default().identifiers;
    for word in [
        "sort_all",
        "other_name",
        "run()",
        "a.b()",
        "ThreadPool",
        "crate2",
        "quay.load",
        "crate2.hold",
        "std::mem::swap",
        "OtherError",
        "TaskManager",
        "KeyboardInterrupt",
        "FileStore",
        "MAX_SIZE",
        "__init__",
        "_lock",
        ".hold",
        "@timed",
        "@property",
        "asyncio.Queue",
        "os.path",
        "readLine",
        "readUint16LE",
        "$HOME",
        "f.c",
        "obj.hold",
        "Quay.load",
    ] {
        assert_eq!(found(&settings, &format!("({word},")), [word], "{word}");
    }
    assert_eq!(found(&settings, "ThreadPools"), ["ThreadPool"]);
    assert_eq!(found(&settings, "ThreadPool.The"), [""; 0]);
    assert_eq!(found(&settings, "quay.load-like"), ["quay.load"]);
}

#[test]
fn what_no_sentence_has_is_found_where_listings_call_it() {
    let code = "int main(void) { char *p = malloc(9); free(p); exit(strlen(p)); }\n// calloc(9)\n";
    let find = |text| found_in("c", code, text, "");
    for word in ["malloc", "strlen,", "(malloc", "strlen?"] {
        let name = word.trim_matches(['(', ',', '?']);
        assert_eq!(find(word), [name], "{word}");
    }
    for word in ["calloc", "free", "exit", "strlens", "Malloc"] {
        assert_eq!(find(word), [""; 0], "{word}");
    }
    // Another language has the name, and none of its listings calls it.
    assert_eq!(found_in("go", "malloc := 1\n", "malloc", ""), [""; 0]);
    let code = "if isinstance(x, int):\n    print(x)\n";
    assert_eq!(found_in("python", code, "isinstance", ""), ["isinstance"]);
    assert_eq!(found_in("python", code, "print", ""), [""; 0]);
}

#[test]
fn what_is_something_as_a_whole_is_not_cut() {
    let code = "const j = new X(), co = 1, item = 2\nitem.new(co, item.tick)\n";
    let find = |text| found_in("javascript", code, text, "");
    for word in ["Node.js", "D3.js,", "Vue.js", "main.css", "math.ms"] {
        assert_eq!(find(word), [""; 0], "{word}");
    }
    assert_eq!(find("item.news"), ["item.news"]);
    assert_eq!(find("Math.cos"), ["Math.cos"]);
    assert_eq!(find("item.ticks"), ["item.ticks"]);
}

#[test]
fn files_of_listings_are_files() {
    let mut vocabulary = Vocabulary::default();
    vocabulary.add(Some("python"), "server.stop()\nlog.lock\n");
    vocabulary.add_file("conf/server.lock");
    let settings = Settings::default().identifiers;
    let learned = Learned::default();
    let detector = Detector::new(&vocabulary, &settings, &learned);
    let found = |text| !detector.find(text, Neighbours::default()).is_empty();
    assert!(!found("server.lock") && !detector.is_identifier("server.lock"));
    assert!(found("log.lock") && detector.is_identifier("log.lock"));
    for file in ["go.sum", "shop.asd", "App.vue"] {
        assert!(!found(file) && !detector.is_identifier(file), "{file}");
    }
}

#[test]
fn a_call_is_one_whatever_stands_in_its_brackets() {
    let settings = Settings::default().identifiers;
    for word in [
        "sort_all(..)",
        "sort_all(…)",
        "sort_all(...)",
        "stop(...)",
        "sort_all(x)",
        "sort_all(x, y)",
        "load(crate2, n=1)",
        "ThreadPool(5)",
        "crate2[0]",
        "quay[0]",
        "quay[crate2]",
        "_lock[1]",
        "ThreadPool<K, V>",
    ] {
        assert_eq!(found(&settings, &format!("({word}),")), [word], "{word}");
    }
    for text in
        ["option(s)", "load(s)", "ThreadPool(s)", "quay[12]", "stop(x, y)", "f(x)"]
    {
        assert_eq!(found(&settings, text), [""; 0], "{text}");
    }
}

#[test]
fn names_are_parts_of_compounds() {
    let settings = Settings::default().identifiers;
    for (text, name) in [
        ("ThreadPool-Konstruktor", "ThreadPool"),
        ("sort_all-Aufruf,", "sort_all"),
        ("ThreadPool-а", "ThreadPool"),
        ("sort_all()-вызов", "sort_all()"),
    ] {
        assert_eq!(found(&settings, text), [name], "{text}");
    }
    for text in ["x86_64-linux", "other_name-x", "sort-all", "load-Aufruf"] {
        assert_eq!(found(&settings, text), [""; 0], "{text}");
    }
    assert_eq!(found(&settings, "größe_max"), ["größe_max"]);
    assert_eq!(found(&settings, "maxÄnderung"), ["maxÄnderung"]);
}

#[test]
fn labels_of_other_filters_are_left() {
    let settings = Settings::default().identifiers;
    for text in [
        "{#eq:my_label}",
        "{#my_label",
        "@fig:my_fig",
        "[@fig:my_fig;",
        "(+@sec:my_label)",
        "eq:my_label",
        "{.my_class",
    ] {
        assert_eq!(found(&settings, text), [""; 0], "{text}");
    }
}

#[test]
fn a_decorator_is_one_where_it_is_called_so() {
    let settings = Settings::default().identifiers;
    let vocabulary = Vocabulary::default();
    let learned = Learned::default();
    let detector = Detector::new(&vocabulary, &settings, &learned);
    let is_found = |text, next| {
        let neighbours = Neighbours { next, ..Neighbours::default() };
        !detector.find(text, neighbours).is_empty()
    };
    assert!(is_found("@retry", "decorator,"));
    assert!(!is_found("@retry", "wrote"));
    assert!(!is_found("@retry,", "decorators"));
    assert!(!is_found("me@retry", "decorator"));
}

#[test]
fn a_name_keeps_the_mark_that_it_ends_in() {
    let mut vocabulary = Vocabulary::default();
    let code = "class Order\n  def paid?\n    x != nil ? save!(x) : lost\n  end\nend\n\
                Order.new.paid?\norder.mark_all!\n";
    vocabulary.add(Some("ruby"), code);
    let settings = Settings::default().identifiers;
    let learned = Learned::default();
    let detector = Detector::new(&vocabulary, &settings, &learned);
    let found = |text: &str| -> Vec<String> {
        let found = detector.find(text, Neighbours::default());
        found.into_iter().map(|range| text[range].to_owned()).collect()
    };
    for word in ["respond_to?", "order.paid?", "mark_all!", "paid?", "empty?", "save!"] {
        assert_eq!(found(&format!("{word},")), [word], "{word}");
    }
    // Questions and exclamations that end are prose.
    for text in ["paid?", "empty?", "save!", "really?,", "x?,", "lost?,"] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
    assert_eq!(found("load_it?"), ["load_it"]);
}

#[test]
fn english_and_names_of_other_things_are_left() {
    let settings = Settings::default().identifiers;
    for word in [
        "load",
        "Pool",
        "GitHub",
        "JavaScript",
        "iPhone",
        "macOS",
        "gRPC",
        "APIs",
        "CPU",
        "HTML5",
        "e.g.",
        "i.e.",
        "U.S.",
        "main.py",
        "docs.python.org",
        "crates.io",
        "example.com",
        "3rd",
        "end.The",
        "www.example.org",
        "https://quay.load",
        "ann@quay.load",
        "and/or",
        "x/sort_all",
        "McDonald",
        "well-known",
        "OtherThing",
        "ab.c",
        "_",
        "$5",
        "@somebody",
        ".com",
        "Python3",
        "load!",
        "Yes!",
        "v1.2",
        "mRNA",
        "visionOS",
        "openSUSE",
        "_z",
    ] {
        assert_eq!(found(&settings, word), [""; 0], "{word}");
    }
}

pub(super) fn found_in(
    language: &str,
    code: &str,
    text: &str,
    next: &str,
) -> Vec<String> {
    let settings = Settings::default().identifiers;
    let mut vocabulary = Vocabulary::default();
    vocabulary.add(Some(language), code);
    let mut learned = Learned::default();
    (0..SPOKEN_OF).for_each(|_| learned.names("HashSet"));
    let detector = Detector::new(&vocabulary, &settings, &learned);
    let found = detector.find(text, Neighbours { next, ..Neighbours::default() });
    found.into_iter().map(|range| text[range].to_owned()).collect()
}

#[test]
fn a_name_of_the_language_counts_if_the_book_speaks_of_it() {
    let find = |text| found_in("rust", "fn a() {}", text, "");
    assert_eq!(find("HashSet"), ["HashSet"]);
    assert_eq!(find("HashSets,"), ["HashSet"]);
    assert_eq!(find("BTreeMap"), [""; 0], "in passing");
    assert_eq!(found_in("rust", "let a: BTreeMap;", "BTreeMap", ""), ["BTreeMap"]);
    assert_eq!(found_in("go", "func a() {}", "HashSet", ""), [""; 0], "of another one");
    assert_eq!(found_in("rust", "let _z = 1;", "_z", ""), ["_z"]);
}

#[test]
fn a_macro_is_no_exclamation() {
    let find = |text, next| found_in("rust", "hail!(a); fence_in!(b);", text, next);
    assert_eq!(find("hail!", "macro"), ["hail!"]);
    assert_eq!(find("hail!,", ""), ["hail!"]);
    assert_eq!(find("hail!", "Then"), [""; 0]);
    assert_eq!(find("hail!", ""), [""; 0]);
    assert_eq!(find("fence_in!", ""), ["fence_in!"]);
    assert_eq!(find("println!", ""), ["println!"]);
    assert_eq!(find("panic!", "and"), ["panic!"]);
    assert_eq!(find("panic!-based", ""), ["panic!"]);
    assert_eq!(find("Panic!", "he"), [""; 0]);
    assert_eq!(find("yard::hail!", ""), ["yard::hail!"]);
    assert_eq!(found_in("python", "hail(a)", "hail!", "macro"), [""; 0]);
}

#[test]
fn a_variable_of_a_shell_is_no_price() {
    let find = |text| found_in("bash", "echo $berth", text, "");
    assert_eq!(
        (find("$berth"), find("$HOME")),
        (vec!["$berth".into()], vec!["$HOME".into()])
    );
    assert_eq!((find("$quay"), find("$"), find("$US")), (vec![], vec![], vec![]));
}

#[test]
fn a_member_nobody_listed_is_known_by_its_owner() {
    let find = |text| found_in("javascript", "const berth = 1", text, "");
    assert_eq!(find("berth.draught"), ["berth.draught"]);
    assert_eq!(find("berth.the"), [""; 0]);
    assert_eq!(find("berth.io"), [""; 0]);
    assert_eq!(find("berth.txt"), [""; 0]);
}

#[test]
fn the_author_has_the_last_word() {
    let mut settings = Settings::default().identifiers;
    settings.always.insert("load".to_owned());
    settings.never.insert("sort_all".to_owned());
    assert_eq!(found(&settings, "load"), ["load"]);
    assert_eq!(found(&settings, "sort_all()"), [""; 0]);
    settings.detect = Detect::Off;
    assert_eq!(found(&settings, "load"), ["load"]);
    assert_eq!(found(&settings, "ThreadPool"), [""; 0]);
}
