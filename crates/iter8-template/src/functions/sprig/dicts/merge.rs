//! Merging maps by the rules of the Go package `mergo` that Sprig uses.

use super::super::charges;
use super::map_or_empty;
use crate::function::{Call, Failure, Function, Host, MAX_DEPTH, Param, put};
use crate::value::{Map, Value};

/// Functions that merge maps into their first argument. Go's functions without `must` return an
/// empty text where mergo fails, which it does not do for maps of templates.
pub(in super::super) const FUNCTIONS: &[Function] = &[
    Function::new("merge", &[Param::Map], |call| merge(call, Conflict::Keep)).variadic(Param::Map),
    Function::new("mergeOverwrite", &[Param::Map], |call| merge(call, Conflict::Overwrite))
        .variadic(Param::Map),
    Function::new("mustMerge", &[Param::Map], |call| merge(call, Conflict::Keep))
        .variadic(Param::Map),
    Function::new("mustMergeOverwrite", &[Param::Map], |call| merge(call, Conflict::Overwrite))
        .variadic(Param::Map),
];

/// What becomes of a key that both maps have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Conflict {
    /// The value stays unless it is empty.
    Keep,
    /// The other's value takes its place, even an empty one.
    Overwrite,
}

fn merge(call: &mut Call<'_>, conflict: Conflict) -> Result<Value, Failure> {
    let target = map_or_empty(call, 0);
    for index in 1..call.args.len() {
        if let Some(source) = call.map(index) {
            merge_into(call.host, &target, source, conflict, MAX_DEPTH)?;
        }
    }
    Ok(target.into())
}

/// Maps under the same key are merged; a map that only the source has is shared, not copied.
fn merge_into(
    host: &mut dyn Host,
    target: &Map,
    source: &Map,
    conflict: Conflict,
    depth: usize,
) -> Result<(), Failure> {
    let depth = depth.checked_sub(1).ok_or("the maps nest too deeply to be merged")?;
    // The entries are copied, since the source can be the target, or a part of it.
    charges::items(host, source.len().saturating_mul(2))?;
    for (key, value) in source.entries() {
        // Maps can share parts, so that there are far more keys to visit than there is data.
        host.work(1)?;
        let present = target.get(key.as_bytes());
        if let (Some(Value::Map(inner)), Value::Map(value)) = (&present, &value) {
            merge_into(host, inner, value, conflict, depth)?;
        }
        let is_replaced = match (&present, &value) {
            // Nil never fills a gap.
            (_, Value::Nil) => conflict == Conflict::Overwrite,
            // Maps that were merged stay, unless nothing came of it.
            (Some(Value::Map(inner)), Value::Map(_)) => inner.is_empty(),
            (Some(present), _) => conflict == Conflict::Overwrite || is_empty(present),
            (None, _) => true,
        };
        if is_replaced {
            put(host, target, key, value)?;
        }
    }
    Ok(())
}

