//! Calls over HTTP/2: what a worker sends, and what becomes of the answers.

use std::collections::BTreeMap;

use iter8_h2::{ErrorCode, Head, HeadError, RequestField, Reuse, Slot};
use iter8_load::Verdict;
use iter8_load_h2::{Body, Flow, More, Protocol, Request};
use iter8_stats::Histogram;
use iter8_template::calls::Call;
use jiff::Timestamp;

use crate::compose::{Composer, Frame, Outgoing};
use crate::plan::{CallPlan, ComposeError};
use crate::response::{Intake, MessageReader};
use crate::settings::StreamLimits;
use crate::status::{Code, Status};

/// Bytes of a stream that are made at once: a stream may have any number of messages.
const CHUNK: usize = 64 * 1024;

/// Letters that are kept of what a server says: two lines of a terminal.
const MOST_WORDS: usize = 200;

/// What is known of calls besides what every load test knows.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    /// Messages sent.
    pub sent: u64,
    /// Messages received.
    pub received: u64,
    /// Nanoseconds from one message of a stream that comes back to the next.
    pub gaps: Histogram,
    /// The first words of the server for each code but OK.
    pub words: BTreeMap<u16, String>,
}

impl Extras {
    /// Adds all that `other` knows.
    pub fn merge(&mut self, other: &Self) {
        self.sent += other.sent;
        self.received += other.received;
        self.gaps.merge(&other.gaps);
        for (code, words) in &other.words {
            self.words.entry(*code).or_insert_with(|| words.clone());
        }
    }
}

/// The calls of one worker.
pub(crate) struct Calls {
    plan: CallPlan,
    limits: StreamLimits,
    composer: Composer,
    head: Head,
    /// Where metadata goes that differs from call to call, in its order.
    varying: Vec<Option<Slot>>,
    max_receive_bytes: usize,
    /// Slots of each connection.
    width: usize,
    states: Vec<State>,
    /// Messages of a stream, one after the other.
    chunk: Vec<u8>,
    pub(crate) extras: Extras,
}

/// A call under way.
#[derive(Debug)]
struct State {
    outgoing: Outgoing,
    reader: MessageReader,
    http: u16,
    /// What comes is no gRPC but, say, a page of a proxy: nobody reads it.
    is_foreign: bool,
    /// The server's code.
    code: Option<Code>,
    /// The server's words, as they are on the wire, if they come before the code.
    words: Vec<u8>,
    /// Our own code, which wins.
    own: Option<Code>,
    /// When something of the call happened last.
    last: u64,
    /// When its first message was to be sent.
    begun: Option<u64>,
}

