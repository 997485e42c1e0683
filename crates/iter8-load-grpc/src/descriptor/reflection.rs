//! Asking a server for the descriptors of a service.
//!
//! The conversation is a stream of the method [`Reflection::path`]: one message is sent, one comes
//! back, until [`Progress::Done`]. A transport sends [`Reflection::request`] first, hands each
//! message that it receives to [`Reflection::answer`], and tells [`Reflection::ended`] if the
//! stream ends before; after that the conversation may begin anew with the older protocol.

use std::collections::{BTreeMap, BTreeSet};

use iter8_model::suggest::closest;
use prost::Message;
use prost_reflect::DescriptorPool;
use prost_reflect::prost_types::{FileDescriptorProto, FileDescriptorSet};

use super::unfit::{Unfit, check};
use super::wire::{Answer, Ask, Request, Response};
use crate::status::{Code, Status};

/// Most files that a server may send for one service. Large programs have hundreds.
const MAX_FILES: usize = 10_000;

/// Version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// `grpc.reflection.v1`, tried first.
    V1,
    /// `grpc.reflection.v1alpha`, which older servers have.
    V1Alpha,
}

/// What follows an answer.
#[derive(Debug)]
pub enum Progress {
    /// This message is to be sent.
    Ask(Vec<u8>),
    /// Everything is known; the stream may be closed.
    Done(DescriptorPool),
}

/// Why the server's descriptors are not known.
#[derive(Debug, thiserror::Error)]
pub enum ReflectionError {
    /// The server does not know the service.
    #[error("the server has no service {service}; it has {}", known.join(", "))]
    UnknownService {
        /// What was asked for.
        service: String,
        /// Those that it has.
        known: Vec<String>,
        /// The one that may be meant.
        near: Option<String>,
    },
    /// It has no reflection in either version.
    #[error("the server has no reflection service: set proto or protoset")]
    Unsupported,
    /// The stream ended otherwise.
    #[error("server reflection failed: {0}")]
    Ended(Status),
    /// The server refuses one question.
    #[error("the server does not tell about {subject}: {status}")]
    Refused {
        /// The file or service.
        subject: String,
        /// Its words.
        status: Status,
    },
    /// What it sends is no answer.
    #[error("what the server's reflection sends is no answer to the question for {0}")]
    Answer(String),
    /// It sends more than any service needs.
    #[error("the server's reflection sends more than {MAX_FILES} files")]
    TooMany,
    /// One of its files cannot be used.
    #[error("the server's {0}")]
    Unfit(Unfit),
    /// Its files do not fit together.
    #[error("the server's descriptors do not fit together")]
    Descriptors(#[source] prost_reflect::DescriptorError),
}

/// A conversation about one service.
#[derive(Debug)]
pub struct Reflection {
    service: String,
    protocol: Protocol,
    asked: Ask,
    /// Why the service is not known, while those that are known are asked for.
    refusal: Option<Status>,
    files: BTreeMap<String, FileDescriptorProto>,
    /// Imports that nobody has sent yet.
    missing: BTreeSet<String>,
}

impl Reflection {
    /// A conversation about a service by its full name.
    pub fn new(service: &str) -> Self {
        Self::over(service.to_owned(), Protocol::V1)
    }

    fn over(service: String, protocol: Protocol) -> Self {
        let asked = Ask::FileOfSymbol(service.clone());
        let (files, missing) = (BTreeMap::new(), BTreeSet::new());
        Self { service, protocol, asked, refusal: None, files, missing }
    }

    /// The version that is spoken.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Path of the method to call.
    pub fn path(&self) -> &'static str {
        match self.protocol {
            Protocol::V1 => "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            Protocol::V1Alpha => "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        }
    }

    /// The message that waits for an answer, without its prefix.
    pub fn request(&self) -> Vec<u8> {
        Request { host: String::new(), ask: Some(self.asked.clone()) }.encode_to_vec()
    }

    /// Takes a message of the server, without its prefix.
    pub fn answer(&mut self, message: &[u8]) -> Result<Progress, ReflectionError> {
        let answer = Response::decode(message).ok().and_then(|response| response.answer);
        match (answer, &self.asked) {
            (Some(Answer::Files(answer)), Ask::FileByName(_) | Ask::FileOfSymbol(_)) => {
                self.keep(&answer.files)?;
                self.next()
            }
            (Some(Answer::Services(answer)), Ask::Services(_)) => {
                let known = answer.services.into_iter().map(|service| service.name);
                Err(self.unknown(known.collect()))
            }
            (Some(Answer::Error(refusal)), _) => {
                let code = u64::try_from(refusal.code).unwrap_or(u64::MAX);
                self.refused(Status::new(Code::of_number(code), refusal.message))
            }
            _ => Err(ReflectionError::Answer(self.subject())),
        }
    }

