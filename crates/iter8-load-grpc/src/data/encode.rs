//! From JSON to frames.

use std::fmt;
use std::sync::Arc;

use prost::Message;
use prost_reflect::{DynamicMessage, MessageDescriptor};
use serde::de::{DeserializeSeed, SeqAccess, Visitor};
use serde_json::{Deserializer, Value};

use super::DataError;
use crate::frame::{FrameError, Framer, Packer};

/// Makes frames of messages of one type.
#[derive(Debug, Clone)]
pub(crate) struct Encoder {
    input: MessageDescriptor,
    framer: Framer,
}

impl Encoder {
    pub(super) fn new(input: MessageDescriptor, framer: Framer) -> Self {
        Self { input, framer }
    }

    pub(super) fn input(&self) -> &MessageDescriptor {
        &self.input
    }

    /// The frame of a message that is serialized already.
    pub(super) fn raw(&self, message: &[u8]) -> Result<Arc<[u8]>, FrameError> {
        let mut frame = Vec::new();
        self.framer
            .append(&mut Packer::default(), &mut frame, |out| out.extend_from_slice(message))?;
        Ok(frame.into())
    }

    /// The frame of an object.
    pub(super) fn value(&self, value: &Value, subject: &str) -> Result<Arc<[u8]>, DataError> {
        let message = DynamicMessage::deserialize(self.input.clone(), value);
        let message = message.map_err(|source| self.unfit(subject, source))?;
        let mut frame = Vec::new();
        self.append(&message, &mut Packer::default(), &mut frame)?;
        Ok(frame.into())
    }

    /// Appends the frame of the object that a text is.
    pub(crate) fn object(
        &self,
        json: &[u8],
        packer: &mut Packer,
        out: &mut Vec<u8>,
    ) -> Result<(), DataError> {
        let mut text = Deserializer::from_slice(json);
        let message = DynamicMessage::deserialize(self.input.clone(), &mut text)
            .and_then(|message| text.end().map(|()| message))
            .map_err(|source| self.unfit("data", source))?;
        Ok(self.append(&message, packer, out)?)
    }

    /// Appends the frames of the object or the list of objects that a text is, and to `ends` where
    /// each ends.
    pub(crate) fn objects(
        &self,
        json: &[u8],
        packer: &mut Packer,
        out: &mut Vec<u8>,
        ends: &mut Vec<usize>,
    ) -> Result<(), DataError> {
        if json.trim_ascii_start().first() != Some(&b'[') {
            self.object(json, packer, out)?;
            ends.push(out.len());
            return Ok(());
        }
        let mut text = Deserializer::from_slice(json);
        let messages = List(&self.input)
            .deserialize(&mut text)
            .and_then(|messages| text.end().map(|()| messages))
            .map_err(|source| self.unfit("an element of data", source))?;
        for message in &messages {
            self.append(message, packer, out)?;
            ends.push(out.len());
        }
        if messages.is_empty() { Err(DataError::NoMessages) } else { Ok(()) }
    }

    fn append(
        &self,
        message: &DynamicMessage,
        packer: &mut Packer,
        out: &mut Vec<u8>,
    ) -> Result<(), FrameError> {
        self.framer.append(packer, out, |out| message.encode_raw(out))
    }

    fn unfit(&self, subject: &str, source: serde_json::Error) -> DataError {
        let message = self.input.full_name().to_owned();
        DataError::Message { subject: subject.to_owned(), message, source }
    }
}

/// A list of messages of a type.
struct List<'a>(&'a MessageDescriptor);

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = Vec<DynamicMessage>;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = Vec<DynamicMessage>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut messages = Vec::new();
        while let Some(message) = items.next_element_seed(self.0.clone())? {
            messages.push(message);
        }
        Ok(messages)
    }
}
