//! Rendering templates: on a thread of its own, within a time, and not beyond the end of a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use iter8_engine::CancellationToken;
use iter8_template::{Environment, Limits, RenderError, Templates, Value};

use crate::surroundings::Surroundings;

/// Longest time of a rendering. The limit on steps is reached within a second or two; this is for
/// machines that are slow, and for functions that are slower than they should be.
const LONGEST: Duration = Duration::from_secs(10);

/// How long a rendering that is to end may take to notice.
const NOTICE: Duration = Duration::from_secs(1);

/// Why there is no text.
#[derive(Debug, thiserror::Error)]
pub enum RenderingError {
    /// The template cannot be executed on its data.
    #[error(transparent)]
    Template(Box<RenderError>),
    /// It takes too long.
    #[error("the template takes longer than {LONGEST:?}")]
    TooLong,
    /// The run is to end.
    #[error("interrupted")]
    Stopped,
    /// The result is no text.
    #[error("what the template makes is no text in UTF-8")]
    NoText,
}

/// Renders one of the templates. The data is made on the thread that renders.
///
/// Cancel-safe: a rendering that is dropped goes on until its limits, and its result is lost.
pub async fn render(
    templates: Arc<Templates>,
    name: &str,
    data: impl FnOnce() -> Value + Send + 'static,
    surroundings: &Surroundings,
    stop: &CancellationToken,
) -> Result<String, RenderingError> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let (flag, name, surroundings) =
        (Arc::clone(&interrupted), name.to_owned(), surroundings.clone());
    let mut running = tokio::task::spawn_blocking(move || {
        let mut random = |buffer: &mut [u8]| (surroundings.random)(buffer);
        let mut environment = Environment {
            now: (surroundings.now)(),
            zone: surroundings.zone.clone(),
            random: &mut random,
            interrupted: &|| flag.load(Ordering::Relaxed),
            limits: Limits::default(),
        };
        templates.render(&name, &data(), &mut environment).map_err(Box::new)
    });
    let cut = tokio::select! {
        biased;
        () = stop.cancelled() => RenderingError::Stopped,
        ended = &mut running => return text(ended),
        () = tokio::time::sleep(LONGEST) => RenderingError::TooLong,
    };
    interrupted.store(true, Ordering::Relaxed);
    let _ = tokio::time::timeout(NOTICE, running).await;
    Err(cut)
}

fn text(
    ended: Result<Result<Vec<u8>, Box<RenderError>>, tokio::task::JoinError>,
) -> Result<String, RenderingError> {
    match ended {
        Ok(Ok(rendered)) => String::from_utf8(rendered).map_err(|_| RenderingError::NoText),
        Ok(Err(error)) => Err(RenderingError::Template(error)),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is going down.
            Err(_) => Err(RenderingError::Stopped),
        },
    }
}

#[cfg(test)]
mod tests {
    use iter8_template::Dialect;

    use super::*;

    async fn rendered(text: &str, stop: &CancellationToken) -> Result<String, String> {
        let mut templates = Templates::new(Dialect::Go);
        templates.parse("t", text).unwrap();
        let surroundings = Surroundings::of_process("default");
        let data = || Value::text("x");
        let rendered = render(Arc::new(templates), "t", data, &surroundings, stop).await;
        rendered.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn templates_become_text() {
        let stop = CancellationToken::new();
        assert_eq!(rendered("a {{ . }}", &stop).await, Ok("a x".to_owned()));
        let error = rendered("a {{ .b.c }}", &stop).await.unwrap_err();
        assert!(error.starts_with("template: t:1:"), "{error}");
        let error = rendered("{{ printf \"%s\" (slice \"ä\" 1) }}", &stop).await.unwrap_err();
        assert_eq!(error, "what the template makes is no text in UTF-8");
    }

    /// Doubles its work with each of forty levels.
    fn endless() -> String {
        let level = |n| {
            format!(
                "{{{{ define \"t{n}\" }}}}{{{{ template \"t{}\" }}}}{{{{ template \"t{}\" }}}}{{{{ end }}}}",
                n + 1,
                n + 1
            )
        };
        let levels: String = (0..40).map(level).collect();
        format!("{levels}{{{{ define \"t40\" }}}}x{{{{ end }}}}{{{{ template \"t0\" }}}}")
    }

    #[tokio::test]
    async fn a_stop_ends_a_rendering() {
        let stop = CancellationToken::new();
        stop.cancel();
        assert_eq!(rendered("{{ . }}", &stop).await.unwrap_err(), "interrupted");
        let stop = CancellationToken::new();
        let text = endless();
        let (ended, ()) = tokio::join!(rendered(&text, &stop), async { stop.cancel() });
        assert_eq!(ended.unwrap_err(), "interrupted");
    }
}
