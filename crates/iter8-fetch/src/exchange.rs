//! One attempt: a request, the redirects that it meets, and the body of the answer.

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use iter8_tls::Tls;
use jiff::Timestamp;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, LOCATION,
};
use reqwest::{Method, Url};
use rustls::ClientConfig;

use crate::aws::{Aws, Signed};
use crate::error::{Cause, ClientError};
use crate::limits::Limits;
use crate::request::{Auth, Checked, HARMLESS, web_url};
use crate::response::Response;
use crate::url::{authority, may_share};

/// Most hosts for which connections with a server name of their own are kept.
const MOST_NAMED: usize = 16;

/// What an attempt brought.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Why an attempt brought nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The time was over.
    Timeout,
    /// No connection. It is settled if another attempt would end the same.
    Connect { host: String, is_settled: bool, source: Cause },
    /// No whole answer.
    Transport { source: Cause },
    /// A body above the limit.
    TooLarge,
    /// A redirect that is not followed.
    Redirect { status: u16, what: String },
    /// No token.
    Auth {
        place: String,
        what: String,
        is_passing: bool,
        pause: Option<Duration>,
        source: Option<Cause>,
    },
}

/// The connections of a client.
pub(crate) struct Connections {
    /// To servers that the user names.
    own: reqwest::Client,
    /// To those that they redirect to.
    foreign: reqwest::Client,
    named: Option<Named>,
}

/// Whether the user trusts a server with credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    /// It is the one that the user names.
    Named,
    /// It is another one, which sees no client certificate and need not have the server name.
    Other,
}

/// Connections whose TLS asks for another name than the URL's host.
struct Named {
    name: String,
    config: ClientConfig,
    by_host: Mutex<BTreeMap<String, reqwest::Client>>,
}

impl Connections {
    pub(crate) fn new(tls: &Tls) -> Result<Self, ClientError> {
        let setup = |error: reqwest::Error| ClientError::Setup(error.into());
        let (own, foreign) = iter8_tls::configs(tls)?;
        let named = iter8_tls::server_name(tls)?.map(|name| Named {
            name,
            config: own.clone(),
            by_host: Mutex::default(),
        });
        Ok(Self {
            own: builder(own).build().map_err(setup)?,
            foreign: builder(foreign).build().map_err(setup)?,
            named,
        })
    }

    /// Sends a request, follows redirects and reads the answer.
    pub(crate) async fn exchange(
        &self,
        request: &Checked,
        server: Server,
        limits: &Limits,
    ) -> Result<Answer, Failure> {
        let mut hop = Hop { request: request.clone(), server };
        let mut followed = 0;
        loop {
            let response = self.send(&hop).await?;
            let status = response.status().as_u16();
            let next = match limits.redirects {
                0 => None,
                _ => hop.redirected(status, response.headers())?,
            };
            let Some(next) = next else { return read(response, limits.largest).await };
            if followed == limits.redirects {
                let what = format!("redirects more than {followed} times");
                return Err(Failure::Redirect { status, what });
            }
            followed += 1;
            hop = next;
        }
    }

    async fn send(&self, hop: &Hop) -> Result<reqwest::Response, Failure> {
        let Hop { request, server } = hop;
        let mut url = request.url.clone();
        let mut headers = request.headers.clone();
        let client = match (server, &self.named) {
            (Server::Other, _) => self.foreign.clone(),
            (Server::Named, Some(named)) if url.scheme() == "https" => {
                let client = named.client(&url).map_err(|error| failure(error, &request.url))?;
                if let (false, Ok(host)) = (headers.contains_key(HOST), authority(&url).parse()) {
                    headers.insert(HOST, host);
                }
                url.set_host(Some(&named.name)).map_err(|error| Failure::Connect {
                    host: named.name.clone(),
                    is_settled: true,
                    source: error.into(),
                })?;
                client
            }
            (Server::Named, _) => self.own.clone(),
        };
        if let Auth::Aws(aws) = &request.auth {
            sign(aws, request, &url, &mut headers);
        }
        let mut builder = client.request(request.method.clone(), url).headers(headers);
        builder = match &request.auth {
            Auth::None | Auth::OAuth2(_) | Auth::Aws(_) => builder,
            Auth::Basic { user, password } => builder.basic_auth(user, Some(password.reveal())),
            Auth::Bearer(token) => builder.bearer_auth(token.reveal()),
            Auth::Token(token) => {
                builder.header(AUTHORIZATION, format!("token {}", token.reveal()))
            }
        };
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        builder.send().await.map_err(|error| failure(error, &request.url))
    }
}

/// Adds the fields that sign a request.
fn sign(aws: &Aws, request: &Checked, url: &Url, headers: &mut HeaderMap) {
    let body = request.body.as_deref().unwrap_or_default();
    let signed = Signed { method: &request.method, url, headers, body };
    for (name, value) in aws.sign(&signed, Timestamp::now()) {
        // What they are made of was checked with the request.
        if let Ok(mut value) = HeaderValue::from_str(&value) {
            value.set_sensitive(true);
            headers.insert(name, value);
        }
    }
}

