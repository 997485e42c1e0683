//! Asking a server for its descriptors.

use std::io;
use std::time::Duration;

use iter8_h2::{Head, HeadError, RequestField};
use iter8_load::{Control, Event, Reactor, Ticket, Verdict};
use iter8_load_h2::{Body, Cause, Flow, Pool, Protocol, Request};
use prost_reflect::DescriptorPool;

use crate::descriptor::{Progress, Reflection, ReflectionError};
use crate::frame::PREFIX_BYTES;
use crate::response::{Intake, MessageReader};
use crate::status::{Code, Status};
use crate::transport::Destination;

/// Time limit of one question.
const LIMIT: Duration = Duration::from_secs(20);

/// Largest answer: descriptors of large programs have a few megabytes.
const LARGEST: usize = 64 << 20;

/// Why the server's descriptors are not known.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The conversation failed.
    #[error(transparent)]
    Reflection(#[from] ReflectionError),
    /// The server cannot be reached, or breaks off.
    #[error("failed to ask {host} for its services")]
    Transport {
        /// The host.
        host: String,
        /// Why.
        source: Cause,
    },
    /// The metadata cannot be sent.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// There are no sockets.
    #[error("failed to wait for sockets")]
    Wait(#[source] io::Error),
    /// The test was stopped.
    #[error("interrupted")]
    Stopped,
}

/// Asks a server for the descriptors of a service, with this metadata. Blocks; each question has
/// 20 s.
pub fn ask(
    destination: &Destination,
    service: &str,
    metadata: &[(String, String)],
    control: &Control,
) -> Result<DescriptorPool, AskError> {
    let mut reflection = Reflection::new(service);
    let question = Question::new(destination, &reflection, metadata)?;
    let mut pool = Pool::new(destination.pool(1, 1, LIMIT), question).map_err(AskError::Wait)?;
    loop {
        let status = pose(&mut pool, destination, control)?;
        let answer = pool.protocol().answer.take();
        let next = if let Some(answer) = answer {
            match reflection.answer(&answer)? {
                Progress::Done(descriptors) => return Ok(descriptors),
                Progress::Ask(message) => message,
            }
        } else {
            reflection.ended(status)?;
            reflection.request()
        };
        let question = Question::new(destination, &reflection, metadata)?;
        *pool.protocol() = Question { body: framed(&next), ..question };
    }
}

/// Sends a question and waits for the end of its stream.
fn pose(
    pool: &mut Pool<Question>,
    destination: &Destination,
    control: &Control,
) -> Result<Status, AskError> {
    let now = pool.now();
    pool.start(0, Ticket { number: 0, intended: None }, now);
    while !control.should_stop() {
        if let Event::Finished { outcome, cause, .. } =
            pool.next(u64::MAX).map_err(AskError::Wait)?
        {
            return match (outcome.verdict, cause) {
                (Verdict::Failed(_), Some(source)) => {
                    Err(AskError::Transport { host: destination.host.clone(), source })
                }
                _ => Ok(pool.protocol().status()),
            };
        }
    }
    Err(AskError::Stopped)
}

/// One question on a stream of its own.
struct Question {
    head: Head,
    body: Vec<u8>,
    reader: MessageReader,
    answer: Option<Vec<u8>>,
    http: u16,
    code: Option<Vec<u8>>,
    words: Option<Vec<u8>>,
}

impl Question {
    fn new(
        destination: &Destination,
        reflection: &Reflection,
        metadata: &[(String, String)],
    ) -> Result<Self, HeadError> {
        let fields = destination.fields(reflection.path(), Some(LIMIT), false);
        let names: Vec<String> =
            metadata.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        let own = names.iter().zip(metadata).map(|(name, (_, value))| (name.as_str(), value));
        let all = fields.iter().map(|(name, value)| (*name, value)).chain(own);
        let head = Head::new(all.map(|(name, value)| RequestField::fixed(name, value.as_bytes())))?;
        Ok(Self {
            head,
            body: framed(&reflection.request()),
            reader: MessageReader::new(Intake::Check, LARGEST),
            answer: None,
            http: 0,
            code: None,
            words: None,
        })
    }

    fn status(&self) -> Status {
        Status::of_trailers(self.http, self.code.as_deref(), self.words.as_deref())
    }
}

/// A message with its prefix (not compressed).
fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("questions are short");
    let mut frame = Vec::with_capacity(PREFIX_BYTES + message.len());
    frame.push(0);
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(message);
    frame
}

impl Protocol for Question {
    fn request(&mut self, _: usize, _: u64) -> Option<Request<'_>> {
        let body = Body::Own(&self.body);
        Some(Request { head: &self.head, body, is_whole: true, next: None })
    }

    fn head(&mut self, _: usize, status: u16) {
        self.http = status;
    }

    fn field(&mut self, _: usize, name: &[u8], value: &[u8]) {
        match name {
            b"grpc-status" => self.code = Some(value.to_vec()),
            b"grpc-message" => self.words = Some(value.to_vec()),
            b"grpc-encoding" => self.reader.begin(Some(value)),
            _ => {}
        }
    }

    fn data(&mut self, _: usize, data: &[u8], _: u64) -> Flow {
        let answer = &mut self.answer;
        // What is no message is no answer either, and the status tells.
        let _ = self.reader.feed(data, |message| {
            answer.get_or_insert_with(|| message.body.to_vec());
        });
        Flow::Goes
    }

    fn verdict(&mut self, _: usize) -> Verdict {
        Verdict::Status(if self.answer.is_some() {
            Code::Ok.number()
        } else {
            self.status().code.number()
        })
    }
}
