//! What authors write around a listing: how it is extracted, run and compared.
//!
//! Three carriers say it with the same keys: attributes on the fence, tags in the listing, and
//! globs in `book.yaml`. What the first of them says about a key holds. Nothing is guessed: a key
//! that does not exist is a [`Problem`] with its line.

mod inside;
mod json;
mod keys;
mod others;
mod said;
mod values;

pub use keys::{KEYS, Key, TAGS, TagForm};
pub use others::{ForeignWord, WORDS};
pub use values::{Expect, Norm, OutputMatch, Since, is_inside, words};

use crate::ast::build::Attr;
use crate::lang;
use said::TagEntry;
use std::time::Duration;

#[expect(clippy::struct_excessive_bools, reason = "each can be said by itself")]
/// What is said about one listing. Unsaid is `None`, empty or false.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    /// The path it is extracted to, relative to its chapter's folder.
    pub file: Option<String>,
    /// The file that it continues.
    pub continues: Option<String>,
    /// Its last line says that a later listing continues it.
    pub continued: bool,
    /// Its first line says that it continues the listing before.
    pub continuing: bool,
    /// Files and folders that it depends on.
    pub needs: Vec<String>,
    /// The hidden listing that is run before it.
    pub setup: Option<String>,
    /// It is extracted and not run.
    pub norun: bool,
    /// Why it is not run.
    pub reason: Option<String>,
    /// It is not extracted, though it has a slugline.
    pub fragment: bool,
    /// It is unfinished.
    pub bad: bool,
    /// It is left out of the book.
    pub hidden: bool,
    /// It is run, though no file is named.
    pub program: bool,
    /// The blocks of a chapter that say the same are one program, in their order; `+` is that of the block
    /// before.
    pub session: Option<String>,
    /// The edition of Rust that it is written in.
    pub edition: Option<u32>,
    /// The fixtures of pytest's that it is given.
    pub fixtures: Vec<String>,
    /// How it has to end; well when unsaid.
    pub expect: Option<Expect>,
    /// A regular expression that standard error, or the compiler's message, has to match.
    pub matches: Option<String>,
    /// The words of the command that runs it.
    pub run: Vec<String>,
    /// The class or module that is started.
    pub main: Option<String>,
    /// What the program is given.
    pub args: Vec<String>,
    /// What Java's virtual machine is given.
    pub jvmargs: Vec<String>,
    /// How long it may run.
    pub timeout: Option<Duration>,
    /// How many bytes of memory it and what it starts may take.
    pub memory: Option<u64>,
    /// How many processes it may have at one time.
    pub processes: Option<u32>,
    /// The file that it reads as standard input.
    pub stdin: Option<String>,
    /// Variables of its environment.
    pub env: Vec<(String, String)>,
    /// The oldest toolchain that can run it.
    pub since: Option<Since>,
    /// How its output is held against the book's.
    pub output: OutputMatch,
    /// What is normalized before outputs are compared.
    pub norm: Norm,
    /// The listing of which this is the output of another command.
    pub of: Option<String>,
    /// The words of that command.
    pub cmd: Vec<String>,
    /// It may use the network.
    pub network: bool,
    /// It runs in a process of its own, not in the fork server.
    pub fresh: bool,
}

/// Where something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carrier {
    /// On the fence.
    Fence,
    /// In this line of the listing, from 0.
    Line(usize),
    /// In `book.yaml`: the number of the key among those given, from 0.
    Book(usize),
}

/// Something that was said wrongly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it was said.
    pub carrier: Carrier,
    /// Whether there is no such key; else its value is wrong.
    pub unknown: bool,
    /// What is wrong: a clause in lower case without a full stop.
    pub message: String,
    /// The author's next step.
    pub hint: Option<String>,
}

/// What was read around one listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// What is said.
    pub tags: Tags,
    /// What is said wrongly.
    pub problems: Vec<Problem>,
    /// The lines of the listing, from 0, that are tags and nothing else. The book leaves them
    /// out; the extracted file keeps them, so that its lines stay where they are.
    pub lines: Vec<usize>,
}

