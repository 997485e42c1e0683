//! What is asked, and how it is checked before anything is sent.

use std::fmt;

use reqwest::header::{
    ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    USER_AGENT,
};
use reqwest::{Method, Url};

use crate::aws::{self, Aws};
use crate::error::FetchError;
use crate::url::{without_path, without_secrets};
use crate::{REDACTED, Secret};

/// Fields that hold no credentials and so may go where a redirect points.
pub(crate) const HARMLESS: [HeaderName; 4] = [ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, USER_AGENT];

/// Fewer bytes are not masked: they occur by chance, and a mask would tell where.
const SHORTEST_MASKED: usize = 4;

/// A request. [`Request::new`] makes a plain one; fields are set as needed.
#[derive(Clone)]
pub struct Request {
    /// The method, such as `GET`.
    pub method: String,
    /// An `http://` or `https://` URL. A user and password in it are taken for [`Auth::Basic`]
    /// unless there is another [`Request::auth`].
    pub url: String,
    /// Header fields, sent in this order; a name may occur more than once.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<Vec<u8>>,
    /// Who asks.
    pub auth: Auth,
    /// When the request may be sent again.
    pub repeat: Repeat,
    /// Which answers are answers.
    pub statuses: Statuses,
    /// How much of the URL errors name.
    pub shown: Shown,
}

/// Credentials that go along with a request, to its own server only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// None but those in the headers.
    #[default]
    None,
    /// `Authorization: Basic …`.
    Basic {
        /// The user.
        user: String,
        /// The password, may be empty.
        password: Secret,
    },
    /// `Authorization: Bearer …`.
    Bearer(Secret),
    /// `Authorization: token …`, as GitHub and InfluxDB have it.
    Token(Secret),
    /// A bearer token that is asked for first, and kept until it expires.
    OAuth2(OAuth2),
    /// A signature of each attempt, as Amazon's services want it.
    Aws(Aws),
}

/// OAuth 2.0 client credentials (RFC 6749, section 4.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct OAuth2 {
    /// Where tokens are issued.
    pub token_url: String,
    /// The client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// The scopes asked for, if any.
    pub scopes: Vec<String>,
}

/// When a failed request may be sent again. Whatever the choice, 429, 502, 503, 504 and a
/// connection that could not be opened are tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Always: it is a question. Also after a 500, a broken connection, and silence.
    Always,
    /// Not if the server may have acted on it already.
    Unheard,
}

/// Which statuses [`crate::Client::send`] takes for an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Statuses {
    /// Those from 200 to 299; others are [`FetchError::Status`].
    #[default]
    Success,
    /// Any, once there is no attempt left; the caller looks.
    Any,
}

/// How much of a URL may be seen in errors. User, password and query never are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Scheme, host and path.
    #[default]
    Path,
    /// Scheme and host, for webhooks whose path is their password.
    Host,
}

