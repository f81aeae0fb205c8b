#!/usr/bin/env python3
"""Makes `vendor/`: the grammars of tree-sitter, their tables compressed.

A grammar's `parser.c` is mostly one table, of which most is zeros: all thirteen are 21 MB in a program, and 1.6 MB
compressed. What this writes for each crate is the crate without that: what its C compiler makes of the tables goes
into `tables.zz`, its `parser.c` declares them without contents, and its `lib.rs` unpacks them when the language is
first asked for. All else (the functions that read words, the scanners, the names) is the crate's own text.

    tools/grammars.py            writes vendor/ anew
    tools/grammars.py --check    exits with 1 where vendor/ is not what this would write

The crates come from cargo's own store or from crates.io, and have to have the checksums below. To raise one: change
its line in `Cargo.toml`, its version and its checksum here, run this, then `cargo update -p` that crate.
"""

import argparse
import filecmp
import hashlib
import io
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zlib

# name, version, checksum as crates.io has it
CRATES = [
    ("bash", "0.25.1", "9e5ec769279cc91b561d3df0d8a5deb26b0ad40d183127f409494d6d8fc53062"),
    ("c", "0.24.2", "a9b2eb57a55fed6b00812912e730b7a275cf4fe98bfd6a5d76263d4438371728"),
    ("c-sharp", "0.23.5", "c1aac67f1ad71de1d6d39708d34811081c26dfa495658de6c14c34200849357c"),
    ("cpp", "0.23.4", "df2196ea9d47b4ab4a31b9297eaa5a5d19a0b121dceb9f118f6790ad0ab94743"),
    ("go", "0.25.0", "c8560a4d2f835cc0d4d2c2e03cbd0dde2f6114b43bc491164238d333e28b16ea"),
    ("java", "0.23.5", "0aa6cbcdc8c679b214e616fd3300da67da0e492e066df01bcf5a5921a71e90d6"),
    ("javascript", "0.25.0", "68204f2abc0627a90bdf06e605f5c470aa26fdcb2081ea553a04bdad756693f5"),
    ("kotlin-ng", "1.1.0", "e800ebbda938acfbf224f4d2c34947a31994b1295ee6e819b65226c7b51b4450"),
    ("python", "0.25.0", "6bf85fd39652e740bf60f46f4cda9492c3a9ad75880575bf14960f775cb74a1c"),
    ("ruby", "0.23.1", "be0484ea4ef6bb9c575b4fdabde7e31340a8d2dbc7d52b321ac83da703249f95"),
    ("rust", "0.24.2", "439e577dbe07423ec2582ac62c7531120dbfccfa6e5f92406f93dd271a120e45"),
    ("typescript", "0.23.2", "6c5f76ed8d947a75cc446d5fccd8b602ebf0cde64ccf2ffa434d873d7a575eff"),
]

# The tables that are worth it. Those of 32-bit numbers come first, so that no gaps come between them.
TABLES = [
    "ts_small_parse_table_map",
    "ts_parse_table",
    "ts_small_parse_table",
    "ts_parse_actions",
    "ts_primary_state_ids",
    "ts_lex_modes",
]

CARGO_TOML = """\
# Written by tools/grammars.py.
[package]
name = "{name}"
version = "{version}"
edition = "2024"
license = "MIT"
description = "{name} of crates.io, its tables compressed"
repository = "{repository}"
publish = false
build = "build.rs"

[lib]
path = "lib.rs"
doctest = false
test = false

[dependencies]
flate2 = "1"
tree-sitter-language = "0.1"

[build-dependencies]
cc = "1"
"""

BUILD_RS = """\
//! Written by tools/grammars.py.

fn main() {{
    println!("cargo::rerun-if-changed=.");
    let mut build = cc::Build::new();
    build.std("c11").include("{include}").warnings(false);
    if build.get_compiler().is_like_msvc() {{
        build.flag("-utf-8");
    }}
{files}    build.compile("{name}");
}}
"""

LIB_HEAD = """\
//! `{name}` of crates.io with its tables compressed: `vendor/README.md` says why. Written by tools/grammars.py.

#[cfg(target_endian = "big")]
compile_error!("the tables are for little-endian machines: take [patch.crates-io] out of Cargo.toml");

use flate2::{{Decompress, FlushDecompress, Status}};
use std::sync::Once;
use tree_sitter_language::LanguageFn;

unsafe extern "C" {{
{externs}}}

/// Unpacks what a language's tables are; a grammar and its compressed tables that do not belong together end the program.
fn unpack(compressed: &[u8], tables: &mut [u8]) {{
    let end = Decompress::new(true).decompress(compressed, tables, FlushDecompress::Finish);
    assert!(matches!(end, Ok(Status::StreamEnd)), "the tables are not those of the grammar");
}}
"""

