//! `iter8 merge`

use std::path::Path;

use anyhow::Context as _;
use iter8_model::experiment::{Experiment, ExperimentResult};
use iter8_model::insights::Insights;
use iter8_model::slo::{Slo, Slos};
use iter8_tasks::LoadPart;
use jiff::Zoned;

use super::load::{full_name, show};
use super::run::verdict;
use crate::args::{Bound, MergeArgs, Objective};
use crate::exit::{Exit, with_hint};

/// Merges the parts of a load test, and decides its objectives.
pub(crate) fn merge(arguments: &MergeArgs) -> anyhow::Result<Exit> {
    let mut files = arguments.files.iter();
    let mut whole = read(files.next().context("no part is given")?)?;
    for file in files {
        whole.merge(read(file)?).with_context(|| format!("{}", file.display()))?;
    }
    for part in whole.missing() {
        if !arguments.partial {
            let hint = "--partial goes on without it".to_owned();
            return Err(with_hint(anyhow::anyhow!("part {part} is missing"), Some(hint)));
        }
        whole.doubt(format!("part {part} is missing"));
    }
    let experiment = experiment(&whole, &arguments.slo)?;
    show(&experiment, whole.provider(), arguments.output)?;
    Ok(verdict(&experiment))
}

fn read(file: &Path) -> anyhow::Result<LoadPart> {
    let text = if file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(file)
    };
    let text = text.with_context(|| format!("failed to read {}", file.display()))?;
    let part = serde_json::from_str(&text).map_err(anyhow::Error::from);
    let part = part.and_then(|value| Ok(LoadPart::from_json(&value)?));
    part.with_context(|| format!("{}", file.display()))
}

/// The experiment that one runner would have left.
fn experiment(whole: &LoadPart, objectives: &[Objective]) -> anyhow::Result<Experiment> {
    let mut insights = Insights::default();
    whole.record(&mut insights)?;
    if !objectives.is_empty() {
        let slos = slos(objectives, whole.provider(), &insights)?;
        insights.slos_satisfied = Some(slos.assess(&insights));
        insights.slos = Some(slos);
    }
    let result = ExperimentResult {
        start_time: Some(Zoned::now()),
        num_loops: 1,
        num_completed_tasks: 1,
        insights: Some(insights),
        ..ExperimentResult::default()
    };
    Ok(Experiment { spec: vec![whole.spec()], result: Some(result) })
}

fn slos(objectives: &[Objective], provider: &str, insights: &Insights) -> anyhow::Result<Slos> {
    let of = |bound: Bound| -> anyhow::Result<Vec<Slo>> {
        let objectives = objectives.iter().filter(|objective| objective.bound == bound);
        let slo = |objective: &Objective| {
            let metric = full_name(&objective.metric, provider);
            if insights.meta(&metric.parse()?).is_none() {
                let hint = "the metrics of the parts are listed with --output json".to_owned();
                let error = anyhow::anyhow!("--slo {metric}: the parts have no such metric");
                return Err(with_hint(error, Some(hint)));
            }
            Ok(Slo { metric, limit: objective.limit })
        };
        objectives.map(slo).collect()
    };
    Ok(Slos { upper: of(Bound::Upper)?, lower: of(Bound::Lower)? })
}
