//! Helm's functions on templates, and what it looks up.

#![expect(clippy::unnecessary_wraps, reason = "the functions of templates have one signature")]

use crate::function::{Call, Failure, Function, Param};
use crate::print::quote;
use crate::value::{Map, Value};

/// Helm's functions.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("include", &[Param::Text, Param::Any], include),
    Function::new("lookup", &[Param::Text, Param::Text, Param::Text, Param::Text], lookup),
    Function::new("required", &[Param::Text, Param::Any], required),
    Function::new("tpl", &[Param::Text, Param::Any], tpl),
];

fn include(call: &mut Call<'_>) -> Result<Value, Failure> {
    let name = call.text(0).as_str();
    Ok(Value::Str(call.host.include(&name, &call.args[1])?))
}

/// Any data will do; Helm wants the chart's values here. Errors are in Helm's words.
fn tpl(call: &mut Call<'_>) -> Result<Value, Failure> {
    let text = call.text(0);
    let quoted = || quote(text.as_bytes());
    let result = call.host.evaluate(&text.as_str(), &call.args[1]);
    result.map(Value::Str).map_err(|failure| match failure {
        Failure::Message(reason) => format!("cannot parse template {}: {reason}", quoted()).into(),
        Failure::Render(error) if !error.cause.is_limit() => {
            format!("error during tpl function execution for {}: {error}", quoted()).into()
        }
        limit @ Failure::Render(_) => limit,
    })
}

/// There is no cluster to look into, as in `helm template`: nothing is found.
fn lookup(_: &mut Call<'_>) -> Result<Value, Failure> {
    Ok(Value::Map(Map::new()))
}

/// A value that must be there: neither nil nor empty text.
fn required(call: &mut Call<'_>) -> Result<Value, Failure> {
    match &call.args[1] {
        Value::Nil => Err(call.text(0).as_str().into_owned().into()),
        Value::Str(text) if text.is_empty() => Err(call.text(0).as_str().into_owned().into()),
        value => Ok(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::call;
    use crate::value::{List, Map, Value};

    #[test]
    fn what_is_required_must_be_there() {
        for value in [Value::Nil, "".into()] {
            let result = call("required", &["a name is needed".into(), value]);
            assert_eq!(result.unwrap_err(), "a name is needed");
        }
        for value in [Value::Bool(false), Value::int(0), "x".into(), Value::List(List::new([]))] {
            let shown = format!("{value:?}");
            let result = call("required", &["a name is needed".into(), value]).unwrap();
            assert_eq!(format!("{result:?}"), shown);
        }
    }

    #[test]
    fn nothing_is_looked_up() {
        let arguments = ["v1", "Secret", "default", "x"].map(Value::from);
        let found = call("lookup", &arguments).unwrap();
        assert!(matches!(found, Value::Map(map) if map.is_empty()));
    }

    #[test]
    fn templates_are_left_to_the_host() {
        // The host of the tests returns the name or the text.
        for function in ["include", "tpl"] {
            let result = call(function, &["{{ . }}".into(), Value::Map(Map::new())]).unwrap();
            assert!(matches!(result, Value::Str(text) if text.as_bytes() == b"{{ . }}"));
        }
    }
}
