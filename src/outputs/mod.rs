//! What a book is made into, from the ePub that pandoc wrote.
//!
//! An [`Output`] goes on where all outputs of a book are still the same: [`Raw`] is made once, and
//! each output works on a copy, so several editions of a book cost pandoc and the pictures once.
//! There is one output today, [`EpubOutput`]; a preview in the browser and a print edition would be others,
//! with something else in [`Output::Made`].

mod epub;

pub use epub::EpubOutput;

use crate::finish::{self, FinishOptions, Prepared};
use concfilter::error::Result;

/// What all outputs of a book start from.
#[derive(Debug, Clone)]
pub struct Raw {
    prepared: Prepared,
    options: FinishOptions,
}

impl Raw {
    /// Makes what the outputs share. Where an output has a say of its own in `options`, as on the
    /// edition, that holds.
    ///
    /// # Errors
    /// The package document cannot be read.
    pub fn new(epub: crate::epub::Epub, options: FinishOptions) -> Result<Self> {
        Ok(Self { prepared: finish::prepare(epub, &options)?, options })
    }

    /// The container, its documents as pandoc wrote them.
    pub fn epub(&self) -> &crate::epub::Epub {
        self.prepared.epub()
    }
}

/// A way to make a book.
pub trait Output {
    /// What it makes.
    type Made;

    /// Makes it of what all outputs share.
    ///
    /// # Errors
    /// The ePub that pandoc wrote cannot be read.
    fn finish(&self, raw: &Raw) -> Result<Self::Made>;
}