impl Named {
    fn client(&self, url: &Url) -> Result<reqwest::Client, reqwest::Error> {
        let host = url.host_str().unwrap_or_default();
        let mut by_host = self.by_host.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = by_host.get(host) {
            return Ok(client.clone());
        }
        let address = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let resolver = AddressOf(address);
        let client = builder(self.config.clone()).no_proxy().dns_resolver(resolver).build()?;
        if by_host.len() >= MOST_NAMED {
            by_host.clear();
        }
        by_host.insert(host.to_owned(), client.clone());
        Ok(client)
    }
}

/// Finds the addresses of one host, whatever name is asked for.
struct AddressOf(String);

impl Resolve for AddressOf {
    fn resolve(&self, _: Name) -> Resolving {
        let host = self.0.clone();
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((host, 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// A request on its way through redirects.
struct Hop {
    request: Checked,
    /// Once it has left the named server, it never comes back to it.
    server: Server,
}

impl Hop {
    /// The request to where an answer redirects, if it does.
    fn redirected(&self, status: u16, headers: &HeaderMap) -> Result<Option<Self>, Failure> {
        let (301..=303 | 307 | 308) = status else { return Ok(None) };
        let Some(location) = headers.get(LOCATION) else { return Ok(None) };
        let refused = |what: &str| Failure::Redirect { status, what: what.to_owned() };
        let target = str::from_utf8(location.as_bytes()).ok();
        let mut url = target
            .and_then(|target| self.request.url.join(target).ok())
            .and_then(|url| web_url(url.as_str()))
            .ok_or_else(|| refused("redirects to something that is no web server"))?;
        // The answer of a server is no place to take a user from.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let mut next = Self { request: self.request.clone(), server: self.server };
        let request = &mut next.request;
        let becomes_get = match status {
            303 => request.method != Method::HEAD,
            301 | 302 => request.method == Method::POST,
            _ => false,
        };
        if becomes_get {
            request.method = Method::GET;
            request.body = None;
            request.headers.remove(CONTENT_TYPE);
        }
        if !may_share(&self.request.url, &url) {
            next.server = Server::Other;
        }
        if next.server == Server::Other {
            if request.body.is_some() {
                return Err(refused("redirects to another server, where the body must not go"));
            }
            request.auth = Auth::None;
            let kept = |name: &HeaderName| HARMLESS.contains(name);
            let names: Vec<HeaderName> = request.headers.keys().cloned().collect();
            for name in names.iter().filter(|name| !kept(name)) {
                request.headers.remove(name);
            }
        }
        request.url = url;
        Ok(Some(next))
    }
}

/// The only way to make a client: what is sent, followed and repeated is decided here, not there.
fn builder(config: ClientConfig) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .user_agent(concat!("iter8/", env!("CARGO_PKG_VERSION")))
}

/// Reads a body. That of a failure is a message at best: its beginning will do, and it may break.
async fn read(mut response: reqwest::Response, largest: u64) -> Result<Answer, Failure> {
    let is_success = response.status().is_success();
    let largest = if is_success { largest } else { largest.min(Response::LARGEST_OF_FAILURE) };
    let url = response.url().clone();
    let length = response.content_length();
    if is_success && length.is_some_and(|length| length > largest) {
        return Err(Failure::TooLarge);
    }
    // Room that is not used takes no memory.
    let room = usize::try_from(length.unwrap_or_default().min(largest)).unwrap_or_default();
    let mut body = Vec::with_capacity(room);
    loop {
        match response.chunk().await {
            Ok(None) => break,
            Ok(Some(chunk)) => {
                let room = usize::try_from(largest).unwrap_or(usize::MAX) - body.len();
                if chunk.len() > room && is_success {
                    return Err(Failure::TooLarge);
                }
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() > room {
                    break;
                }
            }
            Err(_) if !is_success => break,
            Err(error) => return Err(failure(error, &url)),
        }
    }
    let status = response.status().as_u16();
    Ok(Answer { status, headers: std::mem::take(response.headers_mut()), body })
}

fn failure(error: reqwest::Error, url: &Url) -> Failure {
    // The library puts URLs into its errors, with whatever they hold.
    let error = error.without_url();
    if error.is_connect() {
        let is_settled = is_about_certificates(&error);
        return Failure::Connect { host: authority(url), is_settled, source: cause(error) };
    }
    Failure::Transport { source: cause(error) }
}

/// What lies behind an error of the library, whose own words say little.
fn cause(error: reqwest::Error) -> Cause {
    let mut texts = Vec::new();
    let mut next = error.source();
    while let Some(source) = next {
        texts.push(source.to_string());
        next = source.source();
    }
    texts.retain(|text| !text.starts_with("client error ("));
    texts.dedup();
    if texts.is_empty() { error.into() } else { texts.join(": ").into() }
}

/// Whether TLS failed over certificates, which the next attempt would meet again.
fn is_about_certificates(error: &(dyn Error + 'static)) -> bool {
    if let Some(found) = error.downcast_ref::<rustls::Error>() {
        return matches!(found, rustls::Error::InvalidCertificate(_));
    }
    // An I/O error passes over what it holds when it is asked for its source.
    let held = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    let deeper = held.map(|held| held as &(dyn Error + 'static)).or_else(|| error.source());
    deeper.is_some_and(is_about_certificates)
}
