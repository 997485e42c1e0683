//! One connection and the request on it.
//!
//! A connection is closed, connecting, idle, writing or reading. It is told to start a request
//! and what the poller saw, and says when the request has come to its end.

mod dial;
mod step;

use iter8_load::{Attempt, Failure, Ticket, Verdict};
use iter8_sockets::{Link, LinkError, Readiness, Received};

use crate::decoder::{Expected, Progress, ProtocolError, Response, ResponseDecoder};
use crate::message::Message;
use crate::redirect::Hop;

pub(crate) use step::{Cause, Context, Finish, Step};

/// Reads in a row before other connections have their turn: 1 MiB with the shared buffer, so
/// that one endless body cannot starve the schedule.
const READS_AT_ONCE: u32 = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Closed,
    Connecting { since: u64 },
    Idle,
    Writing { offset: usize },
    Reading,
}

/// A connection of a worker, for the whole test.
#[derive(Debug)]
pub(crate) struct Connection {
    link: Link,
    phase: Phase,
    /// The peer will send no more.
    is_ending: bool,
    /// When it became able to carry a request.
    free: u64,
    request: Option<Attempt>,
    /// Which of the requests of the test it is.
    entry: usize,
    decoder: ResponseDecoder,
    /// Its own copy of a request with UUIDs, and which request that is.
    own_lead: Vec<u8>,
    copied: Option<usize>,
    hop: Option<Box<Hop>>,
}

impl Connection {
    /// A closed connection that will use the addresses from number `address` on.
    pub(crate) fn new(index: u32, address: usize, messages: &[Message]) -> Self {
        let own = messages.iter().filter(|message| message.is_own());
        let longest = own.map(|message| message.lead().len()).max().unwrap_or(0);
        Self {
            link: Link::new(index, address),
            phase: Phase::Closed,
            is_ending: false,
            free: 0,
            request: None,
            entry: 0,
            decoder: ResponseDecoder::default(),
            own_lead: Vec::with_capacity(longest),
            copied: None,
            hop: None,
        }
    }

    /// Whether an event is about the socket of this moment.
    #[inline]
    pub(crate) fn is_current(&self, token: u64) -> bool {
        token == self.link.token()
    }

    /// Whether something is awaited that has to be dealt with as soon as it happens. Responses can
    /// wait, as the kernel tells when they came.
    #[inline]
    pub(crate) fn is_impatient(&self) -> bool {
        matches!(self.phase, Phase::Connecting { .. } | Phase::Writing { .. })
    }

    /// Begins a new count of time in which the connection is free from the start.
    pub(crate) fn restart(&mut self) {
        self.free = 0;
    }

    /// Opens the connection without a request.
    pub(crate) fn open(&mut self, ctx: &mut Context<'_>) -> Step {
        self.connect(ctx)
    }

    /// Sends a request that was taken at `now`.
    #[inline]
    pub(crate) fn start(&mut self, ctx: &mut Context<'_>, ticket: Ticket, now: u64) -> Step {
        let is_open = self.phase == Phase::Idle;
        self.request = Some(Attempt::new(ticket.intended, now, is_open));
        self.entry = ctx.transport.plan.rotation.at(ticket.number);
        let message = &ctx.transport.messages[self.entry];
        if message.is_made {
            if let Err(error) = self.make(ctx, ticket.number) {
                return self.finish(now, Verdict::Failed(Failure::Unmade), Some(error));
            }
        } else if message.has_slots() {
            if self.copied != Some(self.entry) {
                self.own_lead.clear();
                self.own_lead.extend_from_slice(message.lead());
                self.copied = Some(self.entry);
            }
            message.refresh(&mut self.own_lead, &mut ctx.maker.random);
        }
        if is_open { self.send(ctx) } else { self.connect(ctx) }
    }

    /// Makes a request with templates.
    fn make(&mut self, ctx: &mut Context<'_>, number: u64) -> Result<(), Cause> {
        let request = &ctx.transport.plan.requests[self.entry];
        let connection = Link::index_of(self.link.token());
        ctx.maker.make(request, number, connection).map_err(Cause::Template)?;
        ctx.maker.write(request, &mut self.own_lead);
        self.copied = None;
        Ok(())
    }

