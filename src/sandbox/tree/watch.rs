//! Whether anything in a tree was touched, as the system tells it by inotify: most programs only read, and then no file
//! has to be looked at when they have ended.
//!
//! Each folder is under watch, for what is added to it or taken away; and each file itself, not only by its name in a
//! folder, for a second name outside of the tree may be written to. What writes has opened the file for writing, and
//! that it is closed is told at the latest when its process ends; so nothing is missed, memory maps included. Where
//! the system allows no more watches, nothing is known, and everything is looked at.

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::io::Errno;
use std::os::fd::OwnedFd;
use std::path::Path;

/// More folders and files than this are not watched: systems count the watches of a user.
const MOST: usize = 4096;

/// A tree under watch, or one that is not.
#[derive(Debug, Default)]
pub(super) struct TreeWatch {
    events: Option<OwnedFd>,
    was_touched: bool,
}

impl TreeWatch {
    /// Whether everything is under watch, and nothing was touched since that was last asked for.
    pub(super) fn saw_nothing(&mut self) -> bool {
        self.look();
        self.events.is_some() && !self.was_touched
    }

    /// Whether there is a watch at all.
    pub(super) fn is_on(&self) -> bool {
        self.events.is_some()
    }

    /// Notes what was touched up to now.
    pub(super) fn look(&mut self) {
        self.was_touched |= self.take();
    }

    /// Passes over what was touched since the last look: this program did it.
    pub(super) fn pass(&mut self) {
        self.take();
    }

    /// Forgets all that was touched up to now, for everything is as it has to be; folders and files that are new are
    /// put under watch.
    pub(super) fn go_on<'a>(
        &mut self,
        folders: impl Iterator<Item = &'a Path>,
        files: impl Iterator<Item = &'a Path>,
    ) {
        let entries = WatchFlags::CREATE | WatchFlags::DELETE | WatchFlags::MOVE;
        let itself = WatchFlags::ATTRIB | WatchFlags::DELETE_SELF | WatchFlags::MOVE_SELF;
        let content = WatchFlags::MODIFY | WatchFlags::CLOSE_WRITE;
        let folders = folders.map(|path| (path, entries | itself | WatchFlags::ONLYDIR));
        let files = files.map(|path| (path, content | itself));
        let events = self.events.take().map_or_else(
            || inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK),
            Ok,
        );
        let watched = events.and_then(|events| {
            for (number, (path, what)) in folders.chain(files).enumerate() {
                if number > MOST {
                    return Err(Errno::NOSPC);
                }
                inotify::add_watch(&events, path, what | WatchFlags::DONT_FOLLOW)?;
            }
            Ok(events)
        });
        self.events = watched.ok();
        self.take();
        self.was_touched = false;
    }

    /// Takes all events that there are; whether there were any.
    fn take(&mut self) -> bool {
        let mut found = false;
        let mut buffer = [0_u8; 4096];
        while let Some(events) = &self.events {
            match rustix::io::read(events, &mut buffer) {
                Ok(0) | Err(Errno::AGAIN) => break,
                Ok(_) => found = true,
                Err(Errno::INTR) => {}
                Err(_) => self.events = None,
            }
        }
        found
    }
}
