//! What holds for every argument.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::*;

/// Text rich in characters that mean something.
const SPICY: &str = r"[\\\\.,=\[\]{}/a-c0-2 \n]{0,40}";

/// Names and texts of all characters, with those that need an escape more often than others.
const TEXT: &str = r#"([\\\\.,=\[\]{}"' a-c0-9]|\PC){0,6}"#;

/// Names that are no metric names: an unescaped dot would not end them.
const NAME: &str = r#"([\\\\.,=\[\]{}"' a-c0-9]|[äßα-ω]){1,4}"#;

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        TEXT.prop_filter("text that stays a string", |text| {
            scalar::typed(text.clone()).is_string()
        })
        .prop_map(Value::from),
    ]
}

/// A tree of maps that are not empty, printed by one pair for each leaf.
fn tree() -> impl Strategy<Value = Map<String, Value>> {
    let branch = scalar().prop_recursive(4, 24, 4, |inner| {
        prop::collection::vec((NAME, inner), 1..4)
            .prop_map(|pairs| Value::Object(pairs.into_iter().collect()))
    });
    prop::collection::vec((NAME, branch), 0..5).prop_map(|pairs| pairs.into_iter().collect())
}

fn pairs(tree: &Map<String, Value>, above: &ValuePath, found: &mut Vec<String>) {
    for (name, value) in tree {
        let mut path = above.clone();
        path.push(Segment::Name(name.clone()));
        match value {
            Value::Object(inner) => pairs(inner, &path, found),
            Value::String(text) => found.push(format!("{path}={}", escape_value(text))),
            other => found.push(format!("{path}={other}")),
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused(text in prop_oneof![SPICY, "\\PC{0,40}"]) {
        let mut values = Map::new();
        let _ = apply_set(&mut values, &text);
        let _ = apply_set_string(&mut values, &text);
        let _ = apply_set_json(&mut values, &text);
        let _ = apply_set_file(&mut values, &text, &mut |_| Ok(String::new()));
    }

    #[test]
    fn a_printed_tree_parses_to_itself(tree in tree()) {
        let mut arguments = Vec::new();
        pairs(&tree, &ValuePath::new(), &mut arguments);

        let mut one_by_one = Map::new();
        for argument in &arguments {
            apply_set(&mut one_by_one, argument).unwrap();
        }
        prop_assert_eq!(&one_by_one, &tree);

        let mut at_once = Map::new();
        apply_set(&mut at_once, &arguments.join(",")).unwrap();
        prop_assert_eq!(&at_once, &tree);
    }

    #[test]
    fn an_escaped_text_arrives_unchanged(text in "\\PC{0,20}|[\\\\{},=.\n]{0,20}") {
        let mut values = Map::new();
        apply_set_string(&mut values, &format!("a={},b=c", escape_value(&text))).unwrap();
        prop_assert_eq!(values["a"].as_str(), Some(text.as_str()));
        prop_assert_eq!(values["b"].as_str(), Some("c"));
    }

    #[test]
    fn json_arrives_unchanged(tree in tree()) {
        let value = Value::Object(tree);
        let mut values = Map::new();
        apply_set_json(&mut values, &format!("a={value},b={value}")).unwrap();
        prop_assert_eq!(&values["a"], &value);
        prop_assert_eq!(&values["b"], &value);
    }

    #[test]
    fn applying_twice_changes_nothing(tree in tree()) {
        let mut arguments = Vec::new();
        pairs(&tree, &ValuePath::new(), &mut arguments);
        let mut once = Map::new();
        apply_set(&mut once, &arguments.join(",")).unwrap();
        let mut twice = once.clone();
        apply_set(&mut twice, &arguments.join(",")).unwrap();
        // As text, so that the order of keys counts.
        prop_assert_eq!(Value::Object(twice).to_string(), Value::Object(once).to_string());
    }

    #[test]
    fn metric_names_need_no_escapes(
        provider in "[a-z]{1,5}(-[a-z.]{1,5})?",
        metric in "[a-z][a-z0-9.-]{0,8}(/p[0-9]{1,2}\\.[0-9])?",
    ) {
        let name = format!("{provider}/{metric}");
        let mut plain = Map::new();
        apply_set(&mut plain, &format!("assess.SLOs.upper.{name}=1")).unwrap();
        prop_assert_eq!(&plain["assess"]["SLOs"]["upper"][&name], 1);

        let mut escaped = Map::new();
        let escapes = name.replace('.', r"\.");
        apply_set(&mut escaped, &format!("assess.SLOs.upper.{escapes}=1")).unwrap();
        prop_assert_eq!(escaped, plain);
    }
}
