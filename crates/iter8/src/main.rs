//! The program `iter8`: arguments in, exit code out.
//!
//! Start with [`args`] for what can be typed, and with [`commands`] for what it does.

mod args;
mod commands;
mod console;
mod documents;
mod events;
mod exit;
mod limits;
mod logging;
mod pace;
mod reference;
mod signals;
mod values;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let console = console::Console::new();
    let cli = match args::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::report_usage(&error, &console),
    };
    match commands::run(cli, &console) {
        Ok(exit) => exit.tell(&console),
        Err(error) => exit::report(&error, &console),
    }
}
