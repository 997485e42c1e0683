//! One call after the other: its metadata and its messages.

mod maker;

use std::ops::Deref;
use std::sync::Arc;

use iter8_template::calls::Call;

use crate::call::evaluator;
use crate::data::{DataError, Element, Kind, Messages};
use crate::metadata::Values;
use crate::plan::{CallPlan, ComposeError, Sending};
use maker::Maker;

/// Makes calls from a plan, on one thread. Where data is static it allocates nothing; otherwise its
/// buffers and those of [`Outgoing`] are used again.
#[derive(Debug)]
pub struct Composer {
    plan: CallPlan,
    maker: Maker,
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
        let evaluator = evaluator(plan.method(), plan.name(), plan.zone().clone(), seed);
        Self { plan: plan.clone(), maker: Maker::new(evaluator), values: Values::default() }
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
        let uuid = if is_static { [0; 16] } else { self.maker.evaluator.uuid() };
        if !is_static {
            self.maker.evaluator.turn_to(call, uuid);
        }
        let metadata = self.plan.metadata();
        metadata.evaluate(&mut self.maker.evaluator, call.now, &mut self.values)?;
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
        let Self { plan, maker, .. } = self;
        if plan.sending() == Sending::Dynamic {
            maker.evaluator.turn_to(state.call, state.uuid);
            outgoing.own.clear();
            outgoing.ends.clear();
        }
        let Outgoing { own, ends, .. } = outgoing;
        let Messages { encoder, kind } = plan.messages();
        match (kind, plan.sending()) {
            (Kind::Whole(template), Sending::Dynamic) => {
                maker.objects(encoder, template, state.call, own, ends)?;
                Ok(Some(Frame::Own(part(own, ends, number))))
            }
            (Kind::Whole(_), _) => Ok(Some(Frame::Own(part(own, ends, number)))),
            (Kind::Elements(elements), sending) => {
                match (&elements[index(number, elements.len())], sending) {
                    (Element::Fixed(frame), _) => Ok(Some(Frame::Shared(frame))),
                    (Element::Template(_), Sending::One) => Ok(Some(Frame::Own(own))),
                    (Element::Template(_), Sending::All) => {
                        Ok(Some(Frame::Own(part(own, ends, number))))
                    }
                    (Element::Template(template), Sending::Dynamic) => {
                        maker.object(encoder, template, state.call, own)?;
                        Ok(Some(Frame::Own(own)))
                    }
                }
            }
        }
    }

    /// Evaluates the messages of a call that are not evaluated one by one. Returns the number of
    /// its first message and how many there are.
    fn messages(&mut self, call: Call, outgoing: &mut Outgoing) -> Result<(u64, u64), DataError> {
        let Self { plan, maker, .. } = self;
        let Messages { encoder, kind } = plan.messages();
        let Outgoing { own, ends, .. } = outgoing;
        let elements = match kind {
            Kind::Elements(elements) => elements,
            Kind::Whole(template) => {
                maker.objects(encoder, template, call, own, ends)?;
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
                    maker.object(encoder, template, call, own)?;
                }
            }
            Sending::All => {
                for element in elements {
                    if let Element::Template(template) = element {
                        maker.object(encoder, template, call, own)?;
                    }
                    ends.push(own.len());
                }
            }
            Sending::Dynamic => {}
        }
        Ok(span)
    }
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

/// One of several frames in a buffer.
fn part<'a>(frames: &'a [u8], ends: &[usize], number: u64) -> &'a [u8] {
    let index = index(number, ends.len());
    let start = index.checked_sub(1).map_or(0, |before| ends[before]);
    &frames[start..ends[index]]
}
