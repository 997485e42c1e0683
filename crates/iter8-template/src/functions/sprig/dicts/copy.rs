//! Copies that share nothing with the original.

use super::super::charges;
use crate::function::{Call, Failure, Function, MAX_DEPTH, Param};
use crate::value::{List, Map, Value};

/// Functions that copy.
pub(in super::super) const FUNCTIONS: &[Function] = &[
    Function::new("deepCopy", &[Param::Any], deep_copy),
    Function::new("mustDeepCopy", &[Param::Any], deep_copy),
];

fn deep_copy(call: &mut Call<'_>) -> Result<Value, Failure> {
    if matches!(call.args[0], Value::Nil) {
        return Err("reflect: call of reflect.Value.Type on zero Value".into());
    }
    copied(call, &call.args[0], MAX_DEPTH)
}

fn copied(call: &mut Call<'_>, value: &Value, depth: usize) -> Result<Value, Failure> {
    let depth = depth.checked_sub(1).ok_or("the value nests too deeply to be copied")?;
    // What is shared within the original is copied as often as it occurs.
    call.host.work(1)?;
    Ok(match value {
        Value::List(list) if list.is_nil() => value.clone(),
        Value::List(list) => {
            charges::items(call.host, list.len())?;
            let items = list.items().iter().map(|item| copied(call, item, depth));
            List::of(list.element(), items.collect::<Result<Vec<_>, _>>()?).into()
        }
        Value::Map(map) => {
            charges::texts(call.host, map.len(), 0)?;
            let entries = map.entries().into_iter();
            let entries = entries.map(|(key, value)| Ok((key, copied(call, &value, depth)?)));
            Map::of(map.kind(), entries.collect::<Result<_, Failure>>()?).into()
        }
        // Texts and structs cannot be changed.
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, check_bounded};

    #[test]
    fn copies_equal_the_original() {
        check(&[
            ("deepCopy 1", "1"),
            (r#"deepCopy "a""#, r#""a""#),
            ("deepCopy true", "true"),
            ("deepCopy 1.5", "1.5"),
            ("deepCopy (int64 1)", "1i64"),
            ("deepCopy nil", "error: reflect: call of reflect.Value.Type on zero Value"),
            ("mustDeepCopy nil", "error: reflect: call of reflect.Value.Type on zero Value"),
            ("deepCopy (list)", "[]"),
            ("deepCopy (rest list)", "[]any(nil)"),
            (r#"deepCopy (list 1 nil (dict "a" (list)))"#, r#"[1, nil, {"a": []}]"#),
            (
                r#"deepCopy (dict "a" nil "b" (dict "c" (splitList "," "a,b")))"#,
                r#"{"a": nil, "b": {"c": []string["a", "b"]}}"#,
            ),
            (r#"deepCopy (dict "a" (rest list))"#, r#"{"a": []any(nil)}"#),
            (r#"deepCopy (split "," "a,b")"#, r#"map[string]string{"_0": "a", "_1": "b"}"#),
            ("deepCopy (until 2)", "[]int[0, 1]"),
            ("deepCopy (chunk 1 (list 1 2))", "[][]any[[1], [2]]"),
            (r#"deepCopy (bytes "ab")"#, "[]uint8[97u8, 98u8]"),
            (r#"mustDeepCopy (dict "a" (list (dict "b" 1)))"#, r#"{"a": [{"b": 1}]}"#),
        ]);
    }

    #[test]
    fn copying_what_nests_without_end_ends() {
        check(&[(
            "{{ $a := dict }}{{ range until 600 }}{{ $a = dict `x` $a }}{{ end }}{{ deepCopy $a }}",
            "error: the value nests too deeply to be copied",
        )]);
        let grown = "{{ $a = dict `x` $a `y` (list $a) }}".repeat(40);
        check_bounded(&[&format!("{{{{ $a := dict `a` 1 }}}}{grown}{{{{ deepCopy $a }}}}")]);
    }
}