    /// Takes note of what the poller saw.
    #[inline]
    pub(crate) fn on_event(&mut self, ctx: &mut Context<'_>, event: Readiness) -> Step {
        match self.phase {
            Phase::Closed => Step::Pending,
            Phase::Connecting { .. } => self.on_connecting(ctx),
            Phase::Idle => {
                self.is_ending |= event.hangup;
                self.check_idle(ctx);
                Step::Pending
            }
            Phase::Writing { .. } => {
                self.is_ending |= event.hangup;
                match self.write(ctx) {
                    // The answer may be here before the request is out.
                    Step::Pending => self.read(ctx),
                    step => step,
                }
            }
            Phase::Reading => {
                self.is_ending |= event.hangup;
                self.read(ctx)
            }
        }
    }

    /// Goes on reading after [`Step::Again`].
    pub(crate) fn resume(&mut self, ctx: &mut Context<'_>) -> Step {
        match self.phase {
            Phase::Reading | Phase::Writing { .. } => self.read(ctx),
            Phase::Closed | Phase::Connecting { .. } | Phase::Idle => Step::Pending,
        }
    }

    /// The time limit of the request, or of opening, is over.
    pub(crate) fn on_timeout(&mut self, ctx: &mut Context<'_>) -> Step {
        let (failure, cause) = match self.phase {
            Phase::Connecting { .. } => (Failure::ConnectTimeout, Cause::ConnectTimeout),
            _ => (Failure::Timeout, Cause::Timeout),
        };
        self.fail(ctx, failure, cause)
    }

    /// Closes the socket, whatever is under way.
    pub(crate) fn close(&mut self) {
        self.link.close();
        self.phase = Phase::Closed;
        self.is_ending = false;
    }

    /// Sends the request on the open socket, from its beginning.
    #[inline]
    fn send(&mut self, ctx: &mut Context<'_>) -> Step {
        let plan = &ctx.transport.plan;
        let message = &ctx.transport.messages[self.entry];
        let no_body = self.hop.as_ref().map_or(message.is_head, |hop| hop.message.is_head);
        self.decoder.begin(Expected { no_body, location: plan.follow_redirects });
        self.phase = Phase::Writing { offset: 0 };
        if let Some(request) = &mut self.request {
            request.has_answer = false;
            request.sent.get_or_insert_with(|| ctx.clock.now());
        }
        self.write(ctx)
    }

