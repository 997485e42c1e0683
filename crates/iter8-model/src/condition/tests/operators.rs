//! Every operator, on the types that it takes and on those that it does not.

use super::{all_fail, all_hold, answer};

#[test]
fn arithmetic() {
    all_hold(&[
        "1 + 2 == 3 and 1 + 2.5 == 3.5",
        "'a' + 'b' == 'ab'",
        "5 - 7 == -2 and 5.5 - 1 == 4.5",
        "3 * 4 == 12 and 0.5 * 4 == 2",
        "7 / 2 == 3.5 and 8 / 2 == 4",
        "7 % 3 == 1 and -7 % 3 == -1",
        "2 ** 10 == 1024 and 2 ^ -1 == 0.5",
        "+1 == 1 and -(1.5) == -1.5",
        "1 / 0 > 9e300 and -1 / 0 < -9e300",
        "0 / 0 != 0 / 0 and not (0 / 0 < 1) and not (0 / 0 >= 1)",
        "(-9223372036854775807 - 1) % -1 == 0",
        // Elements of mixed lists are known only at evaluation.
        "[1, 'a'][0] + 1 == 2 and [1, 'a'][1] + 'b' == 'ab'",
        "-[1, 'a'][0] == -1 and +[1.5, 'a'][0] == 1.5",
    ]);
    let max = "9223372036854775807";
    for (operation, operator) in [
        (format!("{max} + 1 == 0"), "+"),
        (format!("-{max} - 2 == 0"), "-"),
        (format!("{max} * 2 == 0"), "*"),
        (format!("-(-{max} - 1) == 0"), "-"),
        (format!("abs(-{max} - 1) == 0"), "abs"),
    ] {
        let error = answer(&operation).unwrap_err();
        assert!(
            error.starts_with(&format!("evaluate: integer overflow in {operator} (")),
            "{operation}: {error}"
        );
    }
    all_fail(&[
        ("7 % 0 == 0", "compile: integer divide by zero (1:3)"),
        ("7 % (1 - 1) == 0", "evaluate: integer divide by zero (1:3)"),
        ("7.5 % 2 == 0", "compile: invalid operation: % (mismatched types float and int) (1:5)"),
        ("'a' + 1 == 0", "compile: invalid operation: + (mismatched types string and int) (1:5)"),
        ("'a' * 2 == 0", "compile: invalid operation: * (mismatched types string and int) (1:5)"),
        ("true - 1 == 0", "compile: invalid operation: - (mismatched types bool and int) (1:6)"),
        ("nil + 1 == 1", "compile: invalid operation: + (mismatched types nil and int) (1:5)"),
        ("2 ** 'a' == 0", "compile: invalid operation: ** (mismatched types int and string) (1:3)"),
        ("-'a' == 0", "compile: invalid operation: - (mismatched type string) (1:1)"),
        ("+true", "compile: invalid operation: + (mismatched type bool) (1:1)"),
        (
            "[1, 'a'][1] + 1 == 0",
            "evaluate: invalid operation: + (mismatched types string and int) (1:13)",
        ),
        (
            "[1, 'a'][1] / 1 == 0",
            "evaluate: invalid operation: / (mismatched types string and int) (1:13)",
        ),
        (
            "[1.5, 'a'][0] % 2 == 0",
            "evaluate: invalid operation: % (mismatched types float and int) (1:15)",
        ),
        ("-[1, 'a'][1] == 0", "evaluate: expected number, but got string (1:2)"),
    ]);
}

#[test]
fn comparison() {
    all_hold(&[
        "1 == 1.0 and 1 != 1.5",
        "1 < 2 and 1.5 <= 2 and 2 > 1.5 and 2.0 >= 2",
        "'a' < 'b' and 'b' >= 'a' and 'a' == 'a'",
        "true == true and true != false",
        "nil == nil and nil != 1 and Result.NumLoops != nil",
        "[1, 2] == [1.0, 2.0] and [1] != [1, 2] and [1] != [2]",
        "{a: 1} == {a: 1.0} and {a: 1} != {b: 1} and {a: 1} != {a: 2} and {a: 1} != {}",
        "1..3 == [1, 2, 3]",
        "[1, 'a'][1] != 1 and [1, 'a'][0] == 1",
        "Result.StartTime == Result.StartTime and Result.StartTime <= Result.StartTime",
        "Result == Result and Result.Insights != nil",
    ]);
    all_fail(&[
        ("1 == '1'", "compile: invalid operation: == (mismatched types int and string) (1:3)"),
        ("true == 1", "compile: invalid operation: == (mismatched types bool and int) (1:6)"),
        (
            "[1] == ['a']",
            "compile: invalid operation: == (mismatched types array<int> and array<string>) (1:5)",
        ),
        (
            "Result != Result.Insights",
            "compile: invalid operation: != (mismatched types Result and Insights) (1:8)",
        ),
        ("'a' < 1", "compile: invalid operation: < (mismatched types string and int) (1:5)"),
        ("true < false", "compile: invalid operation: < (mismatched types bool and bool) (1:6)"),
        (
            "[1] < [2]",
            "compile: invalid operation: < (mismatched types array<int> and array<int>) (1:5)",
        ),
        ("nil < 1", "compile: invalid operation: < (mismatched types nil and int) (1:5)"),
        (
            "{a: 1} > {a: 1}",
            "compile: invalid operation: > (mismatched types map<string, any> and \
             map<string, any>) (1:8)",
        ),
        (
            "[1, 'a'][0] < 'b'",
            "evaluate: invalid operation: < (mismatched types int and string) (1:13)",
        ),
    ]);
}

