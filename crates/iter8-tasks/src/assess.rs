//! `assess`: compare the newest values of metrics with objectives.

use iter8_engine::{BoxFuture, Task, TaskEnd, TaskError, Turn};
use iter8_model::slo::{Bound, Slo, Slos};
use serde_json::{Map, Value};

/// Compares metrics with objectives. Unsatisfied objectives are a result, not a failure.
pub(crate) struct AssessTask {
    inputs: Map<String, Value>,
    slos: Slos,
}

impl AssessTask {
    /// From inputs that were read by the catalogue, which lists objectives.
    pub(crate) fn new(inputs: Map<String, Value>) -> Self {
        let side = |bound: Bound| -> Vec<Slo> {
            let slos = inputs.get("SLOs").and_then(|slos| slos.get(bound.as_str()));
            let slos = slos.and_then(Value::as_array).into_iter().flatten();
            slos.filter_map(|slo| {
                let metric = slo.get("metric")?.as_str()?.to_owned();
                Some(Slo { metric, limit: slo.get("limit")?.as_f64()? })
            })
            .collect()
        };
        let slos = Slos { upper: side(Bound::Upper), lower: side(Bound::Lower) };
        Self { inputs, slos }
    }

    fn assess(&self, turn: &mut Turn<'_>) -> Result<TaskEnd, TaskError> {
        turn.spec().with.clone_from(&self.inputs);
        let result = turn.experiment.result.as_mut();
        let Some(insights) = result.and_then(|result| result.insights.as_mut()) else {
            return Err(TaskError::new("uninitialized insights within experiment"));
        };
        if self.slos.is_empty() {
            tracing::warn!("nothing to do; returning");
            return Ok(TaskEnd::Completed);
        }
        if insights.slos.as_ref().is_some_and(|old| *old != self.slos) {
            return Err(TaskError::new("old and new value of slos conflict"));
        }
        insights.slos_satisfied = Some(self.slos.assess(insights));
        insights.slos = Some(self.slos.clone());
        Ok(TaskEnd::Completed)
    }
}

impl Task for AssessTask {
    fn run<'a>(&'a self, mut turn: Turn<'a>) -> BoxFuture<'a, Result<TaskEnd, TaskError>> {
        Box::pin(async move { self.assess(&mut turn) })
    }
}

#[cfg(test)]
mod tests;
