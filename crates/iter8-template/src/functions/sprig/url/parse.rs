//! Taking a URL apart.

use std::net::IpAddr;

use super::escape::{Part, escape, unescape};
use crate::print::quote;

/// The parts of a URL, without their escapes except in the query and where it is opaque.
#[derive(Debug, Default)]
pub(super) struct Url {
    pub(super) scheme: Vec<u8>,
    pub(super) opaque: Vec<u8>,
    pub(super) user: Option<User>,
    /// Name or address, with the port.
    pub(super) host: Vec<u8>,
    pub(super) path: Vec<u8>,
    pub(super) query: Vec<u8>,
    pub(super) fragment: Vec<u8>,
}

/// Who asks.
#[derive(Debug)]
pub(super) struct User {
    name: Vec<u8>,
    password: Option<Vec<u8>>,
}

impl User {
    /// As it stands in a URL.
    pub(super) fn print(&self) -> Vec<u8> {
        let mut text = escape(&self.name, Part::UserOrPassword);
        if let Some(password) = &self.password {
            text.push(b':');
            text.extend(escape(password, Part::UserOrPassword));
        }
        text
    }
}

impl Url {
    /// Parses any URL, absolute or relative. The error is in Go's words.
    pub(super) fn parse(text: &[u8]) -> Result<Self, String> {
        let (before, fragment) = cut(text, b'#').unwrap_or((text, b""));
        let error = |text, error| format!("parse {}: {error}", quote(text));
        let mut url = Self::without_fragment(before).map_err(|message| error(before, message))?;
        url.fragment =
            unescape(fragment, Part::Fragment).map_err(|message| error(text, message))?;
        Ok(url)
    }

    /// The host without port and without the brackets of an IPv6 address.
    pub(super) fn hostname(&self) -> &[u8] {
        let colon = self.host.iter().rposition(|byte| *byte == b':');
        let host = match colon {
            Some(colon) if is_port(&self.host[colon..]) => &self.host[..colon],
            _ => &self.host,
        };
        let inner = host.strip_prefix(b"[").and_then(|host| host.strip_suffix(b"]"));
        inner.unwrap_or(host)
    }

    fn without_fragment(text: &[u8]) -> Result<Self, String> {
        if text.iter().any(u8::is_ascii_control) {
            return Err("net/url: invalid control character in URL".to_owned());
        }
        let mut url = Self::default();
        if text == b"*" {
            url.path = text.to_vec();
            return Ok(url);
        }
        let (scheme, rest) = split_scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (rest, query) = cut(rest, b'?').unwrap_or((rest, b""));
        url.query = query.to_vec();
        if !rest.starts_with(b"/") {
            if !scheme.is_empty() {
                url.opaque = rest.to_vec();
                return Ok(url);
            }
            if cut(rest, b'/').map_or(rest, |(segment, _)| segment).contains(&b':') {
                return Err("first path segment in URL cannot contain colon".to_owned());
            }
        }
        let mut path = rest;
        if rest.starts_with(b"//") && (!scheme.is_empty() || !rest.starts_with(b"///")) {
            let end = rest[2..].iter().position(|byte| *byte == b'/');
            let end = end.map_or(rest.len(), |end| end + 2);
            url.set_authority(&rest[2..end])?;
            path = &rest[end..];
        }
        url.path = unescape(path, Part::Path)?;
        Ok(url)
    }

    /// Sets user and host.
    fn set_authority(&mut self, authority: &[u8]) -> Result<(), String> {
        let at = authority.iter().rposition(|byte| *byte == b'@');
        self.host = host(&authority[at.map_or(0, |at| at + 1)..])?;
        if let Some(at) = at {
            let userinfo = &authority[..at];
            let is_valid =
                |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
            if !userinfo.iter().all(is_valid) {
                return Err("net/url: invalid userinfo".to_owned());
            }
            let unescape = |text| unescape(text, Part::UserOrPassword);
            self.user = Some(match cut(userinfo, b':') {
                Some((name, password)) => {
                    User { name: unescape(name)?, password: Some(unescape(password)?) }
                }
                None => User { name: unescape(userinfo)?, password: None },
            });
        }
        Ok(())
    }
}

/// What is before and behind the first of some byte.
fn cut(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let place = text.iter().position(|byte| *byte == at)?;
    Some((&text[..place], &text[place + 1..]))
}

/// The scheme, empty if there is none, and what follows it.
fn split_scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    let is_part = |(place, byte): (usize, &u8)| {
        byte.is_ascii_alphabetic()
            || (place > 0 && (byte.is_ascii_digit() || b"+-.".contains(byte)))
    };
    let end = text.iter().enumerate().take_while(|part| is_part(*part)).count();
    match text.get(end) {
        Some(b':') if end == 0 => Err("missing protocol scheme".to_owned()),
        Some(b':') => Ok((&text[..end], &text[end + 1..])),
        _ => Ok((b"", text)),
    }
}

/// Nothing, or a colon and digits, which may be missing.
fn is_port(text: &[u8]) -> bool {
    match text.split_first() {
        None => true,
        Some((first, digits)) => *first == b':' && digits.iter().all(u8::is_ascii_digit),
    }
}

fn invalid_port(text: &[u8]) -> String {
    format!("invalid port {} after host", quote(text))
}

fn host(text: &[u8]) -> Result<Vec<u8>, String> {
    match text.iter().rposition(|byte| *byte == b'[') {
        Some(0) => return ipv6(text),
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    // Databases have lists of hosts with ports, so that colons before the last one are no mistake.
    match text.iter().rposition(|byte| *byte == b':').map(|colon| &text[colon..]) {
        Some(port) if !is_port(port) => Err(invalid_port(port)),
        _ => unescape(text, Part::Host),
    }
}

/// An address in brackets, with its port.
fn ipv6(text: &[u8]) -> Result<Vec<u8>, String> {
    let end = text.iter().rposition(|byte| *byte == b']').ok_or("missing ']' in host")?;
    let (address, port) = (&text[1..end], &text[end + 1..]);
    if !is_port(port) {
        return Err(invalid_port(port));
    }
    let zone = address.windows(3).position(|sequence| sequence == b"%25");
    let (host, zone) = address.split_at(zone.unwrap_or(address.len()));
    let plain = [unescape(host, Part::Host)?, unescape(zone, Part::Zone)?].concat();
    let number = String::from_utf8_lossy(cut(&plain, b'%').map_or(&plain, |(number, _)| number));
    let reason = match number.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => return Err("invalid IP-literal".to_owned()),
        Ok(IpAddr::V6(_)) if plain.ends_with(b"%") => "zone must be a non-empty string",
        Ok(IpAddr::V6(_)) => "",
        Err(_) => "unable to parse IP",
    };
    if !reason.is_empty() {
        return Err(format!("invalid host: ParseAddr({}): {reason}", quote(&plain)));
    }
    Ok([b"[", plain.as_slice(), b"]", port].concat())
}