impl Request {
    /// A request without headers, body and credentials. It may be repeated if its method says so:
    /// all but POST, PATCH and unknown ones.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        let method = method.into();
        let is_repeatable =
            ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"].contains(&method.as_str());
        Self {
            method,
            url: url.into(),
            headers: Vec::new(),
            body: None,
            auth: Auth::None,
            repeat: if is_repeatable { Repeat::Always } else { Repeat::Unheard },
            statuses: Statuses::Success,
            shown: Shown::Path,
        }
    }

    /// A plain GET.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// Finds what is wrong with the request before it is sent: its URL, method and headers.
    pub fn check(&self) -> Result<(), FetchError> {
        Checked::new(self).map(|_| ())
    }

    /// A text with the secrets of this request masked: servers like to repeat what they were sent.
    ///
    /// Masked are credentials, the values of headers but those that say which kind of text is sent
    /// or wanted, and the query as a whole, each if it has at least four bytes.
    pub fn masked(&self, text: &str) -> String {
        let mut secrets: Vec<&str> = match &self.auth {
            Auth::None => Vec::new(),
            Auth::Basic { password, .. } => vec![password.reveal()],
            Auth::Bearer(token) | Auth::Token(token) => vec![token.reveal()],
            Auth::OAuth2(oauth2) => vec![oauth2.client_secret.reveal()],
            Auth::Aws(aws) => std::iter::once(&aws.secret_access_key)
                .chain(&aws.session_token)
                .map(Secret::reveal)
                .collect(),
        };
        for (name, value) in &self.headers {
            let is_harmless =
                HARMLESS.iter().any(|harmless| harmless.as_str().eq_ignore_ascii_case(name));
            if !is_harmless {
                secrets.push(value);
                // `Bearer TOKEN`: the token may be repeated alone.
                secrets.extend(value.split(' ').next_back());
            }
        }
        let rest = self.url.split_once("://").map_or("", |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        secrets.extend(authority.rsplit_once('@').map(|(user, _)| user));
        secrets.extend(authority.rsplit_once('@').and_then(|(user, _)| user.split(':').nth(1)));
        secrets.extend(self.url.split_once('?').map(|(_, query)| query));
        secrets.retain(|secret| secret.len() >= SHORTEST_MASKED);
        // One may contain another.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, REDACTED))
    }

    /// The part of the URL that may be seen.
    pub fn place(&self) -> String {
        match self.shown {
            Shown::Path => without_secrets(&self.url),
            Shown::Host => without_path(&self.url),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        formatter
            .debug_struct("Request")
            .field("method", &self.method)
            .field("place", &self.place())
            .field("headers", &names)
            .field("bytes", &self.body.as_ref().map_or(0, Vec::len))
            .finish_non_exhaustive()
    }
}

/// A request that can be sent.
#[derive(Clone)]
pub(crate) struct Checked {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) auth: Auth,
}

impl Checked {
    /// Checks method, URL, headers and credentials.
    pub(crate) fn new(request: &Request) -> Result<Self, FetchError> {
        let malformed = |what: String| FetchError::Malformed { place: request.place(), what };
        let mut url =
            web_url(&request.url).ok_or_else(|| FetchError::Url { place: request.place() })?;
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|_| malformed(format!("{:?} is no method", request.method)))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let (name, value) = header(name, value).map_err(malformed)?;
            headers.append(name, value);
        }
        if let (Auth::Aws(_), true) = (&request.auth, url.query().is_some()) {
            // What is sent has to be what is signed.
            url.set_query(Some(&aws::query(&url)));
        }
        let auth = match (&request.auth, user_of(&url)) {
            (Auth::None, Some(basic)) if !headers.contains_key(AUTHORIZATION) => basic,
            (auth, _) => auth.clone(),
        };
        // Neither fails for a URL that has a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        if auth != Auth::None && headers.contains_key(AUTHORIZATION) {
            let what = "there are credentials and an Authorization header: one of them must go";
            return Err(malformed(what.to_owned()));
        }
        if let Auth::Bearer(token) | Auth::Token(token) = &auth
            && HeaderValue::from_str(token.reveal()).is_err()
        {
            return Err(malformed(
                "the token holds a line break or a control character".to_owned(),
            ));
        }
        if let Auth::Aws(aws) = &auth
            && !aws.is_sendable()
        {
            return Err(malformed(
                "a credential holds a line break or a control character".to_owned(),
            ));
        }
        Ok(Self { method, url, headers, body: request.body.clone(), auth })
    }
}

/// The URL of a web server, if it is one.
pub(crate) fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_web = ["http", "https"].contains(&url.scheme()) && url.has_host();
    is_web.then_some(url)
}

/// The user that a URL names.
fn user_of(url: &Url) -> Option<Auth> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let user = decoded(url.username());
    Some(Auth::Basic { user, password: decoded(url.password().unwrap_or_default()).into() })
}

