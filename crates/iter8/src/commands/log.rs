//! `iter8 log`

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::time::Duration;

use anyhow::Context;
use iter8_engine::FileStoreError;
use tokio::time::sleep;

use crate::args::LogArgs;
use crate::exit::Exit;
use crate::{commands, documents};

/// Time between two looks at a log that is being followed.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Prints the log of a group, and what is added to it while the group is being run.
pub(crate) async fn log(arguments: LogArgs) -> anyhow::Result<Exit> {
    let group = &arguments.group.group;
    let path = documents::folders().log_path(group);
    let mut offset = 0;
    loop {
        // Asked before reading, so that nothing written until the end of the run is missed.
        let running = arguments.follow && is_running(&arguments)?;
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                anyhow::bail!("there is no log of group {group} here")
            }
            Err(error) => return Err(error).context(format!("failed to read {}", path.display())),
        };
        let size = file.metadata()?.len();
        // A log that has shrunk was begun anew.
        offset = if size < offset { 0 } else { offset };
        file.seek(SeekFrom::Start(offset))?;
        let mut text = String::new();
        let read = file.take(size - offset).read_to_string(&mut text)?;
        offset += read as u64;
        commands::print(&text)?;
        if !running {
            return Ok(Exit::Yes);
        }
        sleep(LOOK_EVERY).await;
    }
}

fn is_running(arguments: &LogArgs) -> anyhow::Result<bool> {
    match documents::folders().is_running(&arguments.group.group) {
        Ok(running) => Ok(running),
        Err(FileStoreError::NotFound(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
