//! Written by tools/grammars.py.

fn main() {
    println!("cargo::rerun-if-changed=.");
    let mut build = cc::Build::new();
    build.std("c11").include("src").warnings(false);
    if build.get_compiler().is_like_msvc() {
        build.flag("-utf-8");
    }
    build.file("src/parser.c");
    build.file("src/scanner.c");
    build.compile("tree-sitter-javascript");
}
