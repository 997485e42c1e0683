//! What templates may not do.

use std::cell::Cell;

use crate::environment::{Environment, Limits, Zone};
use crate::error::Cause;
use crate::functions::Dialect;
use crate::templates::Templates;
use crate::testing::{json, outcome, render};
use crate::value::{List, Map, Value};

fn templates(text: &str) -> Templates {
    let mut templates = Templates::new(Dialect::Sprig);
    templates.parse("x", text).unwrap();
    templates
}

fn cause(text: &str, data: &Value, limits: Limits) -> Option<Cause> {
    render(&templates(text), data, limits).err().map(|error| error.cause)
}

#[test]
fn steps_are_counted() {
    let limits = Limits { steps: 1000, ..Limits::default() };
    let allowed = ["{{range 300}}{{end}}", "{{range 10}}{{range 10}}{{.}}{{end}}{{end}}"];
    for text in allowed {
        assert_eq!(cause(text, &Value::Nil, limits), None, "{text}");
    }
    let refused = [
        "{{range 9223372036854775807}}{{end}}",
        "{{range 1000}}{{end}}",
        "{{range 32}}{{range 32}}{{end}}{{end}}",
        "{{range 400}}{{print 1 | print}}{{end}}",
        "{{range 400}}{{if .}}{{else}}x{{end}}{{continue}}{{end}}",
        "{{define \"a\"}}{{end}}{{range 400}}{{template \"a\"}}x{{end}}",
    ];
    for text in refused {
        assert_eq!(cause(text, &Value::Nil, limits), Some(Cause::Steps(1000)), "{text}");
    }
}

#[test]
fn the_default_limits_end_every_loop() {
    let text = "{{range 1000000000}}{{range 1000000000}}{{end}}{{end}}";
    let expected = "! x:1:28: executing \"x\" at <1000000000>: the template takes more than 10000000 \
                    steps";
    assert_eq!(outcome(&Templates::new(Dialect::Go), text, &Value::Nil), expected);
}

#[test]
fn bytes_are_counted() {
    let limits = Limits { bytes: 10_000, ..Limits::default() };
    let text = Value::from("x".repeat(600));
    let mut doubled = text.clone();
    for _ in 0..40 {
        doubled = Value::List(List::new(vec![doubled.clone(), doubled]));
    }
    let data: Map = [("t".into(), text), ("d".into(), doubled), ("l".into(), json("[1, 2, 3]"))]
        .into_iter()
        .collect();
    let data = Value::Map(data);
    for text in ["{{range 10}}{{$.t}}{{end}}", "{{range 6}}{{$x := print $.t}}{{end}}"] {
        assert_eq!(cause(text, &data, limits), None, "{text}");
    }
    let refused = [
        "{{range 20}}{{$.t}}{{end}}",
        "{{range 20000}}x{{end}}",
        "{{range 20}}{{$x := print $.t}}{{end}}",
        "{{range 20}}{{$x := html $.t}}{{end}}",
        "{{range 200}}{{$x := slice $.l 1}}{{end}}",
        "{{printf \"%20000d\" 1}}",
        "{{printf \"%.20000f\" 1.5}}",
        "{{printf \"%*d\" 20000 1}}",
        "{{.d}}",
        "{{print .d}}",
        "{{println .d}}",
        "{{js .d}}",
        "{{urlquery .d}}",
        "{{.d | printf \"%v\"}}",
        "{{range $k, $v := $}}{{range 4}}{{print $v}}{{end}}{{end}}",
    ];
    for text in refused {
        assert_eq!(cause(text, &data, limits), Some(Cause::Bytes(10_000)), "{text}");
    }
}