LANGUAGE = """
extern "C" fn {function}() -> *const () {{
    static UNPACKED: Once = Once::new();
    UNPACKED.call_once(|| {{
        let mut length = 0;
        // SAFETY: the tables are that many bytes. They are written once, before anybody gets the language
        // that points to them; whoever comes at the same time waits.
        let tables = unsafe {{
            let start = {symbol}_tables(&mut length);
            std::slice::from_raw_parts_mut(start, length)
        }};
        unpack(include_bytes!("{folder}tables.zz"), tables);
    }});
    // SAFETY: the function of the grammar's own C takes nothing and returns what is there for ever.
    unsafe {{ {symbol}() }}
}}

/// The language, as the crate of this name has it.
// SAFETY: what it returns is a language of tree-sitter.
pub const {constant}: LanguageFn = unsafe {{ LanguageFn::from_raw({function}) }};
"""


def crate(name, version, checksum):
    """The bytes of a crate as crates.io has it."""
    file = f"{name}-{version}.crate"
    stored = sorted(pathlib.Path.home().glob(f".cargo/registry/cache/*/{file}"))
    if stored:
        data = stored[0].read_bytes()
    else:
        with urllib.request.urlopen(f"https://static.crates.io/crates/{name}/{file}") as answer:
            data = answer.read()
    if hashlib.sha256(data).hexdigest() != checksum:
        sys.exit(f"{file} has not the checksum of crates.io")
    return data


def declarations(source):
    """The tables of a parser: name, type, dimensions, and where their text starts and ends."""
    found = {}
    for table in TABLES:
        pattern = rf"^static const (\w+) {table}((?:\[\w*\])+) = \{{\n.*?^\}};\n"
        match = re.search(pattern, source, re.M | re.S)
        if match:
            found[table] = (match[1], match[2], match.start(), match.end())
    return found


def contents(parser, scanner, tables):
    """The bytes of the tables as a C compiler makes them, one behind another, and the length of each."""
    with tempfile.TemporaryDirectory() as work:
        dump = pathlib.Path(work) / "dump.c"
        lines = [f'fwrite({table}, 1, sizeof {table}, stdout); fprintf(stderr, "%zu\\n", sizeof {table});' for table in tables]
        dump.write_text(f'#include "{parser}"\n#include <stdio.h>\nint main(void) {{\n' + "\n".join(lines) + "\n}\n")
        program = pathlib.Path(work) / "dump"
        command = ["cc", "-w", "-std=c11", "-I", str(parser.parent), "-o", str(program), str(dump)]
        subprocess.run(command + ([str(scanner)] if scanner.exists() else []), check=True)
        done = subprocess.run([str(program)], check=True, capture_output=True)
    return done.stdout, [int(line) for line in done.stderr.split()]


def counted(dimensions, kind, length):
    """The dimensions of a table, the first of which may have been left to the compiler."""
    if not dimensions.startswith("[]"):
        return dimensions
    size = {"uint16_t": 2, "uint32_t": 4, "TSParseActionEntry": 8}[kind]
    return f"[{length // size}]" + dimensions[2:]


def without_tables(source, found, lengths, symbol):
    """The text of a parser whose tables are declared and not told."""
    fields = []
    for (table, (kind, dimensions, _, _)), length in zip(found.items(), lengths):
        fields.append(f"  {kind} {table}{counted(dimensions, kind, length)};\n")
    parts, at = [], 0
    for table, (_, _, start, end) in sorted(found.items(), key=lambda one: one[1][2]):
        parts.append(source[at:start])
        at = end
    text = "".join(parts) + source[at:]
    # Compilers are told to take no pains with tables of megabytes, which are gone.
    text = re.sub(r'#ifdef _MSC_VER\n#pragma optimize\("", off\)\n.*?#endif\n\n?', "", text, count=1, flags=re.S)
    macros = "".join(f"#define {table} tables.{table}\n" for table in found)
    struct = "// Filled when the language is first asked for.\nstatic struct {\n" + "".join(fields) + "} tables;\n" + macros + "\n"
    text = text.replace("#ifdef __cplusplus\nextern \"C\" {", struct + "#ifdef __cplusplus\nextern \"C\" {", 1)
    function = f"TS_PUBLIC const TSLanguage *{symbol}(void) {{"
    assert function in text
    access = (
        f"TS_PUBLIC void *{symbol}_tables(size_t *length) {{\n"
        "  *length = sizeof tables;\n  return &tables;\n}\n\n"
    )
    return text.replace(function, access + function).replace('#include "tree_sitter/parser.h"', '#include "tree_sitter/parser.h"\n#include <stddef.h>', 1)


