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
    Template(#[from] Box<RenderError>),
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

/// Renders templates in the surroundings of a run, until it is interrupted.
#[derive(Debug)]
pub struct Renderer {
    surroundings: Surroundings,
    interrupted: Arc<AtomicBool>,
}

impl Renderer {
    /// Renders one of the templates on data.
    pub fn render(
        &self,
        templates: &Templates,
        name: &str,
        data: &Value,
    ) -> Result<String, RenderingError> {
        let mut environment = Environment {
            now: (self.surroundings.now)(),
            zone: self.surroundings.zone.clone(),
            random: &mut |buffer: &mut [u8]| (self.surroundings.random)(buffer),
            interrupted: &|| self.interrupted.load(Ordering::Relaxed),
            limits: Limits::default(),
        };
        let rendered = templates.render(name, data, &mut environment).map_err(Box::new)?;
        String::from_utf8(rendered).map_err(|_| RenderingError::NoText)
    }
}

/// Work that renders, on a thread of its own. The data of templates is made there.
///
/// Cancel-safe: work that is dropped ends like work that is stopped, and its result is lost.
pub async fn apart<T, E>(
    work: impl FnOnce(&Renderer) -> Result<T, E> + Send + 'static,
    surroundings: &Surroundings,
    stop: &CancellationToken,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<RenderingError> + Send + 'static,
{
    let ending = Ending(Arc::default());
    let renderer =
        Renderer { surroundings: surroundings.clone(), interrupted: Arc::clone(&ending.0) };
    let mut running = tokio::task::spawn_blocking(move || work(&renderer));
    let cut = tokio::select! {
        biased;
        () = stop.cancelled() => RenderingError::Stopped,
        ended = &mut running => return result(ended),
        () = tokio::time::sleep(LONGEST) => RenderingError::TooLong,
    };
    drop(ending);
    let _ = tokio::time::timeout(NOTICE, running).await;
    Err(cut.into())
}

/// Interrupts a renderer when it is dropped.
struct Ending(Arc<AtomicBool>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn result<T, E: From<RenderingError>>(
    ended: Result<Result<T, E>, tokio::task::JoinError>,
) -> Result<T, E> {
    ended.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        // The runtime is going down.
        Err(_) => Err(RenderingError::Stopped.into()),
    })
}

#[cfg(test)]
mod tests {
    use iter8_template::Dialect;

    use super::*;

    async fn rendered(text: &str, stop: &CancellationToken) -> Result<String, String> {
        let mut templates = Templates::new(Dialect::Go);
        templates.parse("t", text).unwrap();
        let surroundings = Surroundings::of_process("default");
        let work = move |renderer: &Renderer| renderer.render(&templates, "t", &Value::text("x"));
        apart(work, &surroundings, stop).await.map_err(|error| error.to_string())
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

    #[tokio::test]
    async fn dropped_work_ends() {
        let (stop, text) = (CancellationToken::new(), endless());
        let (sender, ended) = tokio::sync::oneshot::channel();
        let work = move |renderer: &Renderer| {
            let mut templates = Templates::new(Dialect::Go);
            templates.parse("t", &text).unwrap();
            let rendered = renderer.render(&templates, "t", &Value::text("x"));
            sender.send(rendered.map_err(|error| error.to_string())).unwrap();
            Ok::<_, RenderingError>(())
        };
        let surroundings = Surroundings::of_process("default");
        tokio::select! {
            biased;
            _ = apart(work, &surroundings, &stop) => panic!("it has ended by itself"),
            () = tokio::task::yield_now() => {}
        }
        let error = ended.await.unwrap().unwrap_err();
        assert!(error.ends_with("the template takes too long"), "{error}");
    }
}
