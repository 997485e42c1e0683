//! Maps. `set`, `unset` and the merges change the map that they are given, for all who hold it.

pub(super) mod copy;
pub(super) mod merge;

use super::charges;
use super::convert::text_of;
use crate::function::{Call, Failure, Function, Param, put};
use crate::value::{List, Map, Text, Value};

/// Functions on maps. Go's maps have no order; here keys come sorted.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("dict", &[], dict).variadic(Param::Any),
    Function::new("dig", &[], dig).variadic(Param::Any),
    Function::new("get", &[Param::Map, Param::Text], |call| {
        Ok(value(call, 0, call.text(1)).unwrap_or_else(|| "".into()))
    }),
    Function::new("hasKey", &[Param::Map, Param::Text], |call| {
        Ok(value(call, 0, call.text(1)).is_some().into())
    }),
    Function::new("keys", &[], keys).variadic(Param::Map),
    Function::new("omit", &[Param::Map], |call| Ok(filtered(call, Filter::Omit).into()))
        .variadic(Param::Text),
    Function::new("pick", &[Param::Map], |call| Ok(filtered(call, Filter::Pick).into()))
        .variadic(Param::Text),
    Function::new("pluck", &[Param::Text], |call| Ok(pluck(call))).variadic(Param::Map),
    Function::new("set", &[Param::Map, Param::Text, Param::Any], set),
    Function::new("unset", &[Param::Map, Param::Text], |call| Ok(unset(call))),
    Function::new("values", &[Param::Map], |call| {
        let entries = call.map(0).map(Map::entries).unwrap_or_default();
        Ok(List::new(entries.into_iter().map(|(_, value)| value).collect::<Vec<_>>()).into())
    }),
];

/// The value of a key in the map that is an argument.
fn value(call: &Call<'_>, index: usize, key: &Text) -> Option<Value> {
    call.map(index)?.get(key.as_bytes())
}

/// The map that is an argument; an empty one for nil.
fn map_or_empty(call: &Call<'_>, index: usize) -> Map {
    call.map(index).cloned().unwrap_or_default()
}

/// A map of keys and values in turn. The last key may lack its value.
fn dict(call: &mut Call<'_>) -> Result<Value, Failure> {
    let map = Map::new();
    for pair in call.args.chunks(2) {
        map.set(text_of(call.host, &pair[0])?, pair.get(1).cloned().unwrap_or_else(|| "".into()));
    }
    Ok(map.into())
}

/// Follows keys into maps within maps: keys, what to return if one is missing, the map.
fn dig(call: &mut Call<'_>) -> Result<Value, Failure> {
    let [keys @ .., missing, root] = call.args else {
        return Err("dig needs at least three arguments".into());
    };
    if keys.is_empty() {
        return Err("dig needs at least three arguments".into());
    }
    let mut map = as_map(root)?;
    let mut texts = Vec::with_capacity(keys.len());
    for key in keys {
        match key {
            Value::Str(text) => texts.push(text),
            other => return Err(conversion(other, "string")),
        }
    }
    let (last, path) = texts.split_last().expect("there is a key");
    for key in path {
        match map.get(key.as_bytes()) {
            Some(next) => map = as_map(&next)?,
            None => return Ok(missing.clone()),
        }
    }
    Ok(map.get(last.as_bytes()).unwrap_or_else(|| missing.clone()))
}

fn as_map(value: &Value) -> Result<Map, Failure> {
    match value {
        Value::Map(map) if map.kind() == Map::new().kind() => Ok(map.clone()),
        other => Err(conversion(other, "map[string]interface {}")),
    }
}

fn conversion(value: &Value, wanted: &str) -> Failure {
    let found = match value {
        Value::Nil => "nil".to_owned(),
        other => other.type_name(),
    };
    format!("interface conversion: interface {{}} is {found}, not {wanted}").into()
}

