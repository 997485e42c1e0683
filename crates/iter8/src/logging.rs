//! Log lines in the format of Iter8 0.13, to stderr and to the log file of a group.

use std::fmt::{self, Write as _};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use jiff::Zoned;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::Registry;

use crate::console::Console;

/// Size at which a log file is put aside. Two files are kept, so that a group that loops for
/// ever takes at most twice this.
const LARGEST_LOG: u64 = 4 * 1024 * 1024;

/// The level of detail, by the names of Iter8 0.13.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LogLevel(LevelFilter);

impl LogLevel {
    /// Warnings only in place of the usual level; any other level was asked for and stays.
    pub(crate) fn quieter(self) -> Self {
        if self.0 == LevelFilter::INFO { Self(LevelFilter::WARN) } else { self }
    }
}

impl FromStr for LogLevel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "trace" => Ok(Self(LevelFilter::TRACE)),
            "debug" => Ok(Self(LevelFilter::DEBUG)),
            "info" => Ok(Self(LevelFilter::INFO)),
            "warning" | "warn" => Ok(Self(LevelFilter::WARN)),
            "error" | "fatal" | "panic" => Ok(Self(LevelFilter::ERROR)),
            _ => Err(format!(
                "not a valid logrus Level: {text:?}; \
                 expected trace, debug, info, warning, error, fatal or panic"
            )),
        }
    }
}

/// Sends log lines of this process to stderr, and to a file if one is given.
pub(crate) fn start(level: LogLevel, console: &Console, file: Option<LogFile>) {
    let lines = Lines { level: level.0, console: console.clone(), file: file.map(Mutex::new) };
    // A second start in one process would be a mistake that costs log lines, not results.
    let _ = tracing::subscriber::set_global_default(Registry::default().with(lines));
}

/// A log file that is put aside when it becomes large.
pub(crate) struct LogFile {
    path: PathBuf,
    file: File,
    size: u64,
}

impl LogFile {
    /// Opens a log: emptied for a new run, continued for a run that continues.
    pub(crate) fn open(path: &Path, append: bool) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).write(true).append(append).truncate(!append);
        let file = options.open(path)?;
        let size = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), file, size })
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        if self.size > LARGEST_LOG {
            fs::rename(&self.path, self.path.with_extension("log.1"))?;
            *self = Self::open(&self.path, false)?;
        }
        self.size += text.len() as u64 + 1;
        writeln!(self.file, "{text}")
    }
}

struct Lines {
    level: LevelFilter,
    console: Console,
    file: Option<Mutex<LogFile>>,
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let level = *event.metadata().level();
        // Libraries report their own affairs from info down; ours begin with the crate's name.
        let target = event.metadata().target();
        let own = target.starts_with("iter8");
        // What the client of the cluster complains of is in our errors, or was tried again.
        let is_noise = target.starts_with("kube") || level > Level::WARN;
        if level > self.level || (!own && is_noise) {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        let now = Zoned::now().strftime("%Y-%m-%d %H:%M:%S").to_string();
        let plain = plain_line(level, &now, &fields);
        if let Some(file) = &self.file {
            // A log that cannot be written must not end an experiment.
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = file.line(&self.console.redactor().redact(&plain));
        }
        if self.console.is_terminal() {
            self.console.line(&terminal_line(level, &now, &fields, self.console.has_colour()));
        } else {
            self.console.line(&plain);
        }
    }
}

/// The message of an event, the trace that belongs to it, and anything else.
#[derive(Default)]
struct Fields {
    message: String,
    trace: String,
    others: String,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            "trace" => write!(self.trace, "{value:?}"),
            name => write!(self.others, " {name}={value:?}"),
        };
    }
}

fn plain_line(level: Level, now: &str, fields: &Fields) -> String {
    let level = match level {
        Level::ERROR => "error",
        Level::WARN => "warning",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    };
    let Fields { message, others, .. } = fields;
    format!("time={now} level={level} msg={message}{others}{}", trace(fields))
}

fn terminal_line(level: Level, now: &str, fields: &Fields, colour: bool) -> String {
    let (name, code) = match level {
        Level::ERROR => ("ERRO", 31),
        Level::WARN => ("WARN", 33),
        Level::INFO => ("INFO", 36),
        Level::DEBUG => ("DEBU", 37),
        Level::TRACE => ("TRAC", 37),
    };
    let Fields { message, others, .. } = fields;
    let trace = trace(fields);
    let is_alone = others.is_empty() && trace.is_empty();
    let message = if is_alone { message.clone() } else { format!("{message:<44}") };
    let name = if colour { format!("\u{1b}[{code}m{name}\u{1b}[0m") } else { name.to_owned() };
    format!("{name}[{now}] {message}{others}{trace}")
}

/// What explains a line, each of its own lines marked.
fn trace(fields: &Fields) -> String {
    if fields.trace.is_empty() {
        return String::new();
    }
    let lines = fields.trace.lines().map(|line| format!("\n::Trace:: {line}"));
    format!(" stack-trace=below ... {}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(message: &str, trace: &str) -> Fields {
        Fields { message: message.to_owned(), trace: trace.to_owned(), others: String::new() }
    }

    #[test]
    fn levels_have_the_names_of_0_13() {
        for name in ["trace", "debug", "INFO", "warning", "warn", "Error", "fatal", "panic"] {
            assert!(name.parse::<LogLevel>().is_ok(), "{name}");
        }
        let error = "loud".parse::<LogLevel>().unwrap_err();
        assert!(error.starts_with("not a valid logrus Level: \"loud\"; expected trace, "));
    }

    #[test]
    fn lines_for_files_and_pipes() {
        let now = "2023-05-15 15:48:59";
        assert_eq!(
            plain_line(Level::INFO, now, &fields("task 1: ready: started", "")),
            "time=2023-05-15 15:48:59 level=info msg=task 1: ready: started"
        );
        assert_eq!(
            plain_line(
                Level::WARN,
                now,
                &fields("task 2: run: skipped", "false condition: not SLOs()")
            ),
            "time=2023-05-15 15:48:59 level=warning msg=task 2: run: skipped stack-trace=below ... \n\
             ::Trace:: false condition: not SLOs()"
        );
    }

    #[test]
    fn lines_for_terminals() {
        let now = "2023-05-15 15:48:59";
        let line = terminal_line(Level::INFO, now, &fields("done", ""), false);
        assert_eq!(line, "INFO[2023-05-15 15:48:59] done");
        let line = terminal_line(Level::ERROR, now, &fields("failed", "a\nb"), true);
        let padded = format!("failed{}", " ".repeat(38));
        assert_eq!(
            line,
            format!(
                "\u{1b}[31mERRO\u{1b}[0m[{now}] {padded} stack-trace=below ... \n::Trace:: a\n::Trace:: b"
            )
        );
    }

    #[test]
    fn large_logs_are_put_aside() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("run.log");
        let mut log = LogFile::open(&path, false).unwrap();
        log.line("first").unwrap();
        log.size = LARGEST_LOG + 1;
        log.line("second").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "second\n");
        assert_eq!(fs::read_to_string(folder.path().join("run.log.1")).unwrap(), "first\n");
        drop(LogFile::open(&path, true).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "second\n");
        drop(LogFile::open(&path, false).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "");
    }
}
