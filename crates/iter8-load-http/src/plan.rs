//! What to send and where, as checked.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use iter8_template::Zone;
use iter8_tls::Tls;

use crate::compose::Maker;
use crate::http2::Http2Messages;
use crate::message::Message;
use crate::proxy::Proxy;
use crate::request::RequestPlan;
use crate::rotation::Rotation;
use crate::target::{Preflight, Target, TargetError, Version};
use crate::url::Url;

/// A checked [`Target`].
#[derive(Debug, Clone)]
pub struct HttpPlan {
    pub(crate) url: Url,
    /// At least one.
    pub(crate) requests: Vec<RequestPlan>,
    pub(crate) rotation: Rotation,
    /// What templates call local.
    pub(crate) zone: Zone,
    pub(crate) unix_socket: Option<PathBuf>,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) tls: Tls,
    pub(crate) timeout: Duration,
    pub(crate) version: Version,
    pub(crate) follow_redirects: bool,
    pub(crate) preflight: Preflight,
    pub(crate) seed: u64,
}

impl TryFrom<Target> for HttpPlan {
    type Error = TargetError;

    fn try_from(target: Target) -> Result<Self, TargetError> {
        // What all requests share is checked where it stands.
        let own = RequestPlan::own(&target)?;
        if target.timeout.is_zero() {
            return Err(TargetError::ZeroTimeout);
        }
        if target.proxy.is_some() && target.unix_socket.is_some() {
            return Err(TargetError::ProxyAndSocket);
        }
        let url = own.url.clone();
        let weights: Vec<NonZeroU64> = target.requests.iter().map(|entry| entry.weight).collect();
        let rotation = Rotation::new(&weights).map_err(|long| TargetError::Weights(long.0))?;
        let entries = target.requests.iter().enumerate().map(|(index, entry)| {
            RequestPlan::of_entry(&target, &own, entry).map_err(|error| error.of_request(index))
        });
        let mut requests = entries.collect::<Result<Vec<_>, _>>()?;
        let has_entries = !requests.is_empty();
        if !has_entries {
            requests.push(own);
        }
        let plan = Self {
            url,
            requests,
            rotation,
            zone: target.template.unwrap_or(Zone::UTC),
            unix_socket: target.unix_socket,
            proxy: target.proxy,
            tls: target.tls,
            timeout: target.timeout,
            version: target.version,
            follow_redirects: target.follow_redirects,
            preflight: target.preflight,
            seed: target.seed,
        };
        plan.check_templates(has_entries)?;
        plan.check_version()?;
        Ok(plan)
    }
}

impl HttpPlan {
    /// Requests that each connection carries at a time.
    pub fn width(&self) -> NonZeroUsize {
        match self.version {
            Version::Http1 => NonZeroUsize::MIN,
            Version::Http2 { streams } => streams,
        }
    }

    /// Makes each request once: what is wrong with a template mostly shows then.
    fn check_templates(&self, has_entries: bool) -> Result<(), TargetError> {
        if !self.requests.iter().any(RequestPlan::is_made) {
            return Ok(());
        }
        if self.follow_redirects {
            return Err(TargetError::TemplateRedirects);
        }
        let mut maker = Maker::new(self, 0);
        for (index, request) in self.requests.iter().enumerate() {
            if let Err(error) = maker.make(request, index as u64, 0) {
                let error = TargetError::Template(error);
                return Err(if has_entries { error.of_request(index) } else { error });
            }
        }
        Ok(())
    }

    fn check_version(&self) -> Result<(), TargetError> {
        if self.version == Version::Http1 {
            return Ok(());
        }
        if self.follow_redirects {
            return Err(TargetError::NeedsHttp1("following redirects"));
        }
        if !self.requests.iter().all(|request| request.keep_alive) {
            return Err(TargetError::NeedsHttp1("a connection for each request"));
        }
        Http2Messages::new(self).map(|_| ()).map_err(TargetError::Http2)
    }

    /// The requests, ready to be sent over HTTP/1.1.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.requests.iter().map(RequestPlan::message).collect()
    }
}

#[cfg(test)]
mod tests;
