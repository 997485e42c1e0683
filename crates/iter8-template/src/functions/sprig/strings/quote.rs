//! Quoting, and putting values side by side.

use super::super::convert::{print_of, text_of};
use crate::function::{Call, Failure, Function, Host, Param};
use crate::print;
use crate::value::Value;

/// Functions that print values of any type.
pub(in super::super) const FUNCTIONS: &[Function] = &[
    Function::new("cat", &[], |call| joined(call, push_plain)).variadic(Param::Any),
    Function::new("quote", &[], |call| joined(call, push_double)).variadic(Param::Any),
    Function::new("squote", &[], |call| joined(call, push_single)).variadic(Param::Any),
];

/// Appends a value, and announces before how much that is.
type Push = fn(&mut dyn Host, &mut Vec<u8>, &Value) -> Result<(), Failure>;

/// All arguments that are not nil, with spaces between them.
fn joined(call: &mut Call<'_>, push: Push) -> Result<Value, Failure> {
    let mut result = Vec::new();
    for (number, value) in call.args.iter().filter(|value| !matches!(value, Value::Nil)).enumerate()
    {
        if number > 0 {
            result.push(b' ');
        }
        push(call.host, &mut result, value)?;
    }
    Ok(Value::text(result))
}

fn push_plain(host: &mut dyn Host, result: &mut Vec<u8>, value: &Value) -> Result<(), Failure> {
    let text = print_of(host, value)?;
    host.charge(text.len())?;
    result.extend_from_slice(text.as_bytes());
    Ok(())
}

fn push_single(host: &mut dyn Host, result: &mut Vec<u8>, value: &Value) -> Result<(), Failure> {
    result.push(b'\'');
    push_plain(host, result, value)?;
    result.push(b'\'');
    Ok(())
}

fn push_double(host: &mut dyn Host, result: &mut Vec<u8>, value: &Value) -> Result<(), Failure> {
    let text = text_of(host, value)?;
    // An escape takes four bytes for one at most.
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    let escaped = text.as_bytes().iter().filter(|byte| !is_plain(byte)).count();
    host.charge(text.len().saturating_add(escaped.saturating_mul(3)))?;
    result.extend_from_slice(print::quote(text.as_bytes()).as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, check_bounded};

    #[test]
    fn quotes() {
        check(&[
            (r#"quote "a""#, r#""\"a\"""#),
            (r#"quote "a" "b""#, r#""\"a\" \"b\"""#),
            ("quote", r#""""#),
            ("quote nil", r#""""#),
            (r#"quote "a" nil 1 1.5 true"#, r#""\"a\" \"1\" \"1.5\" \"true\"""#),
            (r#"quote "a\"b\\c""#, r#""\"a\\\"b\\\\c\"""#),
            (
                r#"quote "\a\b\f\n\r\t\v\x00\x1f\x7f""#,
                r#""\"\\a\\b\\f\\n\\r\\t\\v\\x00\\x1f\\x7f\"""#,
            ),
            (
                r#"quote "ä\u00a0\u200b\u2028\U0001F600\U000E0001""#,
                r#""\"ä\\u00a0\\u200b\\u2028😀\\U000e0001\"""#,
            ),
            (r#"quote (b64dec "Yf9j")"#, r#""\"a\\xffc\"""#),
            (r#"quote (list 1 "a")"#, r#""\"[1 a]\"""#),
            (r#"quote (dict "a" 1)"#, r#""\"map[a:1]\"""#),
            (r#"quote (bytes "ab")"#, r#""\"ab\"""#),
            (r#"quote """#, r#""\"\"""#),
            (r#"quote "\ufffd""#, r#""\"�\"""#),
            (r#"squote "a""#, r#""'a'""#),
            (r#"squote "a" nil 1 1.5 true"#, r#""'a' '1' '1.5' 'true'""#),
            (r#"squote "a'b""#, r#""'a'b'""#),
            ("squote", r#""""#),
            (r#"squote (list "a" nil)"#, r#""'[a <nil>]'""#),
            (r#"squote (bytes "ab")"#, r#""'[97 98]'""#),
            (r#"squote """#, r#""''""#),
        ]);
    }

    #[test]
    fn side_by_side() {
        check(&[
            (r#"cat "a" "b""#, r#""a b""#),
            (r#"cat "a" nil 1 1.5 true"#, r#""a 1 1.5 true""#),
            ("cat", r#""""#),
            ("cat nil", r#""""#),
            (r#"cat "" """#, r#"" ""#),
            (r#"cat " a " "b""#, r#"" a  b""#),
            (r#"cat (list 1 2) (dict "a" 1)"#, r#""[1 2] map[a:1]""#),
            (r#"cat (bytes "ab")"#, r#""[97 98]""#),
        ]);
    }

    #[test]
    fn long_arguments_are_paid_for_each_time() {
        let many = " $t".repeat(100);
        let text = "{{ $t := repeat 20000 `a` }}";
        check_bounded(&[
            &format!("{text}{{{{ cat{many} }}}}"),
            &format!("{text}{{{{ quote{many} }}}}"),
            &format!("{text}{{{{ squote{many} }}}}"),
            "quote (repeat 300000 `\"`)",
        ]);
    }
}
