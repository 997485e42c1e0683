//! `notify`: tell a web service how the experiment stands.

mod credentials;
mod data;
mod digest;
mod payload;
mod preset;
mod report;
mod settings;
mod structure;
mod template;
mod url;

use std::error::Error;
use std::sync::Arc;

use iter8_engine::{BoxFuture, CancellationToken, Task, TaskEnd, TaskError, Turn, chain};
use iter8_fetch::{Client, FetchError, Repeat, Request, Shown};
use iter8_model::credential::Redactor;
use iter8_model::experiment::Experiment;
use iter8_model::task::InputError;
use serde_json::{Map, Value};

use crate::inputs::Inputs;
use crate::rendering::{Renderer, apart};
use crate::surroundings::Surroundings;
use credentials::Credentials;
use data::Data;
use payload::{Payload, Writer};
use settings::Settings;
use template::Prepared;

pub use data::{Facts, template_data};

/// Sends a notification.
pub(crate) struct NotifyTask {
    /// What the document keeps.
    stored: Map<String, Value>,
    settings: Settings,
    /// The settings of the payload, with markers in place of credentials.
    marked: Map<String, Value>,
    credentials: Arc<Credentials>,
    /// `None` if there is no payload.
    template: Option<Prepared>,
    client: Client,
    redactor: Redactor,
    surroundings: Surroundings,
}

impl NotifyTask {
    /// From inputs that were read by the catalogue.
    pub(crate) fn new(
        inputs: Inputs,
        surroundings: Surroundings,
        path: &str,
    ) -> Result<Self, InputError> {
        let Inputs { stored, resolved, redactor } = inputs;
        let settings = Settings::new(&resolved, path)?;
        if settings.is_hook {
            // Servers like to repeat what they were sent, in parts as well.
            url::secrets(&settings.url).for_each(|secret| redactor.add(secret));
        }
        let source = settings.source.as_ref();
        let template_path = format!("{path}.payloadTemplateURL");
        let template =
            source.map(|source| template::prepare(source, &template_path)).transpose()?;
        let client = Client::new(&settings.tls)
            .map_err(|error| InputError::new(format!("{path}.tls"), error.to_string()))?;
        let of = |inputs: &Map<String, Value>| {
            inputs.get("settings").and_then(Value::as_object).cloned().unwrap_or_default()
        };
        let (marked, credentials) =
            Credentials::mark(&of(&stored), &of(&resolved), &*surroundings.random);
        let credentials = Arc::new(credentials);
        Ok(Self { stored, settings, marked, credentials, template, client, redactor, surroundings })
    }

    async fn notify(
        &self,
        experiment: &Experiment,
        stop: &CancellationToken,
    ) -> Result<TaskEnd, TaskError> {
        let Some(template) = &self.template else { return self.send(None).await };
        let payload = self.payload(template, experiment, stop).await?;
        if payload.is_none() {
            tracing::info!("there is nothing to notify of: the experiment has no verdict");
            return Ok(TaskEnd::Completed);
        }
        self.send(payload).await
    }

    /// Makes the payload; `None` if a built-in one has nothing to say.
    async fn payload(
        &self,
        template: &Prepared,
        experiment: &Experiment,
        stop: &CancellationToken,
    ) -> Result<Option<Payload>, TaskError> {
        const FAILED: &str = "failed to make the payload";
        let chosen = match template {
            Prepared::Ready(chosen) => Arc::clone(chosen),
            Prepared::Download(url) => {
                let downloaded = template::download(&self.client, url, &self.settings.limits);
                Arc::new(downloaded.await.map_err(|error| self.failed(FAILED, &error))?)
            }
        };
        let is_built_in = chosen.preset.is_some();
        let writer = Writer {
            chosen,
            largest: self.settings.largest,
            credentials: Arc::clone(&self.credentials),
            redactor: self.redactor.clone(),
        };
        let (experiment, facts) = (experiment.clone(), self.facts());
        let write =
            move |renderer: &Renderer| writer.write(&Data::new(experiment, &facts), renderer);
        let payload = apart(write, &self.surroundings, stop)
            .await
            .map_err(|error| self.failed(FAILED, &error))?;
        if is_built_in {
            return Ok(Some(payload).filter(|payload| !payload.text.trim().is_empty()));
        }
        if let Some(reason) = payload.not_json.as_ref().filter(|_| self.settings.says_json()) {
            tracing::warn!(trace = reason, "the payload is no JSON; contentType says what it is");
        }
        Ok(Some(payload))
    }

    fn facts(&self) -> Facts {
        let Surroundings { group, now, zone, .. } = &self.surroundings;
        Facts {
            group: group.clone(),
            link: self.settings.link.clone(),
            now: now().to_zoned(zone.clone()),
            settings: self.marked.clone(),
        }
    }

    async fn send(&self, payload: Option<Payload>) -> Result<TaskEnd, TaskError> {
        let settings = &self.settings;
        let request = Request {
            headers: settings.headers.clone(),
            body: payload.map(|payload| payload.text.into_bytes()),
            auth: settings.auth.clone(),
            // Nobody wants to be told twice; whoever has not heard for sure is told again.
            repeat: Repeat::Unheard,
            shown: if settings.is_hook { Shown::Host } else { Shown::Path },
            ..Request::new(settings.method.as_str(), settings.url.as_str())
        };
        let place = request.place();
        match self.client.send(&request, &settings.limits).await {
            Ok(response) => {
                let (status, attempts) = (response.status, response.attempts);
                tracing::debug!("notified {place}: status {status}, attempts {attempts}");
                Ok(TaskEnd::Completed)
            }
            Err(error) => self.undelivered(&request, &error),
        }
    }

    fn undelivered(&self, request: &Request, error: &FetchError) -> Result<TaskEnd, TaskError> {
        let message = match error {
            FetchError::Status { .. } | FetchError::Redirect { .. } => {
                "did not receive successful status code for notify task"
            }
            _ => "failed to send the notification",
        };
        let cause = request.masked(&self.redactor.redact(&chain(error)));
        if self.settings.soft_failure {
            tracing::warn!(trace = cause, "{message}");
            return Ok(TaskEnd::Completed);
        }
        Err(TaskError::new(format!("{message}: {cause}")))
    }

    fn failed(&self, message: &str, error: &dyn Error) -> TaskError {
        TaskError::new(format!("{message}: {}", self.redactor.redact(&chain(error))))
    }
}

impl Task for NotifyTask {
    fn run<'a>(&'a self, mut turn: Turn<'a>) -> BoxFuture<'a, Result<TaskEnd, TaskError>> {
        Box::pin(async move {
            turn.spec().with.clone_from(&self.stored);
            let ended = tokio::select! {
                biased;
                () = turn.stop.cancelled() => return Ok(TaskEnd::Interrupted),
                ended = self.notify(turn.experiment, turn.stop) => ended,
            };
            match ended {
                // A template that was stopped says so by an error.
                Err(_) if turn.stop.is_cancelled() => Ok(TaskEnd::Interrupted),
                ended => ended,
            }
        })
    }
}

#[cfg(test)]
mod tests;
