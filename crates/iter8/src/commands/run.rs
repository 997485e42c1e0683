//! `iter8 run`

use std::time::Duration;

use anyhow::Context;
use iter8_engine::{
    CancellationToken, FileStore, LoopError, Places, Plan, PlanError, Runner, Store,
};
use iter8_model::experiment::{Experiment, ExperimentResult};
use iter8_model::history::LoopOutcome;
use iter8_model::task::InputError;
use iter8_model::wire;
use iter8_report::view::{Verdict, View};
use iter8_tasks::{Surroundings, Tasks, Vault};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::args::{Output, RunArgs};
use crate::console::Console;
use crate::exit::{Exit, with_hint};
use crate::logging::{self, LogFile, LogLevel};
use crate::pace::Pace;
use crate::{commands, documents, events, limits, signals, values};

/// Shortest wait for a loop that is told in the log.
const TELL_FROM: SignedDuration = SignedDuration::from_secs(1);

/// What to run, from whichever source the arguments name.
enum Source {
    /// Compiled from values.
    Values(Experiment),
    /// Read from a document.
    Document(Experiment),
    /// Whatever the group holds.
    Stored,
}

/// Runs an experiment and prints its report.
pub(crate) async fn run(
    arguments: RunArgs,
    level: LogLevel,
    console: Console,
) -> anyhow::Result<Exit> {
    let vault = Vault::of_process(console.redactor().clone());
    let tasks = if arguments.dry { Tasks::dry(vault) } else { Tasks::new(vault) };
    let mut surroundings = Surroundings::of_process(arguments.group.as_str());
    if !arguments.dry {
        surroundings.load.events = events::open(arguments.events.events.as_deref())?;
    }
    let tasks = tasks.within(surroundings);
    let source = source(&arguments, tasks.vault()).await?;
    check(&source, &tasks)?;
    if arguments.dry {
        return dry(source, &arguments, tasks.vault());
    }
    let folders = documents::folders();
    let store = folders.lock(&arguments.group)?;
    let log_path = folders.log_path(&arguments.group);
    let log = LogFile::open(&log_path, arguments.reuse_result)
        .with_context(|| format!("failed to open {}", log_path.display()))?;
    logging::start(level, &console, Some(log));
    limits::allow_many_files();
    let stop = CancellationToken::new();
    signals::cancel_on_signal(stop.clone()).context("failed to listen for signals")?;
    let now = Timestamp::now;
    let runner = Runner { store: &store, now: &now, stop, progress: &console };
    prepare(&runner, source, &arguments, tasks.vault()).await?;
    let ended = run_loops(&runner, &tasks, &arguments).await;
    finish(&store, ended, &arguments).await
}

/// What to run. Literal credentials are withheld from here on.
async fn source(arguments: &RunArgs, vault: &Vault) -> anyhow::Result<Source> {
    let given = &arguments.values;
    let has_values =
        [&given.values, &given.set, &given.set_string, &given.set_file, &given.set_json]
            .iter()
            .any(|list| !list.is_empty());
    match (&arguments.file, has_values) {
        (Some(_), true) => {
            anyhow::bail!("--file is a whole experiment, so it cannot be combined with values")
        }
        (Some(file), false) => {
            let mut experiment = documents::from_file(file)?;
            vault.withhold(&mut experiment.spec);
            Ok(Source::Document(experiment))
        }
        (None, false) if arguments.reuse_result => Ok(Source::Stored),
        (None, _) => {
            let values = values::gather(given).await?;
            let mut spec = iter8_values::compile::compile(&values).map_err(input_error)?;
            vault.withhold(&mut spec);
            Ok(Source::Values(Experiment { spec, result: None }))
        }
    }
}

pub(super) fn input_error(error: InputError) -> anyhow::Error {
    let hint = error.hint.clone();
    with_hint(error, hint)
}

pub(super) fn plan_error(error: PlanError) -> anyhow::Error {
    let hint = match &error {
        PlanError::Input(input) => input.hint.clone(),
        PlanError::Condition { source, .. } => source.hint().map(str::to_owned),
    };
    with_hint(error, hint)
}

/// Finds whatever is wrong before anything is written.
fn check(source: &Source, tasks: &Tasks) -> anyhow::Result<()> {
    let planned = match source {
        Source::Values(experiment) => Plan::new(experiment, tasks, Places::Values),
        Source::Document(experiment) => Plan::new(experiment, tasks, Places::Document),
        Source::Stored => return Ok(()),
    };
    planned.map(|_| ()).map_err(plan_error)
}

fn dry(source: Source, arguments: &RunArgs, vault: &Vault) -> anyhow::Result<Exit> {
    match source {
        Source::Values(mut experiment) | Source::Document(mut experiment) => {
            experiment.result = None;
            commands::print(&wire::write(&experiment))
        }
        Source::Stored => {
            let path = documents::folders().store(&arguments.group).path();
            let text = std::fs::read_to_string(&path);
            let text = text.with_context(|| format!("failed to read {}", path.display()))?;
            // A document of Iter8 0.13 may hold credentials.
            vault.mask(&documents::from_file(&path)?.spec);
            commands::print(&vault.redactor().redact(&text))
        }
    }
}

