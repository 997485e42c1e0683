//! The bytes of a request, made once.

use std::sync::Arc;

use iter8_load::SplitMix64;

/// What is replaced by a fresh random UUID in each request.
pub(crate) const UUID_SLOT: &str = "{uuid}";

/// Length of a UUID as text.
const UUID_LENGTH: usize = 36;

/// Bodies up to this size lie behind the head, so that one write sends both; larger ones are
/// shared by all connections instead of copied. The size of a small socket buffer.
pub(crate) const JOINED_BODY: usize = 16 * 1024;

/// Bytes in which some places get fresh UUIDs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Slotted {
    pub(crate) bytes: Vec<u8>,
    /// Where UUIDs begin.
    slots: Vec<usize>,
}

impl Slotted {
    /// Reads a text, with room for a UUID in each place that asks for one.
    pub(crate) fn new(text: &[u8]) -> Self {
        let mut slotted = Self::default();
        let mut rest = text;
        while let Some(at) = rest.windows(UUID_SLOT.len()).position(|w| w == UUID_SLOT.as_bytes()) {
            slotted.bytes.extend_from_slice(&rest[..at]);
            slotted.slots.push(slotted.bytes.len());
            slotted.bytes.extend_from_slice(&[b'0'; UUID_LENGTH]);
            rest = &rest[at + UUID_SLOT.len()..];
        }
        slotted.bytes.extend_from_slice(rest);
        slotted
    }

    /// Whether there is such a place.
    pub(crate) fn has_slots(&self) -> bool {
        !self.slots.is_empty()
    }

    /// Appends other bytes.
    fn append(&mut self, other: &Self) {
        let begin = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.slots.extend(other.slots.iter().map(|slot| begin + slot));
    }

    /// Replaces `copy` by the bytes with fresh UUIDs.
    pub(crate) fn copy(&self, copy: &mut Vec<u8>, random: &mut SplitMix64) {
        copy.clear();
        copy.extend_from_slice(&self.bytes);
        self.refresh(copy, random);
    }

    /// Writes fresh UUIDs into a copy of the bytes.
    pub(crate) fn refresh(&self, copy: &mut [u8], random: &mut SplitMix64) {
        for &slot in &self.slots {
            write_uuid(&mut copy[slot..slot + UUID_LENGTH], random);
        }
    }
}

/// A request ready to be sent: first `lead`, then `tail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    /// The head, and the body if it is small or has slots.
    lead: Slotted,
    /// The rest of the body.
    pub(crate) tail: Arc<[u8]>,
    /// Whether the response has no body because this is a HEAD.
    pub(crate) is_head: bool,
    /// Whether the lead is made anew for each request.
    pub(crate) is_made: bool,
}

impl Message {
    /// Joins the parts of a request. `fields` are complete lines but for `Content-Length`, which
    /// is added where the method or the body want one.
    pub(crate) fn new(method: &str, path: &str, fields: &str, body: &Arc<[u8]>) -> Self {
        let own_body = Slotted::new(body);
        let mut lead = Slotted { bytes: format!("{method} ").into_bytes(), slots: Vec::new() };
        lead.append(&Slotted::new(path.as_bytes()));
        lead.bytes.extend_from_slice(b" HTTP/1.1\r\n");
        lead.bytes.extend_from_slice(fields.as_bytes());
        if has_length(method, &own_body.bytes) {
            let field = format!("Content-Length: {}\r\n", own_body.bytes.len());
            lead.bytes.extend_from_slice(field.as_bytes());
        }
        lead.bytes.extend_from_slice(b"\r\n");
        let mut tail = Arc::default();
        if !own_body.has_slots() && body.len() > JOINED_BODY {
            tail = Arc::clone(body);
        } else {
            lead.append(&own_body);
        }
        Self { lead, tail, is_head: method == "HEAD", is_made: false }
    }

    /// A request whose lead is made anew each time.
    pub(crate) fn made(method: &str, tail: Arc<[u8]>) -> Self {
        Self { lead: Slotted::default(), tail, is_head: method == "HEAD", is_made: true }
    }

    /// Whether each connection needs a lead of its own.
    #[inline]
    pub(crate) fn is_own(&self) -> bool {
        self.is_made || self.lead.has_slots()
    }

    /// The head, and the body if it is small or has slots.
    pub(crate) fn lead(&self) -> &[u8] {
        &self.lead.bytes
    }

