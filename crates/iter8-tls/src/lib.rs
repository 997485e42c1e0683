//! Whom to trust, and who we are, on encrypted connections: one answer for all clients of this
//! program.
//!
//! The crate makes settings for rustls and opens no connection. Start reading at [`configs`].

use std::fmt;
use std::sync::{Arc, OnceLock};

use iter8_model::secret::Secret;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CipherSuite, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

/// Settings of encrypted connections. The default trusts the authorities of the web, as of the
/// release of this program, and those of the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// Certificates of authorities, in PEM form: only these are trusted.
    pub ca: Option<Vec<u8>>,
    /// The certificate that the client shows if the server wants one.
    pub identity: Option<Identity>,
    /// The name that the server is asked for and must prove, in place of the URL's host. The
    /// field `Host` stays the URL's, and no proxy is used.
    pub server_name: Option<String>,
    /// Takes any certificate for valid. The connection is then private, but with whom is unknown.
    pub skip_verify: bool,
}

/// Why TLS settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The CA certificates.
    #[error("cannot use the CA certificates: {0}")]
    Ca(String),
    /// The client certificate or its key.
    #[error("cannot use the client certificate: {0}")]
    Identity(String),
    /// The server name.
    #[error("cannot use the server name {0:?}: expected a host name")]
    ServerName(String),
}

/// A client certificate.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The certificate and those between it and its authority, in PEM form.
    pub certificates: Vec<u8>,
    /// Its key in PEM form: PKCS #8, PKCS #1 or SEC 1, not encrypted.
    pub key: Secret,
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Identity").finish_non_exhaustive()
    }
}

/// Settings as the TLS library takes them: for the server that is asked, and for those that it
/// redirects to, which see no client certificate. Both offer TLS 1.2 and 1.3, and no protocol by
/// ALPN.
pub fn configs(tls: &Tls) -> Result<(ClientConfig, ClientConfig), TlsError> {
    let builder = || {
        ClientConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider of this build supports TLS 1.2 and 1.3")
    };
    let verifier: Arc<dyn ServerCertVerifier> = if tls.skip_verify {
        Arc::new(AnyCertificate(ring::default_provider()))
    } else {
        let roots = Arc::new(roots(tls.ca.as_deref())?);
        let provider = Arc::new(ring::default_provider());
        WebPkiServerVerifier::builder_with_provider(roots, provider)
            .build()
            .map_err(|error| TlsError::Ca(error.to_string()))?
    };
    let trusting = || builder().dangerous().with_custom_certificate_verifier(Arc::clone(&verifier));
    let anonymous = trusting().with_no_client_auth();
    let Some(identity) = &tls.identity else { return Ok((anonymous.clone(), anonymous)) };
    let problem = |error: &dyn fmt::Display| TlsError::Identity(error.to_string());
    let chain = certificates(&identity.certificates).map_err(|error| problem(&error))?;
    let key = PrivateKeyDer::from_pem_slice(identity.key.reveal().as_bytes())
        .map_err(|_| problem(&"there is no key that is PEM and not encrypted"))?;
    let own = trusting().with_client_auth_cert(chain, key).map_err(|error| problem(&error))?;
    Ok((own, anonymous))
}

/// What can be done, with AES-128 first as browsers have it: it is as safe and costs less.
fn provider() -> CryptoProvider {
    let mut provider = ring::default_provider();
    provider.cipher_suites.sort_by_key(|suite| match suite.suite() {
        CipherSuite::TLS13_AES_128_GCM_SHA256 => 0,
        CipherSuite::TLS13_AES_256_GCM_SHA384 | CipherSuite::TLS13_CHACHA20_POLY1305_SHA256 => 1,
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
        | CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 => 2,
        _ => 3,
    });
    provider
}

/// The name to ask servers for in place of that of the URL; `None` for that of the URL.
pub fn server_name(tls: &Tls) -> Result<Option<String>, TlsError> {
    let Some(name) = &tls.server_name else { return Ok(None) };
    match ServerName::try_from(name.as_str()) {
        Ok(ServerName::DnsName(name)) => Ok(Some(name.as_ref().to_owned())),
        _ => Err(TlsError::ServerName(name.clone())),
    }
}

fn roots(ca: Option<&[u8]>) -> Result<RootCertStore, TlsError> {
    let Some(pem) = ca else { return Ok(everyday_roots().clone()) };
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem).map_err(TlsError::Ca)? {
        roots.add(certificate).map_err(|error| TlsError::Ca(error.to_string()))?;
    }
    Ok(roots)
}

/// The authorities of the web, which an image without any files needs, and those of the machine,
/// which a company may have added to. What the machine has and nobody can read is left out.
fn everyday_roots() -> &'static RootCertStore {
    static ROOTS: OnceLock<RootCertStore> = OnceLock::new();
    ROOTS.get_or_init(|| {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots
    })
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(found) if found.is_empty() => Err("there is no certificate in PEM form".to_owned()),
        Ok(found) => Ok(found),
        // The library's message may quote what is not a certificate, such as a key.
        Err(_) => Err("there is something else than certificates in PEM form".to_owned()),
    }
}

/// Takes any certificate, but checks that the server has its key.
#[derive(Debug)]
struct AnyCertificate(CryptoProvider);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(tls: &Tls) -> String {
        let error = configs(tls).map(|_| ()).unwrap_err();
        assert!(!format!("{error:?}{tls:?}").contains("hush"), "{error:?}");
        error.to_string()
    }

    #[test]
    fn the_default_is_usable() {
        let (own, foreign) = configs(&Tls::default()).unwrap();
        assert!(!own.client_auth_cert_resolver.has_certs());
        assert!(!foreign.client_auth_cert_resolver.has_certs());
    }

    #[test]
    fn broken_certificates_are_told_without_quoting_them() {
        let none = "there is no certificate in PEM form";
        let ca = |pem: &str| problem(&Tls { ca: Some(pem.into()), ..Tls::default() });
        assert_eq!(ca(""), format!("cannot use the CA certificates: {none}"));
        assert_eq!(ca("hush"), format!("cannot use the CA certificates: {none}"));
        let key = "-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----\n";
        assert!(ca(key).starts_with("cannot use the CA certificates: there is"), "{}", ca(key));
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(ca(broken).starts_with("cannot use the CA certificates: "));
        let identity = |certificates: &str, key: &str| {
            let identity = Identity { certificates: certificates.into(), key: key.into() };
            problem(&Tls { identity: Some(identity), ..Tls::default() })
        };
        assert_eq!(identity("", key), format!("cannot use the client certificate: {none}"));
        assert_eq!(
            identity(broken, "hush"),
            "cannot use the client certificate: there is no key that is PEM and not encrypted"
        );
    }

    #[test]
    fn server_names_are_host_names() {
        let check = |name: &str, is_fine: bool| {
            let tls = Tls { server_name: Some(name.to_owned()), ..Tls::default() };
            assert_eq!(server_name(&tls).is_ok(), is_fine, "{name}");
        };
        check("prometheus.example", true);
        check("localhost", true);
        check("10.0.0.1", false);
        check("a b", false);
        check("", false);
        assert!(server_name(&Tls::default()).unwrap().is_none());
    }
}
