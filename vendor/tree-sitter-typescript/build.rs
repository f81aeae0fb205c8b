//! Written by tools/grammars.py.

fn main() {
    println!("cargo::rerun-if-changed=.");
    let mut build = cc::Build::new();
    build.std("c11").include("typescript/src").warnings(false);
    if build.get_compiler().is_like_msvc() {
        build.flag("-utf-8");
    }
    build.file("typescript/src/parser.c");
    build.file("typescript/src/scanner.c");
    build.file("tsx/src/parser.c");
    build.file("tsx/src/scanner.c");
    build.compile("tree-sitter-typescript");
}