#[test]
fn depth_is_bounded() {
    let cases = [
        "{{define \"r\"}}{{template \"r\" .}}{{end}}{{template \"r\" .}}",
        "{{define \"r\"}}{{if 1}}{{with 1}}{{range 1}}{{template \"r\"}}{{end}}{{end}}{{end}}{{end}}\
         {{template \"r\" .}}",
        "{{define \"a\"}}{{template \"b\"}}{{end}}{{define \"b\"}}{{template \"a\"}}{{end}}\
         {{template \"a\"}}",
        "{{template \"x\"}}",
    ];
    for text in cases {
        let message = outcome(&Templates::new(Dialect::Go), text, &Value::Nil);
        assert!(message.ends_with(": exceeded maximum template depth (800)"), "{text}: {message}");
    }
    let parentheses = format!("{{{{{}1{}}}}}", "print (".repeat(99), ")".repeat(99));
    assert_eq!(outcome(&Templates::new(Dialect::Go), &parentheses, &Value::Nil), "1");
}

#[test]
fn recursion_that_ends_is_fine() {
    let text = "{{define \"r\"}}{{if .}}{{len .}} {{template \"r\" (slice . 1)}}{{end}}{{end}}\
                {{template \"r\" .}}";
    let lengths: Vec<String> = (1..=100).rev().map(|length| length.to_string()).collect();
    let data = Value::from("x".repeat(100));
    assert_eq!(outcome(&Templates::new(Dialect::Go), text, &data), lengths.join(" ") + " ");
}

#[test]
fn what_contains_itself_cannot_be_printed() {
    let map = Map::new();
    map.set("m", Value::List(List::new(vec![Value::Map(map.clone())])));
    let data = Value::Map(map.clone());
    for text in
        ["{{.}}", "{{print .}}", "{{html .}}", "{{printf \"%v\" .}}", "{{printf \"%d\" .m}}"]
    {
        let message = outcome(&Templates::new(Dialect::Go), text, &data);
        assert!(message.ends_with("the value nests too deeply"), "{text}: {message}");
    }
    assert_eq!(
        outcome(&Templates::new(Dialect::Go), "{{len .m}}{{len (index .m 0)}}", &data),
        "11"
    );
    map.remove(b"m");
}