/// Puts the experiment with its initial result into the store.
async fn prepare(
    runner: &Runner<'_>,
    source: Source,
    arguments: &RunArgs,
    vault: &Vault,
) -> anyhow::Result<()> {
    let fresh = runner.fresh_result();
    let mut experiment = match source {
        Source::Values(experiment) | Source::Document(experiment) => experiment,
        Source::Stored => {
            return match runner.store.read().await? {
                Some(stored) if stored.experiment.result.is_some() => {
                    documents::warn(&stored.warnings);
                    // Credentials that are stored already stay, or the next run would not work.
                    vault.mask(&stored.experiment.spec);
                    Ok(())
                }
                _ => Err(anyhow::anyhow!("experiment with nil result section cannot be run")
                    .context(format!("group {} has no result to reuse", arguments.group))),
            };
        }
    };
    let stored = if arguments.reuse_result { stored_result(runner.store).await? } else { None };
    if experiment.spec.is_empty() {
        tracing::warn!("the experiment has no tasks");
    }
    experiment.result = Some(stored.unwrap_or(fresh));
    Ok(runner.replace(&experiment).await?)
}

async fn stored_result(store: &dyn Store) -> anyhow::Result<Option<ExperimentResult>> {
    Ok(store.read().await?.and_then(|stored| stored.experiment.result))
}

/// How all loops together ended.
enum Ended {
    Completed,
    Interrupted,
    Failed(anyhow::Error),
}

async fn run_loops(
    runner: &Runner<'_>,
    tasks: &Tasks,
    arguments: &RunArgs,
) -> anyhow::Result<Ended> {
    let pace = match (arguments.interval, &arguments.cron) {
        (Some(interval), _) => Pace::Every(interval),
        (None, Some(cron)) => Pace::Cron(cron.0.clone()),
        (None, None) => Pace::AtOnce,
    };
    let loops = match (arguments.loops, &pace) {
        (Some(loops), _) => loops,
        (None, Pace::AtOnce) => 1,
        (None, Pace::Every(_) | Pace::Cron(_)) => u64::MAX,
    };
    let mut ended = Ended::Completed;
    let mut start = pace.first((runner.now)())?;
    for number in 1..=loops {
        tell_wait(number, start, (runner.now)());
        if !wait_until(start, runner).await {
            break;
        }
        let began = (runner.now)();
        match runner.run_loop(tasks).await {
            Ok(done) if done.outcome == LoopOutcome::Interrupted => return Ok(Ended::Interrupted),
            Ok(_) => {}
            Err(LoopError::Plan(error)) => return Err(plan_error(error)),
            // A failed loop does not end the series, as with a CronJob.
            Err(LoopError::Run(error)) if number < loops && !runner.stop.is_cancelled() => {
                tracing::error!("loop {number} failed: {}", iter8_engine::chain(&error));
                ended = Ended::Failed(error.into());
            }
            Err(LoopError::Run(error)) => return Ok(Ended::Failed(error.into())),
        }
        if number < loops {
            start = pace.next(began, (runner.now)())?;
        }
    }
    Ok(ended)
}

/// Says when a loop starts if nothing would be seen for a while.
fn tell_wait(number: u64, start: Timestamp, now: Timestamp) {
    if start.duration_since(now) >= TELL_FROM {
        let start = start.to_zoned(TimeZone::system());
        tracing::info!("loop {number} starts at {}", start.strftime("%Y-%m-%d %H:%M:%S"));
    }
}

/// Waits for the start of a loop; false if the run is to end before.
async fn wait_until(start: Timestamp, runner: &Runner<'_>) -> bool {
    let left = start.duration_since((runner.now)());
    let left = Duration::try_from(left).unwrap_or(Duration::ZERO);
    tokio::select! {
        biased;
        () = runner.stop.cancelled() => false,
        () = tokio::time::sleep(left) => true,
    }
}

/// Prints the report of whatever was measured, and decides the exit code.
async fn finish(
    store: &FileStore,
    ended: anyhow::Result<Ended>,
    arguments: &RunArgs,
) -> anyhow::Result<Exit> {
    let ended = ended?;
    let experiment = store.read().await?.map(|stored| stored.experiment).unwrap_or_default();
    if let Output::Report(format) = arguments.output {
        commands::report::print_report(&experiment, &arguments.group, format, false)?;
    }
    match ended {
        Ended::Failed(error) => Err(error),
        Ended::Interrupted => {
            anyhow::bail!("the run was interrupted; its results are partial")
        }
        Ended::Completed => Ok(verdict(&experiment)),
    }
}

/// Whether the objectives, if there are any, are met for certain.
pub(super) fn verdict(experiment: &Experiment) -> Exit {
    match View::new(experiment).verdict {
        Verdict::Satisfied | Verdict::NotAssessed => Exit::Yes,
        Verdict::NotSatisfied => Exit::No("SLOs are not satisfied"),
        Verdict::Inconclusive => Exit::No("SLOs are inconclusive"),
    }
}
