//! Taking off what surrounds a text.

use super::super::runes;
use crate::function::{Call, Function, Param};
use crate::value::Value;

/// Functions that take something off the ends.
pub(in super::super) const FUNCTIONS: &[Function] = &[
    Function::new("trim", &[Param::Text], |call| {
        Ok(Value::text(trimmed(call.text(0).as_bytes(), char::is_whitespace)))
    }),
    Function::new("trimAll", &[Param::Text, Param::Text], |call| Ok(trim_all(call))),
    Function::new("trimPrefix", &[Param::Text, Param::Text], |call| {
        let text = call.text(1).as_bytes();
        Ok(Value::text(text.strip_prefix(call.text(0).as_bytes()).unwrap_or(text)))
    }),
    Function::new("trimSuffix", &[Param::Text, Param::Text], |call| {
        let text = call.text(1).as_bytes();
        Ok(Value::text(text.strip_suffix(call.text(0).as_bytes()).unwrap_or(text)))
    }),
    Function::new("trimall", &[Param::Text, Param::Text], |call| Ok(trim_all(call))),
];

fn trim_all(call: &Call<'_>) -> Value {
    let set: std::collections::HashSet<char> = call.text(0).as_str().chars().collect();
    Value::text(trimmed(call.text(1).as_bytes(), |c| set.contains(&c)))
}

/// A text without the characters at its ends that are meant.
fn trimmed(text: &[u8], is_meant: impl Fn(char) -> bool) -> &[u8] {
    let mut rest = text;
    while let Some((c, length)) = runes::first(rest)
        && is_meant(c)
    {
        rest = &rest[length..];
    }
    while let Some((c, length)) = runes::last(rest)
        && is_meant(c)
    {
        rest = &rest[..rest.len() - length];
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::check;

    #[test]
    fn trimming() {
        check(&[
            (r#"trim "  a b \n""#, r#""a b""#),
            (r#"trim """#, r#""""#),
            (r#"trim " \t\v\f\r\n""#, r#""""#),
            (r#"trim "\u00a0\u3000a\u2003\u0085""#, r#""a""#),
            (r#"trim "\u200ba""#, "\"\u{200b}a\""),
            (r#"trim (b64dec "IP8g")"#, r#""\xff""#),
            (r#"trimAll "$" "$5.00$""#, r#""5.00""#),
            (r#"trimAll "" " a ""#, r#"" a ""#),
            (r#"trimAll "ab" "abcba""#, r#""c""#),
            (r#"trimAll "äb" "bäcäb""#, r#""c""#),
            (r#"trimAll "abc" "abc""#, r#""""#),
            (r#"trimAll "x" """#, r#""""#),
            (r#"trimall "$" "$$5$""#, r#""5""#),
            (r#"trimPrefix "a" "aab""#, r#""ab""#),
            (r#"trimPrefix "" "a""#, r#""a""#),
            (r#"trimPrefix "x" "a""#, r#""a""#),
            (r#"trimPrefix "abc" "ab""#, r#""ab""#),
            (r#"trimSuffix "b" "abb""#, r#""ab""#),
            (r#"trimSuffix "" "a""#, r#""a""#),
            (r#"trimSuffix "x" "a""#, r#""a""#),
            (r#""v1.2" | trimPrefix "v""#, r#""1.2""#),
        ]);
    }
}
