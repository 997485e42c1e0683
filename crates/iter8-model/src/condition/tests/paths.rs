//! The names of an experiment, fields, elements, slices and methods.

use super::{all_fail, all_hold};

const INT: &str = "cut the fraction off with `int(…)`";
const NIL: &str = "`?.` passes nil on and `??` replaces it";

#[test]
fn every_name() {
    all_hold(&[
        "Result.Revision == 3",
        "Result.NumLoops == 10",
        "Result.NumCompletedTasks == 2",
        "not Result.Failure",
        "Result.Iter8Version == 'v0.13'",
        "Result.Insights.NumVersions == 2",
        "Result.Insights.VersionNames[0].Version == 'v1'",
        "Result.Insights.VersionNames[0].Track == 'candidate'",
        "Result.Insights.VersionNames[1] == nil",
        "Result.Insights.MetricsInfo['http/latency-mean'].Type == 'Gauge'",
        "Result.Insights.MetricsInfo['http/latency-mean'].Units == 'msec'",
        "Result.Insights.MetricsInfo['http/latency-mean'].Description startsWith 'mean'",
        "Result.Insights.NonHistMetricValues[1]['http/latency-mean'] == [60, 42.5]",
        "Result.Insights.HistMetricValues[0]['http/latency'][0].Count == 7",
        "Result.Insights.HistMetricValues[0]['http/latency'][0].Lower < 1.5",
        "Result.Insights.HistMetricValues[0]['http/latency'][0].Upper > 1.5",
        "Result.Insights.SummaryMetricValues[0]['abn/users'][0] == 2",
        "Result.Insights.SLOs.Upper[0].Limit == 50",
        "Result.Insights.SLOs.Upper[0].Metric == 'http/latency-mean'",
        "Result.Insights.SLOs.Lower == nil",
        "Result.Insights.SLOsSatisfied.Upper == [[true, false]]",
        "Result.Insights.SLOsSatisfied.Lower == nil",
        "Spec[0].task == 'http'",
    ]);
}

#[test]
fn methods() {
    all_hold(&[
        "Result.Insights.ScalarMetricValue(0, 'http/latency-mean') == 42.5",
        "Result.Insights.ScalarMetricValue(0, 'no such metric') == nil",
        "Result.Insights.ScalarMetricValue(1, 'http/latency-mean') == nil",
        "(Result.Insights.ScalarMetricValue(9, 'http/latency-mean') ?? 0) < 500",
        "Result.Insights.TrackVersionStr(0) == 'candidate (v1)'",
        "Result.Insights.TrackVersionStr(7) == nil",
        "Result.Insights.GetMetricsInfo('http/latency-mean').Type == 'Gauge'",
        "Result.Insights.GetMetricsInfo('no such metric') == nil",
        "Result.Insights.GetMetricsInfo('no such metric')?.Type == nil",
        "all([0], {Result.Insights.ScalarMetricValue(#, 'http/latency-mean') < 50})",
        "map([Result.Insights], {.TrackVersionStr(0)}) == ['candidate (v1)']",
    ]);
    all_fail(&[
        (
            "Result.Insights.ScalarMetricValue(0, 'no such metric') < 500",
            "evaluate: invalid operation: < (mismatched types nil and int) (1:56) - \
             a value is missing; `??` gives it a default",
        ),
        (
            "Result.Insights.TrackVersionStr() == ''",
            "compile: not enough arguments to call TrackVersionStr (1:17)",
        ),
        (
            "Result.Insights.TrackVersionStr(1, 2) == ''",
            "compile: too many arguments to call TrackVersionStr (1:17)",
        ),
        (
            "Result.Insights.ScalarMetricValue('m', 0) == 1",
            "compile: cannot use string as argument (type int) to call ScalarMetricValue (1:35)",
        ),
        (
            "Result.Insights.GetMetricsInfo(1.5) == nil",
            "compile: cannot use float as argument (type string) to call GetMetricsInfo (1:32)",
        ),
        (
            "Result.Insights.TrackVersionStr(Spec[0]) == ''",
            "evaluate: expected int, but got map (1:33)",
        ),
        (
            "Result.Insights.GetMetricsInfo(Spec[2]) == nil",
            "evaluate: expected string, but got int (1:32)",
        ),
        (
            "Result.Insights.scalarMetricValue(0, 'm') == 1",
            "compile: type Insights has no method scalarMetricValue (1:17) - \
             names are case-sensitive: did you mean `ScalarMetricValue(…)`?",
        ),
        (
            "Result.NumLoops() == 1",
            "compile: type Result has no method NumLoops (1:8) - \
             `NumLoops` is a field: leave out the parentheses",
        ),
        (
            "Result.Insights.TrackVersionStr == ''",
            "compile: TrackVersionStr is a function and has to be called (1:17)",
        ),
        ("Spec[0].task()", "compile: type any has no method task (1:9)"),
    ]);
}

