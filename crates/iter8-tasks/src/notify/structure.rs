//! Go's structs, as payload templates see them.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;
use std::rc::Rc;

use iter8_model::number::shortest;
use iter8_template::{Map, Object, Text, Value};

/// The type of inputs of tasks.
pub(super) const INPUTS: &str = "base.Inputs";

/// Calls a method by its name; `None` if there is none of this name.
pub(super) type Methods = Box<dyn Fn(&str, &[Value]) -> Option<Result<Value, String>>>;

/// A struct, or a pointer to one: fields in their order, and methods.
pub(super) struct Structure {
    type_name: &'static str,
    fields: Vec<Field>,
    methods: Option<Methods>,
}

/// A field by its names in Go and in JSON.
struct Field {
    go: Cow<'static, str>,
    json: Cow<'static, str>,
    value: Value,
    /// Whether JSON has it.
    is_written: bool,
}

impl Structure {
    /// One without fields. The name of a pointer's type begins with `*`.
    pub(super) fn new(type_name: &'static str) -> Self {
        Self { type_name, fields: Vec::new(), methods: None }
    }

    /// Another field.
    pub(super) fn field(
        self,
        go: &'static str,
        json: &'static str,
        value: impl Into<Value>,
    ) -> Self {
        self.with(go, json, value.into(), true)
    }

    /// Another field, whose names are one and not known before.
    pub(super) fn input(mut self, name: &str, value: Value) -> Self {
        let name: Cow<'static, str> = name.to_owned().into();
        self.fields.push(Field { go: name.clone(), json: name, value, is_written: true });
        self
    }

    /// Another field, which JSON leaves out if it is nil (`omitempty` of a pointer).
    pub(super) fn field_if_set(
        self,
        go: &'static str,
        json: &'static str,
        value: impl Into<Value>,
    ) -> Self {
        let value = value.into();
        let is_written = !matches!(value, Value::Nil);
        self.with(go, json, value, is_written)
    }

    /// Another field, which JSON leaves out if it is empty (`omitempty` of anything else).
    pub(super) fn field_if_any(
        self,
        go: &'static str,
        json: &'static str,
        value: impl Into<Value>,
    ) -> Self {
        let value = value.into();
        let is_written = value.is_true();
        self.with(go, json, value, is_written)
    }

    /// With methods.
    pub(super) fn methods(self, methods: Methods) -> Self {
        Self { methods: Some(methods), ..self }
    }

    /// The value of templates.
    pub(super) fn value(self) -> Value {
        Value::Object(Rc::new(self))
    }

    fn with(
        mut self,
        go: &'static str,
        json: &'static str,
        value: Value,
        is_written: bool,
    ) -> Self {
        self.fields.push(Field { go: go.into(), json: json.into(), value, is_written });
        self
    }

    fn is_pointer(&self) -> bool {
        self.type_name.starts_with('*')
    }

    fn written(&self) -> impl Iterator<Item = (Text, Value)> {
        let written = self.fields.iter().filter(|field| field.is_written);
        written.map(|field| (Text::from(&*field.json), field.value.clone()))
    }
}

impl fmt::Debug for Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.fields.iter().map(|field| &*field.go).collect();
        f.debug_struct(self.type_name).field("fields", &names).finish_non_exhaustive()
    }
}

impl Object for Structure {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn kind_name(&self) -> &'static str {
        if self.is_pointer() { "ptr" } else { "struct" }
    }

    fn field(&self, name: &str) -> Option<Value> {
        let is_named = |field: &&Field| match self.type_name {
            // The inputs of tasks are known by their names in documents; Go's differ by case.
            INPUTS => field.go.eq_ignore_ascii_case(name),
            _ => field.go == name,
        };
        self.fields.iter().find(is_named).map(|field| field.value.clone())
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        (self.methods.as_ref()?)(name, arguments)
    }

    /// The fields' values in braces. Go prints the address of a pointer within a struct; here it
    /// is what it points to, so that a payload does not differ from run to run.
    fn print(&self) -> Text {
        let mut out = String::new();
        out.push_str(if self.is_pointer() { "&{" } else { "{" });
        for (position, field) in self.fields.iter().enumerate() {
            out.push_str(if position > 0 { " " } else { "" });
            show(&mut out, &field.value);
        }
        out.push('}');
        out.into()
    }

    fn json_fields(&self) -> Option<Vec<(Text, Value)>> {
        Some(self.written().collect())
    }

    fn plain(&self) -> Value {
        let fields: Map = self.written().map(|(name, value)| (name, plain(&value))).collect();
        Value::Map(fields)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The value without objects.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(object) => object.plain(),
        Value::List(list) => {
            let items: Vec<Value> = list.items().iter().map(plain).collect();
            Value::List(iter8_template::List::of(list.element(), items))
        }
        Value::Map(map) => {
            let entries = map.entries().into_iter();
            Value::Map(entries.map(|(key, value)| (key, plain(&value))).collect())
        }
        scalar => scalar.clone(),
    }
}

/// As Go's `%v` within a struct.
fn show(out: &mut String, value: &Value) {
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Nil => write!(out, "<nil>"),
        Value::Bool(value) => write!(out, "{value}"),
        Value::Int(number, _) => write!(out, "{number}"),
        Value::Float(number) => write!(out, "{}", shortest(*number)),
        Value::Str(text) => write!(out, "{text}"),
        Value::Object(object) => write!(out, "{}", object.print()),
        Value::List(list) => {
            out.push('[');
            for (position, item) in list.items().iter().enumerate() {
                out.push_str(if position > 0 { " " } else { "" });
                show(out, item);
            }
            write!(out, "]")
        }
        Value::Map(map) => {
            out.push_str("map[");
            for (position, (key, value)) in map.entries().iter().enumerate() {
                let _ = write!(out, "{}{key}:", if position > 0 { " " } else { "" });
                show(out, value);
            }
            write!(out, "]")
        }
        Value::Complex(..) => write!(out, "(complex)"),
    };
}
