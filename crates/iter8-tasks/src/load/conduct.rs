//! How load tests are conducted, whatever they send.

use std::time::Duration;

use iter8_load::{Part, Plan};
use iter8_model::duration;
use iter8_model::task::InputError;
use serde_json::{Map, Value};

use super::health::Bounds;

/// What the inputs of a task say of all of its tests.
#[derive(Debug, Clone)]
pub(crate) struct Conduct {
    /// Whether endpoints are tested at the same time.
    pub(crate) is_parallel: bool,
    /// Whether results are forgotten.
    pub(crate) is_warmup: bool,
    /// Whether the test of an endpoint may fail.
    pub(crate) skips_failed: bool,
    /// The share of errors that ends a test.
    abort_above: Option<f64>,
    /// When a measurement cannot be relied on.
    pub(crate) bounds: Bounds,
}

impl Conduct {
    /// From the inputs of a task at `path`.
    pub(crate) fn new(inputs: &Map<String, Value>, path: &str) -> Result<Self, InputError> {
        let flag = |name: &str| inputs.get(name).and_then(Value::as_bool).unwrap_or(false);
        let usual = Bounds::default();
        let lag = inputs.get("maxScheduleLag").and_then(Value::as_str);
        let bounds = Bounds {
            lag: lag.and_then(|lag| duration::parse(lag).ok()).unwrap_or(usual.lag),
            throttling: share(inputs, "maxThrottling", path)?.unwrap_or(usual.throttling),
        };
        if bounds.lag == Duration::ZERO {
            let message = "expected a time above zero";
            return Err(InputError::new(format!("{path}.maxScheduleLag"), message));
        }
        Ok(Self {
            is_parallel: flag("parallel"),
            is_warmup: flag("warmup"),
            skips_failed: inputs.get("onError").and_then(Value::as_str) == Some("skip"),
            abort_above: share(inputs, "abortOnErrorRate", path)?,
            bounds,
        })
    }

    /// The plan of one test as it is carried out by a part of all runners.
    pub(crate) fn fit(&self, plan: Plan, part: Part, path: &str) -> Result<Plan, InputError> {
        let plan = plan.with_abort_above(self.abort_above);
        if part.is_whole() {
            return Ok(plan);
        }
        plan.of_part(part).map_err(|error| InputError::new(path, error.to_string()))
    }
}

fn share(inputs: &Map<String, Value>, name: &str, path: &str) -> Result<Option<f64>, InputError> {
    let Some(share) = inputs.get(name).and_then(Value::as_f64) else { return Ok(None) };
    if (0.0..=1.0).contains(&share) {
        return Ok(Some(share));
    }
    let error = InputError::new(format!("{path}.{name}"), "expected a share from 0 to 1");
    Err(error.with_hint("5 % is 0.05"))
}

#[cfg(test)]
mod tests {
    use iter8_load::{Budget, Pace};
    use serde_json::json;

    use super::*;

    fn conduct(inputs: Value) -> Result<Conduct, String> {
        let Value::Object(inputs) = inputs else { panic!("a map") };
        Conduct::new(&inputs, "http").map_err(|error| error.to_string())
    }

    #[test]
    fn bounds_are_those_given_or_the_usual_ones() {
        let usual = conduct(json!({})).unwrap();
        assert_eq!(usual.bounds, Bounds::default());
        assert!(!usual.is_parallel && !usual.is_warmup && !usual.skips_failed);
        let given = json!({
            "maxScheduleLag": "50ms", "maxThrottling": 0, "parallel": true, "onError": "skip",
            "abortOnErrorRate": 0.5,
        });
        let given = conduct(given).unwrap();
        let bounds = Bounds { lag: Duration::from_millis(50), throttling: 0.0 };
        assert_eq!(given.bounds, bounds);
        assert!(given.is_parallel && given.skips_failed);
        assert_eq!(given.abort_above, Some(0.5));
    }

    #[test]
    fn shares_and_times_that_cannot_be_are_refused() {
        for (name, value) in [("abortOnErrorRate", 1.5), ("maxThrottling", -0.1)] {
            let error = conduct(json!({name: value})).unwrap_err();
            assert_eq!(error, format!("http.{name}: expected a share from 0 to 1"));
        }
        let error = conduct(json!({"maxScheduleLag": "0s"})).unwrap_err();
        assert_eq!(error, "http.maxScheduleLag: expected a time above zero");
    }

    #[test]
    fn a_part_needs_a_connection() {
        let second = Budget::duration(Duration::from_secs(1));
        let plan = Plan::new(Pace::Closed, second, 2.try_into().unwrap(), Duration::ZERO).unwrap();
        let conduct = conduct(json!({"abortOnErrorRate": 0.1})).unwrap();
        let fit = |part: &str| conduct.fit(plan.clone(), part.parse().unwrap(), "http");
        assert_eq!(
            fit("2/2").map(|plan| (plan.connections(), plan.abort_above())),
            Ok((1, Some(0.1)))
        );
        let error = fit("1/3").unwrap_err().to_string();
        assert_eq!(error, "http: 3 parts are more than 2 connections, and each part needs one");
    }
}
