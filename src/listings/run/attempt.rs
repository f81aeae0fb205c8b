//! The ways in which a unit is run, one after the other, until it is clear what it does.
//!
//! A fork server may be to blame for a failure, and so may the statements that stand for marks, and
//! so may a compiler that was given many files at once. So what makes runs fast is tried first, and
//! a failure is the author's only where the surest way agrees. Which way that is depends on how the first
//! one ended, so that a failure costs two runs; a third is made where the two do not agree. A Python program
//! with marks is tried
//!
//! | first | how it ended | then |
//! |---|---|---|
//! | fork server, with marks | passed | |
//! | | its text was refused | fork server, as in the book: nothing of it ran that a server could spoil |
//! | | as it had to, and its output differs | fresh process, with marks |
//! | | otherwise | fresh process, as in the book |

use super::Status;
use super::toolchains::{BatchResult, Batching};
use super::unit::{RunUnit, UnitResult};

/// One way to run a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attempt {
    pub build: Build,
    pub process: ProcessKind,
    pub text: Text,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Text {
    /// The program with statements for its marks.
    Marked,
    /// The program as the book has it.
    Plain,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AttemptEnd {
    /// All is as the book says.
    Passed,
    /// As it had to, but what it printed is another.
    Well,
    /// Its text was refused before any of it ran.
    Refused,
    /// Otherwise than it had to.
    Badly,
}

impl AttemptEnd {
    /// How an attempt at a unit ended.
    pub(super) fn of(result: &UnitResult, unit: &RunUnit) -> Self {
        let printed = result.printed.as_ref();
        if result.status == Status::Passed {
            Self::Passed
        } else if printed.is_some_and(|printed| printed.ended_well) {
            Self::Well
        } else if printed.is_some_and(|one| unit.toolchain.is_syntax_error(&one.stderr)) {
            Self::Refused
        } else {
            Self::Badly
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

/// The attempt at a unit behind those that ended so; `None` where the last of them has the last word.
pub(super) fn next(chances: Chances<'_>, ended: &[AttemptEnd]) -> Option<Attempt> {
    use AttemptEnd::{Badly, Passed, Refused, Well};
    let (first, last) = (first(chances), surest(chances));
    let marked = Attempt { process: ProcessKind::Fresh, ..first };
    let may_drop_marks = first.text != last.text;
    if !chances.can_fork {
        // Compiled with others, it may have another name for itself, and print that.
        let is_changed = matches!(chances.built, Some(BatchResult::Ready(_)))
            && chances.batching == Batching::Possible;
        return match ended {
            [] => Some(first),
            [Well] if is_changed => Some(Attempt { build: Build::Alone, ..first }),
            [Badly | Refused] | [Well, Badly | Refused] if may_drop_marks => Some(last),
            [Badly | Refused] if is_changed => {
                Some(Attempt { build: Build::Alone, ..first })
            }
            _ => None,
        };
    }
    match ended {
        [] => Some(first),
        [Passed] => None,
        [Refused] if !may_drop_marks => None,
        [_] if !may_drop_marks => Some(last),
        [Refused] => Some(Attempt { text: Text::Plain, ..first }),
        [Well] => Some(marked),
        [Badly] => Some(last),
        // From here on two ways do not agree, or nobody gets this far.
        _ if !may_drop_marks => None,
        // It ends well by itself: with marks it is told where it prints what.
        [Badly, Passed | Well] => Some(marked),
        [Refused, Well | Badly]
        | [Well, Badly | Refused]
        | [Badly, Passed | Well, Badly | Refused] => Some(last),
        _ => None,
    }
}

/// The first attempt at a unit.
fn first(chances: Chances<'_>) -> Attempt {
    let Chances { built, batching, is_marked, can_fork, .. } = chances;
    let is_refused = matches!(built, Some(BatchResult::Refused(_)));
    let build = match built {
        None => Build::Alone,
        // The marks may be why, and by itself it may be compiled without them.
        Some(_) if is_refused && is_marked && batching != Batching::Always => {
            Build::Alone
        }
        Some(_) => Build::Batch,
    };
    let process = if can_fork { ProcessKind::ForkServer } else { ProcessKind::Fresh };
    let text = if is_marked { Text::Marked } else { Text::Plain };
    Attempt { build, process, text }
}

/// The attempt that nothing but the program itself can be blamed for.
pub(super) fn surest(chances: Chances<'_>) -> Attempt {
    let first = Attempt { process: ProcessKind::Fresh, ..first(chances) };
    let Chances { batching, is_marked, has_plain, .. } = chances;
    if is_marked && has_plain && batching != Batching::Always {
        return Attempt { build: Build::Alone, text: Text::Plain, ..first };
    }
    first
}

#[cfg(test)]
mod tests {
    use super::AttemptEnd::{Badly, Passed, Refused, Well};
    use super::*;
    use crate::listings::run::toolchains::Steps;

    const PLAIN: Chances<'_> = Chances {
        built: None,
        batching: Batching::Never,
        is_marked: false,
        can_fork: false,
        has_plain: true,
    };

    /// An attempt in three words, the build, the process, and the text; `-` for none.
    fn told(chances: Chances<'_>, ended: &[AttemptEnd]) -> String {
        next(chances, ended).map_or("-".to_owned(), |one| {
            format!("{:?} {:?} {:?}", one.build, one.process, one.text)
        })
    }

    #[test]
    fn what_is_fast_is_tried_first_and_what_is_sure_last() {
        assert_eq!(told(PLAIN, &[]), "Alone Fresh Plain");
        assert_eq!(told(PLAIN, &[Badly]), "-");
        let record =
            Chances { is_marked: true, can_fork: true, has_plain: false, ..PLAIN };
        assert_eq!(told(record, &[]), "Alone ForkServer Marked");
        assert_eq!(told(record, &[Badly]), "Alone Fresh Marked");
        assert_eq!(told(record, &[Badly, Badly]), "-");
        let ready = BatchResult::Ready(Steps::default());
        let refused = BatchResult::Refused(String::new());
        let batch = Chances { batching: Batching::Possible, is_marked: true, ..PLAIN };
        let built = |built| Chances { built: Some(built), ..batch };
        assert_eq!(told(built(&ready), &[]), "Batch Fresh Marked");
        assert_eq!(told(built(&ready), &[Well]), "Alone Fresh Marked");
        assert_eq!(told(built(&ready), &[Well, Well]), "-");
        assert_eq!(told(built(&ready), &[Well, Badly]), "Alone Fresh Plain");
        let together = Chances { is_marked: false, ..built(&ready) };
        assert_eq!(told(together, &[Well]), "Alone Fresh Plain");
        assert_eq!(told(together, &[Badly]), "Alone Fresh Plain");
        assert_eq!(told(together, &[Badly, Badly]), "-");
        assert_eq!(told(built(&ready), &[Badly]), "Alone Fresh Plain");
        assert_eq!(told(built(&ready), &[Badly, Passed]), "-");
        assert_eq!(told(built(&refused), &[]), "Alone Fresh Marked");
        let unmarked = Chances { is_marked: false, ..built(&refused) };
        assert_eq!(told(unmarked, &[]), "Batch Fresh Plain");
        assert_eq!(told(unmarked, &[Badly]), "-");
        let java = Chances { batching: Batching::Always, ..built(&ready) };
        assert_eq!(told(java, &[]), "Batch Fresh Marked");
        assert_eq!(told(java, &[Badly]), "-");
    }

    #[test]
    fn a_failure_costs_two_runs_and_a_third_where_these_do_not_agree() {
        let python = Chances { is_marked: true, can_fork: true, ..PLAIN };
        let wanted: &[(&[AttemptEnd], &str)] = &[
            (&[], "Alone ForkServer Marked"),
            (&[Passed], "-"),
            (&[Refused], "Alone ForkServer Plain"),
            (&[Refused, Refused], "-"),
            (&[Refused, Passed], "-"),
            (&[Refused, Well], "Alone Fresh Plain"),
            (&[Refused, Badly, Passed], "-"),
            (&[Well], "Alone Fresh Marked"),
            (&[Well, Well], "-"),
            (&[Well, Badly], "Alone Fresh Plain"),
            (&[Badly], "Alone Fresh Plain"),
            (&[Badly, Badly], "-"),
            (&[Badly, Refused], "-"),
            (&[Badly, Passed], "Alone Fresh Marked"),
            (&[Badly, Well, Well], "-"),
            (&[Badly, Passed, Badly], "Alone Fresh Plain"),
            (&[Badly, Passed, Badly, Passed], "-"),
        ];
        for (ended, wanted) in wanted {
            assert_eq!(told(python, ended), *wanted, "{ended:?}");
        }
        let unmarked = Chances { is_marked: false, ..python };
        assert_eq!(told(unmarked, &[Refused]), "-");
        assert_eq!(told(unmarked, &[Well]), "Alone Fresh Plain");
        assert_eq!(told(unmarked, &[Well, Badly]), "-");
    }
}
