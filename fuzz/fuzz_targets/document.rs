//! Experiment documents, the conditions in them, and the reports on them.
//!
//! The input is a document. If its first line is a comment, that is one more condition to
//! evaluate for the experiment.
//!
//! A document that is read, written and read again is the same experiment, without a warning;
//! conditions end with an answer or an error that points into their text; reports never fail.

#![no_main]

use iter8_fuzz::assert_same_tasks;
use iter8_model::condition::{Condition, EvalError};
use iter8_model::experiment::{Experiment, ExperimentResult};
use iter8_model::history::History;
use iter8_model::wire;
use iter8_report::{Context, Format, render};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// Longest document whose reports are made: HTML escapes and charts cost more than reading.
const REPORTED: usize = 8 * 1024;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    let experiment = wire::read(text).map(|document| document.experiment);
    if let Ok(experiment) = &experiment {
        check_round_trip(experiment);
        for task in &experiment.spec {
            check_condition(task.condition.as_deref().unwrap_or_default(), experiment);
        }
        if text.len() <= REPORTED {
            check_reports(experiment);
        }
    }
    if let Some(comment) = text.lines().next().and_then(|line| line.strip_prefix('#')) {
        check_condition(comment, &experiment.unwrap_or_default());
    }
});

fn check_round_trip(experiment: &Experiment) {
    let written = wire::write(experiment);
    let again = wire::read(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
    assert_eq!(again.warnings, Vec::<String>::new(), "{written}");
    assert_eq!(kept(&again.experiment), kept(experiment), "{written}");
    assert_same_tasks(&again.experiment.spec, &experiment.spec, &written);
    assert_eq!(wire::write(&again.experiment), written);
}

/// The result without what is cut short when it is written: the history has times in
/// milliseconds and values of six digits, and a version has a name if any has one.
fn kept(experiment: &Experiment) -> Option<ExperimentResult> {
    let mut result = experiment.result.clone()?;
    result.history = History::default();
    for version in result.insights.iter_mut().flat_map(|insights| &mut insights.versions) {
        version.name.get_or_insert_default();
    }
    Some(result)
}

fn check_condition(source: &str, experiment: &Experiment) {
    match Condition::compile(source) {
        Ok(condition) => {
            assert_eq!(condition.source(), source);
            let outcome = condition.evaluate(experiment);
            if let Err(EvalError { position, .. }) = &outcome {
                assert!(position.offset <= source.len(), "{source:?}");
            }
            let again = condition.evaluate(experiment).map_err(|error| error.to_string());
            assert_eq!(again, outcome.map_err(|error| error.to_string()), "{source:?}");
        }
        Err(error) => assert!(error.position.offset <= source.len(), "{source:?}: {error}"),
    }
}

fn check_reports(experiment: &Experiment) {
    let context = Context { group: "default".to_owned(), ..Context::default() };
    for format in Format::ALL {
        let report = render(experiment, &context, format);
        assert!(!report.text.is_empty(), "{}", format.as_str());
        if format == Format::Json {
            let parsed = serde_json::from_str::<Value>(&report.text);
            assert!(parsed.is_ok(), "{parsed:?}\n{}", report.text);
        }
    }
}