    /// Whether each request has UUIDs of its own.
    pub(crate) fn has_slots(&self) -> bool {
        self.lead.has_slots()
    }

    /// Writes fresh UUIDs into a copy of the lead.
    pub(crate) fn refresh(&self, lead: &mut [u8], random: &mut SplitMix64) {
        self.lead.refresh(lead, random);
    }
}

/// Whether a request says how long its body is (RFC 9110, section 8.6).
pub(crate) fn has_length(method: &str, body: &[u8]) -> bool {
    !body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH")
}

/// Appends a text with a fresh UUID in each place that asks for one.
pub(crate) fn append_with_uuids(text: &[u8], out: &mut Vec<u8>, random: &mut SplitMix64) {
    let mut rest = text;
    while let Some(at) = rest.windows(UUID_SLOT.len()).position(|w| w == UUID_SLOT.as_bytes()) {
        out.extend_from_slice(&rest[..at]);
        let uuid = out.len();
        out.resize(uuid + UUID_LENGTH, 0);
        write_uuid(&mut out[uuid..], random);
        rest = &rest[at + UUID_SLOT.len()..];
    }
    out.extend_from_slice(rest);
}

/// Writes a random UUID of version 4 (RFC 9562, section 5.4) as text.
fn write_uuid(to: &mut [u8], random: &mut SplitMix64) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&random.next_u64().to_be_bytes());
    bytes[8..].copy_from_slice(&random.next_u64().to_be_bytes());
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut at = 0;
    for (index, byte) in bytes.into_iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            to[at] = b'-';
            at += 1;
        }
        to[at] = DIGITS[usize::from(byte >> 4)];
        to[at + 1] = DIGITS[usize::from(byte & 15)];
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn message(method: &str, path: &str, body: &[u8]) -> Message {
        Message::new(method, path, "Host: web\r\n", &Arc::from(body))
    }

    fn text(message: &Message) -> String {
        String::from_utf8(message.lead().to_vec()).unwrap()
    }

    #[test]
    fn length_is_there_when_method_or_body_want_it() {
        let get = message("GET", "/x", b"");
        assert_eq!(text(&get), "GET /x HTTP/1.1\r\nHost: web\r\n\r\n");
        let post = message("POST", "/", b"");
        assert_eq!(text(&post), "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 0\r\n\r\n");
        let delete = message("DELETE", "/", b"body");
        assert!(text(&delete).ends_with("Content-Length: 4\r\n\r\nbody"));
        assert!(message("HEAD", "/", b"").is_head);
    }

    #[test]
    fn large_bodies_are_shared() {
        let body: Arc<[u8]> = vec![b'x'; JOINED_BODY + 1].into();
        let large = Message::new("POST", "/", "", &body);
        assert!(Arc::ptr_eq(&large.tail, &body));
        assert!(text(&large).ends_with("\r\n\r\n"));
        assert_eq!(message("POST", "/", &vec![b'x'; JOINED_BODY]).tail.len(), 0);
    }

    #[test]
    fn every_slot_gets_a_uuid_of_its_own_each_time() {
        let message = message("POST", "/a/{uuid}/b?c={uuid}", b"<{uuid}> {uui} {uuid}");
        let mut random = SplitMix64::new(1);
        let mut seen = BTreeSet::new();
        let length = format!("Content-Length: {}\r\n", 2 + 36 + 7 + 36);
        for _ in 0..100 {
            let mut lead = message.lead().to_vec();
            message.refresh(&mut lead, &mut random);
            let text = String::from_utf8(lead).unwrap();
            assert!(text.contains(&length), "{text}");
            assert!(text.contains(" {uui} "), "{text}");
            for &slot in &message.lead.slots {
                let uuid = &text[slot..slot + UUID_LENGTH];
                assert!(is_uuid_v4(uuid), "{uuid}");
                assert!(seen.insert(uuid.to_owned()), "{uuid} twice");
            }
        }
        assert_eq!(seen.len(), 400);
    }

    fn is_uuid_v4(text: &str) -> bool {
        text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == b'4',
            19 => b"89ab".contains(&byte),
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
    }

    #[test]
    fn slots_keep_a_large_body_with_the_head() {
        let body = format!("{}{UUID_SLOT}", "x".repeat(JOINED_BODY));
        let message = message("PUT", "/", body.as_bytes());
        assert!(message.has_slots() && message.tail.is_empty());
        assert!(message.lead().len() > JOINED_BODY + UUID_LENGTH);
    }
}
