//! What is called, and what calls send.

use std::path::{Path, PathBuf};
use std::time::Duration;

use iter8_model::size;
use iter8_model::task::InputError;
use iter8_template::Zone;
use iter8_template::calls::Evaluation;
use serde_json::{Map, Value};

use super::inputs::Inputs;
use super::missing;
use crate::data::Content;
use crate::descriptor::{HEALTH_CHECK, Source};
use crate::frame::Framer;
use crate::method::{CallName, Streaming};
use crate::plan::CallOptions;

/// Largest message unless the user says otherwise; from Iter8 0.13.
const LARGEST: u64 = i32::MAX as u64;

/// Where a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// On this machine.
    File(PathBuf),
    /// To be downloaded.
    Url(String),
}

/// Where the description of the service comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Description {
    /// A `.proto` file.
    Proto {
        /// The file.
        place: Place,
        /// Where its imports are looked for.
        import_paths: Vec<PathBuf>,
    },
    /// A descriptor set.
    Protoset(PathBuf),
    /// The server, asked with this metadata.
    Reflection(Vec<(String, String)>),
    /// It is built in.
    Health,
}

/// Where the content of messages comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// There is none: messages are empty.
    None,
    /// The inputs.
    Inline(Value),
    /// Standard input.
    Stdin,
    /// JSON.
    Json(Place),
    /// Serialized messages.
    Binary(Place),
}

/// Where metadata comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetadataSource {
    /// The inputs.
    Inline(Vec<(String, String)>),
    /// JSON.
    Json(Place),
}

/// What calls send and receive.
#[derive(Debug, Clone, PartialEq)]
pub struct Calls {
    /// Content of messages.
    pub data: Data,
    /// Metadata.
    pub metadata: MetadataSource,
    /// How content is evaluated.
    pub data_evaluation: Evaluation,
    /// How metadata is evaluated.
    pub metadata_evaluation: Evaluation,
    /// Whether each message of a stream is evaluated by itself.
    pub is_dynamic: bool,
    /// Messages of a stream: how many are sent, or received by a call that only receives a stream.
    pub stream_count: Option<u64>,
    /// How long a stream sends, or a call receives that only receives a stream.
    pub stream_duration: Option<Duration>,
    /// Pause between two messages sent.
    pub stream_interval: Duration,
    /// How messages are sent.
    pub framer: Framer,
    /// Most bytes of a message that comes back.
    pub max_receive_bytes: usize,
    /// Name of the test.
    pub name: Option<String>,
}

