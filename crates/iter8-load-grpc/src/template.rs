//! Texts that are evaluated anew for each call.

use std::rc::Rc;

use iter8_load::SplitMix64;
use iter8_template::{
    Dialect, Environment, Limits, ParseError, Random, RenderError, Templates, Value,
};

use crate::call::{Call, Fields};

/// What the data of a call may cost: its worker does nothing else meanwhile. A million steps take
/// a tenth of a second; data of users needs a few dozen.
const LIMITS: Limits = Limits { steps: 1_000_000, bytes: 16 << 20 };

/// What stands before each action of a template.
pub(crate) const ACTION: &str = "{{";

/// How texts with actions are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evaluation {
    /// Evaluated, with all functions.
    Functions,
    /// Evaluated, with Go's own functions only.
    NoFunctions,
    /// As they are.
    Off,
}

/// A parsed text.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    name: Box<str>,
    templates: Templates,
}

impl Template {
    /// `None` for a text without actions, or if it is to stay as it is.
    pub(crate) fn parse(
        name: &str,
        text: &str,
        evaluation: Evaluation,
    ) -> Result<Option<Self>, ParseError> {
        let dialect = match evaluation {
            Evaluation::Functions => Dialect::Calls,
            Evaluation::NoFunctions => Dialect::Go,
            Evaluation::Off => return Ok(None),
        };
        if !text.contains(ACTION) {
            return Ok(None);
        }
        let mut templates = Templates::new(dialect);
        templates.parse(name, text)?;
        Ok(Some(Self { name: name.into(), templates }))
    }
}

/// Evaluates templates for one call after the other.
#[derive(Debug)]
pub(crate) struct Evaluator {
    fields: Rc<Fields>,
    data: Value,
    random: Bytes,
}

/// Random bytes.
#[derive(Debug)]
struct Bytes(SplitMix64);

impl Random for Bytes {
    fn fill(&mut self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            chunk.copy_from_slice(&self.0.next_u64().to_le_bytes()[..chunk.len()]);
        }
    }
}

impl Evaluator {
    pub(crate) fn new(fields: Fields, seed: u64) -> Self {
        let fields = Rc::new(fields);
        let data = Value::Object(Rc::<Fields>::clone(&fields));
        Self { fields, data, random: Bytes(SplitMix64::new(seed)) }
    }

    /// A fresh number for a call.
    pub(crate) fn uuid(&mut self) -> [u8; 16] {
        let mut uuid = [0; 16];
        self.random.fill(&mut uuid);
        uuid
    }

    /// What follows is for this call.
    pub(crate) fn turn_to(&self, call: Call, uuid: [u8; 16]) {
        self.fields.begin(call, uuid);
    }

    /// Appends what a template prints.
    pub(crate) fn evaluate(
        &mut self,
        template: &Template,
        now: jiff::Timestamp,
        out: &mut Vec<u8>,
    ) -> Result<(), Box<RenderError>> {
        let mut environment = Environment {
            now,
            zone: self.fields.zone().clone(),
            random: &mut self.random,
            interrupted: &|| false,
            limits: LIMITS,
        };
        let (name, data) = (&template.name, &self.data);
        template.templates.render_into(name, data, &mut environment, out).map_err(Box::new)
    }
}
