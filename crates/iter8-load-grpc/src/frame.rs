//! Messages as they are sent: a flag, a length, and the message, compressed or not.

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

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

/// Compresses with gzip (RFC 1952), one message after the other. Its state takes 300 KiB, which is
/// allocated with the first message and used again.
#[derive(Debug, Default)]
pub struct Packer {
    deflate: Option<Box<Compress>>,
    message: Vec<u8>,
}

/// The head of what gzip makes: no name, no time, an unknown system.
const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

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
        packer: &mut Packer,
        out: &mut Vec<u8>,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), FrameError> {
        let start = out.len();
        out.extend_from_slice(&[0; PREFIX_BYTES]);
        write(out);
        let mut flag = 0;
        // An empty message would only grow.
        if self.gzip && out.len() > start + PREFIX_BYTES {
            packer.pack(out, start + PREFIX_BYTES);
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

impl Packer {
    /// Replaces what stands in a buffer from a place on by its compressed form.
    fn pack(&mut self, out: &mut Vec<u8>, start: usize) {
        let Self { deflate, message } = self;
        message.clear();
        message.extend_from_slice(&out[start..]);
        out.truncate(start);
        out.extend_from_slice(&GZIP_HEAD);
        let new = || Box::new(Compress::new(Compression::default(), false));
        let deflate = deflate.get_or_insert_with(new);
        deflate.reset();
        loop {
            let done = usize::try_from(deflate.total_in()).unwrap_or(usize::MAX);
            // Enough for a message that cannot be compressed, in one go.
            out.reserve(message.len() - done + message.len() / 8 + 64);
            let status = deflate.compress_vec(&message[done..], out, FlushCompress::Finish);
            if status.expect("compressing has no errors") == Status::StreamEnd {
                break;
            }
        }
        let mut crc = Crc::new();
        crc.update(message);
        out.extend_from_slice(&crc.sum().to_le_bytes());
        out.extend_from_slice(&crc.amount().to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use proptest::prelude::*;

    use super::*;

    const PLAIN: Framer = Framer { gzip: false, max_bytes: 6 };

    #[test]
    fn frames_follow_each_other() {
        let mut out = Vec::new();
        PLAIN
            .append(&mut Packer::default(), &mut out, |out| out.extend_from_slice(b"abc"))
            .unwrap();
        PLAIN.append(&mut Packer::default(), &mut out, |_| {}).unwrap();
        assert_eq!(out, b"\0\0\0\0\x03abc\0\0\0\0\0");
    }

    #[test]
    fn compressed_messages_have_the_flag() {
        let (mut out, gzip) = (b"x".to_vec(), Framer { gzip: true, max_bytes: 1000 });
        let mut packer = Packer::default();
        gzip.append(&mut packer, &mut out, |out| out.resize(out.len() + 500, b'a')).unwrap();
        assert_eq!((out[0], out[1]), (b'x', COMPRESSED));
        assert_eq!(out.len() - 6, usize::from(out[5]));
        let mut message = Vec::new();
        GzDecoder::new(&out[6..]).read_to_end(&mut message).unwrap();
        assert_eq!(message, [b'a'; 500]);
        let mut out = Vec::new();
        gzip.append(&mut packer, &mut out, |_| {}).unwrap();
        assert_eq!(out, [0; 5]);
    }

    proptest! {
        #[test]
        fn what_is_packed_can_be_unpacked(
            messages in proptest::collection::vec(proptest::collection::vec(0..4_u8, 1..3000), 1..5),
            noise in proptest::collection::vec(any::<u8>(), 1..3000),
        ) {
            let (mut packer, gzip) = (Packer::default(), Framer { gzip: true, max_bytes: 1 << 20 });
            for message in messages.iter().chain([&noise]) {
                let mut out = Vec::new();
                gzip.append(&mut packer, &mut out, |out| out.extend_from_slice(message)).unwrap();
                let mut unpacked = Vec::new();
                GzDecoder::new(&out[PREFIX_BYTES..]).read_to_end(&mut unpacked).unwrap();
                prop_assert_eq!(&unpacked, message);
            }
        }
    }

    #[test]
    fn a_message_that_is_too_large_leaves_nothing() {
        let mut out = b"x".to_vec();
        let error = PLAIN
            .append(&mut Packer::default(), &mut out, |out| out.extend_from_slice(b"abcdefg"))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "a message of 7 bytes is larger than max-send-message-size (6)"
        );
        assert_eq!(out, b"x");
    }
}