impl Calls {
    /// `fields` are those of every head, less the metadata.
    pub(crate) fn new(
        plan: &CallPlan,
        limits: StreamLimits,
        fields: &[(&'static str, String)],
        max_receive_bytes: usize,
        width: usize,
        seed: u64,
    ) -> Result<Self, HeadError> {
        let mut composer = Composer::new(plan, seed);
        let is_static = plan.metadata().is_static();
        // What does not differ is that of any call; what does is set before it is sent.
        let call = Call { number: 0, worker: 0, connection: 0, now: Timestamp::UNIX_EPOCH };
        let _ = composer.begin(call, &mut Outgoing::default());
        let mut all: Vec<RequestField<'_>> =
            fields.iter().map(|(name, value)| RequestField::stable(name, value)).collect();
        all.extend(composer.metadata().map(|(name, value)| {
            let field = RequestField::fixed(name, value);
            if is_static { field } else { RequestField { reuse: Reuse::Varying, ..field } }
        }));
        let head = Head::new(all)?;
        let varying = if is_static {
            Vec::new()
        } else {
            composer.metadata().map(|(name, _)| head.slot(name)).collect()
        };
        Ok(Self {
            plan: plan.clone(),
            limits,
            composer,
            head,
            varying,
            max_receive_bytes,
            width,
            states: Vec::new(),
            chunk: Vec::new(),
            extras: Extras::default(),
        })
    }

    /// Begins a call in a slot; an error is its code.
    fn begin(&mut self, slot: usize, number: u64) -> Result<(), ComposeError> {
        let max = self.max_receive_bytes;
        self.states.resize_with(self.states.len().max(slot + 1), || State::new(max));
        let now = if self.plan.is_static() { Timestamp::UNIX_EPOCH } else { Timestamp::now() };
        let call = Call { number, worker: slot, connection: slot / self.width, now };
        let state = &mut self.states[slot];
        state.begin();
        self.composer.begin(call, &mut state.outgoing)?;
        if !self.varying.is_empty() {
            for ((_, value), place) in self.composer.metadata().zip(&self.varying) {
                // Values were checked when they were made.
                let _ = place.map(|place| self.head.set(place, value));
            }
        }
        Ok(())
    }

    /// The next messages of a stream: one if there is a pause between them, else as many as are
    /// made at once. An error is the code of the call.
    fn fill(&mut self, slot: usize) -> Result<(), ComposeError> {
        let outgoing = &mut self.states[slot].outgoing;
        self.chunk.clear();
        while let Some(frame) = self.composer.next(outgoing)? {
            self.chunk.extend_from_slice(&frame);
            if self.chunk.len() >= CHUNK || !self.limits.interval.is_zero() {
                break;
            }
        }
        Ok(())
    }

    /// Keeps the server's words if they are the first for their code, and that is known.
    fn keep_words(&mut self, slot: usize) {
        let State { http, code, words, .. } = &self.states[slot];
        if let Some(code) = code.filter(|code| *code != Code::Ok) {
            self.extras.words.entry(code.number()).or_insert_with(|| {
                let said = Status::of_trailers(*http, Some(b"2"), Some(words)).message;
                said.chars().take(MOST_WORDS).collect()
            });
        }
    }

    /// When a stream is asked for more.
    fn pause(&self, slot: usize) -> Option<u64> {
        let interval = u64::try_from(self.limits.interval.as_nanos()).unwrap_or(u64::MAX);
        (!self.states[slot].outgoing.is_finished()).then_some(interval)
    }
}

impl State {
    fn new(max_receive_bytes: usize) -> Self {
        Self {
            outgoing: Outgoing::default(),
            reader: MessageReader::new(Intake::Check, max_receive_bytes),
            http: 0,
            is_foreign: false,
            code: None,
            words: Vec::new(),
            own: None,
            last: 0,
            begun: None,
        }
    }

    fn begin(&mut self) {
        self.reader.begin(None);
        (self.http, self.code, self.own, self.last, self.begun) = (0, None, None, 0, None);
        self.is_foreign = false;
        self.words.clear();
    }
}

impl Protocol for Calls {
    fn request(&mut self, slot: usize, number: u64) -> Option<Request<'_>> {
        let is_stream = self.plan.method().streaming().is_client();
        let begun = self.begin(slot, number);
        let filled = if is_stream { begun.and_then(|()| self.fill(slot)) } else { begun };
        if let Err(error) = filled {
            self.states[slot].own = Some(error.code());
            return None;
        }
        if is_stream {
            let (is_whole, next) = (self.states[slot].outgoing.is_finished(), self.pause(slot));
            return Some(Request {
                head: &self.head,
                body: Body::Own(&self.chunk),
                is_whole,
                next,
            });
        }
        let next = self.limits.receive_for.map(nanoseconds);
        let State { outgoing, own, .. } = &mut self.states[slot];
        let body = match self.composer.next(outgoing) {
            Ok(Some(Frame::Shared(frame))) => Body::Shared(frame),
            Ok(Some(Frame::Own(frame))) => Body::Own(frame),
            Ok(None) => Body::Empty,
            Err(error) => {
                *own = Some(error.code());
                return None;
            }
        };
        Some(Request { head: &self.head, body, is_whole: true, next })
    }

    fn head(&mut self, slot: usize, status: u16) {
        self.states[slot].http = status;
        self.states[slot].is_foreign = status != 200;
    }

    fn field(&mut self, slot: usize, name: &[u8], value: &[u8]) {
        let state = &mut self.states[slot];
        match name {
            b"content-type" => state.is_foreign |= !value.starts_with(b"application/grpc"),
            b"grpc-status" => {
                state.code = Some(Status::code_of_trailers(state.http, Some(value)));
                if !state.words.is_empty() {
                    self.keep_words(slot);
                }
            }
            b"grpc-encoding" => state.reader.begin(Some(value)),
            b"grpc-message" => {
                state.words.extend_from_slice(value);
                self.keep_words(slot);
            }
            _ => {}
        }
    }

    fn data(&mut self, slot: usize, data: &[u8], now: u64) -> Flow {
        let State { reader, own, last, is_foreign, .. } = &mut self.states[slot];
        if own.is_some() || *is_foreign {
            return Flow::Goes;
        }
        let gaps = &mut self.extras.gaps;
        let is_stream = self.plan.method().streaming().is_server();
        let fed = reader.feed(data, |_| {
            if is_stream && *last > 0 {
                gaps.record(now.saturating_sub(*last));
            }
            *last = now;
        });
        match fed {
            Err(error) => *own = Some(error.code()),
            Ok(()) if self.limits.receive_count.is_some_and(|most| reader.messages() >= most) => {
                *own = Some(Code::Ok);
            }
            Ok(()) => return Flow::Goes,
        }
        Flow::Enough
    }

    fn more(&mut self, slot: usize, now: u64) -> More<'_> {
        if !self.plan.method().streaming().is_client() {
            self.states[slot].own = Some(Code::Ok);
            return More::Enough;
        }
        let begun = *self.states[slot].begun.get_or_insert(now);
        let is_over = self.limits.send_for.is_some_and(|limit| now - begun >= nanoseconds(limit));
        if is_over {
            return More::Content { bytes: &[], is_last: true, next: None };
        }
        if let Err(error) = self.fill(slot) {
            self.states[slot].own = Some(error.code());
            return More::Enough;
        }
        let (is_last, next) = (self.states[slot].outgoing.is_finished(), self.pause(slot));
        More::Content { bytes: &self.chunk, is_last, next }
    }

    fn reset(&mut self, slot: usize, error: ErrorCode) -> Option<Verdict> {
        let State { code, own, .. } = &mut self.states[slot];
        // A server may say how the call ended, and then end a request that it has not read.
        let code = code.filter(|code| *code != Code::Ok).unwrap_or(Code::of_reset(error.0));
        own.get_or_insert(code);
        Some(self.verdict(slot))
    }

    fn verdict(&mut self, slot: usize) -> Verdict {
        let State { outgoing, reader, http, code, own, .. } = &self.states[slot];
        self.extras.sent += outgoing.sent();
        self.extras.received += reader.messages();
        let is_stream = self.plan.method().streaming().is_server();
        let code = own.unwrap_or_else(|| {
            match code.unwrap_or_else(|| Status::code_of_trailers(*http, None)) {
                Code::Ok if reader.finish().is_err() => Code::Internal,
                // One answer is what was promised.
                Code::Ok if !is_stream && reader.messages() != 1 => Code::Internal,
                code => code,
            }
        });
        Verdict::Status(code.number())
    }
}

fn nanoseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
