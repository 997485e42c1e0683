//! The part of URLs that a load test needs: an origin and a path.

use std::fmt::{self, Write as _};
use std::net::Ipv6Addr;

/// A checked `http://` or `https://` URL. A fragment is dropped, as it never goes to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    origin: Origin,
    /// Path and query; begins with a slash.
    path: String,
}

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: Scheme,
    /// A name or an address, without the brackets of IPv6, in lower case.
    host: String,
    port: u16,
}

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Plain.
    Http,
    /// Through TLS.
    Https,
}

/// Why a text is no URL that can be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Nothing was given.
    #[error("URL is empty")]
    Empty,
    /// A scheme that is no HTTP.
    #[error("URL has scheme {0:?}: only http and https are supported")]
    UnsupportedScheme(String),
    /// There is no host.
    #[error("URL has no host")]
    NoHost,
    /// A host with letters that no host has.
    #[error("URL has invalid host {0:?}")]
    InvalidHost(String),
    /// A port that is no number from 1 to 65535.
    #[error("URL has invalid port {0:?}")]
    InvalidPort(String),
    /// A user or a password; not repeated here, for it is a secret.
    #[error("URL has credentials: pass them as an Authorization header")]
    HasCredentials,
    /// A line break or another control character in the path.
    #[error("URL has a control character in its path")]
    ControlCharacter,
}

impl Url {
    /// Reads a URL; a missing scheme means `http://`.
    ///
    /// Blanks, letters beyond ASCII and the few others that must not go on a request line are
    /// percent-encoded; everything else stays as it is.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (url, path) = Self::split(text)?;
        Ok(Self { path: clean_path(path)?, ..url })
    }

    /// Reads the server of a URL; leaves its path, which may be a template, as it is.
    pub(crate) fn split(text: &str) -> Result<(Self, &str), UrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) => {
                match scheme.to_ascii_lowercase().as_str() {
                    "http" => (Scheme::Http, rest),
                    "https" => (Scheme::Https, rest),
                    _ => return Err(UrlError::UnsupportedScheme(scheme.to_owned())),
                }
            }
            _ => (Scheme::Http, text),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let origin = parse_authority(scheme, authority)?;
        Ok((Self { origin, path: "/".to_owned() }, path))
    }

    /// The URL that a reference found at this URL points to (RFC 3986, section 5.2).
    pub fn join(&self, reference: &str) -> Result<Self, UrlError> {
        let reference = reference.trim();
        if reference.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme)) {
            return Self::parse(reference);
        }
        if let Some(rest) = reference.strip_prefix("//") {
            return Self::parse(&format!("{}://{rest}", self.origin.scheme));
        }
        let (own_path, _) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let path = match reference.chars().next() {
            None | Some('#') => self.path.clone(),
            Some('/') => reference.to_owned(),
            Some('?') => format!("{own_path}{reference}"),
            Some(_) => {
                let folder = own_path.rfind('/').map_or("/", |slash| &own_path[..=slash]);
                format!("{folder}{reference}")
            }
        };
        Ok(Self { origin: self.origin.clone(), path: remove_dots(&clean_path(&path)?) })
    }

    /// Where the server is.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Path and query, beginning with a slash.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// All before the path, such as `http://web:8080`.
    pub fn server(&self) -> String {
        format!("{}://{}", self.origin.scheme, self.origin)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.origin.scheme, self.origin, self.path)
    }
}

impl Scheme {
    /// The port unless a URL has one.
    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

impl Origin {
    /// How the server is spoken to.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Name or address of the host, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for Origin {
    /// As in a `Host` field: IPv6 in brackets, the port only if it is not that of the scheme.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]", self.host)?;
        } else {
            f.write_str(&self.host)?;
        }
        if self.port == self.scheme.port() { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

fn parse_authority(scheme: Scheme, authority: &str) -> Result<Origin, UrlError> {
    if authority.contains('@') {
        return Err(UrlError::HasCredentials);
    }
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let invalid = || UrlError::InvalidHost(authority.to_owned());
        let (host, after) = rest.split_once(']').ok_or_else(invalid)?;
        let address: Ipv6Addr = host.parse().map_err(|_| invalid())?;
        let port = match after {
            "" => "",
            _ => after.strip_prefix(':').ok_or_else(invalid)?,
        };
        (address.to_string(), port)
    } else {
        let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
        let is_name = host.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
        if host.is_empty() {
            return Err(UrlError::NoHost);
        }
        if !is_name {
            return Err(UrlError::InvalidHost(host.to_owned()));
        }
        (host.to_ascii_lowercase(), port)
    };
    Ok(Origin { scheme, host, port: parse_port(port)?.unwrap_or(scheme.port()) })
}

fn parse_port(text: &str) -> Result<Option<u16>, UrlError> {
    if text.is_empty() {
        return Ok(None);
    }
    let port = text.parse().ok().filter(|&port: &u16| port > 0);
    // The parser of numbers would also take a plus sign.
    port.filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
        .map(Some)
        .ok_or_else(|| UrlError::InvalidPort(text.to_owned()))
}

/// Path and query without the fragment, with a slash in front, fit for a request line.
fn clean_path(text: &str) -> Result<String, UrlError> {
    let text = text.split_once('#').map_or(text, |(path, _)| path);
    let mut path = String::with_capacity(text.len() + 1);
    if !text.starts_with('/') {
        path.push('/');
    }
    for character in text.chars() {
        match character {
            c if c.is_control() => return Err(UrlError::ControlCharacter),
            c if c.is_ascii() && is_plain(c as u8) => path.push(c),
            c => {
                let mut utf8 = [0; 4];
                for byte in c.encode_utf8(&mut utf8).bytes() {
                    // Writing to a string cannot fail.
                    let _ = write!(path, "%{byte:02X}");
                }
            }
        }
    }
    Ok(path)
}

/// Whether a byte may stand in a request line as it is.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"<>\\^`".contains(&byte)
}

