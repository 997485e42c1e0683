//! What is a template and what is not.

mod errors;

use super::*;
use crate::templates::MissingKey;
use crate::testing::check;

#[test]
fn errors_are_those_of_go() {
    check(errors::ERRORS, MissingKey::Default);
}

fn error(text: &str) -> String {
    parse("x", text, Dialect::Sprig, MAX_NESTING).unwrap_err().to_string()
}

#[test]
fn errors_have_a_column() {
    let cases = [
        ("ab{{ nope }}", "template: x:1:5: function \"nope\" not defined"),
        ("a\n  {{ .a @ }}", "template: x:2:8: unexpected \"@\" in operand"),
        ("é{{ end }}", "template: x:1:9: unexpected {{end}}"),
        ("\n\n{{ if .a }}", "template: x:3:11: unexpected EOF"),
        ("{{ .a", "template: x:1:5: unclosed action"),
        ("{{\n.a", "template: x:2:2: unclosed action started at x:1"),
    ];
    for (text, expected) in cases {
        assert_eq!(error(text), expected);
    }
}

#[test]
fn nesting_is_bounded() {
    let too_deep = "too many levels of nesting";
    for (open, close) in [("{{if 1}}", "{{end}}"), ("{{range 1}}", "{{end}}")] {
        let text = |depth| open.repeat(depth) + &close.repeat(depth);
        assert!(parse("x", &text(100), Dialect::Go, MAX_NESTING).is_ok());
        assert!(error(&text(101)).contains(too_deep));
        assert!(error(&text(10_000)).contains(too_deep));
    }
    let text = |depth| format!("{{{{{}1{}}}}}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse("x", &text(100), Dialect::Go, MAX_NESTING).is_ok());
    assert!(error(&text(101)).contains(too_deep) && error(&text(100_000)).contains(too_deep));
    assert!(parse("x", "{{(1)}}", Dialect::Go, 0).is_err());
}

#[test]
fn long_chains_are_no_nesting() {
    let arms = "{{else if .a}}".repeat(10_000);
    let text = format!("{{{{if .a}}}}{arms}{{{{else}}}}x{{{{end}}}}");
    assert!(parse("x", &text, Dialect::Go, MAX_NESTING).is_ok());
    let text = format!("{{{{.a{}}}}}", ".b".repeat(10_000));
    assert!(parse("x", &text, Dialect::Go, MAX_NESTING).is_ok());
}

#[test]
fn texts_are_not_longer_than_allowed() {
    assert!(parse("x", &"x".repeat(LONGEST), Dialect::Go, MAX_NESTING).is_ok());
    assert_eq!(error(&"x".repeat(LONGEST + 1)), "template: x:1:0: the text is longer than 256 KiB");
}

#[test]
fn a_text_gives_its_own_template_last() {
    let text = "a{{define `b`}}1{{end}}{{block `c` .}}2{{end}}";
    let templates = parse("x", text, Dialect::Go, MAX_NESTING).unwrap();
    let names: Vec<&str> = templates.iter().map(|template| &template.name[..]).collect();
    assert_eq!(names, ["b", "c", "x"]);
    assert!(templates.iter().all(|template| template.source.text == text));
}

#[test]
fn blank_templates_give_way() {
    let text = "{{define `a`}} {{/* c */}}\n{{end}}{{define `a`}}1{{end}}{{define `a`}} {{end}}";
    let templates = parse("x", text, Dialect::Go, MAX_NESTING).unwrap();
    assert_eq!(templates.len(), 2);
    assert!(!templates[0].is_blank() && templates[1].is_blank());
}
