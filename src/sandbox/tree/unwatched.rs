//! What a system without inotify knows of who touched a tree: nothing, so that everything is looked at.

use std::path::Path;

/// A tree that is not under watch.
#[derive(Debug, Default)]
pub(super) struct TreeWatch {}

#[expect(clippy::unused_self, reason = "on other systems there is something to know")]
impl TreeWatch {
    pub(super) fn saw_nothing(&mut self) -> bool {
        false
    }

    pub(super) fn is_on(&self) -> bool {
        false
    }

    pub(super) fn look(&mut self) {}

    pub(super) fn pass(&mut self) {}

    pub(super) fn go_on<'a>(
        &mut self,
        _folders: impl Iterator<Item = &'a Path>,
        _files: impl Iterator<Item = &'a Path>,
    ) {
    }
}