impl Tags {
    /// Reads what is said about a listing. `given` are the keys and values that `book.yaml` has
    /// for it.
    pub fn read(attr: &Attr, code: &str, given: &[(String, String)]) -> Read {
        Self::read_block(attr, "", code, given)
    }

    /// The same with the words behind the fence, which other tools read.
    pub fn read_block(
        attr: &Attr,
        info: &str,
        code: &str,
        given: &[(String, String)],
    ) -> Read {
        let mut problems = Vec::new();
        let inside = inside::read(code, file(attr, code).is_some(), &mut problems);
        let fence = said::on_fence(attr, &mut problems);
        let book = said::in_book(given, &mut problems);
        let slug = lang::slugline(code);
        let mut tags = Tags {
            file: file(attr, code).filter(|file| is_inside(file)).map(str::to_owned),
            continued: inside.continued,
            continuing: inside.continuing,
            bad: slug.is_some_and(|slug| slug.unfinished),
            ..Tags::default()
        };
        let words = others::on_fence(attr, info, &mut problems);
        let carriers = [fence, inside.entries, words, inside.options, book];
        for said in first_found(carriers, &mut problems) {
            if let Err((message, hint)) = values::set(&mut tags, said.key, &said.value) {
                let carrier = said.carrier;
                problems.push(Problem { carrier, unknown: false, message, hint });
            }
        }
        problems.sort_by_key(|problem| problem.carrier);
        Read { tags, problems, lines: inside.lines }
    }

    /// Adds what another listing of the same file says, where this one says nothing.
    pub fn add(&mut self, other: &Self) {
        let unsaid = Self::default();
        macro_rules! first {
            ($($field:ident)*) => {$(
                if self.$field == unsaid.$field {
                    self.$field.clone_from(&other.$field);
                }
            )*};
        }
        first! {
            file continues continued continuing needs setup norun reason fragment bad hidden
            program session edition fixtures
            expect matches run main args jvmargs timeout memory processes stdin env since output norm of cmd
            network fresh
        }
    }

    /// How the listing has to end.
    pub fn expected(&self) -> Expect {
        self.expect.unwrap_or(Expect::Ok)
    }
}

/// The path that a fence or a slugline names, as written.
pub fn file<'a>(attr: &'a Attr, code: &'a str) -> Option<&'a str> {
    attr.get("file").or_else(|| attr.get("data-file")).or_else(|| lang::slug(code))
}

/// The lines of a listing, from 0, that are tags and nothing else.
pub fn lines(code: &str) -> Vec<usize> {
    inside::read(code, false, &mut Vec::new()).lines
}

/// Whether a text may hold tags: a quick look at its bytes, so that all of a long listing is not
/// read for nothing. `head` is its beginning and `tail` its end.
pub fn may_have_tags(head: &str, tail: &str) -> bool {
    const OPENS: &[&str] = &["//", "#", "--", ";", "%", "/*", "(*", "<!--"];
    let in_comment = |(at, _): (usize, &str)| {
        let before = head[..at].trim_end();
        OPENS.iter().any(|open| before.ends_with(open))
    };
    head.match_indices('{').any(in_comment)
        || head.match_indices("| ").any(in_comment)
        || head.contains("extract:")
        || head.contains("Continuing")
        || tail.contains("Continued")
}

/// Of each key what the first carrier says. One carrier may name several files in several tags;
/// what it says otherwise twice has to be the same.
fn first_found(
    carriers: [Vec<TagEntry>; 5],
    problems: &mut Vec<Problem>,
) -> Vec<TagEntry> {
    let mut found: Vec<TagEntry> = Vec::new();
    for carrier in carriers {
        let before = found.len();
        for said in carrier {
            match found.iter().position(|one| one.key == said.key) {
                None => found.push(said),
                // An earlier carrier's word holds.
                Some(at) if at < before => {}
                Some(at) if said.key == "needs" => {
                    found[at].value.push(',');
                    found[at].value.push_str(&said.value);
                }
                Some(at) if found[at].value == said.value => {}
                Some(at) => problems.push(Problem {
                    carrier: said.carrier,
                    unknown: false,
                    message: format!(
                        "{} is said twice: {:?} and {:?}",
                        said.key, found[at].value, said.value
                    ),
                    hint: Some("Keep the one that is meant".to_owned()),
                }),
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
