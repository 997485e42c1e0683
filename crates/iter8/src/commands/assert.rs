//! `iter8 assert`

use std::time::Duration;

use iter8_model::experiment::Experiment;
use tokio::time::{Instant, sleep};

use crate::args::{AssertArgs, Condition};
use crate::documents;
use crate::exit::Exit;

/// Time between two looks at a document that does not yet satisfy the conditions.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Looks at a document until all conditions hold, no more can be expected, or time is up.
pub(crate) async fn assert(arguments: AssertArgs) -> anyhow::Result<Exit> {
    let AssertArgs { document, conditions, timeout } = &arguments;
    // Stdin can be read only once.
    let from_stdin = document.file.as_ref().is_some_and(|file| file.as_os_str() == "-");
    let timeout = if from_stdin { Duration::ZERO } else { *timeout };
    until_hold(conditions, timeout, || documents::load(document)).await
}

/// The same for whatever `load` gives.
pub(super) async fn until_hold(
    conditions: &[Condition],
    timeout: Duration,
    load: impl AsyncFn() -> anyhow::Result<Experiment>,
) -> anyhow::Result<Exit> {
    let deadline = Instant::now() + timeout;
    let mut told = Vec::new();
    loop {
        let loaded = load().await;
        // A failure stays one.
        let mut is_final = Instant::now() >= deadline;
        match loaded {
            Ok(experiment) => {
                let found: Vec<bool> = conditions.iter().map(|c| holds(*c, &experiment)).collect();
                tell(conditions, &found, &mut told);
                if found.iter().all(|holds| *holds) {
                    tracing::info!("all conditions were satisfied");
                    return Ok(Exit::Yes);
                }
                is_final |= cannot_recover(conditions, &experiment);
            }
            Err(error) if is_final => return Err(error),
            Err(error) => tracing::debug!("{error:#}"),
        }
        if is_final {
            tracing::error!("not all conditions were satisfied");
            return Ok(Exit::No("assert conditions failed"));
        }
        sleep(LOOK_EVERY.min(deadline.saturating_duration_since(Instant::now()))).await;
    }
}

fn holds(condition: Condition, experiment: &Experiment) -> bool {
    match condition {
        Condition::Completed => experiment.completed(),
        Condition::NoFailure => experiment.no_failure(),
        Condition::Slos => experiment.slos(),
    }
}

/// A failure is recorded for good, so waiting for `nofailure` makes no sense any more.
fn cannot_recover(conditions: &[Condition], experiment: &Experiment) -> bool {
    conditions.contains(&Condition::NoFailure) && !experiment.no_failure()
}

/// Logs each condition when it is first looked at and whenever it changes.
fn tell(conditions: &[Condition], found: &[bool], told: &mut Vec<bool>) {
    for (index, (condition, holds)) in conditions.iter().zip(found).enumerate() {
        if told.get(index) == Some(holds) {
            continue;
        }
        match (condition, holds) {
            (Condition::Completed, true) => tracing::info!("experiment completed"),
            (Condition::Completed, false) => tracing::info!("experiment did not complete"),
            (Condition::NoFailure, true) => tracing::info!("experiment has no failure"),
            (Condition::NoFailure, false) => tracing::info!("experiment failed"),
            (Condition::Slos, true) => tracing::info!("SLOs are satisfied"),
            (Condition::Slos, false) => tracing::info!("SLOs are not satisfied"),
        }
    }
    found.clone_into(told);
}