def write_grammar(source, target):
    """One grammar of a crate: the folder with its `parser.c`. Returns the name of its C function."""
    parser, scanner = source / "parser.c", source / "scanner.c"
    text = parser.read_text()
    symbol = re.search(r"^TS_PUBLIC const TSLanguage \*(\w+)\(void\)", text, re.M)[1]
    found = declarations(text)
    data, lengths = contents(parser, scanner, found)
    padding = -len(data) % 4
    target.mkdir(parents=True)
    (target / "tables.zz").write_bytes(zlib.compress(data + bytes(padding), 9))
    (target / "parser.c").write_text(without_tables(text, found, lengths, symbol))
    if scanner.exists():
        shutil.copyfile(scanner, target / "scanner.c")
    (target / "tree_sitter").mkdir()
    for header in sorted((source / "tree_sitter").glob("*.h")):
        shutil.copyfile(header, target / "tree_sitter" / header.name)
    return symbol


def licence(root, manifest):
    """The text of a crate's licence; of one that only names it, the text of ours with the crate's authors."""
    if (root / "LICENSE").exists():
        return (root / "LICENSE").read_text()
    authors = re.search(r"^authors = \[(.*?)\]", manifest, re.M | re.S)[1]
    names = ", ".join(re.findall(r'"([^"]+)"', authors))
    text = (pathlib.Path(__file__).parents[1] / "LICENSE-MIT").read_text()
    return re.sub(r"^Copyright .*$", f"Copyright (c) {names}", text, count=1, flags=re.M)


def write_crate(short, version, checksum, vendor):
    """One crate: its grammars, its licence, and what cargo needs."""
    name = f"tree-sitter-{short}"
    with tempfile.TemporaryDirectory() as work:
        with tarfile.open(fileobj=io.BytesIO(crate(name, version, checksum))) as archive:
            archive.extractall(work, filter="data")
        root = pathlib.Path(work) / f"{name}-{version}"
        target = vendor / name
        folders = [""] if (root / "src").exists() else ["typescript/", "tsx/"]
        symbols = [write_grammar(root / folder / "src", target / folder / "src") for folder in folders]
        if (root / "common").exists():
            (target / "common").mkdir()
            shutil.copyfile(root / "common/scanner.h", target / "common/scanner.h")
        manifest = (root / "Cargo.toml").read_text()
        assert 'license = "MIT"' in manifest
        (target / "LICENSE").write_text(licence(root, manifest))
    repository = re.search(r'^repository = "([^"]+)"', manifest, re.M)[1]
    values = {"name": name, "version": version, "repository": repository}
    (target / "Cargo.toml").write_text(CARGO_TOML.format(**values))
    files = [file for folder in folders for file in sorted((target / folder / "src").glob("*.c"))]
    lines = "".join(f'    build.file("{file.relative_to(target)}");\n' for file in files)
    build = BUILD_RS.format(name=name, include=f"{folders[0]}src", files=lines)
    (target / "build.rs").write_text(build)
    externs = "".join(
        f"    fn {symbol}() -> *const ();\n    fn {symbol}_tables(length: *mut usize) -> *mut u8;\n" for symbol in symbols
    )
    code = LIB_HEAD.format(name=name, externs=externs)
    for folder, symbol in zip(folders, symbols):
        constant = f"LANGUAGE_{folder.strip('/').upper()}" if folder else "LANGUAGE"
        function = symbol.removeprefix("tree_sitter_")
        code += LANGUAGE.format(function=function, symbol=symbol, folder=f"{folder}src/", constant=constant)
    (target / "lib.rs").write_text(code)
    command = ["rustfmt", "--edition", "2024", "--config-path", str(pathlib.Path(__file__).parents[1])]
    subprocess.run(command + [str(target / "lib.rs"), str(target / "build.rs")], check=True)


def differences(comparison, at=""):
    """The files that are not the same in two folders."""
    for name in comparison.left_only + comparison.right_only + comparison.diff_files:
        yield f"{at}{name}"
    for name, inner in comparison.subdirs.items():
        yield from differences(inner, f"{at}{name}/")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="compare vendor/ and write nothing")
    check = arguments.parse_args().check
    vendor = pathlib.Path(__file__).parents[1] / "vendor"
    with tempfile.TemporaryDirectory() as work:
        made = pathlib.Path(work)
        for short, version, checksum in CRATES:
            write_crate(short, version, checksum, made)
        if check:
            ignored = ["README.md"]
            found = sorted(differences(filecmp.dircmp(made, vendor, ignore=ignored)))
            print("\n".join(found) or "vendor/ is what the crates make")
            sys.exit(1 if found else 0)
        for folder in made.iterdir():
            shutil.rmtree(vendor / folder.name, ignore_errors=True)
            shutil.copytree(folder, vendor / folder.name)


main()
