//! `http`: load-test HTTP endpoints.

mod requests;
mod settings;

use std::sync::Arc;

use iter8_engine::{BoxFuture, Task, TaskEnd, TaskError, Turn};
use iter8_load::Plan;
use iter8_load_http::{HttpPlan, HttpTransport, Target};
use iter8_model::task::InputError;
use iter8_model::task::catalogue::HTTP;
use serde_json::{Map, Value};

use crate::download::download;
use crate::inputs::Inputs;
use crate::load::{AnyError, LoadTest, Measured, Series, Work, fresh_seed};
use crate::surroundings::Surroundings;
use settings::{Body, Settings};

/// Load-tests endpoints, one after the other.
pub(crate) struct HttpTask {
    stored: Map<String, Value>,
    tests: Vec<Settings>,
    series: Series,
}

impl HttpTask {
    pub(crate) fn new(
        inputs: Inputs,
        surroundings: &Surroundings,
        path: &str,
    ) -> Result<Self, InputError> {
        let Inputs { stored, resolved, .. } = inputs;
        let series = Series::new(&HTTP, &resolved, surroundings, path)?;
        let mut tests = settings::resolve(&resolved, path, &surroundings.zone)?;
        for test in &mut tests {
            test.plan = series.fit(test.plan.clone(), path)?;
        }
        Ok(Self { stored, tests, series })
    }
}

impl Task for HttpTask {
    fn run<'a>(&'a self, mut turn: Turn<'a>) -> BoxFuture<'a, Result<TaskEnd, TaskError>> {
        Box::pin(async move {
            turn.spec().with = settings::effective(&self.stored);
            self.series.run(&self.tests, &mut turn).await
        })
    }
}

impl LoadTest for Settings {
    fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    fn target(&self) -> &str {
        &self.target.url
    }

    fn plan(&self) -> &Plan {
        &self.plan
    }

    fn percentiles(&self) -> &[f64] {
        &self.percentiles
    }

    fn prepare(&self) -> BoxFuture<'_, Result<Work, AnyError>> {
        Box::pin(async {
            let body = body(&self.body).await?;
            let seed = self.uuid_seed.unwrap_or_else(fresh_seed);
            let http = HttpPlan::try_from(Target { body, seed, ..self.target.clone() })?;
            let plan = self.plan.clone();
            let work: Work = Box::new(move |control| {
                let transport = HttpTransport::resolve(http)?;
                let measurement = iter8_load::run(&plan, &transport, control)?;
                Ok(Measured { measurement, messages: None })
            });
            Ok(work)
        })
    }
}

async fn body(source: &Body) -> Result<Arc<[u8]>, AnyError> {
    match source {
        Body::None => Ok(Arc::default()),
        Body::Text(text) => Ok(text.as_bytes().into()),
        Body::File(path) => match tokio::fs::read(path).await {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) => {
                let message = format!("failed to read payload file {}", path.display());
                Err(TaskError::caused_by(message, error).into())
            }
        },
        Body::Url(url) => Ok(download(url).await?.into()),
    }
}

#[cfg(test)]
mod tests;
