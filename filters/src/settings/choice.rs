//! A setting that is one of a few words, which the command line takes, too.

/// Defines a type of such a setting: each value with its word, and what it means for a text that helps.
/// The first is the default.
///
/// ```text
/// choice! {
///     /// Through what notes are numbered.
///     pub enum Notes {
///         /// Each chapter begins with 1.
///         Chapter = "chapter",
///     }
/// }
/// ```
///
/// `clap` derives the same, with a compiler of macros that takes longer to build than the rest of the filter.
macro_rules! choice {
    (
        $(#[doc = $about:literal])*
        pub enum $type:ident {
            #[doc = $first_help:literal]
            $first:ident = $first_word:literal,
            $(#[doc = $help:literal] $value:ident = $word:literal,)*
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub enum $type {
            #[doc = $first_help]
            #[default]
            $first,
            $(#[doc = $help] $value,)*
        }

        impl clap::ValueEnum for $type {
            fn value_variants<'a>() -> &'a [Self] {
                &[Self::$first, $(Self::$value,)*]
            }

            fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
                let (word, help) = match self {
                    Self::$first => ($first_word, $first_help),
                    $(Self::$value => ($word, $help),)*
                };
                let help = help.trim().trim_end_matches('.');
                Some(clap::builder::PossibleValue::new(word).help(help))
            }
        }
    };
}

pub(super) use choice;