    /// Takes the end of the stream before everything is known. Without an error the conversation
    /// begins anew, over the older protocol: a new stream is needed.
    pub fn ended(&mut self, status: Status) -> Result<(), ReflectionError> {
        match (status.code, self.protocol) {
            (Code::Unimplemented, Protocol::V1) => {
                *self = Self::over(std::mem::take(&mut self.service), Protocol::V1Alpha);
                Ok(())
            }
            (Code::Unimplemented, Protocol::V1Alpha) => Err(ReflectionError::Unsupported),
            _ => match self.refusal.take() {
                Some(refusal) => Err(self.refusal_of(refusal)),
                None => Err(ReflectionError::Ended(status)),
            },
        }
    }

    fn subject(&self) -> String {
        match &self.asked {
            Ask::FileByName(name) | Ask::FileOfSymbol(name) => name.clone(),
            Ask::Services(_) => self.service.clone(),
        }
    }

    fn keep(&mut self, files: &[Vec<u8>]) -> Result<(), ReflectionError> {
        for bytes in files {
            let file = FileDescriptorProto::decode(bytes.as_slice())
                .map_err(|_| ReflectionError::Answer(self.subject()))?;
            self.missing.remove(file.name());
            let unknown = file.dependency.iter().filter(|name| !self.files.contains_key(*name));
            self.missing.extend(unknown.cloned());
            self.files.insert(file.name().to_owned(), file);
        }
        self.missing.retain(|name| !self.files.contains_key(name));
        if self.files.len() + self.missing.len() > MAX_FILES {
            return Err(ReflectionError::TooMany);
        }
        // A server that answers with another file would be asked for ever.
        match &self.asked {
            Ask::FileByName(name) if self.missing.contains(name) => {
                Err(ReflectionError::Answer(name.clone()))
            }
            _ => Ok(()),
        }
    }

    /// Asks for what is missing, or ends.
    fn next(&mut self) -> Result<Progress, ReflectionError> {
        if let Some(name) = self.missing.pop_first() {
            self.asked = Ask::FileByName(name.clone());
            self.missing.insert(name);
            return Ok(Progress::Ask(self.request()));
        }
        let mut pool = DescriptorPool::new();
        let file: Vec<FileDescriptorProto> =
            std::mem::take(&mut self.files).into_values().collect();
        check(&file).map_err(ReflectionError::Unfit)?;
        pool.add_file_descriptor_set(FileDescriptorSet { file })
            .map_err(ReflectionError::Descriptors)?;
        if pool.get_service_by_name(&self.service).is_none() {
            return Err(ReflectionError::Answer(self.service.clone()));
        }
        Ok(Progress::Done(pool))
    }

    fn refused(&mut self, status: Status) -> Result<Progress, ReflectionError> {
        match &self.asked {
            Ask::FileOfSymbol(_) => {
                self.refusal = Some(status);
                self.asked = Ask::Services("*".to_owned());
                Ok(Progress::Ask(self.request()))
            }
            Ask::Services(_) => {
                let status = self.refusal.take().unwrap_or(status);
                Err(self.refusal_of(status))
            }
            // Some servers do not have the files that come with every compiler.
            Ask::FileByName(name) => match built_in(name) {
                Some(file) => {
                    self.keep(&[file.encode_to_vec()])?;
                    self.next()
                }
                None => Err(ReflectionError::Refused { subject: name.clone(), status }),
            },
        }
    }

    fn refusal_of(&self, status: Status) -> ReflectionError {
        ReflectionError::Refused { subject: self.service.clone(), status }
    }

    fn unknown(&mut self, mut known: Vec<String>) -> ReflectionError {
        known.sort();
        let status = self.refusal.take();
        if let Some(status) = status.filter(|_| known.contains(&self.service)) {
            return self.refusal_of(status);
        }
        let near = closest(&self.service, known.iter().map(String::as_str)).map(str::to_owned);
        ReflectionError::UnknownService { service: self.service.clone(), known, near }
    }
}

fn built_in(name: &str) -> Option<FileDescriptorProto> {
    let pool = DescriptorPool::global();
    let file = pool.get_file_by_name(name)?;
    Some(file.file_descriptor_proto().clone())
}
