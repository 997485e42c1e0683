//! The terminal: log lines, errors and the progress bar share stderr without garbling each other.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use iter8_engine::{Progress, TaskProgress};
use iter8_model::credential::Redactor;

/// Steps of the progress bar: more than any terminal has columns.
const STEPS: u64 = 1_000;

/// A progress bar for each test that is under way, by title.
struct Bars {
    screen: MultiProgress,
    bars: BTreeMap<String, ProgressBar>,
}

impl Bars {
    fn new() -> Self {
        let screen = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        Self { screen, bars: BTreeMap::new() }
    }

    fn bar(&mut self, title: &str) -> &ProgressBar {
        let Self { screen, bars } = self;
        bars.entry(title.to_owned()).or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(STEPS), ProgressDrawTarget::hidden());
            screen.add(bar.with_style(Console::template()).with_prefix(title.to_owned()))
        })
    }
}

/// Everything that is printed besides the output of a command. Copies share the terminal, and the
/// credentials that are not to appear on it.
#[derive(Clone)]
pub(crate) struct Console {
    redactor: Redactor,
    bars: Arc<Mutex<Bars>>,
    terminal: bool,
    colour: bool,
}

impl Console {
    pub(crate) fn new() -> Self {
        let terminal = io::stderr().is_terminal();
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            redactor: Redactor::new(),
            bars: Arc::new(Mutex::new(Bars::new())),
            terminal: terminal && !dumb,
            colour: terminal && !plain && !dumb,
        }
    }

    /// Whether a person is watching.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether colours are welcome.
    pub(crate) fn has_colour(&self) -> bool {
        self.colour
    }

    /// The mask over everything that is printed here.
    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Prints a line to stderr, above the progress bar if there is one.
    pub(crate) fn line(&self, text: &str) {
        let bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let text = self.redactor.redact(text);
        // Nobody is left to be told if stderr is gone.
        let print = || drop(writeln!(io::stderr(), "{text}"));
        if bars.bars.is_empty() { print() } else { bars.screen.suspend(print) }
    }

    fn template() -> ProgressStyle {
        let style = ProgressStyle::with_template("{prefix:.bold} {wide_bar:.green/dim} {msg}");
        style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━━─")
    }
}

impl Progress for Console {
    fn show(&self, progress: &TaskProgress) {
        if !self.terminal {
            return;
        }
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bars.bar(&progress.title);
        bar.set_message(status(progress));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 ≤ share ≤ 1"
        )]
        bar.set_position((progress.share.unwrap_or(0.0) * STEPS as f64) as u64);
    }

    fn clear(&self) {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, bar) in std::mem::take(&mut bars.bars) {
            bar.finish_and_clear();
        }
    }
}

/// `12.3s  4567 req  498.2/s  4 under way  0 errors  p99 3.21 ms`
fn status(progress: &TaskProgress) -> String {
    let seconds = progress.elapsed.as_secs_f64();
    let errors = if progress.errors == 1 { "error" } else { "errors" };
    format!(
        "{seconds:.1}s  {} req  {:.1}/s  {} under way  {} {errors}  p99 {}",
        progress.done,
        progress.rate,
        progress.under_way,
        progress.errors,
        milliseconds(progress.p99)
    )
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_tells_time_count_rate_errors_and_latency() {
        let progress = TaskProgress {
            title: "http".to_owned(),
            elapsed: Duration::from_millis(2_500),
            share: Some(0.5),
            done: 500,
            under_way: 4,
            rate: 201.25,
            errors: 1,
            p99: Duration::from_micros(3_214),
        };
        assert_eq!(status(&progress), "2.5s  500 req  201.2/s  4 under way  1 error  p99 3.21 ms");
        let start = TaskProgress {
            elapsed: Duration::ZERO,
            done: 0,
            under_way: 0,
            rate: 0.0,
            errors: 0,
            ..progress
        };
        assert_eq!(status(&start), "0.0s  0 req  0.0/s  0 under way  0 errors  p99 3.21 ms");
    }
}
