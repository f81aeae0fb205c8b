//! Two texts side by side, line by line: what went, what came, what stays.

use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::udiff::UnifiedHunkHeader;
use similar::{DiffOp, group_diff_ops};
use std::fmt::Write as _;

/// How many lines that stay are shown around one that does not.
const AROUND: usize = 3;

/// What is to be done to the old lines so that they are the new ones.
///
/// By one algorithm, called by its name: to choose it by a value would bring five more into the program, each
/// for every type of lines.
pub(super) fn steps(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let mut found = Compact::new(Replace::new(Capture::new()), old, new);
    match myers::diff(&mut found, old, 0..old.len(), new, 0..new.len()) {
        Ok(()) => found.into_inner().into_inner().into_ops(),
        Err(never) => match never {},
    }
}

/// The steps that change something, together where they stand close, with what stays around them.
pub(super) fn groups(old: &[&str], new: &[&str]) -> Vec<Vec<DiffOp>> {
    group_diff_ops(steps(old, new), AROUND)
}

/// A file's change as `patch` reads it; nothing where it is none.
///
/// ```text
/// --- 01.md
/// +++ 01.md
/// @@ -2 +2 @@
/// -2
/// +3
/// ```
pub(super) fn patch(label: &str, old: &str, new: &str) -> String {
    let [old, new]: [Vec<&str>; 2] =
        [old, new].map(|text| text.split_inclusive('\n').collect());
    let mut out = String::new();
    for group in groups(&old, &new) {
        if out.is_empty() {
            let _ = writeln!(out, "--- {label}\n+++ {label}");
        }
        let _ = writeln!(out, "{}", UnifiedHunkHeader::new(&group));
        for change in group.iter().flat_map(|step| step.iter_changes(&*old, &*new)) {
            let _ = write!(out, "{}{}", change.tag(), change.value());
            if !change.value().ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_what_patch_reads() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh";
        let new = "a\nb\nc\nd\nE\nf\ng\nh\n";
        let wanted = "--- x.md\n+++ x.md\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n-h\n\\ No newline at end \
                      of file\n+h\n";
        assert_eq!(patch("x.md", old, new), wanted);
        assert_eq!(
            similar::udiff::unified_diff(
                similar::Algorithm::Myers,
                old,
                new,
                3,
                Some(("x.md", "x.md"))
            ),
            wanted
        );
        assert_eq!(patch("x.md", old, old), "");
        assert_eq!(patch("x.md", "", ""), "");
    }
}
