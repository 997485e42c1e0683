//! What a function of templates is: a name, the types of its parameters, a body.
//!
//! The types are checked before the body is called, and literals take the type of their parameter,
//! as in Go. A body therefore finds arguments of the declared types.

use crate::environment::{Random, Zone};
use crate::error::RenderError;
use crate::value::{List, Map, Text, Value};

/// Deepest nesting of lists and maps that functions walk through. Documents of users have a dozen
/// levels; a map that contains itself has no end.
pub(crate) const MAX_DEPTH: usize = 200;

/// A function that templates can call.
#[derive(Debug)]
pub(crate) struct Function {
    /// Its name in templates.
    pub(crate) name: &'static str,
    /// Types of the parameters.
    pub(crate) params: &'static [Param],
    /// Type of all further arguments, if there may be any.
    pub(crate) rest: Option<Param>,
    /// Whether all arguments are evaluated.
    pub(crate) evaluation: Evaluation,
    /// What it does.
    pub(crate) body: Body,
}

/// Which arguments of a function are evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evaluation {
    /// All, before the function is called.
    All,
    /// All, with the text of the first one before them (`call`).
    AllWithCallee,
    /// One after the other up to the first that is false, which is the result (`and`).
    UntilFalse,
    /// One after the other up to the first that is true, which is the result (`or`).
    UntilTrue,
}

/// What a function does.
pub(crate) type Body = fn(&mut Call<'_>) -> Result<Value, Failure>;

/// Go's type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Param {
    /// `interface{}` or `reflect.Value`: anything, nil included.
    Any,
    /// `string`.
    Text,
    /// `int`.
    Int,
    /// `float64`.
    Float,
    /// `bool`.
    Bool,
    /// `map[string]interface{}`; nil is an empty map that nothing can be put into.
    Map,
    /// `[]interface{}`; nil is an empty list.
    List,
    /// A struct of this Go type, such as `time.Time`.
    Object(&'static str),
}

impl Param {
    /// Go's name of the type.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Text => "string",
            Self::Int => "int",
            Self::Float => "float64",
            Self::Bool => "bool",
            Self::Map => "map[string]interface {}",
            Self::List => "[]interface {}",
            Self::Object(name) => name,
        }
    }

    /// Whether the type has a value nil.
    pub(crate) fn has_nil(self) -> bool {
        match self {
            Self::Any | Self::Map | Self::List => true,
            Self::Object(name) => name.starts_with('*'),
            Self::Text | Self::Int | Self::Float | Self::Bool => false,
        }
    }
}

impl Function {
    /// A function with a fixed number of parameters.
    pub(crate) const fn new(name: &'static str, params: &'static [Param], body: Body) -> Self {
        Self { name, params, rest: None, evaluation: Evaluation::All, body }
    }

    /// The same, taking any number of further arguments of one type.
    pub(crate) const fn variadic(self, rest: Param) -> Self {
        Self { rest: Some(rest), ..self }
    }

    /// The same, returning the first argument that decides.
    pub(crate) const fn lazy(self, evaluation: Evaluation) -> Self {
        Self { evaluation, ..self }
    }

    /// The same function under another name.
    pub(crate) const fn alias(name: &'static str, of: &Self) -> Self {
        Self { name, ..*of }
    }
}

/// Why a function did not return a value.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It says so. Lower case, no full stop; Go's and Sprig's words where they have some.
    Message(String),
    /// A template that it executed failed, or a limit was reached.
    Render(Box<RenderError>),
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Message(message)
    }
}

impl From<&str> for Failure {
    fn from(message: &str) -> Self {
        Self::Message(message.to_owned())
    }
}

impl From<RenderError> for Failure {
    fn from(error: RenderError) -> Self {
        Self::Render(Box::new(error))
    }
}

/// What a function can ask of the execution that calls it.
pub(crate) trait Host {
    /// The moment that the caller calls now.
    fn now(&self) -> jiff::Timestamp;

    /// The time zone that the caller calls local.
    fn zone(&self) -> &Zone;

    /// The source of random bytes.
    fn random(&mut self) -> &mut dyn Random;

    /// Announces that so many bytes will be allocated, before they are. Needed wherever the result
    /// can be much longer than the arguments, as with `repeat`; results themselves are charged by
    /// the executor.
    fn charge(&mut self, bytes: usize) -> Result<(), Failure>;

    /// Announces that so many bytes which were charged are free again. Only for large buffers: what
    /// is charged is otherwise counted in sum.
    fn release(&mut self, bytes: usize);

