//! When an outcome is the same as Go's.
//!
//! Two rules say where messages may differ:
//!
//! - Go's parse errors have no column: ours is left out before they are compared.
//! - Where a function of Sprig panics, Go's message is its runtime's, such as `runtime error: index
//!   out of range [3] with length 2`. That the function fails is compared, not the words.

use crate::cases::Outcome;

/// How messages of Go's runtime begin.
const RUNTIME: [&str; 4] =
    ["runtime error: ", "reflect: ", "reflect.Value.", "interface conversion: "];

/// Whether both made the same, apart from the rules above.
pub(crate) fn is_same(ours: &Outcome, go: &Outcome) -> bool {
    match (ours, go) {
        (Outcome::ParseError(ours), Outcome::ParseError(go)) => without_column(ours) == *go,
        (Outcome::RenderError(ours), Outcome::RenderError(go)) => match before_runtime(go) {
            Some(begin) => ours.starts_with(begin),
            None => ours == go || without_nested_column(ours) == *go,
        },
        _ => ours == go,
    }
}

/// `template: NAME:LINE:COLUMN: …` without the column.
fn without_column(message: &str) -> String {
    let mut parts = message.splitn(4, ':');
    let head: Vec<&str> = parts.by_ref().take(3).collect();
    match (head.as_slice(), parts.next()) {
        ([template, name, line], Some(rest)) => match rest.split_once(": ") {
            Some((column, rest)) if column.bytes().all(|byte| byte.is_ascii_digit()) => {
                format!("{template}:{name}:{line}: {rest}")
            }
            _ => message.to_owned(),
        },
        _ => message.to_owned(),
    }
}

/// The same for a parse error of `tpl`, at the end of a message.
fn without_nested_column(message: &str) -> String {
    match message.rfind("template: tpl:") {
        Some(start) => format!("{}{}", &message[..start], without_column(&message[start..])),
        None => message.to_owned(),
    }
}

/// What stands before the words of Go's runtime.
fn before_runtime(message: &str) -> Option<&str> {
    let start = RUNTIME.iter().find_map(|words| {
        let start = message.find(&format!(": {words}"))? + 2;
        let function = message[..start].strip_suffix(": ")?.rsplit(' ').next()?;
        message[..start].ends_with(&format!("error calling {function}: ")).then_some(start)
    })?;
    Some(&message[..start])
}

#[test]
fn columns_are_left_out_of_parse_errors() {
    for (ours, expected) in [
        ("template: t:1:3: unexpected EOF", "template: t:1: unexpected EOF"),
        ("template: t:12:34: bad: x", "template: t:12: bad: x"),
        ("template: t:1: no column", "template: t:1: no column"),
        ("other", "other"),
    ] {
        assert_eq!(without_column(ours), expected);
    }
}

#[test]
fn words_of_the_runtime_are_left_out() {
    let message = "template: t:1:3: executing \"t\" at <f>: error calling f: ";
    for words in ["runtime error: x", "reflect: call of y", "interface conversion: z"] {
        assert_eq!(before_runtime(&format!("{message}{words}")), Some(message));
    }
    assert_eq!(before_runtime(&format!("{message}no runtime error: x")), None);
    assert_eq!(before_runtime("template: t:1:3: executing \"t\": runtime error: x"), None);
}
