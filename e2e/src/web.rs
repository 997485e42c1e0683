//! The smallest client of HTTP, for a story that asks or feeds a server itself.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Longest wait for an answer.
const LIMIT: Duration = Duration::from_secs(20);

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body as text.
    pub body: String,
}

/// Fetches a URL of this machine.
#[track_caller]
pub fn get(url: &str) -> Answer {
    exchange("GET", url, "")
}

/// Posts a text to a URL of this machine.
#[track_caller]
pub fn post(url: &str, body: &str) -> Answer {
    exchange("POST", url, body)
}

/// Speaks HTTP/1.0, which knows no chunks and closes the connection at the end of the answer.
#[track_caller]
fn exchange(method: &str, url: &str, body: &str) -> Answer {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("{url} is not http://"));
    let (host, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let mut answer = Vec::new();
    let exchanged = TcpStream::connect(host).and_then(|mut stream| {
        stream.set_read_timeout(Some(LIMIT))?;
        stream.write_all(request.as_bytes())?;
        stream.read_to_end(&mut answer)
    });
    exchanged.unwrap_or_else(|error| panic!("{method} {url}: {error}"));
    parse(&String::from_utf8_lossy(&answer)).unwrap_or_else(|| panic!("{url}: no answer"))
}

fn parse(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, body: body.to_owned() })
}

/// A text as part of a query.
pub fn percent_encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_have_a_status_and_a_body() {
        let answer = parse("HTTP/1.0 204 No Content\r\nX: y\r\n\r\nbody\r\n\r\nmore").unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (204, "body\r\n\r\nmore"));
        assert_eq!(parse("HTTP/1.0 200 OK\r\n"), None);
    }

    #[test]
    fn queries_are_encoded() {
        assert_eq!(percent_encode("a{b=\"ü\"}"), "a%7Bb%3D%22%C3%BC%22%7D");
    }
}
