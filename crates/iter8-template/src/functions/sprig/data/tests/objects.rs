//! Structs: fields in the order of their declaration, except where a library sorts them.

use std::any::Any;
use std::rc::Rc;

use super::*;
use crate::value::{Object, Text};

#[derive(Debug)]
struct Pair(Value);

impl Object for Pair {
    fn type_name(&self) -> &'static str {
        "main.Pair"
    }

    fn print(&self) -> Text {
        "pair".into()
    }

    fn plain(&self) -> Value {
        let fields = self.json_fields().into_iter().flatten();
        Value::Map(fields.filter(|(_, value)| !matches!(value, Value::Object(_))).collect())
    }

    fn json_fields(&self) -> Option<Vec<(Text, Value)>> {
        Some(vec![("b".into(), Value::int(1)), ("a".into(), self.0.clone())])
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[test]
fn fields_keep_their_order_in_json() {
    let inner = Value::Object(Rc::new(Pair(Value::text("<"))));
    let outer = || Value::Object(Rc::new(Pair(inner.clone())));
    let compact = "{\"b\":1,\"a\":{\"b\":1,\"a\":\"\\u003c\"}}";
    assert_eq!(written("toJson", outer()).as_deref(), Ok(compact));
    let pretty = "{\n  \"b\": 1,\n  \"a\": {\n    \"b\": 1,\n    \"a\": \"\\u003c\"\n  }\n}";
    assert_eq!(written("toPrettyJson", outer()).as_deref(), Ok(pretty));
    assert_eq!(written("toYaml", inner).as_deref(), Ok("a: <\nb: 1"));
}

#[test]
fn structs_that_nest_too_deeply_are_errors() {
    let deep = (0..2 * MAX_DEPTH).fold(Value::Nil, |value, _| Value::Object(Rc::new(Pair(value))));
    assert!(written("mustToJson", deep).is_err());
}
