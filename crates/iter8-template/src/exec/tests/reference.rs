//! The examples of `docs/reference/templates.md` are true.

use std::fs;

use crate::environment::Limits;
use crate::exec::budget;
use crate::functions::Dialect;
use crate::templates::Templates;
use crate::testing::{json, outcome};

fn reference() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/templates.md");
    fs::read_to_string(path).unwrap()
}

/// The contents of the blocks with a mark.
fn blocks<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    let opening = format!("```{mark}\n");
    let starts = text.match_indices(&opening).map(|(index, _)| &text[index + opening.len()..]);
    starts.filter_map(|rest| rest.split_once("```\n")).map(|(block, _)| block).collect()
}

#[test]
fn examples_print_what_they_say() {
    let text = reference();
    let data = json(blocks(&text, "json")[0]);
    let examples: Vec<&str> = blocks(&text, "template").into_iter().flat_map(str::lines).collect();
    assert!(examples.len() > 20);
    for example in examples {
        let (template, expected) = example.rsplit_once(" → ").unwrap();
        assert_eq!(
            outcome(&Templates::new(Dialect::Sprig), template, &data),
            expected,
            "{template}"
        );
    }
}

#[test]
fn limits_are_those_of_the_code() {
    let text = reference();
    let Limits { steps, bytes } = Limits::default();
    let rows = [
        ("length of the text", format!("{} KiB", crate::parse::LONGEST >> 10)),
        ("parentheses in the text", crate::parse::MAX_NESTING.to_string()),
        ("while executing", budget::MAX_DEPTH.to_string()),
        ("compared or copied", crate::function::MAX_DEPTH.to_string()),
        ("for long arguments", format!("{},{:03},{:03}", steps / 1_000_000, 0, steps % 1000)),
        ("output included", format!("{} MiB", bytes >> 20)),
    ];
    for (what, number) in rows {
        assert!(text.contains(&format!("{what} | {number} |\n")), "{what}: {number}");
    }
}
