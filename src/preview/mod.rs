//! The preview of a book in a browser: the finished ePub, served on this machine alone, built again whenever
//! a file of the book is saved.
//!
//! ````text
//! saved file ─ changes ─► watch ─ (the command's build) ─► state ─ server ─► assets/preview.js
//!                           ▲                                │
//!                           └──── an edition is asked for ───┘
//! ````
//!
//! The page is two documents deep. The outer one is ours: a bar, the findings, a frame. The frame holds a
//! document of the ePub, byte for byte but for one script that tells the outer page which place is read.
//! It is sandboxed into an origin of its own, so that no sheet of ours touches the chapter's and no script
//! of the book's touches the preview.
//!
//! How a book is built this module does not know: [`watch`] is given a function that does it.

mod book;
mod browser;
mod changes;
mod editor;
mod guard;
mod server;
mod state;
mod watch;

pub use book::ServedBook;
pub use changes::WatchRoot;
pub use editor::Editor;
pub use state::PreviewBuild;
pub use watch::{BookBuilder, PreviewOptions, watch};