    #[inline]
    fn write(&mut self, ctx: &mut Context<'_>) -> Step {
        let Phase::Writing { mut offset } = self.phase else {
            return Step::Pending;
        };
        let message = &ctx.transport.messages[self.entry];
        let (lead, tail): (&[u8], &[u8]) = match &self.hop {
            Some(hop) => (hop.message.lead(), &hop.message.tail),
            None if message.is_own() => (&self.own_lead, &message.tail),
            None => (message.lead(), &message.tail),
        };
        let begun = offset;
        let failed = loop {
            let rest = match offset.checked_sub(lead.len()) {
                None => &lead[offset..],
                Some(beyond) => &tail[beyond..],
            };
            if rest.is_empty() {
                break None;
            }
            match self.link.send(rest) {
                Ok(Some(sent)) => offset += sent,
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        let is_sent = offset == lead.len() + tail.len();
        self.phase = if is_sent { Phase::Reading } else { Phase::Writing { offset } };
        if let Some(request) = &mut self.request {
            request.bytes_out += (offset - begun) as u64;
        }
        match failed {
            None => Step::Pending,
            // The server may have answered before it closed.
            Some(error) => match self.read(ctx) {
                Step::Pending => self.lose(ctx, Some(error)),
                step => step,
            },
        }
    }

    #[inline]
    fn read(&mut self, ctx: &mut Context<'_>) -> Step {
        for _ in 0..READS_AT_ONCE {
            let is_drained = match self.link.receive(ctx.buffers) {
                Ok(Received::Data { is_drained }) => is_drained,
                Ok(Received::Nothing) => return Step::Pending,
                Ok(Received::End) => return self.on_end(ctx),
                Err(error) => return self.lose(ctx, Some(error)),
            };
            let received = ctx.buffers.received().len();
            if let Some(request) = &mut self.request {
                request.has_answer = true;
                request.bytes_in += received as u64;
            }
            match self.decoder.feed(ctx.buffers.received()) {
                // The next data will raise an event; the end of a connection already announced
                // will not.
                Ok(Progress::More) => {
                    // The server may wait until this is taken or confirmed, and an end of the
                    // connection has no stamp.
                    *ctx.needs_attention = true;
                    if is_drained && !self.is_ending {
                        return Step::Pending;
                    }
                }
                Ok(Progress::Complete { consumed, response }) => {
                    if consumed < received || (!is_drained && self.has_leftover(ctx)) {
                        return self.break_off(ctx, ProtocolError::TrailingBytes);
                    }
                    return self.on_response(ctx, response);
                }
                Err(error) => return self.break_off(ctx, error),
            }
        }
        Step::Again
    }

    /// Looks for bytes behind a response that ended just where the buffer does.
    fn has_leftover(&mut self, ctx: &mut Context<'_>) -> bool {
        match self.link.receive(ctx.buffers) {
            Ok(Received::Data { .. }) => true,
            Ok(Received::Nothing) => false,
            Ok(Received::End) | Err(_) => {
                self.is_ending = true;
                false
            }
        }
    }

    fn on_end(&mut self, ctx: &mut Context<'_>) -> Step {
        self.is_ending = true;
        match self.decoder.end() {
            Some(response) => self.on_response(ctx, response),
            None => self.lose(ctx, None),
        }
    }

    #[inline]
    fn on_response(&mut self, ctx: &mut Context<'_>, response: Response) -> Step {
        let is_sent = self.phase == Phase::Reading;
        let plan = &ctx.transport.plan.requests[self.entry];
        let keeps = response.keep_alive && plan.keep_alive && is_sent && !self.is_ending;
        if let Some(location) = self.decoder.take_location() {
            return self.follow(ctx, response.status, &location, keeps);
        }
        // A connection to where a redirect led is of no use for the next request.
        let is_home = self.hop.as_ref().is_none_or(|hop| ctx.transport.is_home(&hop.url));
        if keeps && is_home {
            self.phase = Phase::Idle;
        } else {
            self.close();
        }
        let now = ctx.clock.now();
        let sent = self.request.as_ref().and_then(|request| request.sent).unwrap_or(now);
        // Whatever happened to the clocks, it came between its request and now.
        let done = ctx.buffers.arrival().map_or(now, |arrival| arrival.max(sent).min(now));
        self.finish(done, Verdict::Status(response.status), None)
    }

    fn follow(&mut self, ctx: &mut Context<'_>, status: u16, location: &str, keeps: bool) -> Step {
        *ctx.needs_attention = true;
        let plan = &ctx.transport.plan.requests[self.entry];
        let Some(hop) = Hop::next(plan, self.hop.as_deref(), status, location) else {
            return self.fail(ctx, Failure::Redirect, Cause::Redirect);
        };
        let here = self.hop.as_ref().map_or(&plan.url, |hop| &hop.url).origin();
        let stays = keeps && here == hop.url.origin();
        self.hop = Some(Box::new(hop));
        if stays {
            if let Some(request) = &mut self.request {
                request.is_reused = true;
            }
            return self.send(ctx);
        }
        self.connect(ctx)
    }

    /// The connection is gone in the midst of a request.
    fn lose(&mut self, ctx: &mut Context<'_>, error: Option<LinkError>) -> Step {
        if let Some(request) = &mut self.request
            && request.is_reused
            && !request.has_answer
            && !request.retried
        {
            // The server closed a kept connection just when it was used again, as it may. That
            // is no failure of the request.
            request.retried = true;
            request.is_reused = false;
            return self.connect(ctx);
        }
        match error {
            None => self.fail(ctx, Failure::ClosedEarly, Cause::Closed),
            Some(error) => {
                let failure = error.failure();
                self.fail(ctx, failure, Cause::Link(error))
            }
        }
    }

    fn break_off(&mut self, ctx: &mut Context<'_>, error: ProtocolError) -> Step {
        self.fail(ctx, Failure::Protocol, Cause::Protocol(error))
    }

    fn fail(&mut self, ctx: &mut Context<'_>, failure: Failure, cause: Cause) -> Step {
        self.close();
        self.finish(ctx.clock.now(), Verdict::Failed(failure), Some(cause))
    }

    #[inline]
    fn finish(&mut self, done: u64, verdict: Verdict, cause: Option<Cause>) -> Step {
        self.hop = None;
        let Some(request) = self.request.take() else {
            return Step::NotOpened(cause);
        };
        let outcome = request.outcome(self.free, done, verdict);
        self.free = done;
        Step::Finished(Finish { outcome, cause })
    }

    /// Closes an idle connection whose peer closed it, or sent what nobody asked for.
    fn check_idle(&mut self, ctx: &mut Context<'_>) {
        match self.link.receive(ctx.buffers) {
            Ok(Received::Nothing) if !self.is_ending => {}
            _ => self.close(),
        }
    }
}
