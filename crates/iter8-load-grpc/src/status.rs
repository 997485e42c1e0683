//! How a call ended.

use std::fmt;

/// The status codes of gRPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// Success.
    Ok,
    /// Cancelled, mostly by the caller.
    Cancelled,
    /// Anything else; also what an unknown number means.
    Unknown,
    /// The request is wrong.
    InvalidArgument,
    /// It took too long.
    DeadlineExceeded,
    /// Something is not there.
    NotFound,
    /// Something is there already.
    AlreadyExists,
    /// The caller may not.
    PermissionDenied,
    /// Something is used up: a quota, or the size of messages.
    ResourceExhausted,
    /// The state does not allow it.
    FailedPrecondition,
    /// A conflict.
    Aborted,
    /// Beyond the range.
    OutOfRange,
    /// There is no such method.
    Unimplemented,
    /// A defect of the server, or of the protocol.
    Internal,
    /// The server cannot be reached or is busy.
    Unavailable,
    /// Data is lost.
    DataLoss,
    /// The caller is not known.
    Unauthenticated,
}

/// A code and the server's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The code.
    pub code: Code,
    /// What the server says, made readable; often empty.
    pub message: String,
}

impl Code {
    /// All codes in the order of their numbers.
    pub const ALL: [Self; 17] = [
        Self::Ok,
        Self::Cancelled,
        Self::Unknown,
        Self::InvalidArgument,
        Self::DeadlineExceeded,
        Self::NotFound,
        Self::AlreadyExists,
        Self::PermissionDenied,
        Self::ResourceExhausted,
        Self::FailedPrecondition,
        Self::Aborted,
        Self::OutOfRange,
        Self::Unimplemented,
        Self::Internal,
        Self::Unavailable,
        Self::DataLoss,
        Self::Unauthenticated,
    ];

    /// The code of a number; those that are not known are [`Code::Unknown`].
    pub fn of_number(number: u64) -> Self {
        let index = usize::try_from(number).ok();
        index.and_then(|index| Self::ALL.get(index).copied()).unwrap_or(Self::Unknown)
    }

    /// The number on the wire.
    pub fn number(self) -> u16 {
        self as u16
    }

    /// What an HTTP status means if there is no `grpc-status`.
    pub fn of_http(status: u16) -> Self {
        match status {
            400 => Self::Internal,
            401 => Self::Unauthenticated,
            403 => Self::PermissionDenied,
            404 => Self::Unimplemented,
            429 | 502 | 503 | 504 => Self::Unavailable,
            _ => Self::Unknown,
        }
    }

    /// What a reset of the stream with an error code of HTTP/2 means.
    pub fn of_reset(error: u32) -> Self {
        match error {
            // REFUSED_STREAM
            0x7 => Self::Unavailable,
            // CANCEL
            0x8 => Self::Cancelled,
            // ENHANCE_YOUR_CALM
            0xb => Self::ResourceExhausted,
            // INADEQUATE_SECURITY
            0xc => Self::PermissionDenied,
            // NO_ERROR up to FRAME_SIZE_ERROR, COMPRESSION_ERROR
            0x0..=0x6 | 0x9 => Self::Internal,
            _ => Self::Unknown,
        }
    }

