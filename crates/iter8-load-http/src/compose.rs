//! Requests of which some texts are templates, made anew each time.

use std::fmt;
use std::io::Write as _;

use iter8_load::SplitMix64;
use iter8_template::calls::{Call, Evaluation, Evaluator, Fields, Template};
use jiff::Timestamp;

use crate::message::{JOINED_BODY, append_with_uuids};
use crate::plan::HttpPlan;
use crate::request::RequestPlan;
use crate::url::append_path;

/// Why a request cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{part} {problem}")]
pub struct TemplateError {
    /// What of the request.
    pub part: Part,
    /// What is wrong with it.
    pub problem: String,
}

/// A part of a request that may be a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Path and query.
    Url,
    /// The header of this name.
    Header(String),
    /// The body.
    Body,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("the URL"),
            Self::Header(name) => write!(f, "header {name:?}"),
            Self::Body => f.write_str("the payload"),
        }
    }
}

impl Part {
    pub(crate) fn error(&self, problem: impl Into<String>) -> TemplateError {
        TemplateError { part: self.clone(), problem: problem.into() }
    }

    /// Reads a text as a template; `None` if it has no actions.
    pub(crate) fn parse(&self, text: &str) -> Result<Option<Template>, TemplateError> {
        let name = match self {
            Self::Url => "url",
            Self::Header(name) => name,
            Self::Body => "payload",
        };
        Template::parse(name, text, Evaluation::Functions)
            .map_err(|error| self.error(format!("cannot be read as a template: {error}")))
    }
}

/// Makes requests, on one thread.
#[derive(Debug)]
pub(crate) struct Maker {
    pub(crate) random: SplitMix64,
    evaluator: Evaluator,
    worker: usize,
    pub(crate) made: Made,
    /// What a template printed, and that as it may stand in a URL.
    printed: Vec<u8>,
    encoded: Vec<u8>,
}

/// The parts of a request that were made for it.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) path: Vec<u8>,
    /// The body, if its request makes one.
    pub(crate) body: Vec<u8>,
    values: Vec<u8>,
    /// Where each value of a header ends.
    ends: Vec<usize>,
}

impl Made {
    /// The values of those headers that are templates, in their order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(&start, &end)| &self.values[start..end])
    }
}

impl Maker {
    /// The maker of one worker.
    pub(crate) fn new(plan: &HttpPlan, worker: usize) -> Self {
        let random = SplitMix64::of_worker(plan.seed, worker);
        let mut numbers = SplitMix64::new(!random.clone().next_u64());
        let fields = Fields::new(Vec::new(), None, plan.zone.clone());
        Self {
            random,
            evaluator: Evaluator::new(fields, move || numbers.next_u64()),
            worker,
            made: Made::default(),
            printed: Vec::new(),
            encoded: Vec::new(),
        }
    }

    /// Makes what differs in a request of this number.
    pub(crate) fn make(
        &mut self,
        request: &RequestPlan,
        number: u64,
        connection: usize,
    ) -> Result<(), TemplateError> {
        let now = Timestamp::now();
        let uuid = self.evaluator.uuid();
        self.evaluator.turn_to(Call { number, worker: self.worker, connection, now }, uuid);
        self.encoded.clear();
        match &request.path {
            Some(template) => {
                self.print(&Part::Url, template, now)?;
                append_path(&self.printed, &mut self.encoded);
            }
            None => self.encoded.extend_from_slice(request.url.path().as_bytes()),
        }
        self.made.path.clear();
        append_with_uuids(&self.encoded, &mut self.made.path, &mut self.random);
        self.made.values.clear();
        self.made.ends.clear();
        for header in &request.headers {
            let Some(template) = &header.template else { continue };
            self.print_value(&header.name, template, now)?;
        }
        self.made.body.clear();
        match &request.body_template {
            Some(template) => {
                self.print(&Part::Body, template, now)?;
                append_with_uuids(&self.printed, &mut self.made.body, &mut self.random);
            }
            None if request.makes_body() => {
                append_with_uuids(&request.body, &mut self.made.body, &mut self.random);
            }
            None => {}
        }
        Ok(())
    }

    fn print_value(
        &mut self,
        name: &str,
        template: &Template,
        now: Timestamp,
    ) -> Result<(), TemplateError> {
        // The part is named only when it is needed: names are copied.
        let printed = self.evaluate(template, now);
        let part = || Part::Header(name.to_owned());
        printed.map_err(|problem| part().error(problem))?;
        let value = self.printed.trim_ascii();
        if value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
            return Err(part().error("gets a control character in its value"));
        }
        self.made.values.extend_from_slice(value);
        self.made.ends.push(self.made.values.len());
        Ok(())
    }

    fn print(
        &mut self,
        part: &Part,
        template: &Template,
        now: Timestamp,
    ) -> Result<(), TemplateError> {
        self.evaluate(template, now).map_err(|problem| part.error(problem))
    }

    fn evaluate(&mut self, template: &Template, now: Timestamp) -> Result<(), String> {
        self.printed.clear();
        let evaluated = self.evaluator.evaluate(template, now, &mut self.printed);
        evaluated.map_err(|error| format!("cannot be evaluated: {error}"))
    }

    /// Writes the request that was made as HTTP/1.1 has it, less a large body that is always the
    /// same.
    pub(crate) fn write(&self, request: &RequestPlan, out: &mut Vec<u8>) {
        let Made { path, body, .. } = &self.made;
        out.clear();
        for part in [
            request.method.as_bytes(),
            b" ",
            request.server.as_bytes(),
            path,
            b" HTTP/1.1\r\nHost: ",
        ] {
            out.extend_from_slice(part);
        }
        out.extend_from_slice(request.authority.as_bytes());
        let mut values = self.made.values();
        for header in &request.headers {
            let value = match &header.template {
                Some(_) => values.next().unwrap_or_default(),
                None => header.value.as_bytes(),
            };
            for part in [b"\r\n", header.name.as_bytes(), b": ", value] {
                out.extend_from_slice(part);
            }
        }
        if !request.keep_alive {
            out.extend_from_slice(b"\r\nConnection: close");
        }
        let body = if request.makes_body() { body.as_slice() } else { &request.body };
        if request.has_length() {
            out.extend_from_slice(b"\r\nContent-Length: ");
            append_number(body.len(), out);
        }
        out.extend_from_slice(b"\r\n\r\n");
        if request.makes_body() || body.len() <= JOINED_BODY {
            out.extend_from_slice(body);
        }
    }
}

/// Appends a number in decimal digits.
pub(crate) fn append_number(number: usize, out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    let _ = write!(out, "{number}");
}
