//! The command `concbook`: parses, runs, reports, exits.

use clap::Parser;
use concbook::cli::Cli;
use concbook::{interrupt, report};
use std::process::ExitCode;

// A book is millions of small pieces, made on one thread and dropped on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Has the system give memory in small pages. The allocator asks for large ones, of which each is cleared as a whole
/// when its first byte is touched: a command that runs for half a second took half of its memory and a fifth of its
/// time for nothing. Where the system cannot, all is as it was.
fn use_small_pages() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

fn main() -> ExitCode {
    use_small_pages();
    interrupt::listen();
    let code = match Cli::parse().run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            report::error(&error);
            ExitCode::from(2)
        }
    };
    interrupt::undo_all();
    code
}
