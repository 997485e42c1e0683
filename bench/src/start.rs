//! What a start costs: `iter8 version`, and an experiment that does next to nothing.

use crate::child::{self, Measured};
use crate::iter8;
use crate::output::Output;
use crate::samples::Spread;

const RUNS: usize = 21;

pub(crate) fn measure(output: &mut Output) -> anyhow::Result<()> {
    let program = iter8::program()?;
    let nothing = ["--loglevel", "error", "-o", "none", "--set", "tasks={run}", "--set", "run=:"];
    let mut no_op = vec![program.as_str(), "run"];
    no_op.extend(nothing);
    output.line(&format!("{RUNS} starts each: median [least … largest]"))?;
    output.line(&format!("{:<24}{:>26}{:>26}", "", "wall time, ms", "resident set, MiB"))?;
    for (what, command) in
        [("iter8 version", [program.as_str(), "version"].as_slice()), ("no-op experiment", &no_op)]
    {
        let runs: Vec<Measured> =
            (0..RUNS).map(|_| child::run(None, command)).collect::<Result<_, _>>()?;
        let wall = Spread::of(runs.iter().map(|run| run.wall.as_secs_f64() * 1000.0));
        let peak = Spread::of(runs.iter().map(|run| run.peak_kib as f64 / 1024.0));
        output.line(&format!("{what:<24}{wall:>26.1}{peak:>26.1}"))?;
    }
    Ok(())
}
