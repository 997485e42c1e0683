//! Lists as sets: what they contain, by Go's deep equality.

use super::super::reflect::equal;
use super::{any, list_of};
use crate::function::{Call, Failure, Function, Param};
use crate::value::Value;

const ANY: &[Param] = &[Param::Any];
const TWO: &[Param] = &[Param::Any, Param::Any];

/// Functions that compare the elements of lists.
pub(in super::super) const FUNCTIONS: &[Function] = &[
    Function::new("compact", ANY, compact),
    Function::new("has", TWO, has),
    Function::new("mustCompact", ANY, compact),
    Function::new("mustHas", TWO, has),
    Function::new("mustUniq", ANY, uniq),
    Function::new("mustWithout", ANY, without).variadic(Param::Any),
    Function::new("uniq", ANY, uniq),
    Function::new("without", ANY, without).variadic(Param::Any),
];

/// The elements that are not empty.
fn compact(call: &mut Call<'_>) -> Result<Value, Failure> {
    let list = list_of(call, 0, "Cannot compact on type")?;
    Ok(any(list.items().iter().filter(|item| item.is_true()).cloned().collect::<Vec<_>>()))
}

/// The elements without those that equal an earlier one.
fn uniq(call: &mut Call<'_>) -> Result<Value, Failure> {
    let list = list_of(call, 0, "Cannot find uniq on type")?;
    let mut kept: Vec<Value> = Vec::new();
    for item in list.items() {
        if !is_among(call, item, &kept)? {
            kept.push(item.clone());
        }
    }
    Ok(any(kept))
}

fn without(call: &mut Call<'_>) -> Result<Value, Failure> {
    let list = list_of(call, 0, "Cannot find without on type")?;
    let mut kept = Vec::new();
    for item in list.items() {
        if !is_among(call, item, &call.args[1..])? {
            kept.push(item.clone());
        }
    }
    Ok(any(kept))
}

fn has(call: &mut Call<'_>) -> Result<Value, Failure> {
    if matches!(call.args[1], Value::Nil) {
        return Ok(false.into());
    }
    let list = list_of(call, 1, "Cannot find has on type")?;
    Ok(is_among(call, &call.args[0], list.items())?.into())
}

fn is_among(call: &mut Call<'_>, item: &Value, others: &[Value]) -> Result<bool, Failure> {
    for other in others {
        if equal(call.host, item, other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::check;

    #[test]
    fn without_empty_ones() {
        check(&[
            (
                r#"compact (list 1 "" 0 nil false (list) (dict) "a" (list nil))"#,
                r#"[1, "a", [nil]]"#,
            ),
            (r#"compact (splitList "," "a,,b")"#, r#"["a", "b"]"#),
            ("compact (until 3)", "[1, 2]"),
            ("compact (list)", "[]"),
            ("compact (rest list)", "[]"),
            (
                "compact nil",
                "error: runtime error: invalid memory address or nil pointer dereference",
            ),
            (r#"compact "a""#, "error: Cannot compact on type string"),
            (r#"mustCompact (list 1 "")"#, "[1]"),
            ("mustCompact (dict)", "error: Cannot compact on type map"),
        ]);
    }

    #[test]
    fn once_each() {
        check(&[
            (r#"uniq (list 1 2 1 "1" 1.0 (int64 1) nil nil)"#, r#"[1, 2, "1", 1.0, 1i64, nil]"#),
            (r#"uniq (list (list 1) (list 1) (dict "a" 1) (dict "a" 1))"#, r#"[[1], {"a": 1}]"#),
            (r#"uniq (splitList "," "b,a,b")"#, r#"["b", "a"]"#),
            ("uniq (list)", "[]"),
            (r#"uniq (list (float64 "nan") (float64 "nan"))"#, "[NaN, NaN]"),
            ("uniq nil", "error: runtime error: invalid memory address or nil pointer dereference"),
            (r#"uniq "aa""#, "error: Cannot find uniq on type string"),
            ("mustUniq (list 1 1)", "[1]"),
            ("mustUniq 1", "error: Cannot find uniq on type int"),
        ]);
    }

    #[test]
    fn leaving_out() {
        check(&[
            ("without (list 1 2 3 1) 1", "[2, 3]"),
            ("without (list 1 2 3 1) 1 2", "[3]"),
            ("without (list 1 2) 1.0", "[1, 2]"),
            (r#"without (list "a" (list 1)) (list 1)"#, r#"["a"]"#),
            ("without (list nil 1) nil", "[1]"),
            ("without (list 1)", "[1]"),
            (r#"without (splitList "," "a,b,c") "b""#, r#"["a", "c"]"#),
            ("without (until 3) 1", "[0, 2]"),
            (
                "without nil 1",
                "error: runtime error: invalid memory address or nil pointer dereference",
            ),
            (r#"without "a" "a""#, "error: Cannot find without on type string"),
            ("mustWithout (list 1 2) 1", "[2]"),
            (r#"mustWithout "a" "a""#, "error: Cannot find without on type string"),
        ]);
    }

    #[test]
    fn membership() {
        check(&[
            ("has 1 (list 1 2)", "true"),
            ("has 3 (list 1 2)", "false"),
            ("has 1.0 (list 1 2)", "false"),
            (r#"has "a" (splitList "," "a,b")"#, "true"),
            (r#"has (dict "a" 1) (list (dict "a" 1))"#, "true"),
            ("has nil (list 1)", "false"),
            ("has nil (list nil)", "true"),
            ("has 1 nil", "false"),
            ("has 1 (list)", "false"),
            (r#"has "a" "abc""#, "error: Cannot find has on type string"),
            (r#"has "a" (dict "a" 1)"#, "error: Cannot find has on type map"),
            ("mustHas 1 (list 1)", "true"),
            (r#"mustHas "a" "abc""#, "error: Cannot find has on type string"),
            (r#"mustHas "a" nil"#, "false"),
        ]);
    }
}
