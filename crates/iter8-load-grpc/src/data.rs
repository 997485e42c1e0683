//! The messages of calls: given as JSON, with templates or without, or in binary form.

mod binary;
mod encode;
mod text;

use std::sync::Arc;

use iter8_template::calls::{ACTION, Evaluation, Template};
use iter8_template::{ParseError, RenderError};
use prost_reflect::MessageDescriptor;
use serde_json::Value;

use crate::frame::{FrameError, Framer};
pub(crate) use encode::Encoder;

/// What a user gives as data, read but not yet understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Nothing: each call sends one empty message.
    Empty,
    /// An object or a list of objects.
    Value(Value),
    /// The same as text.
    Text(String),
    /// Serialized messages, each with its length before it, or one without.
    Binary(Vec<u8>),
}

/// The messages of calls, ready to be sent or to be evaluated.
#[derive(Debug, Clone)]
pub struct Messages {
    pub(crate) encoder: Encoder,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// Each by itself; at least one.
    Elements(Vec<Element>),
    /// A text that is JSON only when it is evaluated.
    Whole(Template),
}

/// One of several messages.
#[derive(Debug, Clone)]
pub(crate) enum Element {
    /// Its frame, always the same.
    Fixed(Arc<[u8]>),
    /// JSON of an object once it is evaluated.
    Template(Template),
}

/// Why there are no messages.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// It is no JSON.
    #[error("data is no JSON")]
    Json(#[source] serde_json::Error),
    /// It is JSON of another kind.
    #[error("data must be an object or a list of objects")]
    Shape,
    /// There is nothing to send.
    #[error("data is an empty list")]
    NoMessages,
    /// An object does not fit the type of the method.
    #[error("{subject} is no {message}")]
    Message {
        /// Which.
        subject: String,
        /// Full name of the type.
        message: String,
        /// What does not fit.
        #[source]
        source: serde_json::Error,
    },
    /// A template cannot be read.
    #[error("data cannot be read as a template: {0}")]
    Parse(ParseError),
    /// A template cannot be evaluated.
    #[error("data cannot be evaluated: {0}")]
    Render(Box<RenderError>),
    /// Bytes are no messages.
    #[error("the binary data holds no {0}, with lengths before the messages or without")]
    Binary(String),
    /// A message is too large.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// Messages are to be evaluated one by one, but there is nothing to evaluate.
    #[error("default message provider cannot be used with static data")]
    NothingDynamic,
}

impl Messages {
    /// Understands data as messages of a type.
    ///
    /// Lists of objects are evaluated element by element where each is a template by itself, so
    /// that a call which sends one of many does not pay for all.
    pub fn new(
        input: MessageDescriptor,
        content: &Content,
        evaluation: Evaluation,
        framer: Framer,
    ) -> Result<Self, DataError> {
        let encoder = Encoder::new(input, framer);
        let kind = match content {
            Content::Empty => Kind::Elements(vec![Element::Fixed(encoder.raw(&[])?)]),
            Content::Binary(bytes) => binary::elements(&encoder, bytes)?,
            Content::Value(value) => of_value(&encoder, value, evaluation)?,
            Content::Text(text) => of_text(&encoder, text, evaluation)?,
        };
        Ok(Self { encoder, kind })
    }

    /// Whether every call sends the same bytes, or the same in turn.
    pub fn is_static(&self) -> bool {
        match &self.kind {
            Kind::Elements(elements) => {
                elements.iter().all(|element| matches!(element, Element::Fixed(_)))
            }
            Kind::Whole(_) => false,
        }
    }

    /// How many there are, as far as that is known without an evaluation.
    pub(crate) fn len(&self) -> usize {
        match &self.kind {
            Kind::Elements(elements) => elements.len(),
            Kind::Whole(_) => 1,
        }
    }

    /// The frames, if all are always the same.
    pub fn frames(&self) -> Option<Vec<Arc<[u8]>>> {
        let Kind::Elements(elements) = &self.kind else { return None };
        let frame = |element: &Element| match element {
            Element::Fixed(frame) => Some(Arc::clone(frame)),
            Element::Template(_) => None,
        };
        elements.iter().map(frame).collect()
    }
}

fn of_text(encoder: &Encoder, text: &str, evaluation: Evaluation) -> Result<Kind, DataError> {
    match serde_json::from_str(text) {
        Ok(value) => of_value(encoder, &value, evaluation),
        // Actions may stand where JSON has none, as in `{"n": {{.RequestNumber}}}`.
        Err(error) => match Template::parse("data", text, evaluation) {
            Ok(Some(template)) => Ok(Kind::Whole(template)),
            Ok(None) => Err(DataError::Json(error)),
            Err(error) => Err(DataError::Parse(error)),
        },
    }
}

fn of_value(encoder: &Encoder, value: &Value, evaluation: Evaluation) -> Result<Kind, DataError> {
    let (elements, is_list) = match value {
        Value::Object(_) => (std::slice::from_ref(value), false),
        Value::Array(elements) => (elements.as_slice(), true),
        _ => return Err(DataError::Shape),
    };
    if !elements.iter().all(Value::is_object) {
        return Err(DataError::Shape);
    }
    if elements.is_empty() {
        return Err(DataError::NoMessages);
    }
    let made = elements.iter().enumerate().map(|(index, value)| {
        let place = is_list.then_some(index);
        element(encoder, value, place, evaluation)
    });
    match made.collect::<Result<Vec<_>, _>>() {
        Ok(elements) => Ok(Kind::Elements(elements)),
        // Actions may belong together over several elements.
        Err(DataError::Parse(error)) if is_list => {
            match Template::parse("data", &text::of(value), evaluation) {
                Ok(Some(template)) => Ok(Kind::Whole(template)),
                Ok(None) | Err(_) => Err(DataError::Parse(error)),
            }
        }
        Err(error) => Err(error),
    }
}

fn element(
    encoder: &Encoder,
    value: &Value,
    index: Option<usize>,
    evaluation: Evaluation,
) -> Result<Element, DataError> {
    let name = index.map_or_else(|| "data".to_owned(), |index| format!("data[{index}]"));
    let text = text::of(value);
    if evaluation == Evaluation::Off || !text.contains(ACTION) {
        return encoder.value(value, &name).map(Element::Fixed);
    }
    match Template::parse(&name, &text, evaluation) {
        Ok(Some(template)) => Ok(Element::Template(template)),
        Ok(None) => encoder.value(value, &name).map(Element::Fixed),
        Err(error) => Err(DataError::Parse(error)),
    }
}
