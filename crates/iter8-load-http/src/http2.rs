//! The same requests over HTTP/2.

use std::sync::Arc;

use iter8_h2::{Fields, Head, HeadError, RequestField, Settings, Slot};
use iter8_load::{SplitMix64, Verdict};
use iter8_load_h2::{Body, Protocol, Request};

use crate::message::{Slotted, has_length};
use crate::plan::HttpPlan;

/// What we allow servers: nobody looks at the fields of responses.
pub(crate) fn settings() -> Settings {
    Settings { fields: Fields::Ignored, ..Settings::default() }
}

/// A request ready to be sent.
#[derive(Debug)]
pub(crate) struct Http2Message {
    head: Head,
    /// Where a path with UUIDs goes.
    path: Option<(Slot, Slotted)>,
    body: Arc<[u8]>,
    /// The body, if it has UUIDs.
    slotted: Option<Slotted>,
}

impl Http2Message {
    pub(crate) fn new(plan: &HttpPlan) -> Result<Self, HeadError> {
        let path = Slotted::new(plan.url.path().as_bytes());
        let slotted = Slotted::new(plan.body());
        let (shown, authority) = (String::from_utf8_lossy(&path.bytes), plan.authority());
        let length = slotted.bytes.len().to_string();
        let scheme = plan.url.origin().scheme().to_string();
        let fields: Vec<(String, &str)> =
            plan.fields().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        let mut all = vec![
            RequestField::stable(":method", &plan.method),
            RequestField::stable(":scheme", &scheme),
            RequestField::stable(":authority", &authority),
            if path.has_slots() {
                RequestField::varying(":path", &shown)
            } else {
                RequestField::stable(":path", &shown)
            },
        ];
        all.extend(fields.iter().map(|(name, value)| RequestField::fixed(name, value.as_bytes())));
        if has_length(&plan.method, &slotted.bytes) {
            all.push(RequestField::stable("content-length", &length));
        }
        let head = Head::new(all)?;
        let place = head.slot(":path").filter(|_| path.has_slots());
        Ok(Self {
            path: place.map(|slot| (slot, path)),
            body: Arc::clone(plan.body()),
            slotted: slotted.has_slots().then_some(slotted),
            head,
        })
    }
}

/// The requests of one worker, and how they are answered.
pub(crate) struct Requests<'t> {
    message: &'t Http2Message,
    /// The request of this moment, if requests differ.
    head: Head,
    path: Vec<u8>,
    body: Vec<u8>,
    random: SplitMix64,
    /// The status of each slot's latest response.
    statuses: Vec<u16>,
}

impl<'t> Requests<'t> {
    pub(crate) fn new(message: &'t Http2Message, slots: usize, random: SplitMix64) -> Self {
        let path = message.path.as_ref().map(|(_, path)| path.bytes.clone());
        let body = message.slotted.as_ref().map(|body| body.bytes.clone());
        Self {
            message,
            head: message.head.clone(),
            path: path.unwrap_or_default(),
            body: body.unwrap_or_default(),
            random,
            statuses: vec![0; slots],
        }
    }
}

impl Protocol for Requests<'_> {
    #[inline]
    fn request(&mut self, _: usize, _: u64) -> Option<Request<'_>> {
        if let Some((slot, path)) = &self.message.path {
            path.refresh(&mut self.path, &mut self.random);
            self.head.set(*slot, &self.path);
        }
        let body = match &self.message.slotted {
            Some(slotted) => {
                slotted.refresh(&mut self.body, &mut self.random);
                Body::Own(&self.body)
            }
            None if self.message.body.is_empty() => Body::Empty,
            None => Body::Shared(&self.message.body),
        };
        Some(Request { head: &self.head, body, is_whole: true, next: None })
    }

    #[inline]
    fn head(&mut self, slot: usize, status: u16) {
        self.statuses[slot] = status;
    }

    #[inline]
    fn verdict(&mut self, slot: usize) -> Verdict {
        Verdict::Status(self.statuses[slot])
    }
}