    /// How many bytes may still be charged.
    fn room(&self) -> usize;

    /// Announces work that takes as long as so many simple steps (about 50 ns each), where that is
    /// much more than the size of the arguments suggests, as with key generation.
    fn work(&mut self, steps: u64) -> Result<(), Failure>;

    /// Executes a named template on data (Helm's `include`).
    fn include(&mut self, name: &str, data: &Value) -> Result<Text, Failure>;

    /// Executes a text as a template on data, with all templates defined so far (Helm's `tpl`).
    fn evaluate(&mut self, text: &str, data: &Value) -> Result<Text, Failure>;
}

/// About how many bytes a map takes for an entry, its key and value apart.
pub(crate) const ENTRY: usize = 64;

/// Puts a value into a map that the template holds. No map may come to contain itself.
///
/// Differs from Go, which allows it and exhausts its stack when such a map is printed. Here it could
/// not even be freed, since values are counted by those who hold them.
pub(crate) fn put(host: &mut dyn Host, map: &Map, key: Text, value: Value) -> Result<(), Failure> {
    let (is_within, steps) = map.is_within(&value);
    host.work(steps)?;
    if is_within {
        return Err(Failure::from("a map cannot contain itself"));
    }
    if !map.contains(key.as_bytes()) {
        host.charge(ENTRY + key.len())?;
    }
    map.set(key, value);
    Ok(())
}

/// One call of a function, its arguments checked against the parameters' types.
pub(crate) struct Call<'a> {
    /// The arguments.
    pub(crate) args: &'a [Value],
    /// A bit for each argument, from the lowest: whether its static type in Go is `interface {}`.
    /// It tells a nil that is a value from one that is none.
    pub(crate) boxed: u64,
    /// The execution that calls.
    pub(crate) host: &'a mut dyn Host,
}

impl<'a> Call<'a> {
    /// Whether the static type of an argument in Go is `interface {}`.
    pub(crate) fn is_boxed(&self, index: usize) -> bool {
        index < 64 && self.boxed >> index & 1 == 1
    }

    /// Argument of type [`Param::Text`].
    pub(crate) fn text(&self, index: usize) -> &'a Text {
        match &self.args[index] {
            Value::Str(text) => text,
            other => unreachable!("checked to be a string: {other:?}"),
        }
    }

    /// Argument of type [`Param::Int`].
    pub(crate) fn int(&self, index: usize) -> i64 {
        match &self.args[index] {
            Value::Int(number, _) => *number,
            other => unreachable!("checked to be an int: {other:?}"),
        }
    }

    /// Argument of type [`Param::Float`].
    pub(crate) fn float(&self, index: usize) -> f64 {
        match &self.args[index] {
            Value::Float(number) => *number,
            other => unreachable!("checked to be a float64: {other:?}"),
        }
    }

    /// Argument of type [`Param::Bool`].
    pub(crate) fn bool(&self, index: usize) -> bool {
        match &self.args[index] {
            Value::Bool(value) => *value,
            other => unreachable!("checked to be a bool: {other:?}"),
        }
    }

    /// Argument of type [`Param::Map`]; `None` for nil.
    pub(crate) fn map(&self, index: usize) -> Option<&'a Map> {
        match &self.args[index] {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Argument of type [`Param::List`]; no items for nil.
    pub(crate) fn items(&self, index: usize) -> &'a [Value] {
        match &self.args[index] {
            Value::List(list) => List::items(list),
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestHost;

    #[test]
    fn maps_grow_at_a_price_and_never_contain_themselves() {
        let (outer, inner, mut host) = (Map::new(), Map::new(), TestHost::default());
        let before = host.bytes_left;
        put(&mut host, &outer, "inner".into(), Value::Map(inner.clone())).unwrap();
        assert_eq!(before - host.bytes_left, ENTRY + 5);
        put(&mut host, &outer, "inner".into(), Value::Map(inner.clone())).unwrap();
        assert_eq!(before - host.bytes_left, ENTRY + 5);
        for (map, value) in [(&inner, &outer), (&inner, &inner), (&outer, &outer)] {
            let result = put(&mut host, map, "x".into(), Value::Map(value.clone()));
            let Err(Failure::Message(message)) = result else { panic!("must fail") };
            assert_eq!(message, "a map cannot contain itself");
        }
        assert!(outer.len() == 1 && inner.is_empty());
        host.bytes_left = 10;
        assert!(put(&mut host, &inner, "x".into(), Value::Nil).is_err());
    }
}
