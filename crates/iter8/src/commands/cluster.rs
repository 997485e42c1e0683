//! `iter8 k`: the verbs of a cluster.

mod launch;
mod run;

use std::io::{self, Write};

use iter8_k8s::{Cluster, ClusterError, ConnectError, Patience, SecretStore};
use iter8_model::experiment::Experiment;
use iter8_model::wire;

use crate::args::{
    ClusterArgs, ClusterAssertArgs, ClusterCommand, ClusterGroupArgs, ClusterListArgs,
    ClusterLogArgs, ClusterReportArgs,
};
use crate::commands::{assert, list, report};
use crate::console::Console;
use crate::documents;
use crate::exit::{Exit, with_hint};

/// Does what was typed after `k`.
pub(crate) async fn cluster(arguments: ClusterArgs, console: Console) -> anyhow::Result<Exit> {
    let access = arguments.access.access();
    // Rendering needs no cluster.
    let command = match arguments.command {
        ClusterCommand::Launch(arguments) => {
            return launch::launch(arguments, &access).await;
        }
        command => command,
    };
    let cluster = Cluster::connect(&access).await.map_err(connect_error)?;
    match command {
        ClusterCommand::Launch(_) => unreachable!("launched above"),
        ClusterCommand::Run(arguments) => run::run(arguments, &cluster, console).await,
        ClusterCommand::Report(arguments) => report(&arguments, &cluster).await,
        ClusterCommand::Assert(arguments) => assert(&arguments, &cluster).await,
        ClusterCommand::Log(arguments) => log(&arguments, &cluster).await,
        ClusterCommand::List(arguments) => list(&arguments, &cluster).await,
        ClusterCommand::Delete(arguments) => delete(&arguments, &cluster).await,
    }
}

fn connect_error(error: ConnectError) -> anyhow::Error {
    let hint = error.hint().to_owned();
    with_hint(error, Some(hint))
}

fn cluster_error(error: ClusterError) -> anyhow::Error {
    let hint = error.hint();
    with_hint(error, hint)
}

/// The document of a group, or of an earlier launch of it.
async fn document(
    cluster: &Cluster,
    group: &str,
    revision: Option<u32>,
) -> anyhow::Result<Experiment> {
    let store = SecretStore::new(cluster, group, Patience::OF_A_COMMAND);
    let (archive, current) = store.fetch().await.map_err(|error| {
        let hint = if error.is_not_found() {
            Some("launch one with iter8 k launch, or list them with iter8 k list".to_owned())
        } else {
            error.hint()
        };
        with_hint(anyhow::Error::new(error).context("unable to read experiment"), hint)
    })?;
    let earlier = revision.filter(|revision| Some(*revision) != current);
    let found = match earlier {
        Some(revision) => archive.revision(revision)?,
        // Until the run of a launch begins, the document is that of the launch before.
        None => archive.document()?.filter(|found| {
            let of = found.experiment.result.as_ref().map(|result| result.revision);
            current.is_none() || of == current
        }),
    };
    let Some(wire::Document { experiment, warnings }) = found else {
        let error = match earlier {
            Some(revision) => anyhow::anyhow!("there is no result of revision {revision}"),
            None => anyhow::anyhow!("group {group} has been launched, but has not run yet"),
        };
        let kept: Vec<String> = archive.revisions().iter().map(ToString::to_string).collect();
        let hint = match (earlier, kept.as_slice()) {
            (None, _) => "iter8 k log tells what its pod says".to_owned(),
            (Some(_), []) => "no earlier results are kept".to_owned(),
            (Some(_), kept) => format!("there are those of {}", kept.join(", ")),
        };
        return Err(with_hint(error.context("unable to read experiment"), Some(hint)));
    };
    documents::warn(&warnings);
    Ok(experiment)
}

async fn report(arguments: &ClusterReportArgs, cluster: &Cluster) -> anyhow::Result<Exit> {
    let group = &arguments.group.group;
    let experiment = document(cluster, group.as_str(), arguments.revision).await?;
    report::print_report(&experiment, group, arguments.output, arguments.samples)
}

async fn assert(arguments: &ClusterAssertArgs, cluster: &Cluster) -> anyhow::Result<Exit> {
    let group = arguments.group.group.as_str();
    let load = async || document(cluster, group, None).await;
    assert::until_hold(&arguments.conditions, arguments.timeout, load).await
}

async fn log(arguments: &ClusterLogArgs, cluster: &Cluster) -> anyhow::Result<Exit> {
    let group = arguments.group.group.as_str();
    let mut newest = None;
    let print = |line: iter8_k8s::LogLine| {
        let mut stdout = io::stdout().lock();
        if newest.as_ref().is_some_and(|pod| *pod != line.pod) {
            writeln!(stdout, "***")?;
        }
        newest = Some(line.pod);
        writeln!(stdout, "{}", line.text)?;
        stdout.flush()
    };
    let pods = iter8_k8s::logs(cluster, group, arguments.follow, print).await;
    let pods = pods.map_err(cluster_error)?;
    if pods == 0 {
        let error = anyhow::anyhow!("there is no pod of group {group} that has started");
        let hint = "pods of a CronJob are kept for its newest loops only; --follow waits for one";
        return Err(with_hint(
            error.context("unable to get experiment pod(s)"),
            Some(hint.to_owned()),
        ));
    }
    Ok(Exit::Yes)
}

async fn list(arguments: &ClusterListArgs, cluster: &Cluster) -> anyhow::Result<Exit> {
    let groups = iter8_k8s::groups(cluster).await.map_err(cluster_error)?;
    let row = |of: &iter8_k8s::GroupSummary| {
        let experiment = of.experiment.clone().unwrap_or_default();
        list::row(&of.group, &experiment)
    };
    list::print(&groups.iter().map(row).collect::<Vec<_>>(), arguments.output)
}

async fn delete(arguments: &ClusterGroupArgs, cluster: &Cluster) -> anyhow::Result<Exit> {
    let group = &arguments.group;
    let failed = format!("deletion of experiment group {group} failed");
    match iter8_k8s::delete(cluster, group.as_str()).await {
        Ok(true) => {
            tracing::info!("experiment group {group} deleted");
            Ok(Exit::Yes)
        }
        Ok(false) => {
            let error = anyhow::anyhow!("there is no group {group} in {}", cluster.namespace);
            let hint = "list them with iter8 k list".to_owned();
            Err(with_hint(error.context(failed), Some(hint)))
        }
        Err(error) => {
            let hint = error.hint();
            Err(with_hint(anyhow::Error::new(error).context(failed), hint))
        }
    }
}