/// Percent-decodes; bytes that are no text become replacement characters.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%').then(|| tail.get(..2)).flatten();
        let byte = escaped
            .and_then(|digits| str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let shown = name;
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| format!("{shown:?} is no name of a header"))?;
    let mut value = HeaderValue::from_bytes(value.as_bytes())
        .map_err(|_| format!("the header {shown} holds a line break or a control character"))?;
    value.set_sensitive(true);
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(user: &str, password: &str) -> Auth {
        Auth::Basic { user: user.to_owned(), password: password.into() }
    }

    #[test]
    fn nothing_secret_is_printed() {
        let mut request = Request::new("POST", "https://u:hush@h/path?token=hush");
        request.headers.push(("X-Key".to_owned(), "hush".to_owned()));
        request.body = Some(b"hush".to_vec());
        request.auth = basic("u", "hush");
        assert_eq!(
            format!("{request:?}"),
            r#"Request { method: "POST", place: "https://h/path", headers: ["X-Key"], bytes: 4, .. }"#
        );
        request.shown = Shown::Host;
        assert!(format!("{request:?}").contains(r#"place: "https://h/…""#));
        let auths = [
            request.auth,
            Auth::Bearer("hush".into()),
            Auth::Token("hush".into()),
            Auth::OAuth2(OAuth2 { client_secret: "hush".into(), ..OAuth2::default() }),
        ];
        for auth in auths {
            assert!(!format!("{auth:?}").contains("hush"), "{auth:?}");
        }
    }

    #[test]
    fn secrets_that_come_back_are_masked() {
        let mut request = Request::get("https://ann:pass%20word@h/p?key=abc&x=1");
        request.headers =
            [("Authorization", "Bearer tok-en"), ("Accept", "text/html"), ("X", "ab")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec();
        request.auth = Auth::Token("tok-en-2".into());
        let check = |text: &str, expected: &str| assert_eq!(request.masked(text), expected);
        check("you sent Bearer tok-en", "you sent [redacted]");
        check("tok-en, tok-en-2", "[redacted], [redacted]");
        check("text/html ab", "text/html ab");
        check("ann:pass%20word or pass%20word", "[redacted] or [redacted]");
        check("no /p?key=abc&x=1 here", "no /p?[redacted] here");
    }

    #[test]
    fn a_user_in_the_url_is_who_asks() {
        let check = |url: &str, auth: Auth, expected: Auth| {
            let checked = Checked::new(&Request { auth, ..Request::get(url) }).unwrap();
            assert_eq!(checked.auth, expected, "{url}");
            assert!(!checked.url.as_str().contains('@'), "{url}");
        };
        check("http://h/", Auth::None, Auth::None);
        check("http://ann:p%40ss@h/", Auth::None, basic("ann", "p@ss"));
        check("http://ann@h/", Auth::None, basic("ann", ""));
        check("http://:key@h/", Auth::None, basic("", "key"));
        check("http://a%2zb%25@h/", Auth::None, basic("a%2zb%", ""));
        check("http://ann:pass@h/", Auth::Bearer("t".into()), Auth::Bearer("t".into()));
    }

    #[test]
    fn what_cannot_be_sent_is_told() {
        let check = |request: Request, expected: &str| {
            let error = Checked::new(&request).map(|_| ()).unwrap_err();
            assert_eq!(error.to_string(), expected);
            assert!(!format!("{error:?}").contains("hush"), "{error:?}");
        };
        let with = |name: &str, value: &str| Request {
            headers: vec![(name.to_owned(), value.to_owned())],
            ..Request::get("http://h/p?hush")
        };
        for url in ["", "payload.json", "file:///etc/passwd", "http://", "ftp://h/"] {
            check(
                Request::get(url),
                &format!("{url}: expected a URL that begins with http:// or https://"),
            );
        }
        check(
            Request::new("GET IT", "http://h/p?hush"),
            "cannot send a request to http://h/p: \"GET IT\" is no method",
        );
        check(
            with("a b", "hush"),
            "cannot send a request to http://h/p: \"a b\" is no name of a header",
        );
        check(
            with("Key", "hush\r\nX: y"),
            "cannot send a request to http://h/p: the header Key holds a line break or a control \
             character",
        );
        let mut twice = with("authorization", "hush");
        twice.auth = Auth::Bearer("hush".into());
        check(
            twice,
            "cannot send a request to http://h/p: there are credentials and an Authorization \
             header: one of them must go",
        );
    }

    #[test]
    fn questions_are_repeated() {
        for method in ["GET", "HEAD", "PUT", "DELETE"] {
            assert_eq!(Request::new(method, "http://h/").repeat, Repeat::Always, "{method}");
        }
        for method in ["POST", "PATCH", "MERGE"] {
            assert_eq!(Request::new(method, "http://h/").repeat, Repeat::Unheard, "{method}");
        }
    }
}
