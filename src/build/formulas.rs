//! Formulas that stand outside of dollar signs, and those that only `MathJax` would read: pandoc takes
//! them for raw TeX, which an ePub leaves out.
//!
//! ```text
//! \begin{align} a &= b \end{align}          $$\begin{align} a &= b \end{align}$$
//! $$\begin{equation} a \end{equation}$$ ─►  $$a$$
//! ```

use concfilter::ast::{Step, walk};
use serde_json::{Value, json};

/// Environments of mathematics that pandoc reads within a formula.
const READ: &[&str] = &[
    "align",
    "alignat",
    "aligned",
    "alignedat",
    "array",
    "bmatrix",
    "Bmatrix",
    "cases",
    "eqnarray",
    "flalign",
    "gather",
    "gathered",
    "matrix",
    "multline",
    "pmatrix",
    "smallmatrix",
    "split",
    "vmatrix",
    "Vmatrix",
];

/// Those that do nothing but say that a formula is in them.
const WRAPPERS: &[&str] = &["displaymath", "dmath", "equation", "math", "subequations"];

/// Makes formulas of the blocks' raw TeX that is nothing else.
pub(super) fn read(blocks: &mut [Value]) {
    walk(blocks, &mut |tag, element| {
        match tag {
            "RawBlock" | "RawInline" if is_tex(&element["c"][0]) => {
                let all = formulas(element["c"][1].as_str().unwrap_or_default());
                let Some(all) = all else { return Step::Over };
                *element = match tag {
                    "RawBlock" => json!({"t": "Para", "c": all}),
                    _ if all.len() == 1 => all.into_iter().next().unwrap_or_default(),
                    _ => json!({"t": "Span", "c": [["", [], []], all]}),
                };
            }
            "Math" => {
                let bare = element["c"][1].as_str().and_then(without_wrapper);
                if let Some(bare) = bare.map(str::to_owned) {
                    element["c"][1] = Value::from(bare);
                }
            }
            _ => return Step::Into,
        }
        Step::Over
    });
}

fn is_tex(format: &Value) -> bool {
    matches!(format.as_str(), Some("tex" | "latex"))
}

/// The formulas that a piece of TeX consists of; `None` where it holds anything else.
fn formulas(tex: &str) -> Option<Vec<Value>> {
    let mut all = Vec::new();
    let mut rest = tex.trim();
    while !rest.is_empty() {
        let (name, length) = environment(rest)?;
        let whole = &rest[..length];
        let base = name.trim_end_matches('*');
        let formula = if WRAPPERS.contains(&base) {
            without_wrapper(whole)?
        } else if READ.contains(&base) {
            whole
        } else {
            return None;
        };
        all.push(json!({"t": "Math", "c": [{"t": "DisplayMath"}, formula]}));
        rest = rest[length..].trim_start();
    }
    (!all.is_empty()).then_some(all)
}

/// The name of the environment that TeX begins with, and how long it is.
fn environment(tex: &str) -> Option<(&str, usize)> {
    let (name, _) = tex.strip_prefix("\\begin{")?.split_once('}')?;
    let (begin, end) = (format!("\\begin{{{name}}}"), format!("\\end{{{name}}}"));
    let (mut at, mut open) = (0, 0_usize);
    loop {
        let rest = &tex[at..];
        let close = rest.find(&end)?;
        match rest.find(&begin) {
            Some(next) if next < close => {
                open += 1;
                at += next + begin.len();
            }
            _ => {
                open -= 1;
                at += close + end.len();
                if open == 0 {
                    return Some((name, at));
                }
            }
        }
    }
}

/// What stands in an environment that says only that it is a formula, where a formula is just that.
fn without_wrapper(tex: &str) -> Option<&str> {
    let tex = tex.trim();
    let (name, length) = environment(tex)?;
    let whole = length == tex.len() && WRAPPERS.contains(&name.trim_end_matches('*'));
    let sides = "\\begin{}".len() + name.len()..length - "\\end{}".len() - name.len();
    whole.then(|| tex[sides].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tex: &str) -> Option<Vec<String>> {
        let text = |one: Value| one["c"][1].as_str().unwrap().to_owned();
        formulas(tex).map(|all| all.into_iter().map(text).collect())
    }

    #[test]
    fn environments_of_mathematics_are_formulas() {
        let align = "\\begin{align*} a &= \\begin{align*}b\\end{align*} \\end{align*}";
        assert_eq!(of(align).unwrap(), [align]);
        let two =
            format!("\\begin{{equation}}\n x \\label{{a}}\n\\end{{equation}}\n\n{align}");
        assert_eq!(of(&two).unwrap(), ["x \\label{a}", align]);
        for other in [
            "\\begin{figure}x\\end{figure}",
            "\\begin{align} a",
            "\\newpage",
            "\\begin{align}a\\end{align} and more",
            "",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn a_wrapper_in_a_formula_goes() {
        let mut blocks = [json!({"t": "Para", "c": [
            {"t": "Math", "c": [{"t": "DisplayMath"}, "\\begin{equation*} a \\end{equation*}"]},
            {"t": "RawInline", "c": ["tex", "\\begin{gather} b \\end{gather}"]},
        ]})];
        read(&mut blocks);
        assert_eq!(blocks[0]["c"][0]["c"][1], "a");
        assert_eq!(blocks[0]["c"][1]["c"][1], "\\begin{gather} b \\end{gather}");
    }
}
