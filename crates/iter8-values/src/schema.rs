//! The JSON Schema of the values, made from the catalogue.

use iter8_model::task::catalogue::{self, Parameter, ParameterKind, Scope, TaskEntry};
use serde_json::{Map, Value, json};

use crate::settings::SETTINGS;

/// The schema of a values file (JSON Schema, draft 2020-12).
///
/// Numbers and booleans may be written as strings, as `--set` does. Unknown keys are invalid.
pub fn schema() -> Value {
    let mut properties = Map::new();
    for setting in SETTINGS {
        let mut property = json!({"type": setting.json_type, "description": setting.description});
        if setting.name == "tasks" {
            let names: Vec<&str> = catalogue::TASKS.iter().map(|task| task.name).collect();
            property["items"] = json!({"enum": names});
            property["minItems"] = json!(1);
        }
        if setting.json_type == "integer" {
            property["minimum"] = json!(1);
        }
        if let Some(default) = setting.default {
            property["default"] = json!(default);
        }
        properties.insert(setting.name.to_owned(), property);
    }
    for task in catalogue::TASKS {
        properties.insert(task.name.to_owned(), task_schema(task));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Values of an iter8 experiment",
        "type": "object",
        "required": ["tasks"],
        "additionalProperties": false,
        "properties": properties,
        "$defs": {"reference": reference()},
    })
}

fn task_schema(task: &TaskEntry) -> Value {
    if task.parameters.is_empty() {
        return json!({"type": ["object", "null"], "description": task.summary});
    }
    let mut properties = Map::new();
    let condition = "The task runs only if this condition holds.";
    properties.insert("if".to_owned(), json!({"type": "string", "description": condition}));
    for parameter in task.parameters {
        properties.insert(parameter.name.to_owned(), parameter_schema(task, parameter));
    }
    json!({
        "type": if task.name == "run" { json!(["object", "string"]) } else { json!("object") },
        "description": task.summary,
        "additionalProperties": false,
        "properties": properties,
    })
}

fn parameter_schema(task: &TaskEntry, parameter: &Parameter) -> Value {
    let mut schema = match parameter.kind {
        ParameterKind::Endpoints => endpoints(task),
        kind => kind_schema(kind),
    };
    let origin =
        parameter.default.map(|default| format!(" Default: {default}.")).unwrap_or_default();
    schema["description"] = json!(format!("{}{origin}", parameter.description));
    schema
}

fn kind_schema(kind: ParameterKind) -> Value {
    match kind {
        ParameterKind::Text | ParameterKind::Credential | ParameterKind::Webhook => text(),
        ParameterKind::Plain => json!({"type": ["string", "number", "boolean"]}),
        ParameterKind::Bool => {
            json!({"anyOf": [{"type": "boolean"}, {"enum": ["true", "false"]}]})
        }
        ParameterKind::Integer { min, max: i64::MAX } => {
            numeric(&json!({"type": "integer", "minimum": min}))
        }
        ParameterKind::Integer { min, max } => {
            numeric(&json!({"type": "integer", "minimum": min, "maximum": max}))
        }
        ParameterKind::Number => numeric(&json!({"type": "number"})),
        ParameterKind::Rate => json!({"anyOf": [
            {"type": "number"},
            {"type": "string", "pattern": "^(max|[-+]?[0-9.]+([eE][-+]?[0-9]+)?)$"},
        ]}),
        ParameterKind::Duration => duration(),
        ParameterKind::Size => json!({"anyOf": [
            {"type": "integer", "minimum": 0},
            {"type": "string", "pattern": "^ *[0-9.,]+ *([kKmMgG]?[iI]?)?[bB]? *$"},
        ]}),
        ParameterKind::Choice(choices) => {
            // To YAML some choices are numbers, such as a version.
            let number = |choice: &&str| choice.parse::<serde_json::Number>().ok();
            let numbers = choices.iter().filter_map(number).map(Value::Number);
            json!({"enum": choices.iter().map(|choice| json!(choice)).chain(numbers).collect::<Vec<_>>()})
        }
        ParameterKind::Texts => json!({"anyOf": [
            kind_schema(ParameterKind::Plain),
            {"type": "array", "items": kind_schema(ParameterKind::Plain)},
        ]}),
        ParameterKind::TextMap => json!({"type": "object", "additionalProperties": text()}),
        ParameterKind::Tree | ParameterKind::Endpoints => json!({"type": "object"}),
        ParameterKind::Trees => json!({"type": "array", "items": {"type": ["object", "null"]}}),
        ParameterKind::Messages => json!({"anyOf": [
            {"type": "object"},
            {"type": "array", "items": {"type": "object"}},
            {"enum": ["@"]},
        ]}),
        ParameterKind::Auth => auth(),
        ParameterKind::Tls => tls(),
        ParameterKind::Exports => exports(),
        ParameterKind::ByProvider(kind) => json!({
            "type": "object",
            "propertyNames": {"pattern": "^[^/]+$"},
            "additionalProperties": kind_schema(*kind),
        }),
        ParameterKind::Percentiles => json!({"type": "array", "items": numeric(
            &json!({"type": "number", "exclusiveMinimum": 0, "maximum": 100}),
        )}),
        ParameterKind::Ranges => json!({"type": "array", "items": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": false,
            "properties": {"lower": numeric(&json!({"type": "integer"})), "upper": numeric(&json!({"type": "integer"}))},
        }}),
        ParameterKind::Stages => json!({"type": "array", "items": {
            "type": "object",
            "required": ["duration", "qps"],
            "additionalProperties": false,
            "properties": {
                "duration": duration(),
                "qps": numeric(&json!({"type": "number", "minimum": 0})),
                "shape": {"enum": ["ramp", "step"]},
            },
        }}),
        ParameterKind::Requests => requests(),
        ParameterKind::Slos => slos(),
    }
}

