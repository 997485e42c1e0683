//! Choosing between values, and giving up.

use crate::function::{Call, Function, Param};
use crate::value::Value;

/// Functions that choose a value. Empty means nil, false, zero, and without elements.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("all", &[], |call| Ok(call.args.iter().all(Value::is_true).into()))
        .variadic(Param::Any),
    Function::new("any", &[], |call| Ok(call.args.iter().any(Value::is_true).into()))
        .variadic(Param::Any),
    Function::new("coalesce", &[], |call| {
        Ok(call.args.iter().find(|value| value.is_true()).cloned().unwrap_or(Value::Nil))
    })
    .variadic(Param::Any),
    Function::new("default", &[Param::Any], |call| Ok(default(call))).variadic(Param::Any),
    Function::new("empty", &[Param::Any], |call| Ok((!call.args[0].is_true()).into())),
    Function::new("fail", &[Param::Text], |call| Err(call.text(0).to_string().into())),
    Function::new("ternary", &[Param::Any, Param::Any, Param::Bool], |call| {
        Ok(call.args[usize::from(!call.bool(2))].clone())
    }),
];

/// The second argument, or the first if that is empty.
fn default(call: &Call<'_>) -> Value {
    let given = call.args.get(1).filter(|given| given.is_true());
    given.unwrap_or(&call.args[0]).clone()
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn defaults() {
        check(&[
            (r#"default "d" """#, r#""d""#),
            (r#"default "d" "x""#, r#""x""#),
            (r#"default "d" nil"#, r#""d""#),
            (r#"default "d" 0"#, r#""d""#),
            (r#"default "d" 0.0"#, r#""d""#),
            (r#"default "d" 1"#, "1"),
            (r#"default "d" false"#, r#""d""#),
            (r#"default "d" true"#, "true"),
            (r#"default "d" (list)"#, r#""d""#),
            (r#"default "d" (list nil)"#, "[nil]"),
            (r#"default "d" (dict)"#, r#""d""#),
            (r#"default "d" (dict "a" nil)"#, r#"{"a": nil}"#),
            (r#"default "d" (int64 0)"#, r#""d""#),
            (r#"default "d""#, r#""d""#),
            (r#"default "d" "x" "y""#, r#""x""#),
            (r#"default "d" "" "y""#, r#""d""#),
            (r#""x" | default "d""#, r#""x""#),
            (r#".missing | default "d""#, r#""d""#),
            (r#"default (list 1) """#, "[1]"),
            (r#"default nil """#, "nil"),
        ]);
    }

    #[test]
    fn emptiness() {
        check(&[
            (r#"empty """#, "true"),
            (r#"empty " ""#, "false"),
            ("empty nil", "true"),
            ("empty 0", "true"),
            ("empty 0.0", "true"),
            (r#"empty (float64 "nan")"#, "false"),
            ("empty 0i", "true"),
            ("empty 1i", "false"),
            ("empty false", "true"),
            ("empty (list)", "true"),
            ("empty (rest list)", "true"),
            ("empty (list nil)", "false"),
            ("empty (dict)", "true"),
            (r#"empty (dict "a" nil)"#, "false"),
            (r#"empty (split "," "")"#, "false"),
            (r#"empty (splitList "" "")"#, "true"),
            (r#"empty "0""#, "false"),
        ]);
    }

    #[test]
    fn the_first_that_is_not_empty() {
        check(&[
            ("coalesce", "nil"),
            (r#"coalesce nil "" 0 "a" "b""#, r#""a""#),
            (r#"coalesce nil """#, "nil"),
            (r#"coalesce (list) (dict "a" 1)"#, r#"{"a": 1}"#),
        ]);
    }

    #[test]
    fn all_and_any() {
        check(&[
            ("all", "true"),
            (r#"all 1 "a" true"#, "true"),
            (r#"all 1 "" true"#, "false"),
            ("any", "false"),
            (r#"any 0 "" nil"#, "false"),
            (r#"any 0 "a" nil"#, "true"),
        ]);
    }

    #[test]
    fn either_or() {
        check(&[
            ("ternary 1 2 true", "1"),
            ("ternary 1 2 false", "2"),
            (r#"true | ternary "yes" "no""#, r#""yes""#),
            ("ternary nil 2 true", "nil"),
            (r#"ternary 1 2 "true""#, r#"error! expected bool; found "true""#),
            ("ternary 1 2 1", "error! expected bool; found 1"),
            ("ternary 1 2 nil", "error! cannot assign nil to bool"),
        ]);
    }

    #[test]
    fn failing() {
        check(&[
            (r#"fail "boom""#, "error: boom"),
            (r#"fail """#, "error: "),
            (r#"fail (print "a" 1)"#, "error: a1"),
        ]);
    }
}
