//! Certificates for tests, made by `certificates/make.sh`: for 127.0.0.1 and `metrics.example`.

/// The authority that has signed [`SERVER`] and [`CLIENT`].
pub const CA: &[u8] = include_bytes!("../certificates/ca.pem");

/// An authority that has signed nothing but [`INTRUDER`].
pub const STRANGER: &[u8] = include_bytes!("../certificates/stranger.pem");

/// A certificate in PEM form, with its key.
#[derive(Debug, Clone, Copy)]
pub struct Certificate {
    /// The certificate.
    pub certificate: &'static [u8],
    /// Its key.
    pub key: &'static str,
}

/// Of a server on 127.0.0.1 that is also called `metrics.example`.
pub const SERVER: Certificate = Certificate {
    certificate: include_bytes!("../certificates/server.pem"),
    key: include_str!("../certificates/server.key"),
};

/// Of a client that servers know.
pub const CLIENT: Certificate = Certificate {
    certificate: include_bytes!("../certificates/client.pem"),
    key: include_str!("../certificates/client.key"),
};

/// Of a client that they do not know.
pub const INTRUDER: Certificate = Certificate {
    certificate: include_bytes!("../certificates/intruder.pem"),
    key: include_str!("../certificates/intruder.key"),
};
