//! `iter8 load`

use anyhow::Context as _;
use iter8_engine::{CancellationToken, LoopError, MemoryStore, Places, Plan, Runner};
use iter8_model::duration;
use iter8_model::experiment::Experiment;
use iter8_model::group;
use iter8_model::history::LoopOutcome;
use iter8_model::slo::SlosSatisfied;
use iter8_report::view::View;
use iter8_report::{Format, load as summary};
use iter8_tasks::{Surroundings, Tasks, Vault};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::run::{input_error, plan_error};
use crate::args::{Bound, LoadArgs, Output};
use crate::console::Console;
use crate::exit::Exit;
use crate::{commands, limits, signals};

/// Load-tests a URL, as an experiment of one task that is kept nowhere.
pub(crate) async fn load(arguments: LoadArgs, console: Console) -> anyhow::Result<Exit> {
    let vault = Vault::of_process(console.redactor().clone());
    let tasks = Tasks::new(vault).within(Surroundings::of_process(group::DEFAULT));
    let mut spec = iter8_values::compile::compile(&values(&arguments)).map_err(input_error)?;
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
            commands::print(&summary::render(&View::new(experiment), "http"))?;
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
        Ok(_) => {
            let satisfied = experiment.insights().and_then(|found| found.slos_satisfied.as_ref());
            let is_met = satisfied.is_none_or(SlosSatisfied::all);
            Ok(if is_met { Exit::Yes } else { Exit::No("SLOs are not satisfied") })
        }
    }
}

/// What was typed, as values of an experiment, so that both know the same limits and messages.
fn values(arguments: &LoadArgs) -> Map<String, Value> {
    let mut tasks = vec!["http"];
    let mut values = Map::new();
    values.insert("http".to_owned(), Value::Object(inputs(arguments)));
    if !arguments.slo.is_empty() {
        tasks.push("assess");
        let of = |bound: Bound| -> Map<String, Value> {
            let objectives = arguments.slo.iter().filter(|objective| objective.bound == bound);
            objectives.map(|slo| (slo.metric.clone(), json!(slo.limit))).collect()
        };
        let slos = json!({"SLOs": {"upper": of(Bound::Upper), "lower": of(Bound::Lower)}});
        values.insert("assess".to_owned(), slos);
    }
    values.insert("tasks".to_owned(), json!(tasks));
    values
}

/// The inputs of the task `http`.
fn inputs(arguments: &LoadArgs) -> Map<String, Value> {
    let mut inputs = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        inputs.extend(value.map(|value| (name.to_owned(), value)));
    };
    let time = |time| json!(duration::format(time));
    set("url", Some(json!(arguments.url)));
    set("qps", arguments.qps.as_ref().map(|qps| json!(qps)));
    set("duration", arguments.duration.map(time));
    set("numRequests", arguments.requests.map(|count| json!(count)));
    set("connections", arguments.connections.map(|count| json!(count)));
    let headers: Map<String, Value> =
        arguments.header.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    set("headers", (!headers.is_empty()).then_some(Value::Object(headers)));
    set("method", arguments.method.as_ref().map(|method| json!(method)));
    match arguments.body.as_ref().map(|body| (body.strip_prefix('@'), body)) {
        Some((Some(file), _)) => set("payloadFile", Some(json!(file))),
        Some((None, text)) => set("payloadStr", Some(json!(text))),
        None => {}
    }
    set("timeout", arguments.timeout.map(time));
    set("arrival", arguments.arrival.as_ref().map(|how| json!(how)));
    set("warmupNumRequests", arguments.warmup.map(|count| json!(count)));
    set("followRedirects", arguments.location.then_some(json!(true)));
    set("httpVersion", arguments.http2.map(|_| json!("2")));
    set("streams", arguments.http2.map(|streams| json!(streams)));
    set("keepAlive", arguments.no_keepalive.then_some(json!(false)));
    let tls = tls(arguments);
    set("tls", (!tls.is_empty()).then_some(Value::Object(tls)));
    inputs
}

fn tls(arguments: &LoadArgs) -> Map<String, Value> {
    let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| json!(path));
    let members = [
        ("caFile", path(&arguments.cacert)),
        ("certFile", path(&arguments.cert)),
        ("keyFile", path(&arguments.key)),
        ("serverName", arguments.server_name.as_ref().map(|name| json!(name))),
        ("skipVerify", arguments.insecure.then_some(json!(true))),
    ];
    let given = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    given.collect()
}
