//! Types and kinds of values, and deep equality.

use crate::function::{Failure, Function, Host, MAX_DEPTH, Param};
use crate::value::{List, Map, Value};

/// Functions on the types of values.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("deepEqual", &[Param::Any, Param::Any], |call| {
        Ok(equal(call.host, &call.args[0], &call.args[1])?.into())
    }),
    Function::new("kindIs", &[Param::Text, Param::Any], |call| {
        Ok((call.text(0).as_bytes() == call.args[1].kind_name().as_bytes()).into())
    }),
    Function::new("kindOf", &[Param::Any], |call| Ok(call.args[0].kind_name().into())),
    Function::new("typeIs", &[Param::Text, Param::Any], |call| {
        Ok((call.text(0).as_bytes() == call.args[1].type_name().as_bytes()).into())
    }),
    Function::new("typeIsLike", &[Param::Text, Param::Any], |call| {
        let name = call.args[1].type_name();
        let pointed_to = name.strip_prefix('*').unwrap_or(&name);
        let wanted = call.text(0).as_bytes();
        Ok((wanted == name.as_bytes() || wanted == pointed_to.as_bytes()).into())
    }),
    Function::new("typeOf", &[Param::Any], |call| Ok(call.args[0].type_name().into())),
];

/// Go's `reflect.DeepEqual`: types count, so that `1` differs from `1.0`.
pub(super) fn equal(host: &mut dyn Host, one: &Value, other: &Value) -> Result<bool, Failure> {
    nested(host, one, other, MAX_DEPTH)
}

fn nested(host: &mut dyn Host, one: &Value, other: &Value, depth: usize) -> Result<bool, Failure> {
    // Maps can share parts, so that there are far more pairs to compare than there is data.
    host.work(1)?;
    let depth = depth.checked_sub(1).ok_or("the values nest too deeply to be compared")?;
    #[expect(clippy::float_cmp, reason = "equality is what is asked for")]
    Ok(match (one, other) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Int(one, kind), Value::Int(other, other_kind)) => {
            one == other && kind == other_kind
        }
        (Value::Float(one), Value::Float(other)) => one == other,
        (Value::Complex(real, imaginary), Value::Complex(other_real, other_imaginary)) => {
            real == other_real && imaginary == other_imaginary
        }
        (Value::Str(one), Value::Str(other)) => one == other,
        (Value::List(one), Value::List(other)) => lists(host, one, other, depth)?,
        (Value::Map(one), Value::Map(other)) => maps(host, one, other, depth)?,
        (Value::Object(one), Value::Object(other)) => {
            one.type_name() == other.type_name() && one.print() == other.print()
        }
        _ => false,
    })
}

