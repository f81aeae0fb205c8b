//! The fonts in a finished book, judged by fontTools and by the sanitizer of browsers.

use crate::support::{TempBook, concbook, pandoc_versions, repo, skip};
use concbook::proc::Process;
use std::io::Read;
use std::path::PathBuf;

/// Opens each font file it is given, after the folder of the whole fonts, with fontTools, reads all its
/// tables and glyphs, and has the sanitizer pass it. A face of text has to have the layout features that
/// fontTools leaves in a subset to the same characters. Prints name, PostScript name and number of
/// characters.
const JUDGE: &str = r#"
import glob, io, logging, os, sys
import ots
from fontTools import subset
from fontTools.ttLib import TTFont
logging.disable(logging.WARNING)
switched_on = "calt ccmp clig kern liga lnum locl mark mkmk rlig tnum".split()
def features(font):
    lists = [font[tag].table.FeatureList for tag in ("GSUB", "GPOS") if tag in font]
    return {one.FeatureTag for found in lists if found for one in found.FeatureRecord}
def judges_features(path, characters):
    [whole] = glob.glob(os.path.join(sys.argv[1], "*", os.path.basename(path)))
    font = TTFont(whole)
    options = subset.Options(layout_features=switched_on, hinting=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return features(TTFont(out))
for path in sys.argv[2:]:
    passed = ots.sanitize(path, "/dev/null", capture_output=True)
    if passed.returncode:
        sys.exit(f"{path}: {passed.stderr.decode()}")
    font = TTFont(path, lazy=False)
    for tag in font.keys():
        font[tag]
    for name in font.getGlyphOrder():
        font["glyf"][name].expand(font["glyf"])
    if "Mono" not in path:
        wanted, found = judges_features(path, font.getBestCmap()), features(font)
        if wanted != found:
            sys.exit(f"{path}: features {found}, fontTools leaves {wanted}")
    name = font["name"].getDebugName
    print(name(1), name(6), len(font.getBestCmap()), bool(name(0)), sep="|")
"#;

/// The Python that has both judges.
fn python() -> Option<PathBuf> {
    let python = concbook::proc::find("font-judge").unwrap_or_else(|| "python3".into());
    let found = Process::new(&python).args(["-c", "import ots, fontTools"]).run().ok()?;
    found.status.success().then_some(python)
}

#[test]
fn every_face_passes_and_has_its_licence() {
    let Some(python) = python() else { return skip("fontTools and opentype-sanitizer") };
    if pandoc_versions().is_empty() {
        return skip("pandoc is not installed");
    }
    let folder = TempBook::new();
    let (book, out) = (repo("examples/concurrency"), folder.path("out"));
    let args = ["build", book.to_str().unwrap(), "-o", out.to_str().unwrap()];
    let (code, _, said) = concbook(args.into_iter().chain(["--epubcheck", "never"]));
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("glyph-missing"), "{said}");
    let bytes = std::fs::read(out.join("concurrency.epub")).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> =
        archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let fonts: Vec<&String> = names
        .iter()
        .filter(|name| name.rsplit_once('.').is_some_and(|(_, end)| end == "ttf"))
        .collect();
    let mut paths = Vec::new();
    for name in &fonts {
        let mut data = Vec::new();
        archive.by_name(name).unwrap().read_to_end(&mut data).unwrap();
        let path = folder.path(name.rsplit('/').next().unwrap());
        std::fs::write(&path, data).unwrap();
        paths.push(path);
    }
    let judge = Process::new(&python).args(["-c", JUDGE]).arg(repo("fonts"));
    let judged = judge.args(&paths).run().unwrap();
    let told = String::from_utf8(judged.stdout).unwrap();
    assert!(judged.status.success(), "{}", judged.stderr);
    assert_eq!(told.lines().count(), fonts.len());
    for (line, name) in told.lines().zip(&fonts) {
        let parts: Vec<&str> = line.split('|').collect();
        assert!(parts[2].parse::<usize>().unwrap() < 200, "a subset: {line}");
        assert_eq!(parts[3], "True", "the copyright stays: {line}");
        // What was changed is called so, as the licences ask.
        let called = if name.contains("UbuntuMono") {
            "Ubuntu Mono derivative"
        } else if name.contains("DejaVuSansMono") {
            "Concbook Mono"
        } else if name.contains("Gelasio") {
            "Gelasio"
        } else {
            "DejaVu Sans"
        };
        assert!(parts[0].starts_with(called), "{line}");
    }
    for family in [
        "UbuntuMono-LICENCE",
        "Gelasio-OFL",
        "DejaVuSans-LICENSE",
        "DejaVuSansMono-LICENSE",
    ] {
        assert!(names.iter().any(|name| name.contains(family)), "{family}: {names:?}");
    }
}
