//! One call after the other: its metadata and its messages.

use std::ops::Deref;
use std::sync::Arc;

use crate::call::{Call, Fields};
use crate::data::{DataError, Element, Encoder, Kind, Messages};
use crate::metadata::Values;
use crate::plan::{CallPlan, ComposeError, Sending};
use crate::template::{Evaluator, Template};

/// Makes calls from a plan, on one thread. Where data is static it allocates nothing; otherwise its
/// buffers and those of [`Outgoing`] are used again.
#[derive(Debug)]
pub struct Composer {
    plan: CallPlan,
    evaluator: Evaluator,
    /// What a template printed.
    text: Vec<u8>,
    values: Values,
}

/// The messages of one call that are not yet sent. It serves one call after the other.
#[derive(Debug, Default)]
pub struct Outgoing {
    state: Option<State>,
    /// Frames that belong to this call only.
    own: Vec<u8>,
    /// Where each ends; the frame of a static element is empty.
    ends: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    call: Call,
    uuid: [u8; 16],
    sent: u64,
    total: u64,
    /// Index of the first message among the elements.
    first: u64,
}

/// A message with its prefix.
#[derive(Debug, Clone, Copy)]
pub enum Frame<'a> {
    /// The same in other calls, too: may be kept without a copy.
    Shared(&'a Arc<[u8]>),
    /// Of this call only.
    Own(&'a [u8]),
}

impl Deref for Frame<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Shared(bytes) => bytes,
            Self::Own(bytes) => bytes,
        }
    }
}

impl Outgoing {
    /// Whether every message was taken.
    pub fn is_finished(&self) -> bool {
        self.state.is_none_or(|state| state.sent >= state.total)
    }

    /// Messages taken so far.
    pub fn sent(&self) -> u64 {
        self.state.map_or(0, |state| state.sent)
    }
}

impl Composer {
    /// A composer whose random choices follow from the seed; each worker takes its own.
    pub fn new(plan: &CallPlan, seed: u64) -> Self {
        let fields = Fields::new(plan.method().clone(), plan.name(), plan.zone().clone());
        let evaluator = Evaluator::new(fields, seed);
        Self { plan: plan.clone(), evaluator, text: Vec::new(), values: Values::default() }
    }

    /// Begins a call. After that [`Self::metadata`] is the call's, and [`Self::next`] yields its
    /// messages.
    ///
    /// An error means that nothing can be sent for this call; [`ComposeError::code`] is its status.
    pub fn begin(&mut self, call: Call, outgoing: &mut Outgoing) -> Result<(), ComposeError> {
        outgoing.state = None;
        outgoing.own.clear();
        outgoing.ends.clear();
        let is_static = self.plan.is_static();
        let uuid = if is_static { [0; 16] } else { self.evaluator.uuid() };
        if !is_static {
            self.evaluator.turn_to(call, uuid);
        }
        let metadata = self.plan.metadata();
        metadata.evaluate(&mut self.evaluator, call.now, &mut self.values)?;
        let (first, total) = self.messages(call, outgoing)?;
        outgoing.state = Some(State { call, uuid, sent: 0, total, first });
        Ok(())
    }

    /// The metadata of the call that was begun last: names in lower case, values as they go on the
    /// wire.
    pub fn metadata(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.plan.metadata().pairs(&self.values)
    }

    /// The next message of a call, if there is one more to be sent.
    pub fn next<'a>(
        &'a mut self,
        outgoing: &'a mut Outgoing,
    ) -> Result<Option<Frame<'a>>, ComposeError> {
        let Some(state) = outgoing.state.as_mut().filter(|state| state.sent < state.total) else {
            return Ok(None);
        };
        let number = state.first + state.sent;
        state.sent += 1;
        let state = *state;
        let messages = self.plan.messages();
        let Kind::Elements(elements) = &messages.kind else {
            return Ok(Some(Frame::Own(own(outgoing, number))));
        };
        match &elements[index(number, elements.len())] {
            Element::Fixed(frame) => Ok(Some(Frame::Shared(frame))),
            Element::Template(template) => match self.plan.sending() {
                Sending::One => Ok(Some(Frame::Own(&outgoing.own))),
                Sending::All => Ok(Some(Frame::Own(own(outgoing, number)))),
                Sending::Dynamic => {
                    self.evaluator.turn_to(state.call, state.uuid);
                    let (text, out) = (&mut self.text, &mut outgoing.own);
                    out.clear();
                    let evaluator = &mut self.evaluator;
                    object(evaluator, &messages.encoder, template, state.call, text, out)?;
                    Ok(Some(Frame::Own(&outgoing.own)))
                }
            },
        }
    }

    /// Evaluates the messages of a call that are not evaluated one by one. Returns the number of
    /// its first message and how many there are.
    fn messages(&mut self, call: Call, outgoing: &mut Outgoing) -> Result<(u64, u64), DataError> {
        let Self { plan, evaluator, text, .. } = self;
        let Messages { encoder, kind } = plan.messages();
        let Outgoing { own, ends, .. } = outgoing;
        let elements = match kind {
            Kind::Elements(elements) => elements,
            Kind::Whole(template) => {
                text.clear();
                evaluator.evaluate(template, call.now, text).map_err(DataError::Render)?;
                encoder.objects(text, own, ends)?;
                return Ok(span(plan.sending(), plan.count(), call.number, ends.len()));
            }
        };
        let span = span(plan.sending(), plan.count(), call.number, elements.len());
        if plan.has_static_data() {
            return Ok(span);
        }
        match plan.sending() {
            Sending::One => {
                if let Element::Template(template) = &elements[index(span.0, elements.len())] {
                    object(evaluator, encoder, template, call, text, own)?;
                }
            }
            Sending::All => {
                for element in elements {
                    if let Element::Template(template) = element {
                        object(evaluator, encoder, template, call, text, own)?;
                    }
                    ends.push(own.len());
                }
            }
            Sending::Dynamic => {}
        }
        Ok(span)
    }
}

/// Evaluates a template and appends the frame of the message.
fn object(
    evaluator: &mut Evaluator,
    encoder: &Encoder,
    template: &Template,
    call: Call,
    text: &mut Vec<u8>,
    out: &mut Vec<u8>,
) -> Result<(), DataError> {
    text.clear();
    evaluator.evaluate(template, call.now, text).map_err(DataError::Render)?;
    encoder.object(text, out)
}

/// The number of the first message among so many, and how many are sent.
fn span(sending: Sending, count: Option<u64>, call: u64, length: usize) -> (u64, u64) {
    match sending {
        Sending::One => (call, 1),
        Sending::All | Sending::Dynamic => (0, count.unwrap_or(length as u64)),
    }
}

/// The place of a number among so many, over and over.
fn index(number: u64, length: usize) -> usize {
    usize::try_from(number % length.max(1) as u64).unwrap_or(0)
}

/// A frame that was evaluated when the call began.
fn own(outgoing: &Outgoing, number: u64) -> &[u8] {
    let index = index(number, outgoing.ends.len());
    let start = index.checked_sub(1).map_or(0, |before| outgoing.ends[before]);
    &outgoing.own[start..outgoing.ends[index]]
}
