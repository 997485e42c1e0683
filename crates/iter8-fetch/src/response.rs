//! What came back.

use std::fmt;

/// An answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The status, such as 200.
    pub status: u16,
    /// Header fields, names in lower case; values that are no text have replacement characters.
    pub headers: Vec<(String, String)>,
    /// The body, not decompressed. Of an answer outside of 200 to 299 it is the beginning: at most
    /// [`Response::LARGEST_OF_FAILURE`] bytes, fewer if they come slowly.
    pub body: Vec<u8>,
    /// Attempts that were made, this one included.
    pub attempts: u32,
}

impl Response {
    /// Bytes that are read of the body of a failure: enough for any message.
    pub const LARGEST_OF_FAILURE: u64 = 64 * 1024;

    /// Whether the status is from 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first value of a header field, its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The beginning of the body as one line for a message: at most so many characters.
    pub fn excerpt(&self, characters: usize) -> String {
        excerpt(&self.body, characters)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        formatter
            .debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &names)
            .field("bytes", &self.body.len())
            .field("attempts", &self.attempts)
            .finish()
    }
}

/// The beginning of a text as one line, blanks collapsed and control characters replaced.
pub(crate) fn excerpt(body: &[u8], characters: usize) -> String {
    // A character has at most four bytes, and collapsed blanks are not worth looking further.
    let head = &body[..body.len().min(characters.saturating_mul(8))];
    let text = String::from_utf8_lossy(head);
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ").replace(char::is_control, "\u{fffd}");
    if line.chars().count() <= characters && head.len() == body.len() {
        return line;
    }
    let kept: String = line.chars().take(characters).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_are_short_lines() {
        let check = |body: &[u8], expected: &str| assert_eq!(excerpt(body, 9), expected);
        check(b"", "");
        check(b" a\r\n\tb ", "a b");
        check(b"123456789", "123456789");
        check(b"1234567890", "123456789…");
        check("äöüäöüäöüä".as_bytes(), "äöüäöüäöü…");
        check(b"a\x1b[1mb\xff", "a\u{fffd}[1mb\u{fffd}");
        check(&[b' '; 100], "…");
    }

    #[test]
    fn values_are_not_printed() {
        let headers = vec![("set-cookie".to_owned(), "hush".to_owned())];
        let response = Response { status: 200, headers, body: b"hush".to_vec(), attempts: 2 };
        assert_eq!(
            format!("{response:?}"),
            r#"Response { status: 200, headers: ["set-cookie"], bytes: 4, attempts: 2 }"#
        );
        assert_eq!(response.header("Set-Cookie"), Some("hush"));
        assert_eq!(response.header("cookie"), None);
        assert_eq!(response.excerpt(2), "hu…");
    }

    #[test]
    fn success_is_two_hundred_to_two_hundred_and_ninety_nine() {
        for (status, expected) in [(199, false), (200, true), (299, true), (300, false)] {
            let response = Response { status, headers: Vec::new(), body: Vec::new(), attempts: 1 };
            assert_eq!(response.is_success(), expected, "{status}");
        }
    }
}
