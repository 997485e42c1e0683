//! Merging rules, and that maps merge in any grouping.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is not a map"),
    }
}

/// Compares as text, so that the order of keys counts.
fn check(base: Value, over: Value, merged: &Value, overlaid: &Value) {
    let (base, over) = (object(base), object(over));
    let found = Value::Object(merge(base.clone(), over.clone()));
    assert_eq!(found.to_string(), merged.to_string(), "merge");
    let found = Value::Object(overlay(base, over));
    assert_eq!(found.to_string(), overlaid.to_string(), "overlay");
}

fn check_both(base: Value, over: Value, expected: &Value) {
    check(base, over, expected, expected);
}

#[test]
fn maps_merge_recursively() {
    check_both(
        json!({"a": {"b": {"c": 1, "d": 2}}, "e": 3}),
        json!({"a": {"b": {"d": 4, "f": 5}}}),
        &json!({"a": {"b": {"c": 1, "d": 4, "f": 5}}, "e": 3}),
    );
}

#[test]
fn lists_and_scalars_are_replaced() {
    check_both(
        json!({"a": [1, 2], "b": 1, "c": {"x": 1}, "d": 1, "e": null}),
        json!({"a": [3], "b": "x", "c": 2, "d": {"y": 1}, "e": {"z": 1}}),
        &json!({"a": [3], "b": "x", "c": 2, "d": {"y": 1}, "e": {"z": 1}}),
    );
}

#[test]
fn keys_keep_their_place_and_new_ones_go_to_the_end() {
    check_both(
        json!({"z": 1, "m": 1, "a": 1}),
        json!({"q": 2, "a": 2, "b": 2, "z": 2}),
        &json!({"z": 2, "m": 1, "a": 2, "q": 2, "b": 2}),
    );
}

#[test]
fn a_null_removes_a_default_and_no_other_key_moves() {
    check(
        json!({"a": 1, "b": {"x": 1, "y": 2, "z": 3}, "c": 2, "d": 3}),
        json!({"a": null, "b": {"x": null}}),
        &json!({"b": {"y": 2, "z": 3}, "c": 2, "d": 3}),
        &json!({"a": null, "b": {"x": null, "y": 2, "z": 3}, "c": 2, "d": 3}),
    );
}

#[test]
fn a_null_without_a_default_adds_nothing() {
    check(
        json!({"b": {}}),
        json!({"a": null, "b": {"c": null}}),
        &json!({"b": {}}),
        &json!({"b": {"c": null}, "a": null}),
    );
}

#[test]
fn nulls_in_lists_and_in_new_maps_are_data() {
    check_both(
        json!({"a": [1]}),
        json!({"a": [null, {"x": null}], "b": {"y": null}}),
        &json!({"a": [null, {"x": null}], "b": {"y": null}}),
    );
}

#[test]
fn a_null_in_a_later_file_still_removes_the_default() {
    let defaults = object(json!({"a": {"b": 5, "c": 6}}));
    let first = object(json!({"a": {"b": 1}}));
    let second = object(json!({"a": {"b": null}}));
    let values = merge(defaults, overlay(first, second));
    assert_eq!(Value::Object(values), json!({"a": {"c": 6}}));
}

/// Trees without nulls in which the first letter of a key tells map from scalar, so that no key
/// changes its kind from layer to layer.
fn layer() -> impl Strategy<Value = Map<String, Value>> {
    let scalar = prop_oneof![
        any::<u8>().prop_map(Value::from),
        prop::collection::vec(any::<u8>(), 0..3).prop_map(Value::from),
    ];
    let leaves = prop::collection::vec(("s[a-d]", scalar), 0..5);
    let leaf_map = leaves.clone().prop_map(|pairs| pairs.into_iter().collect::<Map<_, _>>());
    leaf_map.prop_recursive(3, 24, 4, move |inner| {
        let maps = prop::collection::vec(("m[a-c]", inner.prop_map(Value::Object)), 0..3);
        (leaves.clone(), maps).prop_map(|(leaves, maps)| leaves.into_iter().chain(maps).collect())
    })
}

fn text(map: Map<String, Value>) -> String {
    Value::Object(map).to_string()
}

proptest! {
    #[test]
    fn merging_twice_changes_nothing(base in layer(), over in layer()) {
        let once = merge(base, over.clone());
        prop_assert_eq!(text(merge(once.clone(), over)), text(once));
    }

    #[test]
    fn merging_is_associative(a in layer(), b in layer(), c in layer()) {
        let left = merge(merge(a.clone(), b.clone()), c.clone());
        let right = merge(a, merge(b, c));
        prop_assert_eq!(text(left), text(right));
    }

    #[test]
    fn an_empty_layer_changes_nothing(layer in layer()) {
        prop_assert_eq!(text(merge(layer.clone(), Map::new())), text(layer.clone()));
        prop_assert_eq!(text(merge(Map::new(), layer.clone())), text(layer));
    }

    #[test]
    fn without_nulls_both_agree(base in layer(), over in layer()) {
        prop_assert_eq!(
            text(overlay(base.clone(), over.clone())),
            text(merge(base, over))
        );
    }
}
