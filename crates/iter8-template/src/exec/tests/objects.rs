//! Structs with fields and methods, and typed maps and lists.

use std::any::Any;
use std::rc::Rc;

use crate::functions::Dialect;
use crate::templates::{MissingKey, Templates};
use crate::testing::outcome;
use crate::value::{List, Map, MapKind, Object, Text, Value};

/// An experiment with a field, and methods that return what they are given, or fail.
#[derive(Debug)]
struct Report;

impl Object for Report {
    fn type_name(&self) -> &'static str {
        "*report.Report"
    }

    fn kind_name(&self) -> &'static str {
        "ptr"
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Name" => Some(Value::from("checkout")),
            "Result" => Some(Value::Nil),
            "Self" => Some(Value::Object(Rc::new(Self))),
            _ => None,
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        match name {
            "Count" => Some(Ok(Value::int(i64::try_from(arguments.len()).unwrap()))),
            "Last" => Some(arguments.last().cloned().ok_or_else(|| "nothing to return".to_owned())),
            _ => None,
        }
    }

    fn print(&self) -> Text {
        Text::from("&{checkout}")
    }

    fn plain(&self) -> Value {
        Value::Nil
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn check(data: &Value, missing_key: MissingKey, cases: &[(&str, &str)]) {
    let templates = Templates::new(Dialect::Go).missing_key(missing_key);
    for (text, expected) in cases {
        assert_eq!(outcome(&templates, text, data), *expected, "{text}");
    }
}

#[test]
fn fields_and_methods() {
    let data: Map = [(Text::from("r"), Value::Object(Rc::new(Report)))].into_iter().collect();
    let cases = [
        ("{{.r}}", "&{checkout}"),
        ("{{.r.Name}}", "checkout"),
        ("{{.r.Self.Self.Name}}", "checkout"),
        ("{{with .r}}{{.Name}}{{end}}", "checkout"),
        ("{{$x := .r}}{{$x.Name}}", "checkout"),
        ("{{.r.Count}}", "0"),
        ("{{.r.Count 1 .r.Name nil}}", "3"),
        ("{{1 | .r.Count 2}}", "2"),
        ("{{.r.Last .r.Name}}", "checkout"),
        ("{{.r.Name | .r.Last 1}}", "checkout"),
        ("{{.r.Self.Last 1 | print}}", "1"),
        ("{{(.r.Last .r).Name}}", "checkout"),
        (
            "{{.r.Last}}",
            "! x:1:4: executing \"x\" at <.r.Last>: error calling Last: nothing to return",
        ),
        (
            "{{.r.Name 1}}",
            "! x:1:4: executing \"x\" at <.r.Name>: Name has arguments but cannot be invoked as \
             function",
        ),
        (
            "{{.r.Nope}}",
            "! x:1:4: executing \"x\" at <.r.Nope>: can't evaluate field Nope in type interface {}",
        ),
        (
            "{{.r.Self.Nope}}",
            "! x:1:4: executing \"x\" at <.r.Self.Nope>: can't evaluate field Nope in type \
             *report.Report",
        ),
        (
            "{{.r.Name.Nope}}",
            "! x:1:4: executing \"x\" at <.r.Name.Nope>: can't evaluate field Nope in type string",
        ),
        ("{{.r.Result}}", "<no value>"),
        (
            "{{.r.Result.Insights}}",
            "! x:1:4: executing \"x\" at <.r.Result.Insights>: nil pointer evaluating interface \
             {}.Insights",
        ),
        ("{{if .r}}1{{end}}{{eq .r .r}}{{not .r}}", "1truefalse"),
        (
            "{{range .r}}{{end}}",
            "! x:1:8: executing \"x\" at <.r>: range can't iterate over &{checkout}",
        ),
        (
            "{{len .r}}",
            "! x:1:2: executing \"x\" at <len .r>: error calling len: len of type *report.Report",
        ),
        (
            "{{printf .r}}",
            "! x:1:9: executing \"x\" at <.r>: wrong type for value; expected string; got \
             *report.Report",
        ),
        (
            "{{lt .r 1}}",
            "! x:1:2: executing \"x\" at <lt .r 1>: error calling lt: invalid type for comparison",
        ),
    ];
    check(&Value::Map(data), MissingKey::Default, &cases);
}

#[test]
fn maps_of_texts_have_an_empty_text_for_missing_keys() {
    let data = || {
        let texts = [("a".into(), Value::from("b"))].into_iter().collect();
        Value::Map(Map::of(MapKind::Texts, texts))
    };
    check(
        &data(),
        MissingKey::Default,
        &[("{{.a}}{{.z}}", "b<no value>"), ("{{.z.y}}", "<no value>")],
    );
    check(&data(), MissingKey::Zero, &[("{{.a}}{{.z}}", "b")]);
    let errors = [
        ("{{.z}}", "! x:1:2: executing \"x\" at <.z>: map has no entry for key \"z\""),
        ("{{.a.b}}", "! x:1:4: executing \"x\" at <.a.b>: can't evaluate field b in type string"),
        (
            "{{range .}}{{.b}}{{end}}",
            "! x:1:13: executing \"x\" at <.b>: can't evaluate field b in type string",
        ),
    ];
    check(&data(), MissingKey::Error, &errors);
}

#[test]
fn elements_of_typed_lists_have_their_type() {
    let cases = [
        ("{{.}}", "[a b]"),
        (
            "{{range .}}{{.x}}{{end}}",
            "! x:1:13: executing \"x\" at <.x>: can't evaluate field x in type string",
        ),
        ("{{range $i, $e := .}}{{$i}}{{$e}}{{end}}", "0a1b"),
    ];
    check(&Value::List(List::of_texts(["a", "b"])), MissingKey::Default, &cases);
}

#[test]
fn data_may_be_anything() {
    let cases = [
        (Value::Nil, "{{.}}", "<no value>"),
        (Value::Nil, "{{.x.y}}", "<no value>"),
        (Value::from("a"), "{{.}}{{$}}{{len .}}", "aa1"),
        (
            Value::from("a"),
            "{{.x}}",
            "! x:1:2: executing \"x\" at <.x>: can't evaluate field x in type string",
        ),
        (Value::int(3), "{{range .}}{{.}}{{end}}", "012"),
        (Value::Float(0.5), "{{printf \"%.2f\" .}}", "0.50"),
    ];
    for (data, text, expected) in cases {
        check(&data, MissingKey::Default, &[(text, expected)]);
    }
}