#[test]
fn logic() {
    all_hold(&[
        "true and true && not false",
        "false or true || false",
        "!false",
        "!!true and not not true",
        // What is not needed is not evaluated.
        "true or [true][5]",
        "not (false and [true][5])",
        "[true, 1][0] and true",
        "not [false, 1][0]",
    ]);
    all_fail(&[
        ("1 and true", "compile: invalid operation: and (mismatched types int and bool) (1:3)"),
        (
            "true and false or 'a'",
            "compile: invalid operation: or (mismatched types bool and string) (1:16)",
        ),
        (
            "true or true or nil",
            "compile: invalid operation: or (mismatched types bool and nil) (1:14)",
        ),
        ("[true, 1][1] and true", "evaluate: expected bool, but got int (1:1)"),
        ("not [true, 1][1]", "evaluate: expected bool, but got int (1:5)"),
        ("[true, 1][1]", "evaluate: expected bool, but got int (1:1)"),
    ]);
}

#[test]
fn choice_and_coalescing() {
    all_hold(&[
        "true ? true : false",
        "(false ? 1 : 2) == 2",
        "(true ? 1 : 'a') == 1",
        "true ?: false",
        "false ?: true",
        "nil ?? true",
        "(1 ?? 2 ?? 3) == 1",
        "(Spec[1] ?? 5) == 5",
        "(true ? nil : 1) == nil",
    ]);
    all_fail(&[
        ("1 ? true : false", "compile: non-bool expression (type int) used as condition (1:1)"),
        ("'x' ?: true", "compile: non-bool expression (type string) used as condition (1:1)"),
        ("nil ?: true", "compile: non-bool expression (type nil) used as condition (1:1)"),
        ("nil ?? 2", "compile: expected bool, but got int (1:5) - compare it with a number"),
        ("true ? nil : nil", "compile: expected bool, but got nil (1:1)"),
        ("true ? 1 : 'a'", "evaluate: expected bool, but got int (1:1)"),
    ]);
}

#[test]
fn membership() {
    all_hold(&[
        "1 in [1, 2] and 3 not in [1, 2]",
        "2.0 in [1, 2] and 2 in [1.0, 2.0]",
        "'a' not in [1]",
        "[1] in [[1], [2]]",
        "nil in [nil]",
        "'a' in {a: 1} and 'b' not in {a: 1}",
        "'NumLoops' in Result and 'numLoops' not in Result",
        "3 in 1..3 and 0 not in 1..3 and 1 not in 3..1",
        "2.0 in 1..3 and 'a' not in 1..3 and nil not in 1..3",
        "2.5 in 1..3 and 3.5 not in 1..3 and 0 / 0 not in 1..3 and 2.5 not in [1, 2, 3]",
        "-3 not in [-3, 4] == false and 2 * 3 not in []",
        "Result.Iter8Version in ['v0.13', 'v0.14']",
        "true not in Result.Insights.SLOsSatisfied.Lower",
    ]);
    all_fail(&[
        (
            "'a' in 'abc'",
            "compile: invalid operation: in (mismatched types string and string) (1:5)",
        ),
        ("1 in nil", "compile: invalid operation: in (mismatched types int and nil) (1:3)"),
        (
            "1 in {a: 1}",
            "compile: invalid operation: in (mismatched types int and map<string, any>) (1:3)",
        ),
        ("1 in Result", "compile: invalid operation: in (mismatched types int and Result) (1:3)"),
        ("1 in Spec[2]", "evaluate: invalid operation: in (mismatched types int and int) (1:3)"),
    ]);
}

#[test]
fn ranges() {
    all_hold(&[
        "1..3 == [1, 2, 3]",
        "3..1 == []",
        "(2..2)[0] == 2",
        "-1..1 == [-1, 0, 1]",
        "len(9223372036854775806..9223372036854775807) == 2",
    ]);
    all_fail(&[
        ("5 in 1.5..3", "compile: invalid operation: .. (mismatched types float and int) (1:9)"),
        (
            "'a'..'b' == []",
            "compile: invalid operation: .. (mismatched types string and string) (1:4)",
        ),
        ("1 in 0..Spec[0]", "evaluate: expected int, but got map (1:9)"),
    ]);
}

#[test]
fn texts() {
    all_hold(&[
        "'abc' contains 'b' and 'abc' not contains 'x'",
        "'abc' startsWith 'ab' and 'abc' not startsWith 'b'",
        "'abc' endsWith 'bc' and 'abc' not endsWith 'b'",
        "'abc' matches '^a.c$' and 'abc' matches 'b' and 'abc' not matches '^b'",
        "Result.Iter8Version matches '^v\\\\d+\\\\.\\\\d+$'",
        "'v0.13' matches Result.Iter8Version",
    ]);
    all_fail(&[
        (
            "'a' contains 1",
            "compile: invalid operation: contains (mismatched types string and int) (1:5)",
        ),
        (
            "1 matches 'a'",
            "compile: invalid operation: matches (mismatched types int and string) (1:3)",
        ),
        (
            "Spec[2] matches 'a'",
            "evaluate: invalid operation: matches (mismatched types int and string) (1:9)",
        ),
        (
            "'a' startsWith Spec[2]",
            "evaluate: invalid operation: startsWith (mismatched types string and int) (1:5)",
        ),
        ("'a' matches '('", "compile: invalid regular expression (1:13)"),
        ("'a' matches ('(' + '')", "evaluate: invalid regular expression (1:5)"),
    ]);
}