fn requests() -> Value {
    json!({"type": "array", "minItems": 1, "items": {
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "url": text(),
            "method": text(),
            "headers": kind_schema(ParameterKind::TextMap),
            "payloadStr": text(),
            "contentType": text(),
            "weight": kind_schema(ParameterKind::Integer { min: 1, max: i64::MAX }),
        },
    }})
}

/// A text, what passes for one, or a reference.
fn text() -> Value {
    json!({"anyOf": [
        {"type": ["string", "number", "boolean"]},
        {"$ref": "#/$defs/reference"},
    ]})
}

fn reference() -> Value {
    let one = |key: &str, schema: Value| {
        json!({
            "type": "object",
            "required": [key],
            "additionalProperties": false,
            "properties": {key: schema},
        })
    };
    let text = json!({"type": "string", "minLength": 1});
    let key_of_secret = json!({
        "type": "object",
        "required": ["name", "key"],
        "additionalProperties": false,
        "properties": {"name": text, "key": text},
    });
    json!({
        "description": "Where a text is taken from when a task starts.",
        "anyOf": [
            one("envRef", text.clone()),
            one("fileRef", text.clone()),
            one("secretRef", key_of_secret),
            one("withheldRef", text),
        ],
    })
}

fn exports() -> Value {
    let target = json!({"anyOf": [text(), {
        "type": "object",
        "required": ["url"],
        "additionalProperties": false,
        "properties": {
            "url": text(),
            "headers": {"type": "object", "additionalProperties": text()},
            "auth": auth(),
            "tls": tls(),
        },
    }]});
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {"remoteWrite": target, "otlp": target},
    })
}

fn auth() -> Value {
    let scopes = json!({"anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
    ]});
    json!({
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
        "properties": {
            "basic": {
                "type": "object",
                "required": ["user", "password"],
                "additionalProperties": false,
                "properties": {"user": text(), "password": text()},
            },
            "bearer": text(),
            "token": text(),
            "oauth2": {
                "type": "object",
                "required": ["tokenURL", "clientID", "clientSecret"],
                "additionalProperties": false,
                "properties": {
                    "tokenURL": text(),
                    "clientID": text(),
                    "clientSecret": text(),
                    "scopes": scopes,
                },
            },
            "aws": {
                "type": "object",
                "required": ["region", "accessKeyID", "secretAccessKey"],
                "additionalProperties": false,
                "properties": {
                    "region": text(),
                    "accessKeyID": text(),
                    "secretAccessKey": text(),
                    "sessionToken": text(),
                    "service": text(),
                },
            },
        },
    })
}

fn tls() -> Value {
    let plain = kind_schema(ParameterKind::Plain);
    json!({
        "type": "object",
        "additionalProperties": false,
        "dependentRequired": {"certFile": ["keyFile"], "keyFile": ["certFile"]},
        "properties": {
            "caFile": plain,
            "certFile": plain,
            "keyFile": plain,
            "serverName": plain,
            "skipVerify": kind_schema(ParameterKind::Bool),
        },
    })
}

/// A number, or a string that holds one.
fn numeric(schema: &Value) -> Value {
    json!({"anyOf": [schema, {"type": "string", "pattern": "^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$"}]})
}

fn duration() -> Value {
    json!({"type": "string", "pattern": "^\\+?(0|([0-9]*\\.?[0-9]*(ns|us|µs|μs|ms|s|m|h))+)$"})
}

fn slos() -> Value {
    let limit = numeric(&json!({"type": "number"}));
    let side = json!({"anyOf": [
        {"type": "object", "additionalProperties": limit},
        {"type": "array", "items": {
            "type": "object",
            "required": ["metric", "limit"],
            "properties": {"metric": {"type": "string"}, "limit": limit},
        }},
    ]});
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {"upper": side, "lower": side},
    })
}

