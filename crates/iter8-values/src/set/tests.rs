//! Every row of the tables of the grammar, and every error.

use std::error::Error;

use serde_json::json;

use super::*;

type Apply = fn(&mut Map<String, Value>, &str) -> Result<(), ArgumentError>;

/// Reads `<name>` from file `name`, and fails on `missing`.
fn fake_file(file: &str) -> Result<String, Box<dyn Error + Send + Sync>> {
    if file == "missing" { Err("no such file".into()) } else { Ok(format!("<{file}>")) }
}

fn apply_fake_file(values: &mut Map<String, Value>, argument: &str) -> Result<(), ArgumentError> {
    apply_set_file(values, argument, &mut fake_file)
}

/// The error and its causes, as the user sees them.
fn chain(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}

/// Applies the argument to no values; the values as JSON, so that the order of keys counts.
fn outcome(apply: Apply, argument: &str) -> Result<String, String> {
    outcome_on(json!({}), apply, argument)
}

fn outcome_on(values: Value, apply: Apply, argument: &str) -> Result<String, String> {
    let Value::Object(mut values) = values else { panic!("values are a map") };
    match apply(&mut values, argument) {
        Ok(()) => Ok(Value::Object(values).to_string()),
        Err(error) => Err(chain(&error)),
    }
}

fn check_values(apply: Apply, table: &[(&str, &str)]) {
    for (argument, expected) in table {
        assert_eq!(outcome(apply, argument).as_deref(), Ok(*expected), "{argument}");
    }
}

fn check_errors(apply: Apply, prefix: &str, table: &[(&str, &str)]) {
    for (argument, expected) in table {
        let expected = format!("failed parsing {prefix} data: {expected}");
        assert_eq!(outcome(apply, argument), Err(expected), "{argument}");
    }
}

