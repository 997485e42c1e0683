//! The same requests over HTTP/2.

use std::sync::Arc;

use iter8_h2::{Fields, Head, HeadError, RequestField, Settings, Slot};
use iter8_load::{Failure, Verdict};
use iter8_load_h2::{Body, Protocol, Request};

use crate::compose::{Maker, append_number};
use crate::message::Slotted;
use crate::plan::HttpPlan;
use crate::request::RequestPlan;

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
    /// Where values of headers go, if the request is made anew each time.
    made: Option<Vec<Slot>>,
}

/// What a head is made of, less path and length.
#[derive(PartialEq)]
struct Shape {
    method: String,
    authority: String,
    /// Without a value, those that are made.
    fields: Vec<(String, Option<String>)>,
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
            let shape = Shape::of(request);
            let known = shapes.iter().position(|known| *known == shape);
            let varies = !is_only || request.is_made();
            let varies = (varies || path.has_slots(), varies);
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
            let templates = request.headers.iter().filter(|header| header.template.is_some());
            let slots =
                templates.filter_map(|header| heads[head].slot(&header.name.to_ascii_lowercase()));
            messages.push(Http2Message {
                head,
                path_slot: heads[head].slot(":path"),
                length_slot: heads[head].slot("content-length"),
                path,
                length,
                body: Arc::clone(&request.body),
                slotted: slotted.has_slots().then_some(slotted),
                made: request.is_made().then(|| slots.collect()),
            });
        }
        Ok(Self { heads, messages })
    }
}

impl Shape {
    fn of(request: &RequestPlan) -> Self {
        let fields = request.headers.iter().map(|header| {
            let value = header.template.is_none().then(|| header.value.clone());
            (header.name.to_ascii_lowercase(), value)
        });
        Self {
            method: request.method.clone(),
            authority: request.authority.clone(),
            fields: fields.collect(),
            has_length: request.has_length(),
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
        all.extend(self.fields.iter().map(|(name, value)| match value {
            Some(value) => RequestField::fixed(name, value.as_bytes()),
            None => RequestField::varying(name, ""),
        }));
        if self.has_length {
            all.push(field(length_varies, "content-length", length));
        }
        Head::new(all)
    }
}

/// The requests of one worker, and how they are answered.
pub(crate) struct Requests<'t> {
    plan: &'t HttpPlan,
    messages: &'t [Http2Message],
    /// Slots of each connection.
    width: usize,
    /// The heads of this moment, where requests differ.
    heads: Vec<Head>,
    path: Vec<u8>,
    body: Vec<u8>,
    maker: Maker,
    /// The status of each slot's latest response; zero if its request could not be made.
    statuses: Vec<u16>,
}

impl<'t> Requests<'t> {
    pub(crate) fn new(
        all: &'t Http2Messages,
        plan: &'t HttpPlan,
        connections: usize,
        maker: Maker,
    ) -> Self {
        let longest = |length: fn(&Http2Message) -> usize| all.messages.iter().map(length).max();
        let path = longest(|message| message.path.bytes.len());
        let body = longest(|message| message.slotted.as_ref().map_or(0, |body| body.bytes.len()));
        let width = plan.width().get();
        Self {
            plan,
            messages: &all.messages,
            width,
            heads: all.heads.clone(),
            path: Vec::with_capacity(path.unwrap_or(0)),
            body: Vec::with_capacity(body.unwrap_or(0)),
            maker,
            statuses: vec![0; connections * width],
        }
    }

    /// The request of an entry that has templates; `None` if it cannot be made.
    fn make(&mut self, entry: usize, slot: usize, number: u64) -> Option<Request<'_>> {
        let (request, message) = (&self.plan.requests[entry], &self.messages[entry]);
        self.statuses[slot] = 0;
        self.maker.make(request, number, slot / self.width).ok()?;
        let (head, made) = (&mut self.heads[message.head], &self.maker.made);
        let mut is_fit = message.path_slot.is_none_or(|place| head.set(place, &made.path));
        for (place, value) in message.made.iter().flatten().zip(made.values()) {
            is_fit &= head.set(*place, value);
        }
        let body = if request.makes_body() { made.body.as_slice() } else { &request.body };
        if let Some(place) = message.length_slot {
            self.path.clear();
            append_number(body.len(), &mut self.path);
            is_fit &= head.set(place, &self.path);
        }
        let body = match request.makes_body() {
            _ if body.is_empty() => Body::Empty,
            true => Body::Own(body),
            false => Body::Shared(&message.body),
        };
        is_fit.then_some(Request { head, body, is_whole: true, next: None })
    }
}

impl Protocol for Requests<'_> {
    #[inline]
    fn request(&mut self, slot: usize, number: u64) -> Option<Request<'_>> {
        let entry = self.plan.rotation.at(number);
        let message = &self.messages[entry];
        if message.made.is_some() {
            return self.make(entry, slot, number);
        }
        let head = &mut self.heads[message.head];
        if let Some(slot) = message.path_slot {
            message.path.copy(&mut self.path, &mut self.maker.random);
            head.set(slot, &self.path);
        }
        if let Some(slot) = message.length_slot {
            head.set(slot, message.length.as_bytes());
        }
        let body = match &message.slotted {
            Some(slotted) => {
                slotted.copy(&mut self.body, &mut self.maker.random);
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
        match self.statuses[slot] {
            0 => Verdict::Failed(Failure::Unmade),
            status => Verdict::Status(status),
        }
    }
}
