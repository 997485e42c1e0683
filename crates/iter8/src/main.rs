//! The program `iter8`: arguments in, exit code out.
//!
//! Start with [`args`] for what can be typed, and with [`commands`] for what it does.

mod args;
mod commands;
mod console;
mod documents;
mod exit;
mod logging;
mod pace;
mod reference;
mod signals;
mod values;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    let console = console::Console::new();
    match commands::run(cli, &console) {
        Ok(code) => code.into(),
        Err(error) => exit::report(&error, &console),
    }
}
