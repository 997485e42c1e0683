//! Messages as they are sent: a flag, a length, and the message, compressed or not.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Bytes before each message: the flag and the length.
pub const PREFIX_BYTES: usize = 5;

/// The flag of a compressed message.
pub(crate) const COMPRESSED: u8 = 1;

/// Puts messages into frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framer {
    /// Whether messages are compressed with gzip.
    pub gzip: bool,
    /// Most bytes of a message, as it is sent.
    pub max_bytes: usize,
}

/// A message that may not be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a message of {bytes} bytes is larger than max-send-message-size ({max})")]
pub struct FrameError {
    /// Its size.
    pub bytes: usize,
    /// The bound.
    pub max: usize,
}

impl Framer {
    /// Appends the frame of a message. `write` appends the message itself, without its prefix.
    pub fn append(
        self,
        out: &mut Vec<u8>,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), FrameError> {
        let start = out.len();
        out.extend_from_slice(&[0; PREFIX_BYTES]);
        write(out);
        let mut flag = 0;
        // An empty message would only grow.
        if self.gzip && out.len() > start + PREFIX_BYTES {
            let message = out.split_off(start + PREFIX_BYTES);
            compress(&message, out);
            flag = COMPRESSED;
        }
        let bytes = out.len() - start - PREFIX_BYTES;
        match u32::try_from(bytes) {
            Ok(length) if bytes <= self.max_bytes => {
                out[start] = flag;
                out[start + 1..start + PREFIX_BYTES].copy_from_slice(&length.to_be_bytes());
                Ok(())
            }
            _ => {
                out.truncate(start);
                Err(FrameError { bytes, max: self.max_bytes })
            }
        }
    }
}

fn compress(message: &[u8], out: &mut Vec<u8>) {
    let mut encoder = GzEncoder::new(out, Compression::default());
    let written = encoder.write_all(message).and_then(|()| encoder.try_finish());
    written.expect("writing into memory does not fail");
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    const PLAIN: Framer = Framer { gzip: false, max_bytes: 6 };

    #[test]
    fn frames_follow_each_other() {
        let mut out = Vec::new();
        PLAIN.append(&mut out, |out| out.extend_from_slice(b"abc")).unwrap();
        PLAIN.append(&mut out, |_| {}).unwrap();
        assert_eq!(out, b"\0\0\0\0\x03abc\0\0\0\0\0");
    }

    #[test]
    fn compressed_messages_have_the_flag() {
        let (mut out, gzip) = (b"x".to_vec(), Framer { gzip: true, max_bytes: 1000 });
        gzip.append(&mut out, |out| out.resize(out.len() + 500, b'a')).unwrap();
        assert_eq!((out[0], out[1]), (b'x', COMPRESSED));
        assert_eq!(out.len() - 6, usize::from(out[5]));
        let mut message = Vec::new();
        GzDecoder::new(&out[6..]).read_to_end(&mut message).unwrap();
        assert_eq!(message, [b'a'; 500]);
        let mut out = Vec::new();
        gzip.append(&mut out, |_| {}).unwrap();
        assert_eq!(out, [0; 5]);
    }

    #[test]
    fn a_message_that_is_too_large_leaves_nothing() {
        let mut out = b"x".to_vec();
        let error = PLAIN.append(&mut out, |out| out.extend_from_slice(b"abcdefg")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a message of 7 bytes is larger than max-send-message-size (6)"
        );
        assert_eq!(out, b"x");
    }
}
