//! Functions, and predicates over lists.

use super::{all_fail, all_hold};

#[test]
fn length() {
    all_hold(&[
        "len([1, 2]) == 2",
        "len({a: 1}) == 1",
        "len('héé') == 3",
        "len(Spec) == 3",
        "len(1..1000) == 1000",
        // Lists that are absent from the document are empty.
        "len(Result.Insights.SLOs.Lower) == 0",
        "len(Result.Insights.NonHistMetricValues[0]['no such metric']) == 0",
    ]);
    all_fail(&[
        ("len(1) == 1", "compile: invalid argument for len (type int) (1:1)"),
        ("len(nil) == 0", "compile: invalid argument for len (type nil) (1:1)"),
        ("len(Result) == 0", "compile: invalid argument for len (type Result) (1:1)"),
        ("len() == 0", "compile: not enough arguments to call len (1:1)"),
        ("len([], []) == 0", "compile: too many arguments to call len (1:1)"),
        ("len == 0", "compile: len is a function and has to be called (1:1)"),
        ("len(Spec[2]) == 0", "evaluate: expected array, map or string, but got int (1:1)"),
    ]);
}

#[test]
fn numbers() {
    all_hold(&[
        "abs(-3) == 3 and abs(3) == 3 and abs(-3.5) == 3.5",
        "int(5.9) == 5 and int(-5.9) == -5 and int(7) == 7",
        "int('-12') == -12 and int(7 / 2) % 2 == 1",
        "float(1) / 2 == 0.5 and float('1.5') == 1.5 and float(2.5) == 2.5",
        "abs([-3, 'a'][0]) == 3 and int(['3', 1][0]) == 3 and float(['3', 1][1]) == 1",
    ]);
    all_fail(&[
        ("abs('x') == 0", "compile: invalid argument for abs (type string) (1:1)"),
        ("int(true) == 1", "compile: invalid argument for int (type bool) (1:1)"),
        ("float([]) == 1", "compile: invalid argument for float (type array<any>) (1:1)"),
        ("int('x') == 1", "evaluate: cannot convert \"x\" to int (1:1)"),
        ("int('1.5') == 1", "evaluate: cannot convert \"1.5\" to int (1:1)"),
        ("float('x') == 1", "evaluate: cannot convert \"x\" to float (1:1)"),
        ("int(1e19) == 1", "evaluate: integer overflow in int (1:1)"),
        ("int(0 / 0) == 1", "evaluate: integer overflow in int (1:1)"),
        ("abs([1, 'a'][1]) == 0", "evaluate: expected number, but got string (1:1)"),
        ("int([1, true][1]) == 0", "evaluate: expected number or string, but got bool (1:1)"),
        ("float([1, nil, 'a'][1]) == 0", "evaluate: expected number or string, but got nil (1:1)"),
    ]);
}

#[test]
fn predicates() {
    all_hold(&[
        "all(1..3, {# > 0}) and not all(1..3, {# > 1})",
        "any(1..3, {# == 3}) and not any(1..3, {# == 4})",
        "none(1..3, {# == 4}) and not none(1..3, {# == 3})",
        "one([1, 2, 3], {# == 2}) and not one([1, 2, 2], {# == 2}) and not one([1], {# == 2})",
        "map(1..3, {# * 2}) == [2, 4, 6]",
        "filter(1..9, {# % 2 == 0}) == [2, 4, 6, 8]",
        "count([1, 2, 2], {# == 2}) == 2",
        // Of nothing, everything is true.
        "all([], {false}) and none([], {true}) and not any([], {true}) and not one([], {true})",
        "map([], {1}) == [] and filter([], {true}) == [] and count([], {true}) == 0",
        "all(Result.Insights.SLOs.Lower, {.Limit > 1000})",
        // Without braces, with fields, with elements, one inside the other.
        "all(1..3, # > 0)",
        "any(Result.Insights.SLOs.Upper, {.Metric == 'http/latency-mean' and .Limit < 51})",
        "any(Result.Insights.SLOs.Upper, .Limit == 50)",
        "all(Result.Insights.SLOsSatisfied.Upper, {#[0]})",
        "any([{a: 1}], {#.a == 1}) and any([{a: [1]}], {.a[0] == 1})",
        "map([1, 2], {map([10, 20], {# + 1})}) == [[11, 21], [11, 21]]",
        "all([[1, 2], [3]], {len(#) > 0 and all(#, {# > 0})})",
        "map(filter(1..4, {# > 2}), {#})[0] == 3",
        "len(filter(1..10, {# > 5})) == 5",
        // The search ends at the first element that decides.
        "any([1, 'a'], {# + 1 == 2})",
    ]);
    all_fail(&[
        ("all(1, {true})", "compile: builtin all takes only array (got int) (1:5)"),
        ("map(nil, {1}) == []", "compile: builtin map takes only array (got nil) (1:5)"),
        (
            "any({a: 1}, {true})",
            "compile: builtin any takes only array (got map<string, any>) (1:5)",
        ),
        ("count(1..3, {#}) == 1", "compile: predicate should return boolean (got int) (1:14)"),
        ("filter([1], {nil}) == []", "compile: predicate should return boolean (got nil) (1:14)"),
        ("# == 1", "compile: cannot use # outside a predicate (1:1)"),
        (".a", "compile: cannot use # outside a predicate (1:1)"),
        ("all([1], {true}) and # == 1", "compile: cannot use # outside a predicate (1:22)"),
        ("all([#], {true})", "compile: cannot use # outside a predicate (1:6)"),
        ("all == 1", "compile: all is a function and has to be called (1:1)"),
        (
            "all(1..3, {# == 'a'})",
            "compile: invalid operation: == (mismatched types int and string) (1:14)",
        ),
        ("all([1, true], {#})", "evaluate: expected bool, but got int (1:17)"),
        ("all(Spec[2], {true})", "evaluate: expected array, but got int (1:5)"),
    ]);
}