fn lists(host: &mut dyn Host, one: &List, other: &List, depth: usize) -> Result<bool, Failure> {
    if one.element() != other.element()
        || one.len() != other.len()
        || one.is_nil() != other.is_nil()
    {
        return Ok(false);
    }
    // One list equals itself even where it holds what does not.
    if std::ptr::eq(one.items(), other.items()) {
        return Ok(true);
    }
    for (one, other) in one.items().iter().zip(other.items()) {
        if !nested(host, one, other, depth)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn maps(host: &mut dyn Host, one: &Map, other: &Map, depth: usize) -> Result<bool, Failure> {
    if one.kind() != other.kind() || one.len() != other.len() {
        return Ok(false);
    }
    if one.is_same(other) {
        return Ok(true);
    }
    let mut are_equal = true;
    one.each(|_, key, value| {
        if are_equal {
            let other = other.get(key.as_bytes());
            are_equal = match other {
                Some(other) => nested(host, value, &other, depth)?,
                None => false,
            };
        }
        Ok::<(), Failure>(())
    })?;
    Ok(are_equal)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_bounded};

    #[test]
    fn kinds() {
        check(&[
            ("kindOf nil", r#""invalid""#),
            (r#"kindOf """#, r#""string""#),
            ("kindOf 1", r#""int""#),
            ("kindOf 1.0", r#""float64""#),
            ("kindOf 'a'", r#""int""#),
            ("kindOf (int64 1)", r#""int64""#),
            (r#"kindOf (index "a" 0)"#, r#""uint8""#),
            ("kindOf true", r#""bool""#),
            ("kindOf 1i", r#""complex128""#),
            ("kindOf (list)", r#""slice""#),
            ("kindOf (rest list)", r#""slice""#),
            ("kindOf (dict)", r#""map""#),
            (r#"kindOf (split "," "a")"#, r#""map""#),
            (r#"kindOf (splitList "," "a")"#, r#""slice""#),
            ("kindOf (until 1)", r#""slice""#),
            (r#"kindOf (bytes "a")"#, r#""slice""#),
            (r#"kindIs "string" "a""#, "true"),
            (r#"kindIs "int" 1.0"#, "false"),
            (r#"kindIs "slice" (list)"#, "true"),
            (r#"kindIs "map" (dict)"#, "true"),
            (r#"kindIs "invalid" nil"#, "true"),
            (r#"kindIs "" nil"#, "false"),
        ]);
    }

    #[test]
    fn types() {
        check(&[
            ("typeOf nil", r#""<nil>""#),
            (r#"typeOf """#, r#""string""#),
            ("typeOf 1", r#""int""#),
            ("typeOf 1.0", r#""float64""#),
            ("typeOf 'a'", r#""int""#),
            ("typeOf (add 1 2)", r#""int64""#),
            ("typeOf (int 1)", r#""int""#),
            ("typeOf (floor 1)", r#""float64""#),
            ("typeOf (round 1 0)", r#""float64""#),
            (r#"typeOf (atoi "1")"#, r#""int""#),
            (r#"typeOf (toDecimal "1")"#, r#""int64""#),
            ("typeOf true", r#""bool""#),
            ("typeOf 1i", r#""complex128""#),
            ("typeOf (list)", r#""[]interface {}""#),
            ("typeOf (dict)", r#""map[string]interface {}""#),
            (r#"typeOf (split "," "a")"#, r#""map[string]string""#),
            (r#"typeOf (splitList "," "a")"#, r#""[]string""#),
            ("typeOf (until 1)", r#""[]int""#),
            ("typeOf (chunk 1 (list 1))", r#""[][]interface {}""#),
            (r#"typeOf (bytes "a")"#, r#""[]uint8""#),
            (r#"typeOf (regexFindAll "a" "a" -1)"#, r#""[]string""#),
            ("typeOf (keys (dict))", r#""[]string""#),
            ("typeOf (values (dict))", r#""[]interface {}""#),
            (r#"typeOf (urlParse "a")"#, r#""map[string]interface {}""#),
            (r#"typeIs "string" "a""#, "true"),
            (r#"typeIs "[]interface {}" (list)"#, "true"),
            (r#"typeIs "map[string]interface {}" (dict)"#, "true"),
            (r#"typeIs "<nil>" nil"#, "true"),
            (r#"typeIs "float64" 1"#, "false"),
            (r#"typeIsLike "string" "a""#, "true"),
            (r#"typeIsLike "*string" "a""#, "false"),
            (r#"typeIsLike "int" 1.0"#, "false"),
        ]);
    }

    #[test]
    fn equality_knows_types() {
        check(&[
            ("deepEqual 1 1", "true"),
            ("deepEqual 1 1.0", "false"),
            ("deepEqual 1 (int64 1)", "false"),
            (r"deepEqual 1 '\x01'", "true"),
            (r#"deepEqual "a" "a""#, "true"),
            (r#"deepEqual "a" "b""#, "false"),
            ("deepEqual nil nil", "true"),
            (r#"deepEqual nil """#, "false"),
            ("deepEqual nil (list)", "false"),
            ("deepEqual true true", "true"),
            ("deepEqual 1i 1i", "true"),
            ("deepEqual 1i 2i", "false"),
            ("deepEqual (list 1 2) (list 1 2)", "true"),
            ("deepEqual (list 1 2) (list 2 1)", "false"),
            ("deepEqual (list 1 2) (list 1)", "false"),
            (r#"deepEqual (list "a") (splitList "," "a")"#, "false"),
            ("deepEqual (list 1) (until 1)", "false"),
            ("deepEqual (list 0) (until 1)", "false"),
            ("deepEqual (list) (list)", "true"),
            ("deepEqual (list) (rest list)", "false"),
            ("deepEqual (rest list) (rest list)", "true"),
            (r#"deepEqual (dict "a" 1) (dict "a" 1)"#, "true"),
            (r#"deepEqual (dict "a" 1) (dict "a" 2)"#, "false"),
            (r#"deepEqual (dict "a" 1) (dict "b" 1)"#, "false"),
            (r#"deepEqual (dict "a" 1) (dict "a" 1 "b" 2)"#, "false"),
            (r#"deepEqual (dict "a" nil) (dict "b" nil)"#, "false"),
            (r#"deepEqual (dict "a" "1") (split "," "1")"#, "false"),
            (r#"deepEqual (split "," "1") (split "," "1")"#, "true"),
            (r#"deepEqual (dict "a" (list (dict "b" 1))) (dict "a" (list (dict "b" 1)))"#, "true"),
            (r#"deepEqual (dict "a" (list (dict "b" 1))) (dict "a" (list (dict "b" 2)))"#, "false"),
            (r#"deepEqual (float64 "nan") (float64 "nan")"#, "false"),
            (r#"deepEqual (list (float64 "nan")) (list (float64 "nan"))"#, "false"),
        ]);
    }

    #[test]
    fn structs() {
        check(&[
            (r#"kindOf (toDate "2006-01-02" "2024-02-29")"#, r#""struct""#),
            (r#"kindOf (toDate "2006-01-02" "2024-02-29").Month"#, r#""int""#),
            (r#"kindOf (semver "1.2.3")"#, r#""ptr""#),
            (r#"typeOf (toDate "2006-01-02" "2024-02-29")"#, r#""time.Time""#),
            (r#"typeOf (toDate "2006-01-02" "2024-02-29").Month"#, r#""time.Month""#),
            (r#"typeOf (semver "1.2.3")"#, r#""*semver.Version""#),
            (r#"typeIs "semver.Version" (semver "1.2.3")"#, "false"),
            (r#"typeIsLike "semver.Version" (semver "1.2.3")"#, "true"),
            (r#"typeIsLike "*semver.Version" (semver "1.2.3")"#, "true"),
            (
                r#"deepEqual (toDate "2006-01-02" "2024-02-29") (toDate "2006-01-02" "2024-02-29")"#,
                "true",
            ),
            (
                r#"deepEqual (toDate "2006-01-02" "2024-02-29") (toDate "2006-01-02" "2024-02-28")"#,
                "false",
            ),
            (r#"deepEqual (toDate "2006-01-02" "2024-02-29").Month 2"#, "false"),
            (r#"deepEqual (semver "1.2.3") (semver "1.2.3")"#, "true"),
            (r#"deepEqual (semver "1.2.3") (semver "1.2.4")"#, "false"),
        ]);
    }

    #[test]
    fn a_list_equals_itself_even_if_its_elements_do_not() {
        check(&[
            ("{{ $l := list (float64 \"nan\") }}{{ show (deepEqual $l $l) }}", "true"),
            ("{{ $d := dict \"a\" (float64 \"nan\") }}{{ show (deepEqual $d $d) }}", "true"),
        ]);
    }

    #[test]
    fn comparing_what_nests_without_end_ends() {
        let nested = "{{ $a := 1 }}{{ $b := 1 }}{{ range until 600 }}{{ $a = list $a }}{{ $b = list $b }}{{ end }}";
        check(&[(
            &format!("{nested}{{{{ deepEqual $a $b }}}}"),
            "error: the values nest too deeply to be compared",
        )]);
        let grown = "{{ $a = list $a $a }}{{ $b = list $b $b }}".repeat(40);
        let lists = format!("{{{{ $a := list 1 }}}}{{{{ $b := list 1 }}}}{grown}");
        check_bounded(&[
            &format!("{lists}{{{{ deepEqual $a $b }}}}"),
            &format!("{lists}{{{{ has $a (list $b) }}}}"),
            "uniq (until 10000)",
            "without (until 60000) 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
        ]);
    }
}
