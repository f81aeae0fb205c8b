//! Every claim of `SECURITY.md` names a test that is there.

use crate::support::repo;

#[test]
fn every_test_that_is_named_is_there() {
    let page = std::fs::read_to_string(repo("SECURITY.md")).unwrap();
    let named: Vec<&str> =
        page.split('`').skip(1).step_by(2).filter(|one| one.contains("::")).collect();
    assert!(named.len() > 20, "{named:?}");
    for name in named {
        let (module, test) = name.split_once("::").unwrap();
        let file = repo(&format!("tests/suite/{module}.rs"));
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let is_test = text.contains(&format!("#[test]\nfn {test}()"))
            || text.contains(&format!("#[ignore = \"takes minutes\"]\nfn {test}()"));
        assert!(is_test, "SECURITY.md names {name}, which is no test");
    }
}