/// The values of this table and the next were recorded from the parser of Helm 3.11.2.
#[test]
fn values_are_those_of_helm() {
    check_values(
        apply_set,
        &[
            ("", "{}"),
            ("tasks={http,assess}", r#"{"tasks":["http","assess"]}"#),
            ("http.url=https://a.b/c?x=1", r#"{"http":{"url":"https://a.b/c?x=1"}}"#),
            (
                r#"http.payloadStr={\"a\":1\,\"b\":2}"#,
                r#"{"http":{"payloadStr":["\"a\":1,\"b\":2"]}}"#,
            ),
            (
                r#"http.payloadStr=\{"a":1\,"b":2}"#,
                r#"{"http":{"payloadStr":"{\"a\":1,\"b\":2}"}}"#,
            ),
            (
                r"assess.SLOs.upper.http/latency-p99\.9=50",
                r#"{"assess":{"SLOs":{"upper":{"http/latency-p99.9":50}}}}"#,
            ),
            ("a[1].b=x", r#"{"a":[null,{"b":"x"}]}"#),
            ("a=1,b=true,c=null,d=1.5,e=", r#"{"a":1,"b":true,"c":null,"d":"1.5","e":""}"#),
            ("a=1,", r#"{"a":1}"#),
            ("a=,b=1", r#"{"a":"","b":1}"#),
            ("a=b=c", r#"{"a":"b=c"}"#),
            ("a=b{c}", r#"{"a":"b{c}"}"#),
            ("a= 1", r#"{"a":" 1"}"#),
            (" a =1", r#"{" a ":1}"#),
            ("a]=c", r#"{"a]":"c"}"#),
            ("a.b=1,a.c=2", r#"{"a":{"b":1,"c":2}}"#),
            ("a=1,a=2", r#"{"a":2}"#),
            ("a.b=1,a=2", r#"{"a":2}"#),
        ],
    );
}

#[test]
fn lists_are_those_of_helm() {
    check_values(
        apply_set,
        &[
            ("a={}", r#"{"a":[""]}"#),
            ("a={1,2,x}", r#"{"a":[1,2,"x"]}"#),
            ("a={1,2,}", r#"{"a":[1,2,""]}"#),
            ("a={,}", r#"{"a":["",""]}"#),
            ("a={1},b=2", r#"{"a":[1],"b":2}"#),
            ("a={1},", r#"{"a":[1]}"#),
            ("a.b={},c=d", r#"{"a":{"b":[""]},"c":"d"}"#),
            (r"a={a\,b,c\}d}", r#"{"a":["a,b","c}d"]}"#),
            ("a={true,null,0,01}", r#"{"a":[true,null,0,"01"]}"#),
            ("a={{1}", r#"{"a":["{1"]}"#),
            ("a={x=1,y.z}", r#"{"a":["x=1","y.z"]}"#),
            ("a[0]={1,2}", r#"{"a":[[1,2]]}"#),
            ("a[0]=,b=1", r#"{"a":[""],"b":1}"#),
            ("a[+1]=1", r#"{"a":[null,1]}"#),
            ("a[0][1]=x", r#"{"a":[[null,"x"]]}"#),
            ("a[0].b=1,a[0].c=2", r#"{"a":[{"b":1,"c":2}]}"#),
            ("a[0].b[1]=x", r#"{"a":[{"b":[null,"x"]}]}"#),
            ("a[1]=x,a[0]=y", r#"{"a":["y","x"]}"#),
            ("a={1,2},a[1]=3", r#"{"a":[1,3]}"#),
        ],
    );
}

#[test]
fn a_backslash_takes_the_next_character_literally() {
    check_values(
        apply_set,
        &[
            (r"a\.b=c", r#"{"a.b":"c"}"#),
            (r"a\=b=c", r#"{"a=b":"c"}"#),
            (r"a\,b=c", r#"{"a,b":"c"}"#),
            (r"a\[0]=c", r#"{"a[0]":"c"}"#),
            (r"a\\b=c", r#"{"a\\b":"c"}"#),
            (r"\n=\t", r#"{"n":"t"}"#),
            (r"a=\\", r#"{"a":"\\"}"#),
            (r"a=b\", r#"{"a":"b"}"#),
            (r"a=\{b\,c}", r#"{"a":"{b,c}"}"#),
            (r"a=1\,b=2", r#"{"a":"1,b=2"}"#),
            (r"a=\5", r#"{"a":5}"#),
            (r"ä=\ö,ß=ü", r#"{"ä":"ö","ß":"ü"}"#),
        ],
    );
}

#[test]
fn scalars_are_typed_as_in_0_13() {
    let table = [
        ("true", json!(true)),
        ("TRUE", json!(true)),
        ("False", json!(false)),
        ("null", json!(null)),
        ("NuLL", json!(null)),
        ("0", json!(0)),
        ("-0", json!(0)),
        ("+5", json!(5)),
        ("-7", json!(-7)),
        ("-007", json!(-7)),
        ("9223372036854775807", json!(i64::MAX)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("9223372036854775808", json!("9223372036854775808")),
        ("00", json!("00")),
        ("007", json!("007")),
        ("2.5", json!("2.5")),
        ("0.5", json!("0.5")),
        ("1e3", json!("1e3")),
        ("1_000", json!("1_000")),
        ("0x1F", json!("0x1F")),
        ("yes", json!("yes")),
        ("~", json!("~")),
        (" 1", json!(" 1")),
        ("+", json!("+")),
        ("", json!("")),
    ];
    for (text, expected) in table {
        assert_eq!(scalar::typed(text.to_owned()), expected, "{text}");
    }
}

#[test]
fn set_string_makes_strings_only() {
    check_values(
        apply_set_string,
        &[
            ("http.headers.X-N=1", r#"{"http":{"headers":{"X-N":"1"}}}"#),
            ("a=1,b=true,c=null,d=", r#"{"a":"1","b":"true","c":"null","d":""}"#),
            ("e={1,null},f[0]=0", r#"{"e":["1","null"],"f":["0"]}"#),
        ],
    );
}

#[test]
fn metric_names_need_no_escape() {
    let limit = r#"{"assess":{"SLOs":{"upper":{"http/latency-p99.9":50}}}}"#;
    check_values(
        apply_set,
        &[
            ("assess.SLOs.upper.http/latency-p99.9=50", limit),
            (r"assess.SLOs.upper.http/latency-p99\.9=50", limit),
            (r"assess.SLOs.upper.http\/latency-p99\.9=50", limit),
            (
                "assess.slos.LOWER.grpc-a.b/latency/p99.9=0.5,x.y=1",
                r#"{"assess":{"slos":{"LOWER":{"grpc-a.b/latency/p99.9":"0.5"}}},"x":{"y":1}}"#,
            ),
            ("SLOs.lower.plain.name=1", r#"{"SLOs":{"lower":{"plain.name":1}}}"#),
            ("x.http/latency-p99.9=1", r#"{"x":{"http/latency-p99.9":1}}"#),
            ("http/latency-p99.9=1", r#"{"http/latency-p99.9":1}"#),
            // Dots before the slash of a name elsewhere, and after a list, separate as ever.
            ("x.a.b/c.d=1", r#"{"x":{"a":{"b/c.d":1}}}"#),
            ("x.a/b[0].c=1", r#"{"x":{"a/b":[{"c":1}]}}"#),
            // Neither `SLOs` nor `upper` alone makes a metric name.
            ("upper.a.b=1,SLOs.c.d=1", r#"{"upper":{"a":{"b":1}},"SLOs":{"c":{"d":1}}}"#),
            ("SLOs.upper={x}", r#"{"SLOs":{"upper":["x"]}}"#),
            // Endpoints are named by the user.
            ("http.endpoints.a/b.url=x/y.z", r#"{"http":{"endpoints":{"a/b":{"url":"x/y.z"}}}}"#),
        ],
    );
    check_errors(
        apply_set,
        "--set",
        &[
            ("SLOs.upper.a.b", r#"key "a.b" has no value"#),
            ("SLOs.upper.a.b,c=1", r#"key "a.b" has no value (cannot end with ,)"#),
            ("SLOs.upper.=1", r#"key map "upper" has no value"#),
        ],
    );
}

#[test]
fn incomplete_pairs_are_errors() {
    check_errors(
        apply_set,
        "--set",
        &[
            ("a", r#"key "a" has no value"#),
            ("a=1,b", r#"key "b" has no value"#),
            ("a.b", r#"key "b" has no value"#),
            (r"a\", r#"key "a" has no value"#),
            (r"\", r#"key "" has no value"#),
            ("a[0].b", r#"key "b" has no value"#),
            ("a[0]", r#"key "a[0]" has no value"#),
            ("x.a[0][1]", r#"key "a[0][1]" has no value"#),
            (",", r#"key "" has no value (cannot end with ,)"#),
            ("a=1,,b=2", r#"key "" has no value (cannot end with ,)"#),
            ("a=1,b,c=2", r#"key "b" has no value (cannot end with ,)"#),
            ("a.,b=1", r#"key "" has no value (cannot end with ,)"#),
            ("a[0],b=1", r#"key "a[0]" has no value (cannot end with ,)"#),
            ("a.=1", r#"key map "a" has no value"#),
            ("a.", r#"key map "a" has no value"#),
            ("a..b=1", r#"key map "a" has no value"#),
            ("a.b.=1", r#"key map "b" has no value"#),
            ("a[0].=1", r#"key map "a[0]" has no value"#),
            ("a.[0]=1", r#"key map "a" has no value"#),
            ("=1", "name missing before '='"),
            (".a=1", "name missing before '.'"),
            ("a=1,[0]=1", "name missing before '['"),
            ("a=1, =2,[", "name missing before '['"),
        ],
    );
}

#[test]
fn faulty_lists_and_indices_are_errors() {
    check_errors(
        apply_set,
        "--set",
        &[
            ("a={1,2", "list must terminate with '}'"),
            (r"a={1\}", "list must terminate with '}'"),
            ("a={", "list must terminate with '}'"),
            (
                "b.a={1}c=2",
                r#"list of key "b.a" must be followed by ',' or the end of the argument"#,
            ),
            // Lists do not nest: the list of `{1` is over before the next pair `{2}}`.
            ("a={{1},{2}}", r#"key "{2}}" has no value"#),
            ("a[x]=1", r#"error parsing index: "x" is not a whole number"#),
            ("a[]=1", r#"error parsing index: "" is not a whole number"#),
            ("a[ 1]=1", r#"error parsing index: " 1" is not a whole number"#),
            ("a[1.0]=1", r#"error parsing index: "1.0" is not a whole number"#),
            ("a[0", "error parsing index: missing ']'"),
            ("a[0=1", "error parsing index: missing ']'"),
            ("a[0]b=1", r#"unexpected data at end of array index: "b""#),
            ("a[-1]=1", "negative -1 index not allowed"),
            ("a[65537]=1", "index of 65537 is greater than maximum supported index of 65536"),
            (
                "a[9223372036854775807]=1",
                "index of 9223372036854775807 is greater than maximum supported index of 65536",
            ),
        ],
    );
}

#[test]
fn a_path_does_not_walk_through_other_kinds() {
    check_errors(
        apply_set,
        "--set",
        &[
            ("a=1,a.b=2", r#"unable to parse key: "a" is a number, not a map"#),
            ("x.a=b,x.a.b.c=2", r#"unable to parse key: "x.a" is a string, not a map"#),
            ("a=true,a.b=2", r#"unable to parse key: "a" is a boolean, not a map"#),
            ("a={1},a.b=2", r#"unable to parse key: "a" is a list, not a map"#),
            ("a=1,a[0]=2", r#"unable to parse key: "a" is a number, not a list"#),
            ("a.b=1,a[0]=2", r#"unable to parse key: "a" is a map, not a list"#),
            ("a={1},a[0][0]=2", r#"unable to parse key: "a[0]" is a number, not a list"#),
            ("a={1},a[0].b=2", r#"unable to parse key: "a[0]" is a number, not a map"#),
        ],
    );
}

#[test]
fn a_null_on_the_way_counts_as_absent() {
    check_values(
        apply_set,
        &[
            ("a=null,a.b=1", r#"{"a":{"b":1}}"#),
            ("a=null,a[1]=1", r#"{"a":[null,1]}"#),
            ("a[1]=x,a[0].b=1", r#"{"a":[{"b":1},"x"]}"#),
        ],
    );
}

#[test]
fn an_empty_value_ends_an_argument_under_an_index() {
    check_values(apply_set, &[("a[1].b=", r#"{"a":[null,{"b":""}]}"#)]);
}

#[test]
fn existing_keys_keep_their_place() {
    let before = json!({"z": 1, "m": {"b": 1, "a": [1, 2]}, "a": 3});
    let after = outcome_on(before, apply_set, "a=4,m.c=5,m.a[1]=6,z=7,b=8");
    assert_eq!(after, Ok(r#"{"z":7,"m":{"b":1,"a":[1,6],"c":5},"a":4,"b":8}"#.to_owned()));
}

#[test]
fn set_json_takes_any_json() {
    check_values(
        apply_set_json,
        &[
            (r#"a={"x":1},b=2"#, r#"{"a":{"x":1},"b":2}"#),
            (r#"a=[1,{"b":null}]"#, r#"{"a":[1,{"b":null}]}"#),
            (r#"a.b[1].c={"d":[1,2]},e=1.5"#, r#"{"a":{"b":[null,{"c":{"d":[1,2]}}]},"e":1.5}"#),
            (r#"a="x,y=z",b=true"#, r#"{"a":"x,y=z","b":true}"#),
            (r#"z={"b":1,"a":2}"#, r#"{"z":{"b":1,"a":2}}"#),
            ("a=", r#"{"a":null}"#),
            ("a= ,b=1", r#"{"a":null,"b":1}"#),
            ("a=1,", r#"{"a":1}"#),
            ("a = 1 , b = 2 ", r#"{"a ":1,"b ":2}"#),
            ("a=18446744073709551615", r#"{"a":18446744073709551615}"#),
            (r"a\.b=1", r#"{"a.b":1}"#),
            (
                "SLOs.upper.http/latency-p99.9=0.5",
                r#"{"SLOs":{"upper":{"http/latency-p99.9":0.5}}}"#,
            ),
            ("", "{}"),
        ],
    );
}

/// Found by fuzzing: read less exactly, this number is another one when it is printed.
#[test]
fn numbers_in_json_are_read_to_the_last_digit() {
    let printed = outcome(apply_set_json, "a=5555555551555555555555505555555515555555555555550");
    assert_eq!(printed.as_deref(), Ok(r#"{"a":5.555555551555555e+48}"#));
    assert_eq!(outcome(apply_set_json, "a=5.555555551555555e+48"), printed);
}

#[test]
fn faulty_json_is_located_in_the_argument() {
    let invalid = |at: usize, problem: &str| {
        format!(r#"invalid JSON for key "a" at character {at} of the argument: {problem}"#)
    };
    let extra = |at: usize| {
        format!(r#"unexpected data after the JSON of key "a" at character {at} of the argument"#)
    };
    let deep = format!("a={}", "[".repeat(200));
    let table = [
        ("a=nope", invalid(4, "expected ident")),
        ("ß=1,a=nope", invalid(8, "expected ident")),
        ("a={\"x\":1", invalid(8, "EOF while parsing an object")),
        ("a=[1,\n 2 3]", invalid(10, "expected `,` or `]`")),
        ("a=\"x\\,y\"", invalid(6, "invalid escape")),
        ("a=1e999", invalid(7, "number out of range")),
        ("a=1b=2", invalid(4, "trailing characters")),
        ("a=1 b=2", extra(5)),
        ("a=\"x\"y=1", extra(6)),
        (deep.as_str(), invalid(130, "recursion limit exceeded")),
        ("a", r#"key "a" has no value"#.to_owned()),
        ("a=1,,b=2", r#"key "" has no value (cannot end with ,)"#.to_owned()),
    ];
    for (argument, expected) in table {
        check_errors(apply_set_json, "--set-json", &[(argument, &expected)]);
    }
}

#[test]
fn set_file_stores_contents() {
    check_values(
        apply_fake_file,
        &[
            ("a=f.txt", r#"{"a":"<f.txt>"}"#),
            ("a={f,g},b=h", r#"{"a":["<f>","<g>"],"b":"<h>"}"#),
            (r"a.b[0]=C:\\x\,y", r#"{"a":{"b":["<C:\\x,y>"]}}"#),
            ("a=https://x/y?z=1", r#"{"a":"<https://x/y?z=1>"}"#),
            ("", "{}"),
        ],
    );
    check_errors(
        apply_fake_file,
        "--set-file",
        &[
            ("a=missing", r#"failed to read "missing" for key "a": no such file"#),
            ("x.a={f,missing}", r#"failed to read "missing" for key "x.a": no such file"#),
            ("a=", r#"key "a" has no file name"#),
            ("a={f,}", r#"key "a" has no file name"#),
            ("a", r#"key "a" has no value"#),
        ],
    );
}

#[test]
fn no_file_is_read_for_a_faulty_argument() {
    let mut reads = 0;
    let mut count = |_: &str| {
        reads += 1;
        Ok(String::new())
    };
    assert!(apply_set_file(&mut Map::new(), "a=f,b", &mut count).is_err());
    assert_eq!(reads, 0);
}

#[test]
fn set_string_errors_name_their_option() {
    check_errors(apply_set_string, "--set-string", &[("a", r#"key "a" has no value"#)]);
}

#[test]
fn levels_are_bounded() {
    let dots = |count: usize| vec!["a"; count + 1].join(".") + "=1";
    assert!(outcome(apply_set, &dots(MAX_LEVELS)).is_ok());
    check_errors(
        apply_set,
        "--set",
        &[(
            &dots(MAX_LEVELS + 1),
            "value name nested level is greater than maximum supported nested level of 30",
        )],
    );

    let indices = |count: usize| format!("a{}=1", "[0]".repeat(count));
    assert!(outcome(apply_set, &indices(MAX_INDICES)).is_ok());
    check_errors(
        apply_set,
        "--set",
        &[(&indices(MAX_INDICES + 1), "more than 30 list indices in one key")],
    );
}

#[test]
fn gaps_are_bounded() {
    let mut values = Map::new();
    apply_set(&mut values, "a[65536]=x").unwrap();
    assert_eq!(values["a"].as_array().map(Vec::len), Some(MAX_INDEX + 1));

    let lists = |count: usize| {
        (0..count).map(|list| format!("a{list}[65536]=x")).collect::<Vec<_>>().join(",")
    };
    assert!(outcome(apply_set, &lists(4)).is_ok());
    check_errors(
        apply_set,
        "--set",
        &[(&lists(5), "indices leave more than 262144 list entries unset")],
    );
    check_errors(
        apply_set,
        "--set",
        &[(
            "a[65536][65536][65536][65536][65536]=x",
            "indices leave more than 262144 list entries unset",
        )],
    );
}

#[test]
fn arguments_are_bounded() {
    let argument = format!("a={}", "x".repeat(MAX_ARGUMENT_BYTES - 2));
    assert!(outcome(apply_set, &argument).is_ok());
    check_errors(
        apply_set,
        "--set",
        &[(&(argument + "x"), "argument of 1048577 bytes is larger than the maximum of 1048576")],
    );
}

#[test]
fn messages_cut_long_keys_and_show_no_values() {
    let long = "k".repeat(500);
    let expected = format!("key \"{}…\" has no value", "k".repeat(100));
    check_errors(apply_set, "--set", &[(&long, &expected)]);

    for argument in ["a=secret,a.b=secret", "a={secret", "a={secret}secret", "a=secret,b[x]=secret"]
    {
        let message = outcome(apply_set, argument).unwrap_err();
        assert!(!message.contains("secret"), "{message}");
    }
    for argument in ["a=[secret", "a=\"secret\" secret", "a=\"secret"] {
        let message = outcome(apply_set_json, argument).unwrap_err();
        assert!(!message.contains("secret"), "{message}");
    }
}

#[test]
fn paths_print_as_typed() {
    for path in ["a", "a.b", r"a\.b.c", "a[0][1].b", r"a\=b\,c\\d\[e"] {
        let pairs = parse_set(&format!("{path}=1")).unwrap();
        assert_eq!(pairs[0].path.to_string(), path);
    }
    let pairs = parse_set("a[2]=1").unwrap();
    let segments = [Segment::Name("a".to_owned()), Segment::Index(2)];
    assert_eq!(pairs[0].path.segments(), segments);
}

#[test]
fn layers_override_each_other_in_order() {
    let object = |value: Value| value.as_object().cloned().unwrap();
    let strings = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    let layers = Layers {
        files: vec![
            object(json!({"f": 1, "g": 1, "j": 1, "m": {"x": 1, "y": 1}, "l": [1, 2]})),
            object(json!({"g": 2, "j": 2, "m": {"y": 2}, "n": null})),
        ],
        set_file: strings(&["t=1", "t=2"]),
        set_string: strings(&["t=0", "s=0", "s=1"]),
        set_json: strings(&[r#"j={"p":1,"q":1}"#, "s=5"]),
        set: strings(&["j.q=2", "s=6", "m.x=null,l[1]=3", "t=4"]),
    };
    let values = compose(layers, &mut fake_file).unwrap();
    assert_eq!(
        Value::Object(values).to_string(),
        r#"{"f":1,"g":2,"j":{"p":1,"q":2},"m":{"x":null,"y":2},"l":[1,3],"n":null,"s":"1","t":"<2>"}"#
    );

    let layers = Layers { set_file: strings(&["a=missing"]), ..Layers::default() };
    let error = compose(layers, &mut fake_file).unwrap_err();
    assert_eq!(error.option, SetOption::SetFile);
}
