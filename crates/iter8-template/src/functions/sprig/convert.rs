//! Conversions: to numbers, and to text as Go prints it.

use super::cast::{to_float, to_int};
use crate::function::{Call, Failure, Function, Host, Param};
use crate::print::{self, Excess};
use crate::value::{Element, List, Text, Value};

/// Functions that change the type of a value.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("atoi", &[Param::Text], |call| Ok(atoi(call))),
    Function::new("float64", &[Param::Any], |call| Ok(Value::Float(to_float(&call.args[0])))),
    Function::new("int", &[Param::Any], |call| Ok(Value::int(to_int(&call.args[0])))),
    Function::new("int64", &[Param::Any], |call| Ok(Value::int64(to_int(&call.args[0])))),
    Function::new("toDecimal", &[Param::Any], to_decimal),
    Function::new("toString", &[Param::Any], |call| Ok(text_of(call.host, &call.args[0])?.into())),
    Function::new("toStrings", &[Param::Any], |call| match &call.args[0] {
        texts @ Value::List(list) if list.element() == Element::Text => Ok(texts.clone()),
        other => Ok(List::of_texts(texts_of(call.host, other)?).into()),
    }),
];

/// A value as Go prints it.
pub(super) fn print_of(host: &mut dyn Host, value: &Value) -> Result<Text, Failure> {
    if let Value::Str(text) = value {
        return Ok(text.clone());
    }
    let mut out = Vec::new();
    let room = host.room();
    match print::append(&mut out, value, room) {
        Ok(()) => host.charge(out.len())?,
        Err(Excess::Bytes) => host.charge(room.saturating_add(1))?,
        Err(excess @ Excess::Depth) => return Err(excess.into()),
    }
    Ok(out.into())
}

/// A value as text: bytes as they are, everything else as Go prints it.
pub(super) fn text_of(host: &mut dyn Host, value: &Value) -> Result<Text, Failure> {
    match value {
        Value::List(list) if list.element() == Element::Byte => Ok(bytes_of(list).into()),
        other => print_of(host, other),
    }
}

/// The elements of a list as texts, without those that are nil; of any other value itself.
pub(super) fn texts_of(host: &mut dyn Host, value: &Value) -> Result<Vec<Text>, Failure> {
    match value {
        Value::List(list) => {
            let items = list.items().iter().filter(|item| !matches!(item, Value::Nil));
            items.map(|item| text_of(host, item)).collect()
        }
        Value::Nil => Ok(Vec::new()),
        other => Ok(vec![text_of(host, other)?]),
    }
}

fn bytes_of(list: &List) -> Vec<u8> {
    let byte = |item: &Value| match item {
        Value::Int(byte, _) => u8::try_from(*byte).ok(),
        _ => None,
    };
    list.items().iter().filter_map(byte).collect()
}

/// A decimal number; what is beyond the range is the largest or lowest, and what is none is zero.
fn atoi(call: &Call<'_>) -> Value {
    let text = call.text(0).as_str();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Value::int(0);
    }
    let beyond = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    Value::int(text.parse().unwrap_or(beyond))
}