/// What mergo calls empty: as Go's truth, complex zero excepted.
fn is_empty(value: &Value) -> bool {
    !value.is_true() && !matches!(value, Value::Complex(..))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, check_bounded};

    #[test]
    fn what_is_there_stays() {
        check(&[
            (r#"merge (dict "a" 1) (dict "a" 2 "b" 3)"#, r#"{"a": 1, "b": 3}"#),
            (r#"merge (dict "a" 1) (dict "a" 2) (dict "a" 3 "c" 4)"#, r#"{"a": 1, "c": 4}"#),
            (r#"merge (dict "a" 1) (dict "a" nil "b" nil "c" "")"#, r#"{"a": 1, "c": ""}"#),
            (r#"merge (dict "a" 1)"#, r#"{"a": 1}"#),
            ("merge (dict) (dict)", "{}"),
            (r#"merge (dict) (dict "a" (list 1))"#, r#"{"a": [1]}"#),
            (r#"merge nil (dict "a" 1)"#, r#"{"a": 1}"#),
            (r#"merge (dict "a" 1) nil"#, r#"{"a": 1}"#),
            (
                r#"merge (dict "a" (dict "x" 1)) (dict "a" (dict "x" 2 "y" 3))"#,
                r#"{"a": {"x": 1, "y": 3}}"#,
            ),
            (
                r#"merge (dict "a" (dict "x" (dict "p" 1))) (dict "a" (dict "x" (dict "p" 2 "q" 3)))"#,
                r#"{"a": {"x": {"p": 1, "q": 3}}}"#,
            ),
            (r#"merge (dict "a" (dict "x" 1)) (dict "a" 5)"#, r#"{"a": {"x": 1}}"#),
            (r#"merge (dict "a" 5) (dict "a" (dict "x" 1))"#, r#"{"a": 5}"#),
            (r#"merge (dict "a" (list 1)) (dict "a" (list 2 3))"#, r#"{"a": [1]}"#),
            (r#"merge (dict "a" (list 1)) (dict "a" "x")"#, r#"{"a": [1]}"#),
            (r#"merge (dict "a" "x") (dict "a" (list 1))"#, r#"{"a": "x"}"#),
            (r#"merge (dict "a" (list 1)) (dict "a" (dict "x" 1))"#, r#"{"a": [1]}"#),
        ]);
    }

    #[test]
    fn what_is_empty_is_filled() {
        check(&[
            (r#"merge (dict "a" "") (dict "a" "x")"#, r#"{"a": "x"}"#),
            (r#"merge (dict "a" 0) (dict "a" 1)"#, r#"{"a": 1}"#),
            (r#"merge (dict "a" 0.0) (dict "a" 1)"#, r#"{"a": 1}"#),
            (r#"merge (dict "a" false) (dict "a" true)"#, r#"{"a": true}"#),
            (r#"merge (dict "a" nil) (dict "a" 1)"#, r#"{"a": 1}"#),
            (r#"merge (dict "a" nil) (dict "a" nil)"#, r#"{"a": nil}"#),
            (r#"merge (dict "a" (list)) (dict "a" (list 1))"#, r#"{"a": [1]}"#),
            (r#"merge (dict "a" (dict)) (dict "a" (dict "x" 1))"#, r#"{"a": {"x": 1}}"#),
            (r#"merge (dict "a" (dict)) (dict "a" (dict "x" nil))"#, r#"{"a": {"x": nil}}"#),
            (r#"merge (dict "a" (dict)) (dict "a" "x")"#, r#"{"a": "x"}"#),
            (r#"merge (dict "a" (rest list)) (dict "a" (list 1))"#, r#"{"a": [1]}"#),
            (r#"merge (dict "a" 0i) (dict "a" 1)"#, r#"{"a": (0+0i)}"#),
            (r#"merge (dict "a" "") (dict "a" (dict "x" 1))"#, r#"{"a": {"x": 1}}"#),
            (r#"merge (dict "a" "") (dict "a" 0)"#, r#"{"a": 0}"#),
            (r#"merge (dict "a" "") (dict "a" nil)"#, r#"{"a": ""}"#),
            (r#"merge (dict "a" (int64 0)) (dict "a" 1)"#, r#"{"a": 1}"#),
        ]);
    }

    #[test]
    fn overwriting() {
        check(&[
            (r#"mergeOverwrite (dict "a" 1) (dict "a" 2 "b" 3)"#, r#"{"a": 2, "b": 3}"#),
            (
                r#"mergeOverwrite (dict "a" 1) (dict "a" 2) (dict "a" 3 "c" 4)"#,
                r#"{"a": 3, "c": 4}"#,
            ),
            (
                r#"mergeOverwrite (dict "a" 1 "b" 2 "c" 3) (dict "a" "" "b" nil "c" 0)"#,
                r#"{"a": "", "b": nil, "c": 0}"#,
            ),
            (r#"mergeOverwrite (dict "a" (list 1)) (dict "a" (list))"#, r#"{"a": []}"#),
            (
                r#"mergeOverwrite (dict "a" (list 1)) (dict "a" (rest list))"#,
                r#"{"a": []any(nil)}"#,
            ),
            (r#"mergeOverwrite (dict "a" (list 1)) (dict "a" (list 2 3))"#, r#"{"a": [2, 3]}"#),
            (
                r#"mergeOverwrite (dict "a" (dict "x" 1)) (dict "a" (dict "x" 2 "y" 3))"#,
                r#"{"a": {"x": 2, "y": 3}}"#,
            ),
            (r#"mergeOverwrite (dict "a" (dict "x" 1)) (dict "a" (dict))"#, r#"{"a": {"x": 1}}"#),
            (r#"mergeOverwrite (dict "a" (dict)) (dict "a" (dict))"#, r#"{"a": {}}"#),
            (
                r#"mergeOverwrite (dict "a" (dict "x" 1)) (dict "a" (dict "x" nil))"#,
                r#"{"a": {"x": nil}}"#,
            ),
            (r#"mergeOverwrite (dict "a" (dict "x" 1)) (dict "a" 5)"#, r#"{"a": 5}"#),
            (r#"mergeOverwrite (dict "a" (dict "x" 1)) (dict "a" nil)"#, r#"{"a": nil}"#),
            (r#"mergeOverwrite (dict "a" 5) (dict "a" (dict "x" 1))"#, r#"{"a": {"x": 1}}"#),
            (r#"mergeOverwrite (dict "a" "x") (dict "a" (list 1))"#, r#"{"a": [1]}"#),
            (r#"mergeOverwrite (dict "a" (list 1)) (dict "a" "x")"#, r#"{"a": "x"}"#),
            (r#"mergeOverwrite nil (dict "a" 1)"#, r#"{"a": 1}"#),
            (r#"mergeOverwrite (dict "a" 1) nil"#, r#"{"a": 1}"#),
        ]);
    }

    #[test]
    fn twins() {
        check(&[
            (r#"mustMerge (dict "a" 1) (dict "a" 2 "b" 3)"#, r#"{"a": 1, "b": 3}"#),
            (r#"mustMergeOverwrite (dict "a" 1) (dict "a" 2 "b" 3)"#, r#"{"a": 2, "b": 3}"#),
            (
                r#"mustMerge (dict "a" (dict "x" 1)) (dict "a" (dict "x" 2 "y" 3))"#,
                r#"{"a": {"x": 1, "y": 3}}"#,
            ),
            (
                r#"mustMergeOverwrite (dict "a" (dict "x" 1)) (dict "a" (dict "x" 2 "y" 3))"#,
                r#"{"a": {"x": 2, "y": 3}}"#,
            ),
            (
                "merge (list 1) (dict)",
                "error! wrong type for value; expected map[string]interface {}; got []interface {}",
            ),
            (
                r#"merge (dict) "x""#,
                r#"error! can't handle "x" for arg of type map[string]interface {}"#,
            ),
        ]);
    }

    #[test]
    fn structs_are_not_merged() {
        check(&[
            (r#"merge (dict "a" (semver "1.2.3")) (dict "a" 1) | toString"#, r#""map[a:1.2.3]""#),
            (
                r#"merge (dict "a" (toDate "2006-01-02" "2024-02-25")) (dict "a" (toDate "2006-01-02" "2024-02-26")) | toString"#,
                r#""map[a:2024-02-25 00:00:00 +0000 UTC]""#,
            ),
            (
                r#"mergeOverwrite (dict "a" (toDate "2006-01-02" "2024-02-25")) (dict "a" (toDate "2006-01-02" "2024-02-26")) | toString"#,
                r#""map[a:2024-02-26 00:00:00 +0000 UTC]""#,
            ),
            (
                r#"merge (dict "a" (toDate "2006-01-02" "2024-02-25").Weekday) (dict "a" 1) | toString"#,
                r#""map[a:1]""#,
            ),
        ]);
    }

    #[test]
    fn the_first_map_is_changed() {
        check(&[
            (
                r#"{{ $d := dict "a" 1 }}{{ $_ := merge $d (dict "b" 2) }}{{ show $d }}"#,
                r#"{"a": 1, "b": 2}"#,
            ),
            (
                r#"{{ $d := dict "a" (dict "x" 1) }}{{ $_ := merge $d (dict "a" (dict "y" 2)) }}{{ show $d }}"#,
                r#"{"a": {"x": 1, "y": 2}}"#,
            ),
            (
                r#"{{ $s := dict "a" (dict "x" 1) }}{{ $d := merge (dict) $s }}{{ $_ := set $d.a "y" 2 }}{{ show $s }}"#,
                r#"{"a": {"x": 1, "y": 2}}"#,
            ),
            (
                r#"{{ $s := dict "a" (dict "x" 1) }}{{ $d := merge (dict) $s (dict "a" (dict "y" 2)) }}{{ show (list $d $s) }}"#,
                r#"[{"a": {"x": 1, "y": 2}}, {"a": {"x": 1, "y": 2}}]"#,
            ),
            (
                r#"{{ $s := dict "a" (dict "x" 1) }}{{ $d := mergeOverwrite (dict "a" 1) $s (dict "a" (dict "x" 2)) }}{{ show (list $d $s) }}"#,
                r#"[{"a": {"x": 2}}, {"a": {"x": 2}}]"#,
            ),
            (
                r#"{{ $s := dict "a" (dict "x" 1) }}{{ $d := merge (dict "a" (dict)) $s }}{{ $_ := set $d.a "y" 2 }}{{ show $s }}"#,
                r#"{"a": {"x": 1}}"#,
            ),
            (
                r#"{{ $d := dict "a" 1 "b" (dict "c" 2) }}{{ show (merge $d $d) }}{{ show (mergeOverwrite $d $d) }}"#,
                r#"{"a": 1, "b": {"c": 2}}{"a": 1, "b": {"c": 2}}"#,
            ),
            (
                r#"{{ $d := dict "a" (dict "x" nil) }}{{ $s := dict "a" (dict "x" 1) }}{{ $_ := merge $d $s }}{{ show (list $d $s) }}"#,
                r#"[{"a": {"x": 1}}, {"a": {"x": 1}}]"#,
            ),
        ]);
    }

    #[test]
    fn a_map_never_contains_itself() {
        let map = "{{ $d := dict `a` (dict) }}";
        check(&[
            (
                &format!("{map}{{{{ merge $d (dict `x` $d) }}}}"),
                "error: a map cannot contain itself",
            ),
            (
                &format!("{map}{{{{ mergeOverwrite $d (dict `a` (dict `b` (list $d))) }}}}"),
                "error: a map cannot contain itself",
            ),
        ]);
    }

    #[test]
    fn merging_what_nests_without_end_ends() {
        let nested = "{{ $a := dict }}{{ $b := dict }}{{ range until 600 }}{{ $a = dict `x` $a }}{{ $b = dict `x` $b }}{{ end }}";
        check(&[(
            &format!("{nested}{{{{ merge $a $b }}}}"),
            "error: the maps nest too deeply to be merged",
        )]);
        let grown = "{{ $a = dict `x` $a `y` $a }}{{ $b = dict `x` $b `y` $b }}".repeat(40);
        check_bounded(&[&format!(
            "{{{{ $a := dict `a` 1 }}}}{{{{ $b := dict `b` 1 }}}}{grown}{{{{ merge $a $b }}}}"
        )]);
    }
}