/// The keys of all maps; a key of several maps occurs several times.
fn keys(call: &mut Call<'_>) -> Result<Value, Failure> {
    let mut keys: Vec<Text> = Vec::new();
    for index in 0..call.args.len() {
        if let Some(map) = call.map(index) {
            charges::items(call.host, map.len())?;
            keys.extend(map.entries().into_iter().map(|(key, _)| key));
        }
    }
    Ok(List::of_texts(keys).into())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Filter {
    Pick,
    Omit,
}

fn filtered(call: &Call<'_>, filter: Filter) -> Map {
    let names: std::collections::HashSet<&Text> =
        (1..call.args.len()).map(|index| call.text(index)).collect();
    let entries = call.map(0).map(Map::entries).unwrap_or_default();
    let is_kept = |key: &Text| names.contains(key) == (filter == Filter::Pick);
    entries.into_iter().filter(|(key, _)| is_kept(key)).collect()
}

/// The values of one key in all maps that have it.
fn pluck(call: &Call<'_>) -> Value {
    let found = (1..call.args.len()).filter_map(|index| value(call, index, call.text(0)));
    List::new(found.collect::<Vec<_>>()).into()
}

fn set(call: &mut Call<'_>) -> Result<Value, Failure> {
    let map = call.map(0).ok_or("assignment to entry in nil map")?;
    let (key, value) = (call.text(1).clone(), call.args[2].clone());
    put(call.host, map, key, value)?;
    Ok(map.clone().into())
}

fn unset(call: &Call<'_>) -> Value {
    let map = map_or_empty(call, 0);
    map.remove(call.text(1).as_bytes());
    map.into()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_bounded};

    #[test]
    fn making() {
        check(&[
            ("dict", "{}"),
            (r#"dict "a" 1"#, r#"{"a": 1}"#),
            (r#"dict "a" 1 "b" nil"#, r#"{"a": 1, "b": nil}"#),
            (r#"dict "a""#, r#"{"a": ""}"#),
            (r#"dict "a" 1 "b""#, r#"{"a": 1, "b": ""}"#),
            (r#"dict "a" 1 "a" 2"#, r#"{"a": 2}"#),
            ("dict 1 2 nil 3 true 4", r#"{"1": 2, "<nil>": 3, "true": 4}"#),
            ("dict 1.5 2", r#"{"1.5": 2}"#),
            ("dict (list 1) 2", r#"{"[1]": 2}"#),
            (r#"dict (bytes "k") 2"#, r#"{"k": 2}"#),
        ]);
    }

    #[test]
    fn getting() {
        check(&[
            (r#"get (dict "a" 1) "a""#, "1"),
            (r#"get (dict "a" 1) "b""#, r#""""#),
            (r#"get (dict "a" nil) "a""#, "nil"),
            (r#"get nil "a""#, r#""""#),
            (r#"get (dict) "a""#, r#""""#),
            (
                r#"get "x" "a""#,
                r#"error! can't handle "x" for arg of type map[string]interface {}"#,
            ),
            (
                r#"get (split "," "a") "_0""#,
                "error! wrong type for value; expected map[string]interface {}; got map[string]string",
            ),
            (r#"hasKey (dict "a" nil) "a""#, "true"),
            (r#"hasKey (dict "a" 1) "b""#, "false"),
            (r#"hasKey nil "a""#, "false"),
            (r#"pluck "a" (dict "a" 1) (dict "b" 2) (dict "a" nil) nil"#, "[1, nil]"),
            (r#"pluck "a""#, "[]"),
        ]);
    }

    #[test]
    fn keys_and_values() {
        check(&[
            (r#"keys (dict "b" 1 "a" 2) | sortAlpha"#, r#"[]string["a", "b"]"#),
            (
                r#"keys (dict "b" 1 "a" 2) (dict "a" 3) nil | sortAlpha"#,
                r#"[]string["a", "a", "b"]"#,
            ),
            ("keys", "[]string[]"),
            ("keys (dict)", "[]string[]"),
            (r#"values (dict "a" (list 1))"#, "[[1]]"),
            ("values (dict)", "[]"),
            ("values nil", "[]"),
            (r#"pick (dict "a" 1 "b" 2 "c" 3) "a" "c" "x" "a""#, r#"{"a": 1, "c": 3}"#),
            (r#"pick (dict "a" 1)"#, "{}"),
            (r#"pick nil "a""#, "{}"),
            (r#"omit (dict "a" 1 "b" 2 "c" 3) "a" "c" "x" "a""#, r#"{"b": 2}"#),
            (r#"omit (dict "a" 1)"#, r#"{"a": 1}"#),
            (r#"omit nil "a""#, "{}"),
            (r#"pick (dict "a" 1) "a" 1"#, "error! expected string; found 1"),
        ]);
    }

    #[test]
    fn digging() {
        check(&[
            (r#"dig "a" "b" 0 (dict "a" (dict "b" 1))"#, "1"),
            (r#"dig "a" "x" 0 (dict "a" (dict "b" 1))"#, "0"),
            (r#"dig "x" "b" 0 (dict "a" (dict "b" 1))"#, "0"),
            (r#"dig "a" 0 (dict "a" nil)"#, "nil"),
            (r#"dig "a" 0 (dict)"#, "0"),
            (
                r#"dig "a" "b" 0 (dict "a" nil)"#,
                "error: interface conversion: interface {} is nil, not map[string]interface {}",
            ),
            (
                r#"dig "a" "b" 0 (dict "a" 1)"#,
                "error: interface conversion: interface {} is int, not map[string]interface {}",
            ),
            (
                r#"dig "a" "b" 0 (dict "a" (list 1))"#,
                "error: interface conversion: interface {} is []interface {}, not map[string]interface {}",
            ),
            (
                r#"dig "a" "_0" 0 (dict "a" (split "," "x"))"#,
                "error: interface conversion: interface {} is map[string]string, not map[string]interface {}",
            ),
            (r#"dig "a" "b" (list) (dict)"#, "[]"),
            (r#"dig "a" (dict)"#, "error: dig needs at least three arguments"),
            ("dig (dict)", "error: dig needs at least three arguments"),
            ("dig", "error: dig needs at least three arguments"),
            ("dig 1 0 (dict)", "error: interface conversion: interface {} is int, not string"),
            ("dig nil 0 (dict)", "error: interface conversion: interface {} is nil, not string"),
            (
                r#"dig "a" 0 nil"#,
                "error: interface conversion: interface {} is nil, not map[string]interface {}",
            ),
            (
                r#"dig "a" 0 (list)"#,
                "error: interface conversion: interface {} is []interface {}, not map[string]interface {}",
            ),
        ]);
    }

    #[test]
    fn changing() {
        check(&[
            (r#"set (dict "a" 1) "b" 2"#, r#"{"a": 1, "b": 2}"#),
            (r#"set (dict "a" 1) "a" nil"#, r#"{"a": nil}"#),
            (r#"set nil "a" 1"#, "error: assignment to entry in nil map"),
            (
                r#"set (split "," "a") "a" "b""#,
                "error! wrong type for value; expected map[string]interface {}; got map[string]string",
            ),
            (r#"unset (dict "a" 1 "b" 2) "a""#, r#"{"b": 2}"#),
            (r#"unset (dict "a" 1) "x""#, r#"{"a": 1}"#),
            (r#"unset (dict) "x""#, "{}"),
        ]);
    }

    #[test]
    fn maps_change_for_all_who_hold_them() {
        check(&[
            (
                r#"{{ $d := dict "a" 1 }}{{ $e := set $d "b" 2 }}{{ show $d }}"#,
                r#"{"a": 1, "b": 2}"#,
            ),
            (
                r#"{{ $d := dict "a" 1 }}{{ $l := list $d $d }}{{ $_ := set $d "b" 2 }}{{ show $l }}"#,
                r#"[{"a": 1, "b": 2}, {"a": 1, "b": 2}]"#,
            ),
            (
                r#"{{ $d := dict "a" (dict "b" 1) }}{{ $_ := set $d.a "c" 2 }}{{ show $d }}"#,
                r#"{"a": {"b": 1, "c": 2}}"#,
            ),
            (r#"{{ $d := dict "a" 1 "b" 2 }}{{ $_ := unset $d "a" }}{{ show $d }}"#, r#"{"b": 2}"#),
            (
                r#"{{ $d := dict "a" 1 }}{{ $e := omit $d "x" }}{{ $_ := set $e "b" 2 }}{{ show $d }}"#,
                r#"{"a": 1}"#,
            ),
            (
                r#"{{ $d := dict "a" (dict) }}{{ $e := pick $d "a" }}{{ $_ := set $e.a "b" 2 }}{{ show $d }}"#,
                r#"{"a": {"b": 2}}"#,
            ),
            (
                r#"{{ $d := dict "a" 1 }}{{ range until 3 }}{{ $_ := set $d (toString .) . }}{{ end }}{{ show $d }}"#,
                r#"{"0": 0, "1": 1, "2": 2, "a": 1}"#,
            ),
            (
                r#"{{ $d := dict "a" 1 }}{{ range $k, $v := $d }}{{ $_ := unset $d $k }}{{ end }}{{ show $d }}"#,
                "{}",
            ),
            (
                r#"{{ $d := dict "a" (dict "b" 1) }}{{ $c := deepCopy $d }}{{ $_ := set $c.a "b" 2 }}{{ show (list $d $c) }}"#,
                r#"[{"a": {"b": 1}}, {"a": {"b": 2}}]"#,
            ),
            (
                r#"{{ $d := dict "l" (list (dict "b" 1)) }}{{ $c := deepCopy $d }}{{ $_ := set (first $c.l) "b" 2 }}{{ show (list $d $c) }}"#,
                r#"[{"l": [{"b": 1}]}, {"l": [{"b": 2}]}]"#,
            ),
            (r#"{{ $_ := set . "x" 1 }}{{ show . }}"#, r#"{"x": 1}"#),
            (
                r#"{{ $d := dict "a" 1 }}{{ set $d "b" 2 | show }}{{ set $d "c" 3 | keys | sortAlpha | join "," }}"#,
                r#"{"a": 1, "b": 2}a,b,c"#,
            ),
        ]);
    }

    #[test]
    fn a_map_never_contains_itself() {
        check(&[
            ("{{ $d := dict }}{{ set $d `x` $d }}", "error: a map cannot contain itself"),
            (
                "{{ $d := dict `a` (dict) }}{{ set $d.a `x` (list $d) }}",
                "error: a map cannot contain itself",
            ),
        ]);
    }

    #[test]
    fn many_keys_are_paid_for_each_time() {
        let many = " $d".repeat(1000);
        let fill =
            "{{ $d := dict }}{{ range until 100 }}{{ $_ := set $d (toString .) . }}{{ end }}";
        check_bounded(&[&format!("{fill}{{{{ keys{many} }}}}")]);
    }
}
