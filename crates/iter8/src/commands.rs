//! One module per verb.

mod assert;
mod cluster;
mod list;
mod load;
mod log;
mod merge;
mod metrics;
mod report;
mod run;
mod sample;
mod template;

use std::future::Future;
use std::io::{self, Write};

use anyhow::Context;
use clap::CommandFactory;
use iter8_model::task::catalogue;
use iter8_values::{reference, schema};
use serde_json::json;

use crate::args::{Cli, Command, DocsArgs, GroupArgs, TasksArgs, TasksFormat, VersionArgs};
use crate::console::Console;
use crate::exit::{Exit, with_hint};
use crate::{documents, logging};

/// The commit that the binary was built from, where the build knows it.
const COMMIT: Option<&str> = option_env!("ITER8_GIT_COMMIT");

/// Does what was typed.
pub(crate) fn run(cli: Cli, console: &Console) -> anyhow::Result<Exit> {
    let Some(command) = cli.command else {
        Cli::command().print_long_help()?;
        return Ok(Exit::Yes);
    };
    match command {
        // It also logs to the file of its group, so it starts logging by itself.
        Command::Run(_) => {}
        // Its output says what the log would.
        Command::Load(_) | Command::Merge(_) => {
            logging::start(cli.loglevel.quieter(), console, None);
        }
        _ => logging::start(cli.loglevel, console, None),
    }
    match command {
        Command::Run(arguments) => block_on(run::run(arguments, cli.loglevel, console.clone())),
        Command::Load(arguments) => block_on(load::load(*arguments, console.clone())),
        Command::Merge(arguments) => merge::merge(&arguments),
        Command::Cluster(arguments) => block_on(cluster::cluster(*arguments, console.clone())),
        Command::Report(arguments) => block_on(report::report(arguments)),
        Command::Assert(arguments) => block_on(assert::assert(arguments)),
        Command::Log(arguments) => block_on(log::log(arguments)),
        Command::List(arguments) => block_on(list::list(arguments)),
        Command::Delete(arguments) => delete(&arguments),
        Command::Tasks(arguments) => tasks(&arguments),
        Command::Metrics(arguments) => {
            block_on(metrics::metrics(arguments.command, console.clone()))
        }
        Command::Schema => print(&format!("{:#}\n", schema::schema())),
        Command::Template(arguments) => block_on(template::template(arguments)),
        Command::Sample(arguments) => block_on(sample::sample(arguments)),
        Command::Version(arguments) => version(&arguments),
        Command::Completion(arguments) => {
            let mut script = Vec::new();
            clap_complete::generate(arguments.shell, &mut Cli::command(), "iter8", &mut script);
            print(&String::from_utf8_lossy(&script))
        }
        Command::Docs(arguments) => docs(&arguments),
    }
}

fn block_on(work: impl Future<Output = anyhow::Result<Exit>>) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // One thread waits for signals and timers; load tests and downloads bring their own.
        .worker_threads(1)
        .enable_all()
        .build()
        .context("failed to start the runtime")?;
    runtime.block_on(work)
}

/// Prints to stdout. A reader who has gone is no error; see [`crate::exit::report`].
fn print(text: &str) -> anyhow::Result<Exit> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(Exit::Yes)
}

fn delete(arguments: &GroupArgs) -> anyhow::Result<Exit> {
    let group = &arguments.group;
    documents::folders()
        .delete(group)
        .with_context(|| format!("deletion of experiment group {group} failed"))?;
    tracing::info!("experiment group {group} deleted");
    Ok(Exit::Yes)
}

fn tasks(arguments: &TasksArgs) -> anyhow::Result<Exit> {
    if let Some(name) = &arguments.name {
        let Some(task) = catalogue::find(name) else {
            let names: Vec<&str> = catalogue::TASKS.iter().map(|task| task.name).collect();
            let hint = format!("tasks are {}", names.join(", "));
            return Err(with_hint(anyhow::anyhow!("unknown task: {name}"), Some(hint)));
        };
        return match arguments.output {
            TasksFormat::Text | TasksFormat::Markdown => print(&reference::describe(task)),
            TasksFormat::Json => print(&format!("{:#}\n", reference::json(task))),
        };
    }
    match arguments.output {
        TasksFormat::Markdown => print(&reference::markdown()),
        TasksFormat::Json => {
            let tasks: Vec<_> = catalogue::TASKS.iter().map(reference::json).collect();
            print(&format!("{:#}\n", json!(tasks)))
        }
        TasksFormat::Text => print(&reference::list()),
    }
}

fn version(arguments: &VersionArgs) -> anyhow::Result<Exit> {
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    if arguments.short {
        let commit = COMMIT.map(|commit| format!("+g{}", &commit[..commit.len().min(7)]));
        return print(&format!("{version}{}\n", commit.unwrap_or_default()));
    }
    let commit = COMMIT.unwrap_or_default();
    print(&format!("cmd.BuildInfo{{Version:{version:?}, GitCommit:{commit:?}}}\n"))
}

fn docs(arguments: &DocsArgs) -> anyhow::Result<Exit> {
    let folder = &arguments.command_docs_dir;
    let pages = crate::reference::pages(&Cli::command());
    if folder.as_os_str() == "-" {
        return print(&crate::reference::one_page(&pages));
    }
    for page in pages {
        let path = folder.join(&page.file);
        std::fs::write(&path, &page.text)
            .with_context(|| format!("failed to write {}", path.display()))?;
    }
    Ok(Exit::Yes)
}
