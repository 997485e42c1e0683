//! A task whose errors show no credential.

use iter8_engine::{BoxFuture, Task, TaskEnd, TaskError, Turn, chain};
use iter8_model::credential::Redactor;

/// Masks credentials in the errors of a task: servers and parsers may repeat what they were sent.
pub(crate) struct Guarded {
    pub(crate) task: Box<dyn Task>,
    pub(crate) redactor: Redactor,
}

impl Task for Guarded {
    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<TaskEnd, TaskError>> {
        Box::pin(
            async move { self.task.run(turn).await.map_err(|error| masked(error, &self.redactor)) },
        )
    }
}

/// The error as it is, or its whole chain as one text if that has a credential in it.
fn masked(error: TaskError, redactor: &Redactor) -> TaskError {
    let shown = chain(&error);
    let masked = redactor.redact(&shown);
    if masked == shown { error } else { TaskError::new(masked) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_errors_with_credentials_are_rewritten() {
        let redactor = Redactor::new();
        redactor.add("hunter2");
        let error = |text: &str| TaskError::caused_by("failed", TaskError::new(text));
        let kept = masked(error("refused"), &redactor);
        assert_eq!(kept.to_string(), "failed");
        let rewritten = masked(error("no user hunter2"), &redactor);
        assert_eq!(rewritten.to_string(), "failed: no user [redacted]");
        assert_eq!(chain(&rewritten), rewritten.to_string());
    }
}
