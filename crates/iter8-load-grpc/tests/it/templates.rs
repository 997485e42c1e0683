//! Data and metadata that are evaluated for each call.

use std::fmt::Write;

use expect_test::expect;
use iter8_load_grpc::{Call, CallOptions, CallPlan, Composer, Content, Evaluation, Outgoing};
use proptest::prelude::*;

use crate::shop::{call, calls, chain, method, moment, options, plan, value};

#[test]
fn every_call_is_evaluated() {
    let cases = [
        (
            r#"{"name": "{{.RequestNumber}}-{{.WorkerID}}"}"#,
            [r#"{"name":"0-g1c0"}"#, r#"{"name":"1-g1c0"}"#],
        ),
        (r#"{"count": "{{ add .RequestNumber 5 }}"}"#, [r#"{"count":5}"#, r#"{"count":6}"#]),
        (
            r#"{"name": "{{ printf \"%03d\" .RequestNumber }}"}"#,
            [r#"{"name":"000"}"#, r#"{"name":"001"}"#],
        ),
        (
            r#"{"{{ if eq .RequestNumber 0 }}name{{ else }}shelf{{ end }}": "a"}"#,
            [r#"{"name":"a"}"#, r#"{"shelf":"a"}"#],
        ),
        (
            r#"{"name": "{{.ServiceName}}/{{.MethodName | upper}} {{.Timestamp}}"}"#,
            [r#"{"name":"Shop/BUY 2023-05-15T12:00:00Z"}"#; 2],
        ),
    ];
    for (given, expected) in cases {
        let plan = plan("Buy", &value(given), options()).unwrap();
        assert!(!plan.is_static());
        assert_eq!(calls(&plan, 2), expected, "{given}");
        assert!(plan.messages().frames().is_none());
    }
}

#[test]
fn text_is_json_once_it_is_evaluated() {
    let list = r#"[{{ range $i := until 2 }}{{ if $i }},{{ end }}{"count": {{ $.RequestNumber }}}{{ end }}]"#;
    let list = Content::Text(list.to_owned());
    let one = plan("Buy", &list, options()).unwrap();
    assert_eq!(calls(&one, 2), ["{}", r#"{"count":1}"#]);
    let all = plan("Fill", &list, options()).unwrap();
    assert_eq!(calls(&all, 2), ["{} {}", r#"{"count":1} {"count":1}"#]);
    let three = plan("Fill", &list, CallOptions { count: Some(3), ..options() }).unwrap();
    assert_eq!(calls(&three, 1), ["{} {} {}"]);
}

#[test]
fn actions_may_belong_together_over_elements() {
    let list = value(r#"[{"name": "{{ $n := .RequestNumber }}"}, {"count": "{{ $n }}"}]"#);
    assert_eq!(calls(&plan("Fill", &list, options()).unwrap(), 2), [r"{} {}", r#"{} {"count":1}"#]);
}

#[test]
fn lists_mix_what_is_evaluated_and_what_is_not() {
    let list = value(r#"[{"name": "a"}, {"count": "{{ add1 .RequestNumber }}"}, {"name": "c"}]"#);
    let (a, c) = (r#"{"name":"a"}"#, r#"{"name":"c"}"#);
    let one = plan("Watch", &list, options()).unwrap();
    assert_eq!(calls(&one, 5), [a, r#"{"count":2}"#, c, a, r#"{"count":5}"#]);
    let all = plan("Talk", &list, CallOptions { count: Some(5), ..options() }).unwrap();
    let b = r#"{"count":3}"#;
    assert_eq!(calls(&all, 3)[2], format!("{a} {b} {c} {a} {b}"));
}

#[test]
fn streams_may_evaluate_each_message() {
    let data = value(r#"[{"name": "{{ randomString 8 }}"}, {"name": "x"}, {"name": "{{.UUID}}"}]"#);
    let messages = |dynamic| {
        let plan =
            plan("Fill", &data, CallOptions { dynamic, count: Some(6), ..options() }).unwrap();
        call(&mut Composer::new(&plan, 5), 0).unwrap()
    };
    let (same, fresh) = (messages(false), messages(true));
    assert_eq!(same[..3], same[3..]);
    assert!(fresh[0] != fresh[3] && fresh[1] == fresh[4] && fresh[2] == fresh[5], "{fresh:?}");
    let whole = Content::Text(r#"[{"name": {{ randomString 8 | quote }}}, {}]"#.to_owned());
    let options_of = |count| CallOptions { dynamic: true, count: Some(count), ..options() };
    let fresh = calls(&plan("Fill", &whole, options_of(3)).unwrap(), 1).remove(0);
    let parts: Vec<&str> = fresh.split(' ').collect();
    assert!(parts.len() == 3 && parts[0] != parts[2] && parts[1] == "{}", "{fresh}");
    let fixed = value(r#"{"name": "x"}"#);
    let error = plan("Fill", &fixed, CallOptions { dynamic: true, ..options() }).unwrap_err();
    assert_eq!(error.to_string(), "default message provider cannot be used with static data");
    assert!(plan("Buy", &fixed, CallOptions { dynamic: true, ..options() }).is_ok());
}

#[test]
fn seeds_decide_what_is_random() {
    let plan =
        plan("Buy", &value(r#"{"name": "{{newUUID}} {{.UUID}} {{randomInt 0 1000}}"}"#), options())
            .unwrap();
    let made = |seed| {
        let mut composer = Composer::new(&plan, seed);
        (0..3).flat_map(|number| call(&mut composer, number).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(made(1), made(1));
    assert!(made(1) != made(2) && made(1)[0] != made(1)[1]);
}

#[test]
fn calls_under_way_at_once_do_not_mix() {
    let data = value(
        r#"[{"count": "{{ add1 .RequestNumber }}"}, {"count": "{{ add1 .RequestNumber }}"}]"#,
    );
    for dynamic in [false, true] {
        let plan = plan("Talk", &data, CallOptions { dynamic, ..options() }).unwrap();
        let mut composer = Composer::new(&plan, 1);
        let mut streams = [Outgoing::default(), Outgoing::default()];
        for (number, outgoing) in (0..).zip(&mut streams) {
            composer
                .begin(Call { number, worker: 0, connection: 0, now: moment() }, outgoing)
                .unwrap();
        }
        for _ in 0..2 {
            for (number, outgoing) in (1..).zip(&mut streams) {
                let frame = composer.next(outgoing).unwrap().unwrap();
                assert_eq!(*frame, [0, 0, 0, 0, 2, 0x10, number]);
            }
        }
        assert!(composer.next(&mut streams[0]).unwrap().is_none());
    }
}

#[test]
fn what_cannot_be_evaluated_is_told_before_the_first_call() {
    let contents = [
        value(r#"{"name": "{{ .Nope }}"}"#),
        value(r#"{"name": "{{ nope }}"}"#),
        value(r#"[{"name": "a"}, {"name": "{{ fail \"no\" }}"}]"#),
        value(r#"{"count": "{{ randomString 4 }}x"}"#),
        value(r#"{"name": "{{ printf \"%q\" \"a\" }}"}"#),
        Content::Text(r#"{"name": {{ }}"#.to_owned()),
        Content::Text("[{{ if false }}{}{{ end }}]".to_owned()),
        Content::Text("{{ .RequestNumber }}".to_owned()),
        Content::Text("{}{{ 1 }}".to_owned()),
    ];
    let mut errors = String::new();
    for content in contents {
        let error = plan("Buy", &content, options()).unwrap_err();
        writeln!(errors, "{}", chain(&error)).unwrap();
    }
    expect![[r#"
        data cannot be evaluated: template: data:1:12: executing "data" at <.Nope>: can't evaluate field Nope in type CallData
        data cannot be read as a template: template: data:1:12: function "nope" not defined
        data cannot be evaluated: template: data[1]:1:12: executing "data[1]" at <fail "no">: error calling fail: no
        data is no shop.v1.Item: invalid digit found in string at line 1 column 16
        data is no shop.v1.Item: expected `,` or `}` at line 1 column 11
        data cannot be read as a template: template: data:1:12: missing value for command
        data is an empty list
        data is no shop.v1.Item: invalid type: integer `0`, expected a map at line 1 column 1
        data is no shop.v1.Item: trailing characters at line 1 column 3
    "#]].assert_eq(&errors);
    let go = CallOptions { data: Evaluation::NoFunctions, ..options() };
    let error = plan("Buy", &value(r#"{"name": "{{ newUUID }}"}"#), go).unwrap_err();
    assert!(chain(&error).ends_with(r#"function "newUUID" not defined"#), "{error}");
}

#[test]
fn a_later_call_that_cannot_be_evaluated_fails_alone() {
    let data = value(r#"{"count": "{{ if eq .RequestNumber 1 }}{{ fail \"no\" }}{{ end }}7"}"#);
    let mut composer = Composer::new(&plan("Buy", &data, options()).unwrap(), 1);
    assert!(call(&mut composer, 0).is_ok());
    assert_eq!(call(&mut composer, 1).unwrap_err().code().name(), "InvalidArgument");
    assert_eq!(call(&mut composer, 2).unwrap(), [r#"{"count":7}"#]);
}

#[test]
fn metadata_is_that_of_the_call() {
    let metadata = [("X-Number", "{{.RequestNumber}}"), ("fixed", "a"), ("b-bin", "AQ==")];
    let made = CallPlan::prepare(method("Buy"), &Content::Empty, metadata, options(), moment());
    let plan = made.unwrap();
    assert!(!plan.is_static() && plan.messages().is_static() && !plan.metadata().is_static());
    let (mut composer, mut outgoing) = (Composer::new(&plan, 1), Outgoing::default());
    for number in [3, 4] {
        let call = Call { number, worker: 0, connection: 0, now: moment() };
        composer.begin(call, &mut outgoing).unwrap();
        let pairs: Vec<_> = composer.metadata().collect();
        let text = number.to_string();
        assert_eq!(pairs, [("x-number", text.as_bytes()), ("fixed", b"a"), ("b-bin", b"AQ")]);
    }
}

/// All elements of a long list are looked at, up to a bound.
#[test]
fn lists_are_evaluated_before_the_first_call() {
    let list = |length: usize, wrong: usize| {
        let element = |index| {
            if index == wrong { r#"{"name": "{{.Nope}}"}"# } else { r#"{"name": "{{.UUID}}"}"# }
        };
        value(&format!("[{}]", (0..length).map(element).collect::<Vec<_>>().join(",")))
    };
    for dynamic in [false, true] {
        for name in ["Buy", "Watch", "Fill", "Talk"] {
            let made = |length, wrong| {
                plan(name, &list(length, wrong), CallOptions { dynamic, ..options() }).is_ok()
            };
            assert!(made(20, 20) && !made(20, 19) && !made(20, 0), "{name} {dynamic}");
        }
    }
    // Beyond, the call fails that is to send it.
    let plan = plan("Buy", &list(150, 149), options()).unwrap();
    let mut composer = Composer::new(&plan, 1);
    assert!(call(&mut composer, 148).is_ok() && call(&mut composer, 149).is_err());
    assert!(call(&mut composer, 150).is_ok());
}

/// What a stream or a turn should be, the simplest way.
fn expected(
    elements: &[Option<u64>],
    number: u64,
    is_stream: bool,
    count: Option<u64>,
) -> Vec<String> {
    let shown = |place: u64| match elements[usize::try_from(place).unwrap() % elements.len()] {
        Some(fixed) => format!(r#"{{"count":{fixed}}}"#),
        None => format!(r#"{{"name":"{number}"}}"#),
    };
    if is_stream {
        (0..count.unwrap_or(elements.len() as u64)).map(shown).collect()
    } else {
        vec![shown(number)]
    }
}

proptest! {
    #[test]
    fn messages_are_those_of_the_list(
        elements in proptest::collection::vec(proptest::option::of(1_u64..100), 1..6),
        numbers in proptest::collection::vec(0_u64..50, 1..6),
        count in proptest::option::of(1_u64..12),
        dynamic: bool,
        name in prop_oneof![Just("Buy"), Just("Watch"), Just("Fill"), Just("Talk")],
    ) {
        let dynamic = dynamic && elements.contains(&None);
        let element = |element: &Option<u64>| match element {
            Some(fixed) => format!(r#"{{"count": {fixed}}}"#),
            None => r#"{"name": "{{.RequestNumber}}"}"#.to_owned(),
        };
        let list = format!("[{}]", elements.iter().map(element).collect::<Vec<_>>().join(","));
        let plan = plan(name, &value(&list), CallOptions { dynamic, count, ..options() }).unwrap();
        let mut composer = Composer::new(&plan, 1);
        for number in numbers {
            let is_stream = matches!(name, "Fill" | "Talk");
            let made = call(&mut composer, number).unwrap();
            prop_assert_eq!(made, expected(&elements, number, is_stream, count));
        }
    }
}
