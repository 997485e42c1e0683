//! `iter8 load`

mod grpc;
mod http;

use std::sync::Arc;

use anyhow::Context as _;
use iter8_engine::{CancellationToken, LoopError, MemoryStore, Places, Plan, Runner};
use iter8_model::experiment::Experiment;
use iter8_model::history::LoopOutcome;
use iter8_model::{duration, group};
use iter8_report::view::View;
use iter8_report::{Format, load as summary};
use iter8_tasks::{Surroundings, Tasks, Vault};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::run::{input_error, plan_error, verdict};
use crate::args::{Bound, ConductArgs, LoadArgs, Output};
use crate::console::Console;
use crate::exit::Exit;
use crate::{commands, events, limits, signals};

const HTTP: &str = "http";
const GRPC: &str = "grpc";

/// Load-tests a URL, as an experiment of one task that is kept nowhere.
pub(crate) async fn load(arguments: LoadArgs, console: Console) -> anyhow::Result<Exit> {
    let vault = Vault::of_process(console.redactor().clone());
    let mut surroundings = Surroundings::of_process(group::DEFAULT);
    let conduct = &arguments.conduct;
    surroundings.load.events = events::open(conduct.events.events.as_deref())?;
    surroundings.load.part = conduct.part.unwrap_or_default();
    if conduct.part.is_some() {
        surroundings.load.take_part = Some(Arc::new(print_part));
    }
    let tasks = Tasks::new(vault).within(surroundings);
    let mut spec = iter8_values::compile::compile(&values(&arguments)?).map_err(input_error)?;
    tasks.vault().withhold(&mut spec);
    let mut experiment = Experiment { spec, result: None };
    Plan::new(&experiment, &tasks, Places::Values).map_err(plan_error)?;
    limits::allow_many_files();
    let stop = CancellationToken::new();
    signals::cancel_on_signal(stop.clone()).context("failed to listen for signals")?;
    let store = MemoryStore::default();
    let runner = Runner { store: &store, now: &Timestamp::now, stop, progress: &console };
    experiment.result = Some(runner.fresh_result());
    runner.replace(&experiment).await?;
    let ended = runner.run_loop(&tasks).await;
    let experiment = store.experiment().unwrap_or_default();
    if arguments.conduct.part.is_none() {
        show(&experiment, task(&arguments), arguments.output)?;
    }
    match ended.map(|done| done.outcome) {
        Err(LoopError::Plan(error)) => Err(plan_error(error)),
        Err(LoopError::Run(error)) => Err(error.into()),
        Ok(LoopOutcome::Interrupted) => {
            anyhow::bail!("the test was interrupted; its results are partial")
        }
        Ok(_) => Ok(verdict(&experiment)),
    }
}

/// Prints what was measured, if anything was.
pub(super) fn show(experiment: &Experiment, task: &str, output: Output) -> anyhow::Result<()> {
    let has_measured = experiment.insights().is_some_and(|found| !found.metrics.is_empty());
    match output {
        Output::Report(Format::Text) if has_measured => {
            commands::print(&summary::render(&View::new(experiment), task))?;
        }
        Output::Report(format) if has_measured => {
            let group = group::DEFAULT.parse()?;
            commands::report::print_report(experiment, &group, format, false)?;
        }
        Output::Report(_) | Output::None => {}
    }
    Ok(())
}

/// Prints what a part measured.
fn print_part(part: &Value) {
    if let Err(error) = commands::print(&format!("{part}\n")) {
        tracing::error!("failed to print what was measured: {error}");
    }
}

/// The full name of an objective's metric.
pub(super) fn full_name(metric: &str, provider: &str) -> String {
    if metric.contains('/') { metric.to_owned() } else { format!("{provider}/{metric}") }
}

/// What was typed, as values of an experiment, so that both know the same limits and messages.
fn values(arguments: &LoadArgs) -> anyhow::Result<Map<String, Value>> {
    let task = task(arguments);
    let mut inputs = if task == GRPC { grpc::inputs(arguments)? } else { http::inputs(arguments)? };
    inputs.extend(conduct(&arguments.conduct));
    let mut tasks = vec![task];
    let mut values = Map::from_iter([(task.to_owned(), Value::Object(inputs))]);
    if !arguments.slo.is_empty() {
        tasks.push("assess");
        let of = |bound: Bound| -> Map<String, Value> {
            let objectives = arguments.slo.iter().filter(|objective| objective.bound == bound);
            objectives.map(|slo| (full_name(&slo.metric, task), json!(slo.limit))).collect()
        };
        let slos = json!({"SLOs": {"upper": of(Bound::Upper), "lower": of(Bound::Lower)}});
        values.insert("assess".to_owned(), slos);
    }
    values.insert("tasks".to_owned(), json!(tasks));
    Ok(values)
}

fn conduct(arguments: &ConductArgs) -> Map<String, Value> {
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    let targets =
        given([("remoteWrite", text(&arguments.remote_write)), ("otlp", text(&arguments.otlp))]);
    given([
        ("abortOnErrorRate", arguments.abort_on_error_rate.map(|share| json!(share))),
        ("maxScheduleLag", arguments.max_schedule_lag.map(|lag| json!(duration::format(lag)))),
        ("export", (!targets.is_empty()).then_some(Value::Object(targets))),
    ])
}

/// The task that tests the URL.
fn task(arguments: &LoadArgs) -> &'static str {
    if grpc::is_grpc(&arguments.url) { GRPC } else { HTTP }
}

/// Inputs that were given.
fn given<const N: usize>(inputs: [(&str, Option<Value>); N]) -> Map<String, Value> {
    let given = inputs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    given.collect()
}

/// Headers or metadata.
fn headers(arguments: &LoadArgs) -> Option<Value> {
    let pairs = arguments.header.iter().map(|(name, value)| (name.clone(), json!(value)));
    let map: Map<String, Value> = pairs.collect();
    (!map.is_empty()).then_some(Value::Object(map))
}
