//! The same requests over HTTP/2.

use std::sync::Arc;

use iter8_h2::{Fields, Head, HeadError, RequestField, Settings, Slot};
use iter8_load::{SplitMix64, Verdict};
use iter8_load_h2::{Body, Protocol, Request};

use crate::message::{Slotted, has_length};
use crate::plan::HttpPlan;
use crate::request::RequestPlan;
use crate::rotation::Rotation;

/// What we allow servers: nobody looks at the fields of responses.
pub(crate) fn settings() -> Settings {
    Settings { fields: Fields::Ignored, ..Settings::default() }
}

/// The requests of a plan, ready to be sent.
#[derive(Debug)]
pub(crate) struct Http2Messages {
    /// Requests that differ in nothing but path and length share one, for connections remember only
    /// a few.
    heads: Vec<Head>,
    messages: Vec<Http2Message>,
}

/// A request ready to be sent.
#[derive(Debug)]
struct Http2Message {
    /// Which head.
    head: usize,
    path: Slotted,
    /// Where the path goes, if it is not the same in all requests of the head.
    path_slot: Option<Slot>,
    length: String,
    length_slot: Option<Slot>,
    body: Arc<[u8]>,
    /// The body, if it has UUIDs.
    slotted: Option<Slotted>,
}

/// What a head is made of, less path and length.
#[derive(PartialEq)]
struct Shape {
    method: String,
    authority: String,
    fields: Vec<(String, String)>,
    has_length: bool,
}

impl Http2Messages {
    pub(crate) fn new(plan: &HttpPlan) -> Result<Self, HeadError> {
        let is_only = plan.requests.len() == 1;
        let (mut shapes, mut heads, mut messages) = (Vec::new(), Vec::new(), Vec::new());
        for request in &plan.requests {
            let (path, slotted) =
                (Slotted::new(request.url.path().as_bytes()), Slotted::new(&request.body));
            let length = slotted.bytes.len().to_string();
            let shape = Shape::of(request, &slotted.bytes);
            let known = shapes.iter().position(|known| *known == shape);
            let varies = (!is_only || path.has_slots(), !is_only);
            let shown = String::from_utf8_lossy(&path.bytes);
            if known.is_none() {
                heads.push(shape.head(
                    &plan.url.origin().scheme().to_string(),
                    &shown,
                    &length,
                    varies,
                )?);
                shapes.push(shape);
            }
            let head = known.unwrap_or(heads.len() - 1);
            messages.push(Http2Message {
                head,
                path_slot: heads[head].slot(":path"),
                length_slot: heads[head].slot("content-length"),
                path,
                length,
                body: Arc::clone(&request.body),
                slotted: slotted.has_slots().then_some(slotted),
            });
        }
        Ok(Self { heads, messages })
    }
}

impl Shape {
    fn of(request: &RequestPlan, body: &[u8]) -> Self {
        let fields = request.fields();
        Self {
            method: request.method.clone(),
            authority: request.authority(),
            fields: fields
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            has_length: has_length(&request.method, body),
        }
    }

    /// A head with this path and length, each of which may vary.
    fn head(
        &self,
        scheme: &str,
        path: &str,
        length: &str,
        (path_varies, length_varies): (bool, bool),
    ) -> Result<Head, HeadError> {
        let field = |varies, name, value| {
            if varies {
                RequestField::varying(name, value)
            } else {
                RequestField::stable(name, value)
            }
        };
        let mut all = vec![
            RequestField::stable(":method", &self.method),
            RequestField::stable(":scheme", scheme),
            RequestField::stable(":authority", &self.authority),
            field(path_varies, ":path", path),
        ];
        let own = self.fields.iter();
        all.extend(own.map(|(name, value)| RequestField::fixed(name, value.as_bytes())));
        if self.has_length {
            all.push(field(length_varies, "content-length", length));
        }
        Head::new(all)
    }
}

/// The requests of one worker, and how they are answered.
pub(crate) struct Requests<'t> {
    rotation: &'t Rotation,
    messages: &'t [Http2Message],
    /// The heads of this moment, where requests differ.
    heads: Vec<Head>,
    path: Vec<u8>,
    body: Vec<u8>,
    random: SplitMix64,
    /// The status of each slot's latest response.
    statuses: Vec<u16>,
}

impl<'t> Requests<'t> {
    pub(crate) fn new(
        all: &'t Http2Messages,
        rotation: &'t Rotation,
        slots: usize,
        random: SplitMix64,
    ) -> Self {
        let longest = |length: fn(&Http2Message) -> usize| all.messages.iter().map(length).max();
        let path = longest(|message| message.path.bytes.len());
        let body = longest(|message| message.slotted.as_ref().map_or(0, |body| body.bytes.len()));
        Self {
            rotation,
            messages: &all.messages,
            heads: all.heads.clone(),
            path: Vec::with_capacity(path.unwrap_or(0)),
            body: Vec::with_capacity(body.unwrap_or(0)),
            random,
            statuses: vec![0; slots],
        }
    }
}

impl Protocol for Requests<'_> {
    #[inline]
    fn request(&mut self, _: usize, number: u64) -> Option<Request<'_>> {
        let message = &self.messages[self.rotation.at(number)];
        let head = &mut self.heads[message.head];
        if let Some(slot) = message.path_slot {
            message.path.copy(&mut self.path, &mut self.random);
            head.set(slot, &self.path);
        }
        if let Some(slot) = message.length_slot {
            head.set(slot, message.length.as_bytes());
        }
        let body = match &message.slotted {
            Some(slotted) => {
                slotted.copy(&mut self.body, &mut self.random);
                Body::Own(&self.body)
            }
            None if message.body.is_empty() => Body::Empty,
            None => Body::Shared(&message.body),
        };
        Some(Request { head, body, is_whole: true, next: None })
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
