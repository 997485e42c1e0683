//! The time to render a provider template, beside Go's engine.
//!
//! Both sides are processes of their own on one processor, so that collecting garbage costs what it
//! costs; they read the same files, render for the same while, and print the same text.

use std::fmt::Write;
use std::fs;
use std::process::Command;

use anyhow::{Context, bail, ensure};
use iter8_template::{Dialect, Environment, Limits, Templates, Value, Zone};

use crate::child;
use crate::clock::Moment;
use crate::machine;
use crate::output::{self, Output};
use crate::samples::Spread;
use crate::service::CLIENT;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/template");
const ROUNDS: usize = 9;
const MILLISECONDS: &str = "400";

pub(crate) fn measure(output: &mut Output) -> anyhow::Result<()> {
    let own = child::own_program()?;
    let ours = [own.as_str(), "template"];
    let go = if machine::has("go") { Some(build_go(output)?) } else { None };
    let go = go.as_ref().map(|program| [program.as_str()]);
    match &go {
        Some(go) => {
            let (ours, go) = (run(&ours, "print")?, run(go, "print")?);
            ensure!(ours == go, "the two render differently:\n{ours}\n{go}");
            output.line(&format!("both render the same {} bytes", ours.len()))?;
        }
        None => output.line("there is no Go to compare with")?,
    }
    output.line(&format!(
        "{ROUNDS} alternating rounds of {MILLISECONDS} ms, microseconds per rendering: \
         median [least … largest]"
    ))?;
    for (mode, what) in [("parse", "parse and execute"), ("execute", "execute")] {
        let (mut our_times, mut go_times) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            our_times.push(micros(&run(&ours, mode)?)?);
            if let Some(go) = &go {
                go_times.push(micros(&run(go, mode)?)?);
            }
        }
        let ratios = our_times.iter().zip(&go_times).map(|(ours, go)| ours / go);
        let mut line = format!("{what:<20}iter8{:>24.1}", Spread::of(our_times.iter().copied()));
        if go.is_some() {
            let (go, ratio) = (Spread::of(go_times.iter().copied()), Spread::of(ratios));
            write!(line, "   Go{go:>24.1}   iter8 : Go by round{ratio:>22.2}")?;
        }
        output.line(&line)?;
    }
    Ok(())
}

/// Builds the other side, and says with what.
fn build_go(output: &mut Output) -> anyhow::Result<String> {
    let version = Command::new("go").arg("version").output().context("failed to start go")?;
    output.line(&format!("peer: {}", String::from_utf8_lossy(&version.stdout).trim()))?;
    let program = child::scratch()?.join("template-go").to_string_lossy().into_owned();
    let status = Command::new("go")
        .args(["build", "-o", &program, "."])
        .current_dir(FOLDER)
        .status()
        .context("failed to start go")?;
    ensure!(status.success(), "the program in {FOLDER} does not build");
    Ok(program)
}

/// Starts one of the sides, and returns what it printed.
fn run(program: &[&str], mode: &str) -> anyhow::Result<String> {
    let (template, values) = (format!("{FOLDER}/provider.tpl"), format!("{FOLDER}/values.json"));
    let mut command = program.to_vec();
    command.extend([mode, &template, &values, MILLISECONDS]);
    Ok(child::run(Some(CLIENT), &command)?.stdout)
}

/// Microseconds per rendering, from a line such as `#rendered 1000 400000000`.
fn micros(line: &str) -> anyhow::Result<f64> {
    let numbers = line.trim().strip_prefix("#rendered ").and_then(|rest| rest.split_once(' '));
    let (count, nanos) = numbers.with_context(|| format!("unreadable: {line}"))?;
    let (count, nanos): (f64, f64) = (count.parse()?, nanos.parse()?);
    ensure!(count > 0.0, "nothing was rendered");
    Ok(nanos / count / 1000.0)
}

/// This program as our side: see `template/main.go` for the other.
pub(crate) fn render(
    mode: &str,
    template: &str,
    values: &str,
    milliseconds: &str,
) -> anyhow::Result<()> {
    let text =
        fs::read_to_string(template).with_context(|| format!("failed to read {template}"))?;
    let values = fs::read_to_string(values).with_context(|| format!("failed to read {values}"))?;
    let values = Value::from(&serde_json::from_str::<serde_json::Value>(&values)?);
    let milliseconds: u128 = milliseconds.parse().context("milliseconds are a number")?;
    let mut templates = parse(&text)?;
    match mode {
        "print" => {
            let rendered = execute(&templates, &values)?;
            return output::print(&String::from_utf8_lossy(&rendered));
        }
        "parse" | "execute" => {}
        _ => bail!("there is no mode {mode}"),
    }
    let (begun, mut count) = (Moment::now(), 0_u64);
    while begun.elapsed().as_millis() < milliseconds {
        if mode == "parse" {
            templates = parse(&text)?;
        }
        std::hint::black_box(execute(&templates, &values)?);
        count += 1;
    }
    output::print(&format!("#rendered {count} {}\n", begun.elapsed().as_nanos()))
}

fn parse(text: &str) -> anyhow::Result<Templates> {
    let mut templates = Templates::new(Dialect::Sprig);
    templates.parse("provider", text)?;
    Ok(templates)
}

fn execute(templates: &Templates, values: &Value) -> anyhow::Result<Vec<u8>> {
    let mut environment = Environment {
        now: jiff::Timestamp::UNIX_EPOCH,
        zone: Zone::UTC,
        random: &mut |buffer: &mut [u8]| buffer.fill(0),
        interrupted: &|| false,
        limits: Limits::default(),
    };
    Ok(templates.render("provider", values, &mut environment)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_the_time_of_a_rendering() {
        assert!((micros("#rendered 1000 4000000\n").unwrap() - 4.0).abs() < 1e-9);
        for line in ["", "#rendered 0 4", "#rendered 5", "#rendered x 1", "other"] {
            assert!(micros(line).is_err(), "{line:?}");
        }
    }

    #[test]
    fn the_measured_template_renders_every_metric() {
        let text = fs::read_to_string(format!("{FOLDER}/provider.tpl")).unwrap();
        let values = fs::read_to_string(format!("{FOLDER}/values.json")).unwrap();
        let values = Value::from(&serde_json::from_str::<serde_json::Value>(&values).unwrap());
        let rendered = execute(&parse(&text).unwrap(), &values).unwrap();
        let rendered = String::from_utf8(rendered).unwrap();
        assert_eq!(rendered.matches("- name: query").count(), 10);
        assert!(rendered.contains("histogram_quantile(0.999, "), "{rendered}");
    }
}
