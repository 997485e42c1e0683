//! Log lines of a test, for messages that are part of the interface.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::Registry;

/// The log lines of this thread while it lives: `LEVEL message`, and ` <trace>` if there is one.
pub(crate) struct Logs {
    lines: Lines,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Logs {
    /// Listens from now on.
    pub(crate) fn listen() -> Self {
        let lines = Lines::default();
        let subscriber = Registry::default().with(lines.clone());
        Self { lines, _guard: tracing::subscriber::set_default(subscriber) }
    }

    /// What was heard, all levels.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was heard from warnings up.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let is_warning = |line: &String| line.starts_with("WARN") || line.starts_with("ERROR");
        self.lines().into_iter().filter(is_warning).collect()
    }
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if !event.metadata().target().starts_with("iter8") {
            return;
        }
        let mut line = Line { text: event.metadata().level().to_string(), trace: String::new() };
        event.record(&mut line);
        let line = line.text + &line.trace;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

struct Line {
    text: String,
    trace: String,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let written = match field.name() {
            "message" => write!(self.text, " {value:?}"),
            _ => write!(self.trace, " <{value:?}>"),
        };
        written.expect("writing to a string");
    }
}