    /// The name that users know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Cancelled => "Canceled",
            Self::Unknown => "Unknown",
            Self::InvalidArgument => "InvalidArgument",
            Self::DeadlineExceeded => "DeadlineExceeded",
            Self::NotFound => "NotFound",
            Self::AlreadyExists => "AlreadyExists",
            Self::PermissionDenied => "PermissionDenied",
            Self::ResourceExhausted => "ResourceExhausted",
            Self::FailedPrecondition => "FailedPrecondition",
            Self::Aborted => "Aborted",
            Self::OutOfRange => "OutOfRange",
            Self::Unimplemented => "Unimplemented",
            Self::Internal => "Internal",
            Self::Unavailable => "Unavailable",
            Self::DataLoss => "DataLoss",
            Self::Unauthenticated => "Unauthenticated",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Status {
    /// A status with words.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The status of a response whose last headers are known, and the HTTP status of its first.
    ///
    /// A `grpc-status` counts before everything else. Without one, a response of HTTP status 200
    /// is [`Code::Unknown`], and another means what [`Code::of_http`] says.
    pub fn of_trailers(http: u16, status: Option<&[u8]>, message: Option<&[u8]>) -> Self {
        match (status, http) {
            (Some(number), _) => {
                let message = message.map(percent_decoded).unwrap_or_default();
                Self::new(code_of(number), message)
            }
            (None, 200) => Self::new(Code::Unknown, "the response has no grpc-status"),
            (None, http) => Self::new(Code::of_http(http), format!("HTTP status {http}")),
        }
    }

    /// The code of the same, without its words: nothing is allocated.
    pub fn code_of_trailers(http: u16, status: Option<&[u8]>) -> Code {
        match (status, http) {
            (Some(number), _) => code_of(number),
            (None, 200) => Code::Unknown,
            (None, http) => Code::of_http(http),
        }
    }

    /// Whether the call succeeded.
    pub fn is_ok(&self) -> bool {
        self.code == Code::Ok
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message.as_str() {
            "" => write!(f, "{}", self.code),
            message => write!(f, "{}: {message}", self.code),
        }
    }
}

/// The code of a number as text. Nothing but digits is a number.
fn code_of(text: &[u8]) -> Code {
    let is_number = !text.is_empty() && text.len() <= 4 && text.iter().all(u8::is_ascii_digit);
    if !is_number {
        return Code::Unknown;
    }
    Code::of_number(text.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// Undoes the percent encoding of `grpc-message`. What is not well encoded stays as it is, since a
/// message is for people.
fn percent_decoded(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        let hex = |at: usize| char::from(*after.get(at)?).to_digit(16);
        if let (b'%', Some(high), Some(low)) = (first, hex(0), hex(1)) {
            bytes.push(u8::try_from(high << 4 | low).unwrap_or(b'?'));
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_those_of_the_specification() {
        for (number, code) in Code::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(code.number()), number, "{code}");
            assert_eq!(Code::of_number(number as u64), code);
        }
        assert_eq!(Code::of_number(17), Code::Unknown);
        assert_eq!(Code::of_number(u64::MAX), Code::Unknown);
        assert_eq!(Code::Cancelled.to_string(), "Canceled");
    }

    #[test]
    fn trailers_become_a_status() {
        let cases: [(u16, Option<&str>, Option<&str>, &str); 14] = [
            (200, Some("0"), None, "OK"),
            (200, Some("5"), Some("no such thing"), "NotFound: no such thing"),
            (200, Some("13"), Some("50%25 of %C3%A4"), "Internal: 50% of ä"),
            (200, Some("13"), Some("100% %4 %zz %"), "Internal: 100% %4 %zz %"),
            (200, Some("2"), Some("%ff"), "Unknown: \u{fffd}"),
            (200, Some("99"), Some("new"), "Unknown: new"),
            (200, Some(""), None, "Unknown"),
            (200, Some("-1"), None, "Unknown"),
            (200, Some("00000000000000000000"), None, "Unknown"),
            (503, Some("8"), None, "ResourceExhausted"),
            (200, None, None, "Unknown: the response has no grpc-status"),
            (404, None, None, "Unimplemented: HTTP status 404"),
            (503, None, Some("ignored"), "Unavailable: HTTP status 503"),
            (418, None, None, "Unknown: HTTP status 418"),
        ];
        for (http, code, message, expected) in cases {
            let code = code.map(str::as_bytes);
            let status = Status::of_trailers(http, code, message.map(str::as_bytes));
            assert_eq!(status.to_string(), expected);
            assert_eq!(Status::code_of_trailers(http, code), status.code);
            assert_eq!(status.is_ok(), expected == "OK");
        }
    }

    #[test]
    fn resets_and_http_codes_are_mapped() {
        let of_reset = [
            (0, "Internal"),
            (7, "Unavailable"),
            (8, "Canceled"),
            (0xb, "ResourceExhausted"),
            (0xc, "PermissionDenied"),
            (9, "Internal"),
            (0xa, "Unknown"),
            (0xd, "Unknown"),
        ];
        for (error, expected) in of_reset {
            assert_eq!(Code::of_reset(error).name(), expected, "{error}");
        }
        let of_http = [
            (400, "Internal"),
            (401, "Unauthenticated"),
            (403, "PermissionDenied"),
            (429, "Unavailable"),
            (500, "Unknown"),
        ];
        for (status, expected) in of_http {
            assert_eq!(Code::of_http(status).name(), expected, "{status}");
        }
    }

    proptest! {
        #[test]
        fn any_text_survives_percent_encoding(text in ".{0,40}") {
            let encoded: String = text.bytes().map(|byte| match byte {
                b' '..=b'~' if byte != b'%' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            }).collect();
            prop_assert_eq!(percent_decoded(encoded.as_bytes()), text);
        }

        #[test]
        fn any_bytes_are_a_status(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let status = Status::of_trailers(200, Some(&bytes), Some(&bytes));
            prop_assert!(Code::ALL.contains(&status.code));
        }
    }
}
