//! JSON, YAML and TOML, written and read as Go does.

mod json_in;
mod json_out;
mod sink;
mod toml;
mod yaml_in;
mod yaml_out;
mod yaml_scalar;

#[cfg(test)]
mod tests;

use crate::function::{Call, Failure, Function, Param};
use crate::value::{Element, List, Map, Value};

use json_out::Style;
use sink::Fault;

/// Functions on documents.
///
/// Where Helm has functions of the same names as Sprig, they are Sprig's: `fromJson` takes any
/// JSON, as templates of providers and notifications do in Iter8 0.13.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("fromJson", &[Param::Text], from_json),
    Function::new("fromJsonArray", &[Param::Text], from_json_array),
    Function::new("fromYaml", &[Param::Text], from_yaml),
    Function::new("fromYamlArray", &[Param::Text], from_yaml_array),
    Function::new("mustFromJson", &[Param::Text], must_from_json),
    Function::new("mustToJson", &[Param::Any], must_to_json),
    Function::new("mustToPrettyJson", &[Param::Any], must_to_pretty_json),
    Function::new("mustToRawJson", &[Param::Any], must_to_raw_json),
    Function::new("toJson", &[Param::Any], to_json),
    Function::new("toPrettyJson", &[Param::Any], to_pretty_json),
    Function::new("toRawJson", &[Param::Any], must_to_raw_json),
    Function::new("toToml", &[Param::Any], to_toml),
    Function::new("toYaml", &[Param::Any], to_yaml),
];

fn to_json(call: &mut Call<'_>) -> Result<Value, Failure> {
    or_empty(json_out::write(call.host, &call.args[0], Style::Compact))
}

fn to_pretty_json(call: &mut Call<'_>) -> Result<Value, Failure> {
    or_empty(json_out::write(call.host, &call.args[0], Style::Pretty))
}

fn must_to_json(call: &mut Call<'_>) -> Result<Value, Failure> {
    Ok(Value::text(json_out::write(call.host, &call.args[0], Style::Compact)?))
}

fn must_to_pretty_json(call: &mut Call<'_>) -> Result<Value, Failure> {
    Ok(Value::text(json_out::write(call.host, &call.args[0], Style::Pretty)?))
}

fn must_to_raw_json(call: &mut Call<'_>) -> Result<Value, Failure> {
    Ok(Value::text(json_out::write(call.host, &call.args[0], Style::Raw)?))
}

fn to_yaml(call: &mut Call<'_>) -> Result<Value, Failure> {
    or_empty(yaml_out::write(call.host, &call.args[0]))
}

/// Helm prints the error where the document would stand.
fn to_toml(call: &mut Call<'_>) -> Result<Value, Failure> {
    match toml::write(call.host, &call.args[0]) {
        Ok(text) => Ok(Value::text(text)),
        Err(Fault::Value(message)) => Ok(Value::text(message)),
        Err(Fault::Failure(failure)) => Err(failure),
    }
}

/// A value that cannot be written is empty text for functions without `must`.
fn or_empty(written: Result<Vec<u8>, Fault>) -> Result<Value, Failure> {
    match written {
        Ok(text) => Ok(Value::text(text)),
        Err(Fault::Value(_)) => Ok(Value::text("")),
        Err(Fault::Failure(failure)) => Err(failure),
    }
}

/// What cannot be read at all is nil; a number out of range is nil in its place.
fn from_json(call: &mut Call<'_>) -> Result<Value, Failure> {
    let text = call.text(0);
    match json_in::read(call.host, text.as_bytes()) {
        Ok(document) => Ok(document.value),
        Err(Fault::Value(_)) => Ok(Value::Nil),
        Err(Fault::Failure(failure)) => Err(failure),
    }
}

fn must_from_json(call: &mut Call<'_>) -> Result<Value, Failure> {
    let text = call.text(0);
    let document = json_in::read(call.host, text.as_bytes())?;
    document.problem.map_or(Ok(document.value), |problem| Err(problem.into()))
}

fn from_json_array(call: &mut Call<'_>) -> Result<Value, Failure> {
    let text = call.text(0);
    let read = json_in::read(call.host, text.as_bytes()).and_then(|document| {
        match (list(document.value), document.problem) {
            (Ok(list), None) => Ok(list),
            (Err(problem), _) | (_, Some(problem)) => Err(Fault::Value(problem)),
        }
    });
    or_error_item(read)
}

fn from_yaml_array(call: &mut Call<'_>) -> Result<Value, Failure> {
    let text = call.text(0);
    let read = yaml_in::read(call.host, text)
        .and_then(|value| list(value).map_err(|problem| Fault::Value(yaml_in::mistyped(&problem))));
    or_error_item(read)
}

fn from_yaml(call: &mut Call<'_>) -> Result<Value, Failure> {
    let text = call.text(0);
    let read = yaml_in::read(call.host, text)
        .and_then(|value| map(value).map_err(|problem| Fault::Value(yaml_in::mistyped(&problem))));
    match read {
        Ok(map) => Ok(Value::Map(map)),
        Err(Fault::Value(message)) => {
            Ok(Value::Map(Map::from_iter([("Error".into(), Value::text(message))])))
        }
        Err(Fault::Failure(failure)) => Err(failure),
    }
}

/// Helm returns the error as the only item.
fn or_error_item(read: Result<List, Fault>) -> Result<Value, Failure> {
    match read {
        Ok(list) => Ok(Value::List(list)),
        Err(Fault::Value(message)) => Ok(Value::List(List::new([Value::text(message)]))),
        Err(Fault::Failure(failure)) => Err(failure),
    }
}

fn list(value: Value) -> Result<List, String> {
    match value {
        Value::List(list) => Ok(list),
        Value::Nil => Ok(List::nil(Element::Any)),
        other => Err(cannot_become(&other, "[]interface {}")),
    }
}

fn map(value: Value) -> Result<Map, String> {
    match value {
        Value::Map(map) => Ok(map),
        Value::Nil => Ok(Map::new()),
        other => Err(cannot_become(&other, "map[string]interface {}")),
    }
}

fn cannot_become(value: &Value, wanted: &str) -> String {
    let found = match value {
        Value::Bool(_) => "bool",
        Value::Str(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        _ => "number",
    };
    format!("json: cannot unmarshal {found} into Go value of type {wanted}")
}
