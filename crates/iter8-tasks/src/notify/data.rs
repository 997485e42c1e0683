//! The data of payload templates.

use std::rc::Rc;

use iter8_model::experiment::Experiment;
use iter8_template::{Map, Text, Value};
use jiff::Zoned;
use serde_json::Value as Json;

use super::digest::{Digest, Room};
use super::report;

/// What a payload says besides the experiment.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Name of the experiment's group.
    pub group: String,
    /// URL of the whole report.
    pub link: Option<String>,
    /// The moment, in the zone that times are told in.
    pub now: Zoned,
    /// The task's `settings`.
    pub settings: serde_json::Map<String, Json>,
}

/// The data of a payload template: `Report` as in Iter8 0.13, and beside it `Verdict`, `Headline`,
/// `Tally`, `Versions`, `SLOs`, `Metrics`, `LeftOut`, `Group`, `Link`, `Loop`, `Time` and
/// `Settings`.
pub fn template_data(experiment: &Experiment, facts: &Facts) -> Value {
    let data = Data::new(experiment.clone(), facts);
    data.value(data.rows())
}

/// Everything that a payload may show.
pub(super) struct Data {
    fixed: Vec<(&'static str, Value)>,
    digest: Digest,
}

impl Data {
    pub(super) fn new(experiment: Experiment, facts: &Facts) -> Self {
        let digest = Digest::new(&experiment);
        let experiment = Rc::new(experiment);
        let loops = experiment.result.as_ref().map_or(0, |result| result.num_loops);
        let is_completed = report::is_completed(&experiment);
        let fixed = vec![
            ("Report", report::report(&experiment, &facts.now, is_completed)),
            ("Group", facts.group.as_str().into()),
            ("Link", facts.link.as_deref().map_or(Value::Nil, Value::from)),
            ("Loop", Value::int(i64::try_from(loops).unwrap_or(i64::MAX))),
            ("Time", facts.now.timestamp().to_string().into()),
            ("Settings", Value::Map(Map::from(&facts.settings))),
        ];
        Self { fixed, digest }
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> Room {
        self.digest.rows()
    }

    /// What the template sees if so many rows have room.
    pub(super) fn value(&self, room: Room) -> Value {
        let fields = self.fixed.iter().cloned().chain(self.digest.fields(room));
        Value::Map(fields.map(|(name, value)| (Text::from(name), value)).collect::<Map>())
    }
}
