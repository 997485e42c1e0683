//! `iter8 load`

mod grpc;
mod http;

use anyhow::Context as _;
use iter8_engine::{CancellationToken, LoopError, MemoryStore, Places, Plan, Runner};
use iter8_model::experiment::Experiment;
use iter8_model::group;
use iter8_model::history::LoopOutcome;
use iter8_report::view::View;
use iter8_report::{Format, load as summary};
use iter8_tasks::{Surroundings, Tasks, Vault};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::run::{input_error, plan_error, verdict};
use crate::args::{Bound, LoadArgs, Output};
use crate::console::Console;
use crate::exit::Exit;
use crate::{commands, limits, signals};

const HTTP: &str = "http";
const GRPC: &str = "grpc";

/// Load-tests a URL, as an experiment of one task that is kept nowhere.
pub(crate) async fn load(arguments: LoadArgs, console: Console) -> anyhow::Result<Exit> {
    let vault = Vault::of_process(console.redactor().clone());
    let tasks = Tasks::new(vault).within(Surroundings::of_process(group::DEFAULT));
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
    finish(&store.experiment().unwrap_or_default(), ended.map(|done| done.outcome), &arguments)
}

/// Prints what was measured, and decides the exit code.
fn finish(
    experiment: &Experiment,
    ended: Result<LoopOutcome, LoopError>,
    arguments: &LoadArgs,
) -> anyhow::Result<Exit> {
    let has_measured = experiment.insights().is_some_and(|found| !found.metrics.is_empty());
    match arguments.output {
        Output::Report(Format::Text) if has_measured => {
            commands::print(&summary::render(&View::new(experiment), task(arguments)))?;
        }
        Output::Report(format) if has_measured => {
            let group = group::DEFAULT.parse()?;
            commands::report::print_report(experiment, &group, format, false)?;
        }
        Output::Report(_) | Output::None => {}
    }
    match ended {
        Err(LoopError::Plan(error)) => Err(plan_error(error)),
        Err(LoopError::Run(error)) => Err(error.into()),
        Ok(LoopOutcome::Interrupted) => {
            anyhow::bail!("the test was interrupted; its results are partial")
        }
        Ok(_) => Ok(verdict(experiment)),
    }
}

/// What was typed, as values of an experiment, so that both know the same limits and messages.
fn values(arguments: &LoadArgs) -> anyhow::Result<Map<String, Value>> {
    let task = task(arguments);
    let inputs = if task == GRPC { grpc::inputs(arguments)? } else { http::inputs(arguments)? };
    let mut tasks = vec![task];
    let mut values = Map::from_iter([(task.to_owned(), Value::Object(inputs))]);
    if !arguments.slo.is_empty() {
        tasks.push("assess");
        let name = |metric: &str| {
            if metric.contains('/') { metric.to_owned() } else { format!("{task}/{metric}") }
        };
        let of = |bound: Bound| -> Map<String, Value> {
            let objectives = arguments.slo.iter().filter(|objective| objective.bound == bound);
            objectives.map(|slo| (name(&slo.metric), json!(slo.limit))).collect()
        };
        let slos = json!({"SLOs": {"upper": of(Bound::Upper), "lower": of(Bound::Lower)}});
        values.insert("assess".to_owned(), slos);
    }
    values.insert("tasks".to_owned(), json!(tasks));
    Ok(values)
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