/// How long a stream goes on; a transport sees to it. What it ends for these reasons is no error.
// Differs from Iter8 0.13, where a stream that the client ends is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StreamLimits {
    /// Pause between two messages sent.
    pub interval: Duration,
    /// No message is sent later than this after the start, and then the sending side is closed.
    pub send_for: Option<Duration>,
    /// The call is ended so long after its start.
    pub receive_for: Option<Duration>,
    /// The call is ended after so many messages.
    pub receive_count: Option<u64>,
}

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is no text.
    #[error("{0} is no text in UTF-8")]
    Text(&'static str),
    /// It is no JSON.
    #[error("{0} is no JSON")]
    Json(&'static str, #[source] serde_json::Error),
    /// It is JSON, but no map of texts.
    #[error("{0} is no map of texts")]
    Map(&'static str),
}

impl Description {
    /// Where descriptors are read from, given the download if there is one.
    pub fn source(&self, download: Option<String>) -> Source {
        match (self, download) {
            (Self::Proto { import_paths, .. }, Some(text)) => {
                Source::ProtoText { text, import_paths: import_paths.clone() }
            }
            (Self::Proto { place: Place::File(file), import_paths }, None) => {
                Source::Proto { file: file.clone(), import_paths: import_paths.clone() }
            }
            (Self::Proto { place: Place::Url(_), .. }, None) | (Self::Reflection(_), _) => {
                Source::Reflection
            }
            (Self::Protoset(file), _) => Source::Protoset(file.clone()),
            (Self::Health, _) => Source::Health,
        }
    }
}

impl Calls {
    /// How calls are made.
    pub fn options(&self, zone: Zone) -> CallOptions {
        CallOptions {
            name: self.name.clone(),
            data: self.data_evaluation,
            metadata: self.metadata_evaluation,
            dynamic: self.is_dynamic,
            count: self.stream_count,
            framer: self.framer,
            zone,
        }
    }

    /// How long the streams of a method go on.
    pub fn limits(&self, streaming: Streaming) -> StreamLimits {
        match streaming {
            Streaming::Unary => StreamLimits::default(),
            Streaming::Server => StreamLimits {
                receive_for: self.stream_duration,
                receive_count: self.stream_count,
                ..StreamLimits::default()
            },
            Streaming::Client | Streaming::Both => StreamLimits {
                interval: self.stream_interval,
                send_for: self.stream_duration,
                ..StreamLimits::default()
            },
        }
    }
}

impl Data {
    /// The content, given the bytes of the file, of the download or of standard input.
    pub fn content(&self, bytes: Vec<u8>) -> Result<Content, FileError> {
        let text = |name, bytes| String::from_utf8(bytes).map_err(|_| FileError::Text(name));
        Ok(match self {
            Self::None => Content::Empty,
            Self::Inline(value) => Content::Value(value.clone()),
            Self::Stdin => Content::Text(text("standard input", bytes)?),
            Self::Json(_) => Content::Text(text("the file of data", bytes)?),
            Self::Binary(_) => Content::Binary(bytes),
        })
    }
}

impl MetadataSource {
    /// Names and values, given the bytes of the file or of the download.
    pub fn pairs(&self, bytes: &[u8]) -> Result<Vec<(String, String)>, FileError> {
        const NAME: &str = "the file of metadata";
        match self {
            Self::Inline(pairs) => Ok(pairs.clone()),
            Self::Json(_) => {
                let map: Map<String, Value> =
                    serde_json::from_slice(bytes).map_err(|error| FileError::Json(NAME, error))?;
                let pair = |(name, value): (String, Value)| match value {
                    Value::String(text) => Ok((name, text)),
                    _ => Err(FileError::Map(NAME)),
                };
                map.into_iter().map(pair).collect()
            }
        }
    }
}

/// The method, and where its description comes from.
pub(super) fn description(
    inputs: &Inputs<'_>,
    endpoint: Option<&str>,
) -> Result<(CallName, Description), InputError> {
    let named = |text: &str| {
        text.parse::<CallName>().map_err(|error| inputs.error("call", error.to_string()))
    };
    if inputs.flag("health") {
        if inputs.has("call") {
            return Err(inputs.error("health", "health is a call of its own: leave call out"));
        }
        return Ok((named(HEALTH_CHECK)?, Description::Health));
    }
    let call = inputs.text("call").filter(|call| !call.is_empty());
    let call = named(call.ok_or_else(|| missing(inputs, endpoint, "call"))?)?;
    if let Some(place) = place(inputs, "proto", "protoURL") {
        let is_proto = |file: &PathBuf| file.extension().is_some_and(|end| end == "proto");
        if matches!(&place, Place::File(file) if !is_proto(file)) {
            return Err(inputs.error("proto", "proto: must have .proto extension"));
        }
        let import_paths = inputs.get("import-paths").and_then(Value::as_array).into_iter();
        let import_paths = import_paths.flatten().filter_map(Value::as_str).map(PathBuf::from);
        return Ok((call, Description::Proto { place, import_paths: import_paths.collect() }));
    }
    let description = match inputs.file("protoset") {
        Some(file) => Description::Protoset(file),
        None => Description::Reflection(inputs.pairs("reflect-metadata")),
    };
    Ok((call, description))
}

/// A file or a download, which wins.
fn place(inputs: &Inputs<'_>, file: &str, url: &str) -> Option<Place> {
    match inputs.text(url).filter(|url| !url.is_empty()) {
        Some(url) => Some(Place::Url(url.to_owned())),
        None => inputs.file(file).map(Place::File),
    }
}

pub(super) fn calls(inputs: &Inputs<'_>) -> Result<Calls, InputError> {
    let has_functions = !inputs.flag("disable-template-functions");
    let evaluation = if has_functions { Evaluation::Functions } else { Evaluation::NoFunctions };
    let is_off = inputs.flag("disable-template-data");
    let data = data(inputs);
    let is_dynamic = inputs.flag("stream-dynamic-messages");
    if is_dynamic && matches!(data, Data::Binary(_)) {
        let message = "binary data has no templates";
        return Err(inputs.error("stream-dynamic-messages", message));
    }
    let metadata = match place(inputs, "metadata-file", "metadataURL") {
        Some(place) => MetadataSource::Json(place),
        None => MetadataSource::Inline(inputs.pairs("metadata")),
    };
    let gzip = inputs.flag("enable-compression");
    Ok(Calls {
        data,
        metadata,
        data_evaluation: if is_off { Evaluation::Off } else { evaluation },
        metadata_evaluation: evaluation,
        is_dynamic,
        stream_count: inputs.whole("stream-call-count").filter(|count| *count > 0),
        stream_duration: inputs.bound("stream-call-duration"),
        stream_interval: inputs.duration("stream-interval").unwrap_or_default(),
        framer: Framer { gzip, max_bytes: bytes(inputs, "max-send-message-size")? },
        max_receive_bytes: bytes(inputs, "max-recv-message-size")?,
        name: inputs.text("name").filter(|name| !name.is_empty()).map(str::to_owned),
    })
}

fn data(inputs: &Inputs<'_>) -> Data {
    if let Some(place) = place(inputs, "binary-file", "binaryDataURL") {
        return Data::Binary(place);
    }
    if let Some(place) = place(inputs, "data-file", "dataURL") {
        // Standard input has the name that it has in `data`.
        return if place == Place::File(Path::new("@").into()) {
            Data::Stdin
        } else {
            Data::Json(place)
        };
    }
    match inputs.get("data") {
        None => Data::None,
        Some(Value::String(_)) => Data::Stdin,
        Some(value) => Data::Inline(value.clone()),
    }
}

/// Sizes were checked when the inputs were read, but not how large they are.
// Differs from Iter8 0.13, where a wrong size silently drops all options of the connection.
fn bytes(inputs: &Inputs<'_>, name: &str) -> Result<usize, InputError> {
    let bytes = match inputs.get(name) {
        None => Some(LARGEST),
        Some(Value::String(text)) => {
            Some(size::parse(text).map_err(|error| inputs.error(name, error.to_string()))?)
        }
        Some(number) => number.as_u64(),
    };
    let bytes = bytes.filter(|bytes| (1..=LARGEST).contains(bytes));
    bytes
        .and_then(|bytes| usize::try_from(bytes).ok())
        .ok_or_else(|| inputs.error(name, format!("expected a size from 1 to {LARGEST} bytes")))
}
