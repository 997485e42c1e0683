//! `iter8 k run`: one loop of an experiment, in its pod.

use anyhow::Context;
use iter8_engine::{CancellationToken, LoopError, Places, Plan, Runner};
use iter8_k8s::{Cluster, Lease, Patience, SecretStore, VALUES_KEY};
use iter8_model::experiment::{Experiment, ExperimentResult};
use iter8_model::history::LoopOutcome;
use iter8_model::yaml::parse_mapping;
use iter8_report::view::{Verdict, View};
use iter8_tasks::{Surroundings, Tasks, Vault};
use iter8_values::launch::Until;
use jiff::Timestamp;

use super::cluster_error;
use crate::args::ClusterRunArgs;
use crate::commands::run::{input_error, plan_error};
use crate::console::Console;
use crate::exit::Exit;
use crate::{limits, signals};

/// Runs one loop and leaves its result in the Secret. Objectives that are not met are no failure
/// of the run.
pub(super) async fn run(
    arguments: ClusterRunArgs,
    cluster: &Cluster,
    console: Console,
) -> anyhow::Result<Exit> {
    limits::allow_many_files();
    let stop = CancellationToken::new();
    signals::cancel_on_signal(stop.clone()).context("failed to listen for signals")?;
    let group = arguments.group.group.as_str();
    let holder = holder();
    let lease = tokio::select! {
        biased;
        () = stop.cancelled() => anyhow::bail!("the run was interrupted before it began"),
        lease = Lease::acquire(cluster, group, &holder, Patience::OF_A_RUN) => lease,
    };
    let lease = lease.map_err(cluster_error)?;
    let store = SecretStore::new(cluster, group, Patience::OF_A_RUN);
    let store = store.of_run(arguments.revision, lease);
    let ran = run_loop(&arguments, cluster, &store, stop, &console).await;
    let ended = match ran {
        Ok(experiment) => suspend_if_done(&arguments, cluster, &experiment).await,
        Err(error) => Err(error),
    };
    store.release().await;
    ended
}

/// Who we are to other runners: the pod, whose name is its host name, and this process of it.
fn holder() -> String {
    let host = std::env::var("HOSTNAME").ok().filter(|name| !name.is_empty());
    format!("{}.{}", host.as_deref().unwrap_or("iter8"), std::process::id())
}

async fn run_loop(
    arguments: &ClusterRunArgs,
    cluster: &Cluster,
    store: &SecretStore,
    stop: CancellationToken,
    console: &Console,
) -> anyhow::Result<Experiment> {
    let group = arguments.group.group.as_str();
    let vault = Vault::of_process(console.redactor().clone());
    // Differs from Iter8 0.13: there the task `ready` has a client of its own, which knows no flags.
    let cluster = Some(cluster.clone());
    let surroundings = Surroundings { cluster, ..Surroundings::of_process(group) };
    let tasks = Tasks::new(vault).within(surroundings);
    let now = Timestamp::now;
    let runner = Runner { store, now: &now, stop, progress: console };
    let (archive, current) = store.fetch().await.map_err(cluster_error)?;
    if let (Some(own), Some(current)) = (arguments.revision, current)
        && own < current
    {
        anyhow::bail!("revision {own} of group {group} has been replaced by revision {current}");
    }
    // Whoever runs it without a word of a launch runs the current one.
    let revision = arguments.revision.or(current).unwrap_or(0);
    let values = archive.text(VALUES_KEY)?;
    let prepared = match &values {
        Some(values) => prepare_launched(arguments, revision, &runner, &tasks, values).await,
        None => prepare_stored(arguments, revision, &runner, &tasks).await,
    };
    prepared?;
    match runner.run_loop(&tasks).await {
        Ok(ended) if ended.outcome == LoopOutcome::Interrupted => {
            anyhow::bail!("the run was interrupted; its results are partial")
        }
        Ok(ended) => Ok(ended.experiment),
        Err(LoopError::Plan(error)) => Err(plan_error(error)),
        Err(LoopError::Run(error)) => Err(error.into()),
    }
}

/// Compiles the values of the launch, and puts the experiment into the store: on top of what
/// earlier loops of the same launch have found if `--reuseResult` says so.
///
/// Values that are wrong were not checked by whoever launched them, such as Helm; the document
/// then says that the experiment failed.
async fn prepare_launched(
    arguments: &ClusterRunArgs,
    revision: u32,
    runner: &Runner<'_>,
    tasks: &Tasks,
    values: &str,
) -> anyhow::Result<()> {
    let fresh = ExperimentResult { revision, ..runner.fresh_result() };
    let compiled = compile(values, tasks);
    let (spec, wrong) = match compiled {
        Ok(spec) => (spec, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let stored = if arguments.reuse_result { runner.store.read().await? } else { None };
    let earlier = stored.and_then(|stored| stored.experiment.result);
    let earlier = earlier.filter(|result| result.revision == revision);
    let mut result = earlier.unwrap_or(fresh);
    result.failure |= wrong.is_some();
    runner.replace(&Experiment { spec, result: Some(result) }).await?;
    wrong.map_or(Ok(()), Err)
}

fn compile(values: &str, tasks: &Tasks) -> anyhow::Result<Vec<iter8_model::task::TaskSpec>> {
    let values = parse_mapping(values).context("failed to parse the values of the launch")?;
    let mut spec = iter8_values::compile::compile(&values).map_err(input_error)?;
    tasks.vault().withhold(&mut spec);
    let experiment = Experiment { spec, result: None };
    Plan::new(&experiment, tasks, Places::Values).map_err(plan_error)?;
    Ok(experiment.spec)
}

/// A document without values, as Iter8 0.13 launches it, runs as it is.
async fn prepare_stored(
    arguments: &ClusterRunArgs,
    revision: u32,
    runner: &Runner<'_>,
    tasks: &Tasks,
) -> anyhow::Result<()> {
    let Some(stored) = runner.store.read().await? else {
        anyhow::bail!("unable to read experiment: the secret has neither values nor a document")
    };
    crate::documents::warn(&stored.warnings);
    let mut experiment = stored.experiment;
    // Credentials that are stored already stay, or the next loop would not work.
    tasks.vault().mask(&experiment.spec);
    if !arguments.reuse_result {
        experiment.result = Some(ExperimentResult { revision, ..runner.fresh_result() });
        runner.replace(&experiment).await?;
    }
    Ok(())
}

/// Suspends the CronJob of this run if the series has done enough.
async fn suspend_if_done(
    arguments: &ClusterRunArgs,
    cluster: &Cluster,
    experiment: &Experiment,
) -> anyhow::Result<Exit> {
    let loops = experiment.result.as_ref().map_or(0, |result| result.num_loops);
    let verdict = View::new(experiment).verdict;
    let is_decided = match arguments.until {
        Some(Until::Pass) => verdict == Verdict::Satisfied,
        Some(Until::Fail) => verdict == Verdict::NotSatisfied,
        None => false,
    };
    let is_done = is_decided || arguments.max_loops.is_some_and(|most| loops >= most);
    if let Some(name) = arguments.cronjob.as_ref().filter(|_| is_done) {
        iter8_k8s::suspend(cluster, name).await.map_err(cluster_error)?;
        tracing::info!("the series is complete after {loops} loops; cronjob {name} is suspended");
    }
    Ok(Exit::Yes)
}
