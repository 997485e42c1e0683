//! The messages of server reflection. Versions v1 and v1alpha differ in the name of the service only.

use prost::{Message, Oneof};

/// What a client asks.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Request {
    #[prost(string, tag = "1")]
    pub(super) host: String,
    #[prost(oneof = "Ask", tags = "3, 4, 7")]
    pub(super) ask: Option<Ask>,
}

/// The question.
#[derive(Clone, PartialEq, Eq, Oneof)]
pub(super) enum Ask {
    /// A file by its name.
    #[prost(string, tag = "3")]
    FileByName(String),
    /// The file that declares a name.
    #[prost(string, tag = "4")]
    FileOfSymbol(String),
    /// All services; the text means nothing.
    #[prost(string, tag = "7")]
    Services(String),
}

/// What a server answers.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Response {
    #[prost(oneof = "Answer", tags = "4, 6, 7")]
    pub(super) answer: Option<Answer>,
}

/// The answer.
#[derive(Clone, PartialEq, Oneof)]
pub(super) enum Answer {
    /// Files.
    #[prost(message, tag = "4")]
    Files(Files),
    /// Services.
    #[prost(message, tag = "6")]
    Services(Services),
    /// An error.
    #[prost(message, tag = "7")]
    Error(Refusal),
}

/// Serialized `FileDescriptorProto`s.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Files {
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub(super) files: Vec<Vec<u8>>,
}

/// Services by name.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Services {
    #[prost(message, repeated, tag = "1")]
    pub(super) services: Vec<Service>,
}

/// One service.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Service {
    #[prost(string, tag = "1")]
    pub(super) name: String,
}

/// Why the server does not answer.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Refusal {
    #[prost(int32, tag = "1")]
    pub(super) code: i32,
    #[prost(string, tag = "2")]
    pub(super) message: String,
}
