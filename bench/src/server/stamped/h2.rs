//! As much of HTTP/2 as the stamping service needs, by hand: a request whose head is its end is
//! answered with two bytes, one that ends with content as a call of gRPC with an empty message.
//!
//! Heads are not decoded and windows not kept: the client's are large, and so is ours.

/// What a client says first.
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const HEAD_BYTES: usize = 9;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;

/// The end of a stream; of SETTINGS and PING, that it is an answer.
const END: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:status` 200, from the static table of HPACK.
const FINE: &[u8] = &[0x88];
/// The same, and a content type whose name is number 31 of that table.
const FINE_CALL: &[u8] = b"\x88\x0f\x10\x10application/grpc";
const TRAILERS: &[u8] = b"\x00\x0bgrpc-status\x010";

/// A request that has come whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Request {
    stream: [u8; 4],
    /// Of gRPC.
    pub(super) is_call: bool,
}

impl Request {
    pub(super) fn answer(self) -> Vec<u8> {
        let Self { stream, is_call } = self;
        let mut out = Vec::new();
        if is_call {
            frame(&mut out, HEADERS, END_HEADERS, stream, FINE_CALL);
            frame(&mut out, DATA, 0, stream, &[0; 5]);
            frame(&mut out, HEADERS, END_HEADERS | END, stream, TRAILERS);
        } else {
            frame(&mut out, HEADERS, END_HEADERS, stream, FINE);
            frame(&mut out, DATA, END, stream, b"ok");
        }
        out
    }
}

/// A connection on which the preface has come.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// What came of a frame that is not yet whole.
    pending: Vec<u8>,
    /// What is to be sent beside answers.
    pub(super) control: Vec<u8>,
}

impl Frames {
    pub(super) fn new() -> Self {
        let mut frames = Self::default();
        frame(&mut frames.control, SETTINGS, 0, [0; 4], &[]);
        let window = (1_u32 << 30).to_be_bytes();
        frame(&mut frames.control, WINDOW_UPDATE, 0, [0; 4], &window);
        frames
    }

    /// The requests that end within the next bytes.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<Request> {
        self.pending.extend_from_slice(bytes);
        let mut requests = Vec::new();
        let mut at = 0;
        while let Some(&[a, b, c, kind, flags, s, t, u, v]) =
            self.pending[at..].first_chunk::<HEAD_BYTES>()
        {
            let length = u32::from_be_bytes([0, a, b, c]) as usize;
            let Some(payload) = self.pending[at + HEAD_BYTES..].get(..length) else { break };
            let is_end = flags & END != 0;
            match kind {
                DATA | HEADERS if is_end => {
                    requests.push(Request { stream: [s, t, u, v], is_call: kind == DATA });
                }
                SETTINGS if !is_end => frame(&mut self.control, SETTINGS, END, [0; 4], &[]),
                PING if !is_end => frame(&mut self.control, PING, END, [0; 4], payload),
                _ => {}
            }
            at += HEAD_BYTES + length;
        }
        self.pending.drain(..at);
        requests
    }
}

fn frame(out: &mut Vec<u8>, kind: u8, flags: u8, stream: [u8; 4], payload: &[u8]) {
    let length = u32::try_from(payload.len()).expect("answers are short").to_be_bytes();
    out.extend_from_slice(&length[1..]);
    out.extend_from_slice(&[kind, flags]);
    out.extend_from_slice(&stream);
    out.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_end_wherever_the_bytes_are_cut() {
        let mut sent = Vec::new();
        frame(&mut sent, SETTINGS, 0, [0; 4], &[0, 4, 0, 1, 0, 0]);
        frame(&mut sent, HEADERS, END_HEADERS | END, [0, 0, 0, 1], b"head");
        frame(&mut sent, HEADERS, END_HEADERS, [0, 0, 0, 3], b"head");
        frame(&mut sent, PING, 0, [0; 4], b"12345678");
        frame(&mut sent, DATA, END, [0, 0, 0, 3], &[0; 5]);
        let expected = [
            Request { stream: [0, 0, 0, 1], is_call: false },
            Request { stream: [0, 0, 0, 3], is_call: true },
        ];
        for size in 1..=sent.len() {
            let mut frames = Frames::new();
            let begun = frames.control.len();
            let requests: Vec<_> = sent.chunks(size).flat_map(|piece| frames.take(piece)).collect();
            assert_eq!(requests, expected, "in pieces of {size}");
            // An answer to the settings, and one to the ping.
            assert_eq!(frames.control.len() - begun, 9 + 17);
        }
        assert_eq!(expected[0].answer().len(), 9 + 1 + 9 + 2);
    }
}
