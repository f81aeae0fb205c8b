//! The record of a console: what was typed there that is no code of its language.
//!
//! ```text
//! >>> a = = 2    no Python: found
//! 1 is = not     printed, not typed: not looked at
//! ```

use concfilter::lang::record::Typed;
pub use concfilter::lang::record::typed;

/// Where in the record of a console, in bytes, something was typed that is no code of its
/// language: the first such place of each language.
pub fn faults(language: &str, code: &str) -> Vec<(&'static str, usize)> {
    let fault = |typed: Typed| {
        let row = super::fragment::first_error(typed.language, &typed.text)?;
        Some((typed.language, typed.lines.get(row)?.1))
    };
    typed(language, code).into_iter().flatten().filter_map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_code_is_found() {
        let code = ">>> a = 1\n>>> a = = 2\n>>> b\n";
        assert_eq!(faults("python", code), [("python", code.find("a = =").unwrap())]);
        for fine in [
            ">>> def f():\n...     return 1\n...\n>>> f()\n1 is = not = code\n",
            "$ ls | wc -l\n3\n",
            "x = = 1\n",
        ] {
            assert_eq!(faults("python", fine), [], "{fine}");
        }
    }
}