/// The number that octal digits stand for, such as the mode of a file; zero if they are none.
fn to_decimal(call: &mut Call<'_>) -> Result<Value, Failure> {
    let text = print_of(call.host, &call.args[0])?;
    Ok(Value::int64(i64::from_str_radix(&text.as_str(), 8).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_bounded};

    #[test]
    fn decimal_numbers() {
        check(&[
            (r#"atoi "12""#, "12"),
            (r#"atoi "-12""#, "-12"),
            (r#"atoi "+12""#, "12"),
            (r#"atoi "010""#, "10"),
            (r#"atoi "0x10""#, "0"),
            (r#"atoi "1_000""#, "0"),
            (r#"atoi "1.0""#, "0"),
            (r#"atoi " 1""#, "0"),
            (r#"atoi """#, "0"),
            (r#"atoi "+""#, "0"),
            (r#"atoi "-""#, "0"),
            (r#"atoi "+-1""#, "0"),
            (r#"atoi "9223372036854775807""#, "9223372036854775807"),
            (r#"atoi "9223372036854775808""#, "9223372036854775807"),
            (r#"atoi "-9223372036854775808""#, "-9223372036854775808"),
            (r#"atoi "-9223372036854775809""#, "-9223372036854775808"),
            (r#"atoi "99999999999999999999999""#, "9223372036854775807"),
        ]);
    }

    #[test]
    fn octal_numbers() {
        check(&[
            ("toDecimal 777", "511i64"),
            (r#"toDecimal "0777""#, "511i64"),
            (r#"toDecimal "-10""#, "-8i64"),
            (r#"toDecimal "+10""#, "8i64"),
            (r#"toDecimal "8""#, "0i64"),
            (r#"toDecimal "0o7""#, "0i64"),
            (r#"toDecimal "1_0""#, "0i64"),
            (r#"toDecimal "777777777777777777777""#, "9223372036854775807i64"),
            (r#"toDecimal "7777777777777777777777""#, "0i64"),
            ("toDecimal 644.0", "420i64"),
            ("toDecimal 644.5", "0i64"),
            ("toDecimal nil", "0i64"),
            ("toDecimal true", "0i64"),
            ("toDecimal (list 7)", "0i64"),
            (r#"toDecimal """#, "0i64"),
        ]);
    }

    #[test]
    fn anything_is_text() {
        check(&[
            (r#"toString "a""#, r#""a""#),
            ("toString 1", r#""1""#),
            ("toString 1.0", r#""1""#),
            ("toString 1.5", r#""1.5""#),
            ("toString 1e21", r#""1e+21""#),
            ("toString 123456789.0", r#""1.23456789e+08""#),
            ("toString true", r#""true""#),
            ("toString nil", r#""<nil>""#),
            ("toString 'a'", r#""97""#),
            ("toString (int64 3)", r#""3""#),
            (r#"toString (list 1 "a" nil 2.5)"#, r#""[1 a <nil> 2.5]""#),
            (r#"toString (list "a b" "c")"#, r#""[a b c]""#),
            (r#"toString (dict "b" 1 "a" (list true))"#, r#""map[a:[true] b:1]""#),
            (r#"toString (splitList "," "a,b")"#, r#""[a b]""#),
            (r#"toString (split "," "a,b")"#, r#""map[_0:a _1:b]""#),
            ("toString (until 3)", r#""[0 1 2]""#),
            ("toString (chunk 2 (list 1 2 3))", r#""[[1 2] [3]]""#),
            (r#"toString (bytes "ab")"#, r#""ab""#),
            ("toString (list)", r#""[]""#),
            ("toString (dict)", r#""map[]""#),
            ("toString (rest list)", r#""[]""#),
        ]);
    }

    #[test]
    fn texts_of_lists() {
        check(&[
            (r#"toStrings (list 1 "a" nil true 2.5)"#, r#"[]string["1", "a", "true", "2.5"]"#),
            (r#"toStrings (splitList "," "a,b")"#, r#"[]string["a", "b"]"#),
            ("toStrings (until 3)", r#"[]string["0", "1", "2"]"#),
            ("toStrings (list)", "[]string[]"),
            ("toStrings (rest list)", "[]string[]"),
            (r#"toStrings (regexFindAll "x" "a" -1)"#, "[]string(nil)"),
            ("toStrings nil", "[]string[]"),
            (r#"toStrings "a""#, r#"[]string["a"]"#),
            ("toStrings 1", r#"[]string["1"]"#),
            (r#"toStrings (bytes "ab")"#, r#"[]string["97", "98"]"#),
            ("toStrings (chunk 1 (list 1 2))", r#"[]string["[1]", "[2]"]"#),
            (r#"toStrings (dict "a" 1)"#, r#"[]string["map[a:1]"]"#),
        ]);
    }

    #[test]
    fn structs_print_themselves() {
        check(&[
            (
                r#"toString (toDate "2006-01-02" "2024-02-29")"#,
                r#""2024-02-29 00:00:00 +0000 UTC""#,
            ),
            (r#"toString (toDate "2006-01-02" "2024-02-29").Month"#, r#""February""#),
            (r#"toString (semver "1.2.3")"#, r#""1.2.3""#),
            (
                r#"toStrings (list (semver "1.2.3") (toDate "2006-01-02" "2024-02-29").Weekday)"#,
                r#"[]string["1.2.3", "Thursday"]"#,
            ),
        ]);
    }

    #[test]
    fn shared_lists_do_not_grow_without_end() {
        let list = (0..40).fold("(list 1)".to_owned(), |list, _| format!("(list {list})"));
        let doubled = "$l = list $l $l";
        let grown = vec![format!("{{{{ {doubled} }}}}"); 40].concat();
        check_bounded(&[
            &format!("{{{{ $l := list 1 }}}}{grown}{{{{ toString $l }}}}"),
            &format!("{{{{ $l := list 1 }}}}{grown}{{{{ toStrings $l }}}}"),
            &format!("{{{{ $l := list 1 }}}}{grown}{{{{ quote $l }}}}"),
            &format!("{{{{ $l := list 1 }}}}{grown}{{{{ dict $l 1 }}}}"),
        ]);
        check(&[(&format!("len (toString {list})"), "83")]);
    }
}
