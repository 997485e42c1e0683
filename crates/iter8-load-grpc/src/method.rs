//! The method that a test calls.

use std::fmt;
use std::str::FromStr;

use iter8_model::suggest::closest;
use prost_reflect::{DescriptorPool, MessageDescriptor, MethodDescriptor, ServiceDescriptor};

/// The name of a method, as in `package.Service.Method` or `package.Service/Method`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallName {
    /// Full name of the service.
    pub service: String,
    /// Name of the method in it.
    pub method: String,
}

/// Which sides of a call send a stream of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Streaming {
    /// Neither.
    Unary,
    /// The client.
    Client,
    /// The server.
    Server,
    /// Both.
    Both,
}

/// A method with its types.
#[derive(Debug, Clone)]
pub struct Method {
    descriptor: MethodDescriptor,
    path: String,
}

/// Why there is no such method.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MethodError {
    /// The name is none.
    #[error("{0:?} names no method: expected package.Service.Method or package.Service/Method")]
    Name(String),
    /// There is no such service.
    #[error("there is no service {name:?}; services are {}", known.join(", "))]
    Service {
        /// What was asked for.
        name: String,
        /// Those that there are.
        known: Vec<String>,
        /// The one that may be meant.
        near: Option<String>,
    },
    /// The service has no such method.
    #[error("service {service} has no method {name:?}; methods are {}", known.join(", "))]
    Method {
        /// The service.
        service: String,
        /// What was asked for.
        name: String,
        /// Those that it has.
        known: Vec<String>,
        /// The one that may be meant.
        near: Option<String>,
    },
}

impl MethodError {
    /// The known name that may be meant.
    pub fn near(&self) -> Option<&str> {
        match self {
            Self::Name(_) => None,
            Self::Service { near, .. } | Self::Method { near, .. } => near.as_deref(),
        }
    }
}

impl FromStr for CallName {
    type Err = MethodError;

    fn from_str(text: &str) -> Result<Self, MethodError> {
        let name = text.trim().trim_start_matches(['.', '/']);
        let parts = name.split_once('/').or_else(|| name.rsplit_once('.'));
        let is_name = |part: &str| {
            let word = |word: &str| {
                !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            };
            part.split('.').all(word)
        };
        match parts {
            Some((service, method)) if is_name(service) && is_name(method) => {
                Ok(Self { service: service.to_owned(), method: method.to_owned() })
            }
            _ => Err(MethodError::Name(text.to_owned())),
        }
    }
}

impl fmt::Display for CallName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.service, self.method)
    }
}

impl Method {
    /// Finds a method.
    pub fn find(pool: &DescriptorPool, name: &CallName) -> Result<Self, MethodError> {
        let service = service(pool, &name.service)?;
        let Some(descriptor) = service.methods().find(|method| method.name() == name.method) else {
            let mut known: Vec<_> = service.methods().map(|one| one.name().to_owned()).collect();
            known.sort();
            let (service, name) = (name.service.clone(), name.method.clone());
            return Err(MethodError::Method { near: near(&name, &known), service, name, known });
        };
        let path = format!("/{}/{}", service.full_name(), descriptor.name());
        Ok(Self { descriptor, path })
    }

    /// The path of requests: `/package.Service/Method`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Which sides stream.
    pub fn streaming(&self) -> Streaming {
        match (self.descriptor.is_client_streaming(), self.descriptor.is_server_streaming()) {
            (false, false) => Streaming::Unary,
            (true, false) => Streaming::Client,
            (false, true) => Streaming::Server,
            (true, true) => Streaming::Both,
        }
    }

    /// The type of what is sent.
    pub fn input(&self) -> MessageDescriptor {
        self.descriptor.input()
    }

    /// The type of what comes back.
    pub fn output(&self) -> MessageDescriptor {
        self.descriptor.output()
    }

    pub(crate) fn descriptor(&self) -> &MethodDescriptor {
        &self.descriptor
    }
}

impl Streaming {
    /// Whether the client sends any number of messages.
    pub fn is_client(self) -> bool {
        matches!(self, Self::Client | Self::Both)
    }

    /// Whether the server sends any number of messages.
    pub fn is_server(self) -> bool {
        matches!(self, Self::Server | Self::Both)
    }
}

fn service(pool: &DescriptorPool, name: &str) -> Result<ServiceDescriptor, MethodError> {
    pool.get_service_by_name(name).ok_or_else(|| {
        let mut known: Vec<_> = pool.services().map(|one| one.full_name().to_owned()).collect();
        known.sort();
        MethodError::Service { name: name.to_owned(), near: near(name, &known), known }
    })
}

fn near(name: &str, known: &[String]) -> Option<String> {
    closest(name, known.iter().map(String::as_str)).map(str::to_owned)
}