fn endpoints(task: &TaskEntry) -> Value {
    let own = task.parameters.iter().filter(|parameter| parameter.scope == Scope::Endpoint);
    let properties: Map<String, Value> = own
        .filter(|parameter| parameter.kind != ParameterKind::Endpoints)
        .map(|parameter| (parameter.name.to_owned(), parameter_schema(task, parameter)))
        .collect();
    json!({
        "type": "object",
        "propertyNames": {"pattern": "^[^/]+$"},
        "additionalProperties": {
            "type": ["object", "null"],
            "additionalProperties": false,
            "properties": properties,
        },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::compile::compile;

    fn metrics(inputs: Value) -> Value {
        let task = "custommetrics".to_owned();
        Value::Object([("tasks".to_owned(), json!([task])), (task, inputs)].into_iter().collect())
    }

    fn is_valid(values: &Value) -> bool {
        jsonschema::validator_for(&schema()).unwrap().is_valid(values)
    }

    #[test]
    fn the_schema_is_one() {
        assert!(jsonschema::meta::is_valid(&schema()));
    }

    /// The schema is for editors; the compiler decides. What the schema refuses, the compiler must
    /// refuse too, and what compiles must be valid.
    #[test]
    fn schema_and_compiler_agree() {
        let cases = [
            (json!({"tasks": ["http"], "http": {"url": "http://h", "qps": "2.5"}}), true),
            (json!({"tasks": ["http"], "http": {"url": "http://h", "qps": "max"}}), true),
            (json!({"tasks": ["http"], "http": {"url": "http://h", "duration": "1m30s"}}), true),
            (json!({"tasks": ["http"], "http": {"url": "http://h", "duration": "5"}}), false),
            (json!({"tasks": ["http"], "http": {"url": "http://h", "numRequests": 0}}), false),
            (json!({"tasks": ["http"], "http": {"url": "http://h", "qqs": 0}}), false),
            (
                json!({"tasks": ["http"], "http": {"endpoints": {"a": {"url": "h", "qps": 1}}}}),
                true,
            ),
            (
                json!({"tasks": ["http"], "http": {"endpoints": {"a": {"url": "h", "warmup": true}}}}),
                false,
            ),
            (json!({"tasks": ["http"], "http": {"endpoints": {"a/b": {"url": "h"}}}}), false),
            (json!({"tasks": ["http"], "http": {"url": "h", "errorRanges": [{}]}}), false),
            (json!({"tasks": ["http"], "http": {"url": "h", "percentiles": [101]}}), false),
            (
                json!({"tasks": ["http"], "http": {"url": "h", "stages": [{"duration": "1s", "qps": 5}]}}),
                true,
            ),
            (json!({"tasks": ["http"], "http": {"url": "h", "arrival": "random"}}), false),
            (json!({"tasks": ["run"], "run": "echo"}), true),
            (json!({"tasks": ["run"], "run": {"script": "echo", "if": "SLOs()"}}), true),
            (json!({"tasks": ["assess"], "assess": {"SLOs": {"upper": {"a/b": "50"}}}}), true),
            (
                json!({"tasks": ["assess"], "assess": {"SLOs": {"upper": {"a/b": {"9": 50}}}}}),
                false,
            ),
            (
                json!({"tasks": ["github"], "github": {"owner": "o", "repo": "r", "token": {"envRef": "T"}}}),
                true,
            ),
            (
                json!({"tasks": ["github"], "github": {"owner": "o", "repo": "r", "token": {"env": "T"}}}),
                false,
            ),
            (
                json!({"tasks": ["github"], "github": {"owner": {"envRef": "O"}, "repo": "r", "token": "t"}}),
                false,
            ),
            (metrics(json!({"templates": {"a": "b"}, "values": {"x": [1]}})), true),
            (metrics(json!({"templates": {"a/b": "c"}})), false),
            (metrics(json!({"templates": {"a": "b"}, "values": [1]})), false),
            (metrics(json!({"templates": {"a": "b"}, "versionValues": [{}, null]})), true),
            (metrics(json!({"templates": {"a": "b"}, "versionValues": [1]})), false),
            (metrics(json!({"templates": {"a": "b"}, "onError": "fail"})), true),
            (metrics(json!({"templates": {"a": "b"}, "onErr": "fail"})), false),
            (metrics(json!({"templates": {"a": "b"}, "auth": {"a": {"bearer": "c"}}})), true),
            (
                metrics(json!({"templates": {"a": "b"}, "auth": {"a": {"basic": {"user": "c"}}}})),
                false,
            ),
            (metrics(json!({"templates": {"a": "b"}, "tls": {"a": {"caFile": "c"}}})), true),
            (metrics(json!({"templates": {"a": "b"}, "tls": {"a": {"keyFile": "c"}}})), false),
            (json!({"tasks": ["notify"], "notify": {"url": "h", "payload": "teams"}}), true),
            (json!({"tasks": ["notify"], "notify": {"url": "h", "payload": "irc"}}), false),
            (json!({"tasks": []}), false),
            (json!({"tasks": ["run"], "run": "x", "rnner": "job"}), false),
            (json!({"tasks": ["run"], "run": "x", "logLevel": 5}), false),
        ];
        for (values, expected) in cases {
            assert_eq!(is_valid(&values), expected, "schema: {values}");
            let compiled = compile(values.as_object().unwrap());
            assert_eq!(compiled.is_ok(), expected, "compiler: {values} {compiled:?}");
        }
    }
}
