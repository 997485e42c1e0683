//! The proxy between a test and its server.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use iter8_sockets::Tunnel;

use crate::url::{Origin, Scheme, Url, UrlError};

/// A proxy that is spoken to without encryption.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    url: Url,
    /// The value of `Proxy-Authorization`.
    authorization: Option<String>,
}

/// Why a text names no proxy. No message holds user or password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// Another scheme, such as `https` or `socks5`.
    #[error("a proxy with scheme {0:?} is not supported: expected http://HOST:PORT")]
    UnsupportedScheme(String),
    /// The server part.
    #[error("the proxy's URL is invalid: {0}")]
    Url(UrlError),
    /// User or password without the scheme, which would not be known for what they are.
    #[error("a proxy with a user is written as http://USER:PASSWORD@HOST:PORT")]
    NoScheme,
    /// A path, query or fragment.
    #[error("the proxy's URL must end after the port")]
    HasPath,
    /// A `%` that is not followed by two digits, a control character, or a blank anywhere.
    #[error(
        "the proxy's URL cannot be read: special characters in user and password are written as %XX"
    )]
    Credentials,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

impl fmt::Display for Proxy {
    /// Host and port.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&authority(self.url.origin()))
    }
}

impl Proxy {
    /// Reads `http://[USER[:PASSWORD]@]HOST[:PORT]`. `http://` may be left out where there is no user;
    /// the port is 80 unless it is told.
    pub fn parse(text: &str) -> Result<Self, ProxyError> {
        if text.contains(char::is_whitespace) {
            return Err(ProxyError::Credentials);
        }
        let rest = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
            // What has an @ before is rather a password than a scheme.
            Some((scheme, _)) if !scheme.contains(['@', ':']) => {
                return Err(ProxyError::UnsupportedScheme(scheme.to_owned()));
            }
            _ if text.contains('@') => return Err(ProxyError::NoScheme),
            _ => text,
        };
        let (user, server) = match rest.rsplit_once('@') {
            Some((user, server)) => (Some(user), server),
            None => (None, rest),
        };
        if server.trim_end_matches('/').contains(['/', '?', '#']) {
            return Err(ProxyError::HasPath);
        }
        let url = Url::parse(&format!("http://{server}")).map_err(ProxyError::Url)?;
        let authorization = user.map(|user| {
            let (user, password) = user.split_once(':').unwrap_or((user, ""));
            let pair = [decoded(user)?, b":".to_vec(), decoded(password)?].concat();
            Ok(format!("Basic {}", BASE64_STANDARD.encode(pair)))
        });
        Ok(Self { url, authorization: authorization.transpose()? })
    }

    pub(crate) fn origin(&self) -> &Origin {
        self.url.origin()
    }

    pub(crate) fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    /// The way to a server.
    pub(crate) fn tunnel(&self, origin: &Origin) -> Tunnel {
        Tunnel::new(&authority(origin), self.authorization())
    }
}

/// Host and port, whatever the port is.
fn authority(origin: &Origin) -> String {
    let is_usual = match origin.scheme() {
        Scheme::Http => origin.port() == 80,
        Scheme::Https => origin.port() == 443,
    };
    if is_usual { format!("{origin}:{}", origin.port()) } else { origin.to_string() }
}

/// A text with `%XX` in place of special characters.
fn decoded(text: &str) -> Result<Vec<u8>, ProxyError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let [high, low, after @ ..] = rest else { return Err(ProxyError::Credentials) };
        let (Some(high), Some(low)) = (digit(high), digit(low)) else {
            return Err(ProxyError::Credentials);
        };
        bytes.push(high << 4 | low);
        rest = after;
    }
    if bytes.iter().any(u8::is_ascii_control) { Err(ProxyError::Credentials) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn proxies_as_users_write_them() {
        let table: String = [
            "http://proxy:3128",
            "proxy:3128",
            "HTTP://Proxy/",
            "http://ada:l%3Ave@[::1]:81",
            "http://ada@proxy",
            "http://ada:a@b@proxy:1",
            "ada:a@b@proxy:1",
            "http://ada:a://b@proxy:1",
            "",
            "https://proxy:3128",
            "socks5://proxy:1080",
            "http://proxy:3128/path",
            "http://proxy:x",
            "http://ada:secret@:1",
            "http://ada:%zz@proxy",
            "http://ada:secret%0d@proxy",
            "http://ada:sec ret@proxy",
            " http://ada:secret@proxy",
        ]
        .iter()
        .map(|text| match Proxy::parse(text) {
            Ok(proxy) => format!("{proxy:?} {}\n", proxy.authorization().unwrap_or("-")),
            Err(error) => format!("error: {error}\n"),
        })
        .collect();
        expect![[r#"
            Proxy(proxy:3128) -
            Proxy(proxy:3128) -
            Proxy(proxy:80) -
            Proxy([::1]:81) Basic YWRhOmw6dmU=
            Proxy(proxy:80) Basic YWRhOg==
            Proxy(proxy:1) Basic YWRhOmFAYg==
            error: a proxy with a user is written as http://USER:PASSWORD@HOST:PORT
            Proxy(proxy:1) Basic YWRhOmE6Ly9i
            error: the proxy's URL is invalid: URL has no host
            error: a proxy with scheme "https" is not supported: expected http://HOST:PORT
            error: a proxy with scheme "socks5" is not supported: expected http://HOST:PORT
            error: the proxy's URL must end after the port
            error: the proxy's URL is invalid: URL has invalid port "x"
            error: the proxy's URL is invalid: URL has no host
            error: the proxy's URL cannot be read: special characters in user and password are written as %XX
            error: the proxy's URL cannot be read: special characters in user and password are written as %XX
            error: the proxy's URL cannot be read: special characters in user and password are written as %XX
            error: the proxy's URL cannot be read: special characters in user and password are written as %XX
        "#]]
        .assert_eq(&table);
    }
}
