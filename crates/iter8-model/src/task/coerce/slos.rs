//! Objectives.

use serde_json::{Map, Value, json};

use super::{InputError, expected, float, list, members, number, text};
use crate::metric::MetricName;

/// Objectives in either shape: limits by metric, as in values, or a list of `{metric, limit}`, as
/// in documents. The result is the latter; maps are sorted by metric.
pub(super) fn slos(value: &Value, path: &str) -> Result<Value, InputError> {
    let mut sides = Map::new();
    for (name, value) in members(value, &["upper", "lower"], path)? {
        let path = format!("{path}.{name}");
        let slos = match value {
            Value::Array(_) => list(value, &path, listed_slo)?,
            Value::Object(limits) => {
                let mut limits: Vec<_> =
                    limits.iter().filter(|(_, limit)| !limit.is_null()).collect();
                limits.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
                let limits = limits.into_iter();
                limits.map(|(metric, limit)| slo(metric, limit, &path)).collect::<Result<_, _>>()?
            }
            _ => return Err(expected("limits by metric", value, &path)),
        };
        sides.insert(name.to_owned(), slos);
    }
    Ok(Value::Object(sides))
}

fn listed_slo(value: &Value, path: &str) -> Result<Value, InputError> {
    let mut metric = None;
    let mut limit = None;
    for (name, value) in members(value, &["metric", "limit"], path)? {
        match name {
            "metric" => metric = Some(text(value, &format!("{path}.metric"))?),
            _ => limit = Some(value),
        }
    }
    let metric = metric.ok_or_else(|| InputError::new(path, "an objective needs metric"))?;
    let limit = limit.ok_or_else(|| InputError::new(path, "an objective needs limit"))?;
    slo(&metric, limit, path)
}

fn slo(metric: &str, limit: &Value, path: &str) -> Result<Value, InputError> {
    let path = format!("{path}: {metric}");
    if let Err(error) = metric.parse::<MetricName>() {
        return Err(InputError::new(path, error.to_string())
            .with_hint("for example http/latency-mean, http/error-rate or abn/revenue/mean"));
    }
    let limit =
        number(limit, &path).map_err(|_| expected("a number as its limit", limit, &path))?;
    Ok(json!({"metric": metric, "limit": float(limit)}))
}
