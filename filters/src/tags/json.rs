//! What is said about a listing, as JSON: `{"file": "a.py", "timeout": "3s", "norun": true}`.

use super::Tags;
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value, json};

/// An object of what was said. What was not is left out.
impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // Named one by one, so that the compiler tells of a tag that is not among those below.
        let Self {
            file,
            continues,
            continued,
            continuing,
            needs,
            setup,
            norun,
            reason,
            fragment,
            bad,
            hidden,
            program,
            session,
            edition,
            fixtures,
            expect,
            matches,
            run,
            main,
            args,
            jvmargs,
            timeout,
            memory,
            processes,
            stdin,
            env,
            since,
            output,
            norm,
            of,
            cmd,
            network,
            fresh,
        } = self;
        let all = [
            ("file", json!(file)),
            ("continues", json!(continues)),
            ("continued", json!(continued)),
            ("continuing", json!(continuing)),
            ("needs", json!(needs)),
            ("setup", json!(setup)),
            ("norun", json!(norun)),
            ("reason", json!(reason)),
            ("fragment", json!(fragment)),
            ("bad", json!(bad)),
            ("hidden", json!(hidden)),
            ("program", json!(program)),
            ("session", json!(session)),
            ("edition", json!(edition)),
            ("fixtures", json!(fixtures)),
            ("expect", json!(expect)),
            ("match", json!(matches)),
            ("run", json!(run)),
            ("main", json!(main)),
            ("args", json!(args)),
            ("jvmargs", json!(jvmargs)),
            ("timeout", json!(timeout.map(|limit| format!("{}s", limit.as_secs_f64())))),
            ("memory", json!(memory)),
            ("processes", json!(processes)),
            ("stdin", json!(stdin)),
            ("env", json!(env)),
            ("since", json!(since)),
            ("output", json!((!output.is_unsaid()).then_some(output))),
            ("norm", json!((!norm.is_empty()).then_some(norm))),
            ("of", json!(of)),
            ("cmd", json!(cmd)),
            ("network", json!(network)),
            ("fresh", json!(fresh)),
        ];
        let said = all.into_iter().filter(|(_, value)| is_said(value));
        said.map(|(key, value)| (key.to_owned(), value))
            .collect::<Map<_, _>>()
            .serialize(to)
    }
}

/// Whether a tag has this value because somebody gave it.
fn is_said(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_is_said_is_shown_and_nothing_else() {
        assert_eq!(json!(Tags::default()), json!({}));
        let tags = Tags {
            file: Some(String::new()),
            norun: true,
            matches: Some("x".to_owned()),
            run: vec!["make".to_owned()],
            timeout: Some(Duration::from_millis(1500)),
            memory: Some(0),
            env: vec![("A".to_owned(), "b".to_owned())],
            ..Tags::default()
        };
        let expected = json!({
            "file": "", "norun": true, "match": "x", "run": ["make"], "timeout": "1.5s",
            "memory": 0, "env": [["A", "b"]],
        });
        assert_eq!(json!(tags).to_string(), expected.to_string());
    }
}