#[test]
fn errors_are_not_much_longer_than_what_they_say() {
    let text = "x".repeat(100_000);
    let cases = [
        format!("{{{{range \"{text}\"}}}}{{{{end}}}}"),
        format!("{{{{.a.b \"{text}\"}}}}"),
        format!("{{{{template \"{text}\"}}}}"),
        format!("{{{{print \"{text}\" | len | len}}}}"),
    ];
    for case in cases {
        let message = outcome(&Templates::new(Dialect::Go), &case, &json(r#"{"a": 1}"#));
        assert!(message.starts_with("! ") && message.len() < 70_000, "{}", message.len());
    }
}

#[test]
fn long_arguments_cost_steps() {
    let limits = Limits { steps: 10_000, ..Limits::default() };
    let data: Map = [
        ("t".into(), Value::from("x".repeat(100_000))),
        ("l".into(), Value::List(List::new(vec![Value::Nil; 100_000]))),
    ]
    .into_iter()
    .collect();
    let data = Value::Map(data);
    for text in ["{{range 100}}{{$x := eq $.t $.t}}{{end}}", "{{range 10}}{{$x := len $.l}}{{end}}"]
    {
        assert_eq!(cause(text, &data, limits), Some(Cause::Steps(10_000)), "{text}");
    }
    assert_eq!(cause("{{range 5}}{{$x := eq $.t $.t}}{{end}}", &data, limits), None);
}

#[test]
fn the_caller_can_interrupt() {
    let asked = Cell::new(0);
    let mut environment = Environment {
        now: jiff::Timestamp::UNIX_EPOCH,
        zone: Zone::UTC,
        random: &mut |_: &mut [u8]| {},
        interrupted: &|| {
            asked.set(asked.get() + 1);
            asked.get() == 10
        },
        limits: Limits { steps: u64::MAX, bytes: usize::MAX },
    };
    let templates = templates("{{range 9223372036854775807}}{{end}}");
    let error = templates.render("x", &Value::Nil, &mut environment).unwrap_err();
    assert_eq!((error.cause, asked.get()), (Cause::Interrupted, 10));
}

#[test]
fn a_short_template_is_not_interrupted() {
    let mut environment = Environment {
        now: jiff::Timestamp::UNIX_EPOCH,
        zone: Zone::UTC,
        random: &mut |_: &mut [u8]| {},
        interrupted: &|| true,
        limits: Limits::default(),
    };
    let templates = templates("{{range 100}}{{end}}ok");
    assert_eq!(templates.render("x", &Value::Nil, &mut environment).unwrap(), b"ok");
}

#[test]
fn ranges_go_through_what_was_there() {
    let text = "{{range $k, $v := .}}{{$k}}{{$v}}{{end}}";
    assert_eq!(outcome(&Templates::new(Dialect::Go), text, &json(r#"{"b": 2, "a": 1}"#)), "a1b2");
}

#[test]
fn formats_take_no_longer_than_their_length() {
    for part in ["%d", "%[", "%[1", "%é", "%*", "%."] {
        let text = format!("{{{{printf (repeat 200000 \"{part}\") | len}}}}");
        let message = outcome(&Templates::new(Dialect::Sprig), &text, &Value::Nil);
        assert!(message.parse::<usize>().is_ok(), "{part}: {message}");
    }
}

#[test]
fn buffers_can_be_used_again() {
    let text = "{{range 4}}{{len (tpl (repeat 3000 \"{{.}}\") 1)}} {{end}}";
    let limits = Limits { bytes: 1_500_000, ..Limits::default() };
    assert_eq!(render(&templates(text), &Value::Nil, limits).unwrap(), b"3000 3000 3000 3000 ");
    let limits = Limits { bytes: 1_000_000, ..Limits::default() };
    assert_eq!(cause(text, &Value::Nil, limits), Some(Cause::Bytes(1_000_000)));
}

#[test]
fn maps_and_lists_of_functions_are_counted() {
    let limits = Limits { bytes: 10_000, ..Limits::default() };
    let refused = [
        "{{$d := dict}}{{range 1000}}{{$_ := set $d (print .) .}}{{end}}",
        "{{$l := list}}{{range 1000}}{{$l = append $l .}}{{end}}",
        "{{$l := list 1}}{{range 1000}}{{$l = list $l $l}}{{end}}",
        "{{$d := dict}}{{range 1000}}{{$d = dict \"a\" $d}}{{end}}",
        "{{range 200}}{{$x := list 1 2 3}}{{end}}",
        "{{range 200}}{{$x := dict \"a\" 1}}{{end}}",
        "{{repeat 20000 \"x\"}}",
        "{{$x := dict}}{{range 300}}{{$_ := merge $x (dict (print .) .)}}{{end}}",
    ];
    for text in refused {
        assert_eq!(cause(text, &Value::Nil, limits), Some(Cause::Bytes(10_000)), "{text}");
    }
    let allowed = [
        "{{$d := dict}}{{range 1000}}{{$_ := set $d \"a\" .}}{{end}}",
        "{{$d := dict \"a\" 1}}{{range 1000}}{{$_ := unset $d \"a\"}}{{end}}",
        "{{$l := list 1 2 3}}{{range 1000}}{{$x := first $l}}{{end}}",
        "{{range 1000}}{{$x := add . 1}}{{end}}",
    ];
    for text in allowed {
        assert_eq!(cause(text, &Value::Nil, limits), None, "{text}");
    }
}

#[test]
fn nesting_without_end_ends() {
    let deep = "{{$l := list}}{{range 100000}}{{$l = list $l}}{{end}}";
    for text in ["{{len $l}}", "{{$l = 1}}"] {
        assert_eq!(cause(&format!("{deep}{text}"), &Value::Nil, Limits::default()), None, "{text}");
    }
    for text in ["{{$l}}", "{{toString $l}}", "{{printf \"%d\" $l}}", "{{quote $l}}"] {
        let message =
            outcome(&Templates::new(Dialect::Sprig), &format!("{deep}{text}"), &Value::Nil);
        assert!(message.ends_with("the value nests too deeply"), "{text}: {message}");
    }
    let text = "{{$d := dict}}{{$_ := set $d \"self\" (list $d)}}";
    let message = outcome(&Templates::new(Dialect::Sprig), text, &Value::Nil);
    assert!(message.ends_with("error calling set: a map cannot contain itself"), "{message}");
}
