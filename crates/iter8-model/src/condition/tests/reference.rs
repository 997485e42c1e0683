//! The page for users: its examples, its errors, its limits, and that no name is left out.

use super::Experiment;
use crate::condition::schema::{Builtin, Flag, Method, Object, RESULT, Root};
use crate::condition::syntax::Fold;
use crate::condition::token::WORDS;
use crate::condition::types::Type;
use crate::condition::{Condition, MAX_DEPTH, MAX_RANGE, MAX_SOURCE_BYTES, MAX_STEPS};

const PAGE: &str = include_str!("../../../../../docs/reference/conditions.md");

/// The lines of all blocks of conditions.
fn examples() -> Vec<&'static str> {
    let blocks = PAGE.split("```condition\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap_or_default());
    blocks.flat_map(str::lines).collect()
}

/// The cells of the rows below a heading.
fn rows(heading: &str) -> Vec<(&'static str, &'static str)> {
    let section = PAGE.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |"));
    cells.filter_map(|row| row.split_once("` | ")).collect()
}

#[test]
fn examples_compile_and_have_an_answer() {
    assert!(examples().len() > 25);
    for example in examples() {
        let condition = Condition::compile(example);
        let condition = condition.unwrap_or_else(|error| panic!("{example}: {error}"));
        let answer = condition.evaluate(&Experiment::measured());
        assert!(answer.is_ok(), "{example}: {answer:?}");
    }
}

#[test]
fn errors_are_those_of_the_page() {
    let rows = rows("Errors");
    assert!(rows.len() > 5, "{rows:?}");
    for (condition, message) in rows {
        let error = Condition::compile(condition).unwrap_err();
        assert_eq!(error.to_string(), message, "{condition}");
    }
}

#[test]
fn every_name_is_on_the_page() {
    let mut names: Vec<String> = Vec::new();
    names.extend(Root::ALL.map(|root| format!("`{}`", root.name())));
    names.extend(Flag::ALL.map(|flag| format!("`{}()`", flag.name())));
    names.extend(Builtin::ALL.map(|builtin| format!("`{}(x)`", builtin.name())));
    names.extend(Fold::ALL.map(|fold| format!("`{}(list, {{…}})`", fold.as_str())));
    names.extend(WORDS.map(|(word, _)| format!("`{word}`")));
    names.extend(Method::TIME.map(|method| format!("`{}()`", method.name())));
    add_members(&mut names, &RESULT);
    for name in names {
        assert!(PAGE.contains(&name), "{name}");
    }
}

/// Adds the fields and methods of an object and of the objects in it.
fn add_members(names: &mut Vec<String>, object: &Object) {
    names.extend(object.methods.iter().map(|method| format!("`{}(", method.name())));
    for (name, of) in object.fields {
        names.push(format!("`{name}`"));
        let mut of = of();
        while let Type::Array(inner) | Type::Map(inner) = of {
            of = *inner;
        }
        if let Type::Object(inner) = of {
            add_members(names, inner);
        }
    }
}

#[test]
fn limits_are_those_of_the_page() {
    let grouped = |number: usize| {
        let digits = number.to_string();
        let groups: Vec<&str> = digits
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(|group| std::str::from_utf8(group).unwrap())
            .collect();
        groups.join(",")
    };
    let sentence = format!(
        "A condition has at most {} bytes and {MAX_DEPTH} levels of nesting, a range at most {} \
         elements, and an evaluation at most {} steps",
        grouped(MAX_SOURCE_BYTES),
        grouped(MAX_RANGE as usize),
        grouped(MAX_STEPS)
    );
    let page = PAGE.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(page.contains(&sentence), "{sentence}");
}
