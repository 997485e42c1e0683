//! Lines of events, into a file or to stdout.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use iter8_tasks::TakeLine;

/// Opens the file; `-` is stdout. What is in it is lost with the first line, and not if nothing is
/// run at all.
pub(crate) fn open(file: Option<&Path>) -> anyhow::Result<Option<Arc<TakeLine>>> {
    let Some(file) = file else { return Ok(None) };
    let sink: Box<dyn Write + Send> = if file.as_os_str() == "-" {
        Box::new(io::stdout())
    } else {
        let opened = File::options().create(true).write(true).truncate(false).open(file);
        let opened = opened.with_context(|| format!("failed to create {}", file.display()))?;
        Box::new(Replacing { file: opened, has_begun: false })
    };
    Ok(Some(Arc::new(take_lines(sink))))
}

/// A file that is emptied before anything is written.
struct Replacing {
    file: File,
    has_begun: bool,
}

impl Write for Replacing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.has_begun {
            self.file.set_len(0)?;
            self.has_begun = true;
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes whole lines. A sink that fails is told of once, and the test goes on.
fn take_lines(sink: impl Write + Send) -> impl Fn(&str) + Send + Sync {
    let (sink, has_failed) = (Mutex::new(sink), AtomicBool::new(false));
    move |line| {
        let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
        let written = sink.write_all(format!("{line}\n").as_bytes()).and_then(|()| sink.flush());
        if let Err(error) = written
            && !has_failed.swap(true, Ordering::Relaxed)
        {
            tracing::warn!("failed to write events: {error}");
        }
    }
}