#[test]
fn times() {
    all_hold(&[
        "Result.StartTime.Year() == 2023",
        "Result.StartTime.Month() == 5",
        "Result.StartTime.Day() == 15",
        "Result.StartTime.Hour() == 15",
        "Result.StartTime.Minute() == 30",
        "Result.StartTime.Second() == 45",
        "Result.StartTime.Unix() == 1684157445",
        "Result.StartTime.Weekday() == 1",
    ]);
    all_fail(&[
        ("Result.StartTime.Year == 1", "compile: Year is a function and has to be called (1:18)"),
        ("Result.StartTime.Foo() == 1", "compile: type time has no method Foo (1:18)"),
        ("Result.StartTime.Foo == 1", "compile: type time has no field Foo (1:18)"),
        ("Result.StartTime.Hour(1) == 1", "compile: too many arguments to call Hour (1:18)"),
    ]);
}

#[test]
fn unknown_names() {
    let listed = "an experiment has Result, Spec, SLOs(), Completed() and NoFailure()";
    let cases = [
        ("Reslt.NumLoops == 1", "unknown name Reslt (1:1)", "did you mean `Result`?"),
        ("slos()", "unknown name slos (1:1)", "names are case-sensitive: did you mean `SLOs()`?"),
        ("SLOs", "SLOs is a function and has to be called (1:1)", "write `SLOs()`"),
        ("True", "unknown name True (1:1)", "names are case-sensitive: did you mean `true`?"),
        (
            "NumVersions == 1",
            "unknown name NumVersions (1:1)",
            "did you mean `Result.Insights.NumVersions`?",
        ),
        ("xyzzy", "unknown name xyzzy (1:1)", listed),
        (
            "Result.numLoops == 1",
            "type Result has no field numLoops (1:8)",
            "names are case-sensitive: did you mean `NumLoops`?",
        ),
        (
            "Result.NumVersions == 1",
            "type Result has no field NumVersions (1:8)",
            "did you mean `Insights.NumVersions`?",
        ),
        (
            "Result['NumLops'] == 1",
            "type Result has no field NumLops (1:8)",
            "did you mean `NumLoops`?",
        ),
        (
            "Result.Insights.SLOs.Uper == nil",
            "type SLOLimits has no field Uper (1:22)",
            "did you mean `Upper`?",
        ),
        (
            "Result.Insights.SLOs.xyzzy == nil",
            "type SLOLimits has no field xyzzy (1:22)",
            "SLOLimits has Upper, Lower",
        ),
    ];
    for (condition, message, hint) in cases {
        all_fail(&[(condition, &format!("compile: {message} - {hint}"))]);
    }
    all_fail(&[
        ("SLOs(1)", "compile: too many arguments to call SLOs (1:1)"),
        ("Result() == nil", "compile: Result is not a function (1:1)"),
        ("Result.NumLoops.x == 1", "compile: type int has no field x (1:17)"),
        ("Result.NumLoops.x() == 1", "compile: type int has no method x (1:17)"),
    ]);
}

#[test]
fn elements() {
    all_hold(&[
        "[1, 2, 3][0] == 1 and [1, 2, 3][-1] == 3 and [1, 2, 3][-3] == 1",
        "Result['NumLoops'] == 10",
        "{a: 1}['a'] == 1 and {a: 1}['b'] == nil and {a: 1}.b == nil",
        "{'in': [2]}.in[0] == 2 and {'not': 1}.not == 1",
        "[[1, 2], [3]][0][1] == 2",
        "Result.Insights.NonHistMetricValues[0]['no such metric'] == nil",
        "Spec[0]['task'] == 'http'",
    ]);
}

