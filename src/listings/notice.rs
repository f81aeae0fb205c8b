//! A notice at the end of a file, in a comment of its language.

use super::Program;
use concfilter::lang::{self, languages};

/// The program's text with the notice behind it, so that no line moves; the text alone where its
/// language has no comments.
pub(super) fn with_notice(program: &Program, notice: Option<&str>) -> String {
    let mut text = program.code.clone();
    let by_file = lang::of_file(&program.path);
    let language = by_file.or(program.language.as_deref()).unwrap_or_default();
    let comment = languages::of_fence(language).and_then(lang::Language::comment);
    let Some((notice, (open, close))) = notice.zip(comment) else { return text };
    for line in notice.lines() {
        let comment = if close.is_empty() {
            format!("{open} {line}")
        } else {
            // What would end the comment is taken apart.
            format!("{open} {} {close}", line.replace(&close, " "))
        };
        text.push_str(comment.trim_end());
        text.push('\n');
    }
    text
}
