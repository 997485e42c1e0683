//! Lines of events, into a file or to stdout.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use iter8_tasks::TakeLine;

/// Opens the file, which is replaced if it is there; `-` is stdout.
pub(crate) fn open(file: Option<&Path>) -> anyhow::Result<Option<Arc<TakeLine>>> {
    let Some(file) = file else { return Ok(None) };
    let sink: Box<dyn Write + Send> = if file.as_os_str() == "-" {
        Box::new(io::stdout())
    } else {
        let opened = File::create(file);
        Box::new(opened.with_context(|| format!("failed to create {}", file.display()))?)
    };
    Ok(Some(Arc::new(take_lines(sink))))
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