/// Appends path and query that may hold anything: what must not go on a request line, and what would
/// begin a fragment, is percent-encoded.
pub(crate) fn append_path(text: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    if text.first() != Some(&b'/') {
        out.push(b'/');
    }
    for &byte in text {
        if is_plain(byte) && byte != b'#' {
            out.push(byte);
        } else {
            let digits = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
            out.extend_from_slice(&[b'%', digits[0], digits[1]]);
        }
    }
}

/// Resolves `.` and `..` (RFC 3986, section 5.2.4).
fn remove_dots(path: &str) -> String {
    let (path, query) = path.find('?').map_or((path, ""), |at| path.split_at(at));
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." if is_last => kept.push(""),
            "." => {}
            ".." => {
                kept.pop();
                if is_last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    format!("/{}{query}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(texts: &[&str], expected: &Expect) {
        let table: String = texts
            .iter()
            .map(|text| match Url::parse(text) {
                Ok(url) => format!("{url} ({} {})\n", url.origin().host(), url.origin().port()),
                Err(error) => format!("error: {error}\n"),
            })
            .collect();
        expected.assert_eq(&table);
    }

    #[test]
    fn urls_as_users_write_them() {
        check(
            &[
                "http://example.com",
                "example.com",
                "localhost:8080/x?y=1#top",
                "HTTP://Example.COM:80/A/B",
                "https://example.com:443/",
                "https://example.com:80/x",
                "HTTPS://[::1]",
                "http://127.0.0.1:9?q",
                "http://[::1]:8080/x",
                "[fe80::1]/",
                "http://web.ns.svc.cluster.local:5678/a b/ü?z={uuid}",
                "web_1:8080",
                "web:/x",
                " http://web/?u=http://other/ ",
                "web/?u=http://other/",
            ],
            &expect![[r"
                http://example.com/ (example.com 80)
                http://example.com/ (example.com 80)
                http://localhost:8080/x?y=1 (localhost 8080)
                http://example.com/A/B (example.com 80)
                https://example.com/ (example.com 443)
                https://example.com:80/x (example.com 80)
                https://[::1]/ (::1 443)
                http://127.0.0.1:9/?q (127.0.0.1 9)
                http://[::1]:8080/x (::1 8080)
                http://[fe80::1]/ (fe80::1 80)
                http://web.ns.svc.cluster.local:5678/a%20b/%C3%BC?z={uuid} (web.ns.svc.cluster.local 5678)
                http://web_1:8080/ (web_1 8080)
                http://web/x (web 80)
                http://web/?u=http://other/ (web 80)
                http://web/?u=http://other/ (web 80)
            "]],
        );
    }

    #[test]
    fn texts_that_are_no_url() {
        check(
            &[
                "",
                "ftp://example.com",
                "http://",
                "http://:80/",
                "http://a b/",
                "http://user:secret@host/",
                "http://host:0",
                "http://host:65536",
                "http://host:+80",
                "http://host:80:80",
                "http://[::1",
                "http://[::g]/",
                "http://[::1]8080/",
                "http://bücher.example/",
                "http://host/a\r\nEvil: yes",
                "http://{uuid}/",
            ],
            &expect![[r#"
                error: URL is empty
                error: URL has scheme "ftp": only http and https are supported
                error: URL has no host
                error: URL has no host
                error: URL has invalid host "a b"
                error: URL has credentials: pass them as an Authorization header
                error: URL has invalid port "0"
                error: URL has invalid port "65536"
                error: URL has invalid port "+80"
                error: URL has invalid port "80:80"
                error: URL has invalid host "[::1"
                error: URL has invalid host "[::g]"
                error: URL has invalid host "[::1]8080"
                error: URL has invalid host "bücher.example"
                error: URL has a control character in its path
                error: URL has invalid host "{uuid}"
            "#]],
        );
    }

    #[test]
    fn references_are_resolved_against_the_place_they_were_found_at() {
        let base = Url::parse("http://a:81/b/c/d?q").unwrap();
        for (reference, expected) in [
            ("", "http://a:81/b/c/d?q"),
            ("#s", "http://a:81/b/c/d?q"),
            ("?y", "http://a:81/b/c/d?y"),
            ("g", "http://a:81/b/c/g"),
            ("./g/", "http://a:81/b/c/g/"),
            ("../g?x=../y", "http://a:81/b/g?x=../y"),
            ("../../../g", "http://a:81/g"),
            ("..", "http://a:81/b/"),
            (".", "http://a:81/b/c/"),
            ("/g", "http://a:81/g"),
            ("//other/g", "http://other/g"),
            ("http://other:82", "http://other:82/"),
        ] {
            assert_eq!(base.join(reference).unwrap().to_string(), expected, "{reference:?}");
        }
        let encrypted = base.join("https://a/").unwrap();
        assert_eq!(encrypted.join("//b/c").unwrap().to_string(), "https://b/c");
        assert!(base.join("mailto:a@b").is_err());
    }
}
