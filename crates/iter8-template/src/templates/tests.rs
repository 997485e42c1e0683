//! Sets of templates.

use super::*;
use crate::environment::Limits;
use crate::testing::{json, outcome, render};

fn set(texts: &[(&str, &str)]) -> Templates {
    let mut templates = Templates::new(Dialect::Go);
    for (name, text) in texts {
        templates.parse(name, text).unwrap();
    }
    templates
}

fn printed(templates: &Templates) -> String {
    match render(templates, &json(r#"{"a": 1}"#), Limits::default()) {
        Ok(bytes) => String::from_utf8(bytes).unwrap(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn later_templates_replace_earlier_ones_unless_blank() {
    let define = |text: &str| format!("{{{{define \"y\"}}}}{text}{{{{end}}}}");
    let x = ("x", "[{{template \"y\" .}}]");
    let cases = [
        (vec![x, ("y", "1")], "[1]"),
        (vec![x, ("y", "1"), ("y", "2")], "[2]"),
        (vec![x, ("y", "1"), ("y", " \n")], "[1]"),
        (vec![x, ("y", "{{.a}}"), ("y", "{{/* c */}}")], "[1]"),
        (vec![x, ("y", " ")], "[ ]"),
        (vec![x, ("y", " "), ("y", "3")], "[3]"),
        (vec![("x", "1"), ("x", "{{define \"y\"}}2{{end}}")], "1"),
    ];
    for (texts, expected) in cases {
        assert_eq!(printed(&set(&texts)), expected, "{texts:?}");
    }
    let (one, two) = (define("1"), define("2"));
    assert_eq!(printed(&set(&[x, ("lib", &one), ("lib2", &two)])), "[2]");
    assert_eq!(printed(&set(&[("lib", &one), ("x", "{{block \"y\" .}}3{{end}}")])), "3");
}

#[test]
fn errors_name_the_text_that_a_template_comes_from() {
    let lib = "\n{{define \"y\"}}{{.a.b}}{{end}}";
    let templates = set(&[("lib.tpl", lib), ("x", "{{template \"y\" .}}")]);
    let expected = "template: lib.tpl:2:18: executing \"y\" at <.a.b>: can't evaluate field b in \
                    type interface {}";
    assert_eq!(printed(&templates), expected);
}

#[test]
fn what_does_not_parse_changes_nothing() {
    let mut templates = set(&[("x", "1")]);
    assert!(templates.parse("x", "{{define \"y\"}}{{end}}{{nope}}").is_err());
    assert!(templates.contains("x") && !templates.contains("y"));
    assert_eq!(printed(&templates), "1");
}

#[test]
fn a_template_must_be_there() {
    let expected = "template: x:1:0: executing \"x\": there is no template of this name";
    assert_eq!(printed(&Templates::new(Dialect::Go)), expected);
}

#[test]
fn a_dialect_has_its_functions() {
    let go = outcome(&Templates::new(Dialect::Go), "{{upper .a}}", &json("{}"));
    assert_eq!(go, "! x:1: function \"upper\" not defined");
    let sprig = outcome(&Templates::new(Dialect::Sprig), "{{upper .a}}", &json(r#"{"a": "b"}"#));
    assert_eq!(sprig, "B");
}

#[test]
fn sets_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    shared(&set(&[("x", "{{.a | printf `%v`}}")]));
}

#[test]
fn what_is_printed_goes_to_the_end_of_a_buffer() {
    let mut templates = Templates::new(Dialect::Go);
    templates.parse("x", "a{{ . }}{{ if eq . \"c\" }}{{ slice . 2 }}{{ end }}").unwrap();
    let mut environment = Environment {
        now: jiff::Timestamp::UNIX_EPOCH,
        zone: crate::Zone::UTC,
        random: &mut |_: &mut [u8]| {},
        interrupted: &|| false,
        limits: Limits::default(),
    };
    let mut out = b"before ".to_vec();
    templates.render_into("x", &Value::text("b"), &mut environment, &mut out).unwrap();
    assert_eq!(out, b"before ab");
    assert!(templates.render_into("x", &Value::text("c"), &mut environment, &mut out).is_err());
    assert_eq!(out, b"before abac");
}
