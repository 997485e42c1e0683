//! JSON values as the text of a template.

use std::fmt::Write;

use iter8_template::calls::ACTION;
use serde_json::Value;

/// What ends an action.
const END: &str = "}}";

/// The JSON of a value, in which actions stand as they were written: quotes in them are not
/// escaped, for then no template could have any.
// Differs from Iter8 0.13, where `{{ randomString 4 | printf "%s" }}` cannot be used, since its quotes are escaped.
pub(super) fn of(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value);
    text
}

fn write(out: &mut String, value: &Value) {
    match value {
        Value::Object(map) => {
            out.push('{');
            for (index, (key, value)) in map.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                write_string(out, key);
                out.push(':');
                write(out, value);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, value) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                write(out, value);
            }
            out.push(']');
        }
        Value::String(text) => write_string(out, text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            let _ = write!(out, "{value}");
        }
    }
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(start) = rest.find(ACTION) {
        let end = rest[start..].find(END).map_or(rest.len(), |end| start + end + END.len());
        escape(out, &rest[..start]);
        out.push_str(&rest[start..end]);
        rest = &rest[end..];
    }
    escape(out, rest);
    out.push('"');
}

fn escape(out: &mut String, text: &str) {
    let quoted = Value::from(text).to_string();
    out.push_str(&quoted[1..quoted.len() - 1]);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn actions_stay_as_they_are() {
        let cases = [
            (
                json!({"a": "b\"c", "d": [1, null, true, 1.5]}),
                r#"{"a":"b\"c","d":[1,null,true,1.5]}"#,
            ),
            (json!({"a": "\"{{ printf \"%d\" 3 }}\""}), r#"{"a":"\"{{ printf "%d" 3 }}\""}"#),
            (
                json!({"{{.UUID}}": "{{ \"a\" }}{{ `\\` }}"}),
                r#"{"{{.UUID}}":"{{ "a" }}{{ `\` }}"}"#,
            ),
            (json!({"a": "x {{ \"unfinished"}), r#"{"a":"x {{ "unfinished"}"#),
        ];
        for (value, expected) in cases {
            assert_eq!(of(&value), expected);
        }
    }
}
