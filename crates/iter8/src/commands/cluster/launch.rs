//! `iter8 k launch`

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use iter8_engine::{Places, Plan};
use iter8_k8s::manifests::{Launch, render, to_yaml};
use iter8_k8s::{Access, Cluster};
use iter8_model::credential::Redactor;
use iter8_model::experiment::Experiment;
use iter8_tasks::{Tasks, Vault};
use iter8_values::launch::LaunchSettings;
use serde_json::{Map, Value};

use super::connect_error;
use crate::args::LaunchArgs;
use crate::commands::run::{input_error, plan_error};
use crate::exit::{Exit, with_hint};
use crate::{commands, values};

/// Launches what the values describe, after everything was checked that can be checked here.
pub(super) async fn launch(arguments: LaunchArgs, access: &Access) -> anyhow::Result<Exit> {
    if arguments.local_chart && arguments.chart_name.is_none() {
        anyhow::bail!("localChart specified; 'chartName' is required");
    }
    if let Some(chart) = arguments.chart_name.as_ref().filter(|chart| *chart != "iter8") {
        let error =
            anyhow::anyhow!("--chartName {chart}: the only chart is iter8, which is built in");
        let hint = "launch a chart of your own with helm install";
        return Err(with_hint(error, Some(hint.to_owned())));
    }
    let values = values::gather(&arguments.values).await?;
    check(&values)?;
    let settings = LaunchSettings::read(&values).map_err(input_error)?;
    let group = arguments.group.group.as_str();
    let launch = |namespace, revision| {
        render(&Launch { group, namespace, revision, values: &values, settings: &settings })
    };
    if arguments.dry {
        let namespace = access.namespace().await;
        write_manifest(&arguments.manifest, &to_yaml(&launch(&namespace, 1)))?;
        tracing::info!("dry run complete");
        return Ok(Exit::Yes);
    }
    let cluster = Cluster::connect(access).await.map_err(connect_error)?;
    let launched = async {
        let revision = iter8_k8s::current_revision(&cluster, group).await? + 1;
        let objects = launch(cluster.namespace.as_str(), revision);
        iter8_k8s::launch(&cluster, group, &objects).await
    };
    launched.await.map_err(|error| {
        let hint = error.hint();
        with_hint(anyhow::Error::new(error).context("experiment launch failed"), hint)
    })?;
    tracing::info!("experiment launched. Happy Iter8ing!");
    Ok(Exit::Yes)
}

/// Finds whatever is wrong with the tasks before anything is created. Credentials are those of
/// the pod, so that references may lead nowhere here.
fn check(values: &Map<String, Value>) -> anyhow::Result<()> {
    let spec = iter8_values::compile::compile(values).map_err(input_error)?;
    let tasks = Tasks::dry(Vault::new(|_| None, Redactor::new()));
    let experiment = Experiment { spec, result: None };
    Plan::new(&experiment, &tasks, Places::Values).map(|_| ()).map_err(plan_error)
}

/// Writes the manifest where only its owner can read it: values may hold credentials.
fn write_manifest(file: &Path, text: &str) -> anyhow::Result<()> {
    if file.as_os_str() == "-" {
        commands::print(text)?;
        return Ok(());
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let written = options.open(file).and_then(|mut open| open.write_all(text.as_bytes()));
    written.with_context(|| format!("failed to write {}", file.display()))?;
    tracing::info!("wrote kubernetes manifest into {}", file.display());
    Ok(())
}
