//! The ways in which a unit is run, one after the other, until it is clear what it does.
//!
//! A fork server may be to blame for a failure, and so may the statements that stand for marks, and
//! so may a compiler that was given many files at once. So what makes runs fast is tried first, and
//! only the last attempt's failure is the author's. A Python program with marks has three:
//!
//! | process | text | settles it |
//! |---|---|---|
//! | fork server | with marks | if it passes |
//! | fresh process | with marks | if it ends as it has to, whatever it prints |
//! | fresh process | as in the book | in any case |

use super::Status;
use super::toolchains::{BatchResult, Batching};
use super::unit::UnitResult;

/// One way to run a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attempt {
    pub build: Build,
    pub process: ProcessKind,
    pub text: Text,
    settles: Settles,
}

/// How it is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Build {
    /// As it was together with others.
    Batch,
    /// By itself, if at all.
    Alone,
}

/// What it runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProcessKind {
    /// A fork of a Python that runs already.
    ForkServer,
    /// A process of its own.
    Fresh,
}

/// What is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// The program with statements for its marks.
    Marked,
    /// The program as the book has it.
    Plain,
}

/// When no further attempt is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settles {
    IfPassed,
    IfEndedWell,
    Always,
}

impl Attempt {
    /// Whether this is what comes of the unit, so that no further attempt is made.
    pub(super) fn is_final(self, result: &UnitResult) -> bool {
        match self.settles {
            Settles::IfPassed => result.status == Status::Passed,
            Settles::IfEndedWell => {
                result.printed.as_ref().is_some_and(|printed| printed.ended_well)
            }
            Settles::Always => true,
        }
    }
}

/// What decides which attempts are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chances<'a> {
    /// What a batch made of the unit; `None` where it was in none.
    pub built: Option<&'a BatchResult>,
    /// Whether its toolchain compiles in batches only.
    pub batching: Batching,
    /// Whether the program has marks that statements stand for.
    pub is_marked: bool,
    /// Whether a fork server can run it.
    pub can_fork: bool,
    /// Whether the text without marks can be run at all: a record of what was typed cannot.
    pub has_plain: bool,
}

/// The attempts at a unit, in order; at least one. The last has the last word.
pub(super) fn attempts(chances: Chances<'_>) -> Vec<Attempt> {
    let Chances { built, batching, is_marked, can_fork, has_plain } = chances;
    let text = if is_marked { Text::Marked } else { Text::Plain };
    let fresh = |build, text, settles| Attempt {
        build,
        process: ProcessKind::Fresh,
        text,
        settles,
    };
    let is_refused = matches!(built, Some(BatchResult::Refused(_)));
    let build = match built {
        None => Build::Alone,
        // The marks may be why, and by itself it may be compiled without them.
        Some(_) if is_refused && is_marked && batching != Batching::Always => {
            Build::Alone
        }
        Some(_) => Build::Batch,
    };
    let mut all = Vec::new();
    if can_fork {
        all.push(Attempt {
            build,
            process: ProcessKind::ForkServer,
            text,
            settles: Settles::IfPassed,
        });
    }
    if is_marked && has_plain && batching != Batching::Always {
        all.push(fresh(build, Text::Marked, Settles::IfEndedWell));
        all.push(fresh(Build::Alone, Text::Plain, Settles::Always));
    } else {
        all.push(fresh(build, text, Settles::Always));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listings::run::toolchains::Steps;

    /// The attempts in a word each: build, process, text, and when they settle it.
    fn words(chances: Chances<'_>) -> Vec<String> {
        let word = |one: &Attempt| {
            format!("{:?} {:?} {:?} {:?}", one.build, one.process, one.text, one.settles)
        };
        attempts(chances).iter().map(word).collect()
    }

    #[test]
    fn what_is_fast_is_tried_first_and_what_is_sure_last() {
        let plain = Chances {
            built: None,
            batching: Batching::Never,
            is_marked: false,
            can_fork: false,
            has_plain: true,
        };
        assert_eq!(words(plain), ["Alone Fresh Plain Always"]);
        assert_eq!(
            words(Chances { is_marked: true, can_fork: true, ..plain }),
            [
                "Alone ForkServer Marked IfPassed",
                "Alone Fresh Marked IfEndedWell",
                "Alone Fresh Plain Always"
            ]
        );
        let record =
            Chances { is_marked: true, can_fork: true, has_plain: false, ..plain };
        assert_eq!(
            words(record),
            ["Alone ForkServer Marked IfPassed", "Alone Fresh Marked Always"]
        );
        let ready = BatchResult::Ready(Steps::default());
        let refused = BatchResult::Refused(String::new());
        let batch = Chances { batching: Batching::Possible, is_marked: true, ..plain };
        assert_eq!(
            words(Chances { built: Some(&ready), ..batch }),
            ["Batch Fresh Marked IfEndedWell", "Alone Fresh Plain Always"]
        );
        assert_eq!(
            words(Chances { built: Some(&refused), ..batch }),
            ["Alone Fresh Marked IfEndedWell", "Alone Fresh Plain Always"]
        );
        assert_eq!(
            words(Chances { built: Some(&refused), is_marked: false, ..batch }),
            ["Batch Fresh Plain Always"]
        );
        let java = Chances { batching: Batching::Always, ..batch };
        assert_eq!(
            words(Chances { built: Some(&ready), ..java }),
            ["Batch Fresh Marked Always"]
        );
    }
}