#[test]
fn elements_that_are_not_there() {
    all_fail(&[
        ("[1][1] == 1", "evaluate: index 1 is out of range of 1 elements (1:4)"),
        ("[1][-2] == 1", "evaluate: index -2 is out of range of 1 elements (1:4)"),
        (
            "[1][-9223372036854775807 - 1] == 1",
            "evaluate: index -9223372036854775808 is out of range of 1 elements (1:4)",
        ),
        ("[true][1.0]", &format!("compile: type array<bool>[float] is undefined (1:7) - {INT}")),
        ("{a: 1}[1] == 1", "compile: type map<string, any>[int] is undefined (1:7)"),
        ("Result.Iter8Version[0] == 'v'", "compile: type string[int] is undefined (1:20)"),
        ("Result['Num' + 'Loops'] == 1", "compile: type Result[string] is undefined (1:7)"),
        (
            "Spec[len(Spec) / 2] == 1",
            &format!("compile: type array<any>[float] is undefined (1:5) - {INT}"),
        ),
        ("Spec[0][true] == 1", "compile: type any[bool] is undefined (1:8)"),
        ("Spec[0][0] == 1", "evaluate: cannot fetch int from map (1:8)"),
        ("Spec[2].x == 1", "evaluate: cannot fetch x from int (1:9)"),
        ("Spec[[0, 'a'][1]] == 1", "evaluate: cannot fetch a from array (1:5)"),
        ("Spec[1].x == 1", &format!("evaluate: cannot fetch x from nil (1:9) - {NIL}")),
        ("Spec[1][0] == 1", &format!("evaluate: cannot fetch 0 from nil (1:8) - {NIL}")),
        (
            "Result.Insights.NonHistMetricValues[0]['x'][0] < 1",
            &format!("evaluate: cannot fetch 0 from nil (1:44) - {NIL}"),
        ),
        (
            "Result.Insights.MetricsInfo['x'].Type == 'Gauge'",
            &format!("evaluate: cannot fetch Type from nil (1:34) - {NIL}"),
        ),
    ]);
}

#[test]
fn optional_links() {
    all_hold(&[
        "Result?.NumLoops == 10",
        "Spec[1]?.x == nil and Spec[1]?.['x'] == nil and Spec[1]?.x.y[0].z == nil",
        "{a: nil}.a?.b.c == nil",
        "{a: {b: 1}}.a?.b == 1",
        "(Spec[1]?.x ?? 4) == 4",
    ]);
    all_fail(&[
        ("{a: {b: nil}}.a?.b.c == 1", &format!("evaluate: cannot fetch c from nil (1:20) - {NIL}")),
        ("(Spec[1]?.x).y == 1", &format!("evaluate: cannot fetch y from nil (1:14) - {NIL}")),
    ]);
}

#[test]
fn slices() {
    all_hold(&[
        "[1, 2, 3][1:] == [2, 3]",
        "[1, 2, 3][:2] == [1, 2]",
        "[1, 2, 3][:] == [1, 2, 3]",
        "[1, 2, 3][1:2] == [2]",
        "[1, 2, 3][-2:] == [2, 3]",
        "[1, 2, 3][:-1] == [1, 2]",
        "[1, 2, 3][5:] == [] and [1, 2, 3][2:1] == [] and [1, 2, 3][-9:1] == [1]",
        "Result.Iter8Version[1:] == '0.13' and Result.Iter8Version[:-3] == 'v0'",
        "('hé' + 'llo')[1:3] == 'él'",
        "Spec[0]['task'][0:1] == 'h'",
        "(Result.NumLoops > 5 ? 1 : 2) == 1 and Spec[(true ? 1 : 2):][1] == 3",
    ]);
    all_fail(&[
        ("Result.NumLoops[1:] == 1", "compile: cannot slice int (1:16)"),
        ("{a: 1}[1:] == 1", "compile: cannot slice map<string, any> (1:7)"),
        ("Spec['a':] == []", "compile: slice bounds must be int (got string) (1:6)"),
        (
            "Spec[:1.5] == []",
            &format!("compile: slice bounds must be int (got float) (1:7) - {INT}"),
        ),
        ("Spec[Spec[0]:] == []", "evaluate: expected int, but got map (1:6)"),
        ("Spec[2][1:] == []", "evaluate: expected array or string, but got int (1:8)"),
        ("Spec[1][1:] == []", &format!("evaluate: cannot fetch a slice from nil (1:8) - {NIL}")),
    ]);
}
