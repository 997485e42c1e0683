//! Where redirects lead.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use iter8_sockets::Endpoint;

use crate::message::Message;
use crate::request::{Redirected, RequestPlan};
use crate::url::{Origin, Url};

/// Most hops of one request, as in common clients; a longer chain is a loop.
pub(crate) const MAX_HOPS: u32 = 10;

/// Most foreign origins remembered: a service redirects to a few, and a test must not grow.
const MAX_ORIGINS: usize = 64;

/// A request on its way after a redirect.
#[derive(Debug)]
pub(crate) struct Hop {
    pub(crate) url: Url,
    pub(crate) method: String,
    keeps_body: bool,
    pub(crate) message: Message,
    /// The number of this hop, from 1.
    pub(crate) number: u32,
}

impl Hop {
    /// The next request after a response with `status` and `location` to the request of `from`,
    /// or to the first one. `None` when the redirect leads nowhere.
    pub(crate) fn next(
        plan: &RequestPlan,
        from: Option<&Self>,
        status: u16,
        location: &str,
    ) -> Option<Self> {
        let number = from.map_or(0, |hop| hop.number) + 1;
        if number > MAX_HOPS {
            return None;
        }
        let url = from.map_or(&plan.url, |hop| &hop.url).join(location).ok()?;
        let method = from.map_or(plan.method.as_str(), |hop| &hop.method);
        // RFC 9110, section 15.4: 303 asks for a GET; after 301 and 302 a POST becomes one, as
        // every browser does it; 307 and 308 repeat the request.
        let becomes_get = match status {
            303 => method != "HEAD",
            301 | 302 => method == "POST",
            _ => false,
        };
        let keeps_body = !becomes_get && from.is_none_or(|hop| hop.keeps_body);
        let method = if becomes_get { "GET" } else { method }.to_owned();
        let message = plan.redirected(&Redirected { url: &url, method: &method, keeps_body });
        Some(Self { url, method, keeps_body, message, number })
    }
}

/// The endpoints of foreign origins, found when they are first met.
#[derive(Debug, Default)]
pub(crate) struct Destinations {
    known: Mutex<HashMap<Origin, Option<Arc<Endpoint>>>>,
}

impl Destinations {
    /// The endpoint of an origin; `None` when there is none, which is remembered too.
    ///
    /// The first call for a name finds it, which blocks its worker for as long as the resolver needs;
    /// later ones do not.
    pub(crate) fn endpoint(
        &self,
        origin: &Origin,
        find: impl FnOnce() -> Option<Endpoint>,
    ) -> Option<Arc<Endpoint>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(endpoint) = known.get(origin) {
            return endpoint.clone();
        }
        if known.len() >= MAX_ORIGINS {
            return None;
        }
        let endpoint = find().map(Arc::new);
        known.insert(origin.clone(), endpoint.clone());
        endpoint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Target;

    fn plan(method: &str) -> RequestPlan {
        let target = Target {
            method: Some(method.to_owned()),
            body: Arc::from(*b"body"),
            ..Target::new("http://a/b")
        };
        RequestPlan::own(&target).unwrap()
    }

    #[test]
    fn methods_change_as_browsers_do_it() {
        for (method, status, expected, keeps_body) in [
            ("POST", 301, "GET", false),
            ("POST", 302, "GET", false),
            ("PUT", 302, "PUT", true),
            ("POST", 303, "GET", false),
            ("PUT", 303, "GET", false),
            ("HEAD", 303, "HEAD", true),
            ("POST", 307, "POST", true),
            ("DELETE", 308, "DELETE", true),
        ] {
            let hop = Hop::next(&plan(method), None, status, "/c").unwrap();
            assert_eq!((hop.method.as_str(), hop.keeps_body), (expected, keeps_body), "{status}");
            assert_eq!(hop.message.lead().ends_with(b"body"), keeps_body, "{method} {status}");
        }
    }

    #[test]
    fn a_body_once_dropped_stays_dropped_and_chains_end() {
        let plan = plan("POST");
        let mut hop = Hop::next(&plan, None, 303, "x/1").unwrap();
        assert_eq!(hop.url.to_string(), "http://a/x/1");
        hop = Hop::next(&plan, Some(&hop), 307, "2").unwrap();
        assert_eq!((hop.url.to_string().as_str(), hop.keeps_body), ("http://a/x/2", false));
        for _ in 2..MAX_HOPS {
            hop = Hop::next(&plan, Some(&hop), 307, "2").unwrap();
        }
        assert!(Hop::next(&plan, Some(&hop), 307, "2").is_none());
        assert!(Hop::next(&plan, None, 302, "ftp://a/").is_none());
    }

    #[test]
    fn origins_are_remembered_and_bounded() {
        let destinations = Destinations::default();
        let endpoint = |n: usize| {
            let url = Url::parse(&format!("http://127.0.0.1:{}", n + 1)).unwrap();
            let found = Endpoint { peers: Arc::from([]), tunnel: None, encryption: None };
            destinations.endpoint(url.origin(), || Some(found))
        };
        assert!((0..MAX_ORIGINS).all(|n| endpoint(n).is_some()));
        assert!(endpoint(MAX_ORIGINS).is_none());
        assert!(Arc::ptr_eq(&endpoint(3).unwrap(), &endpoint(3).unwrap()));
    }
}
