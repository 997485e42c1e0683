//! Fetching payloads and values: bounded in time and size, and only if the server says it is fine.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, StatusCode};

/// Longest time of a download, from name resolution to the last byte. Payloads and values files
/// are small; a server that needs longer is not one to wait for.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Largest download. The body is held in memory for the whole load test.
pub const LARGEST: u64 = 256 * 1024 * 1024;

/// Why a download failed.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// Not the URL of a web server.
    #[error("failed to download {url}: expected a URL that begins with http:// or https://")]
    Url {
        /// What was given.
        url: String,
    },
    /// No answer, or a broken one.
    #[error("failed to download {url}")]
    Request {
        /// From where.
        url: String,
        /// What happened.
        source: reqwest::Error,
    },
    /// An answer that is not the file.
    #[error("failed to download {url}: the server answered {status}")]
    Status {
        /// From where.
        url: String,
        /// The answer.
        status: StatusCode,
    },
    /// More than [`LARGEST`] bytes.
    #[error("failed to download {url}: more than {LARGEST} bytes")]
    TooLarge {
        /// From where.
        url: String,
    },
}

/// Downloads a file whole. Follows redirects, as browsers do.
///
/// Cancel-safe: a dropped download leaves nothing behind.
pub async fn download(url: &str) -> Result<Vec<u8>, DownloadError> {
    let shown = without_secrets(url);
    if !is_web(url) {
        return Err(DownloadError::Url { url: shown });
    }
    let failed = |source: reqwest::Error| DownloadError::Request {
        url: shown.clone(),
        source: source.without_url(),
    };
    let client = client().map_err(failed)?;
    let mut response = client.get(url).send().await.map_err(failed)?;
    if !response.status().is_success() {
        return Err(DownloadError::Status { url: shown, status: response.status() });
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if (body.len() + chunk.len()) as u64 > LARGEST {
            return Err(DownloadError::TooLarge { url: shown });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Whether a text is the URL of a web server.
pub(crate) fn is_web(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

/// The only way to make a client: with a time limit, and with the roots that are in the binary.
fn client() -> Result<Client, reqwest::Error> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider of this build supports TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .timeout(TIMEOUT)
        .user_agent(concat!("iter8/", env!("CARGO_PKG_VERSION")))
        .tls_backend_preconfigured(tls)
        .build()
}

/// The URL without user, password and query, which may hold tokens.
fn without_secrets(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{path}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use iter8_testkit::{Script, ScriptedServer, Step};

    use super::*;

    async fn from(steps: Vec<Step>) -> Result<Vec<u8>, String> {
        let server = ScriptedServer::start(Script::always(steps));
        download(&format!("{}/file?token=secret", server.url())).await.map_err(|error| {
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
            error.to_string().replace(&server.url(), "SERVER")
        })
    }

    #[tokio::test]
    async fn only_what_the_server_calls_fine_is_a_file() {
        assert_eq!(from(vec![Step::reply(200, "hello")]).await, Ok(b"hello".to_vec()));
        let error = from(vec![Step::reply(404, "Not Found")]).await.unwrap_err();
        assert_eq!(error, "failed to download SERVER/file: the server answered 404 Not Found");
        let error = from(vec![Step::Reset]).await.unwrap_err();
        assert_eq!(error, "failed to download SERVER/file");
    }

    #[tokio::test]
    async fn only_web_servers_are_asked() {
        for url in ["file:///etc/passwd", "payload.json", ""] {
            let error = download(url).await.unwrap_err().to_string();
            assert!(error.ends_with("begins with http:// or https://"), "{error}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let cases = [
            ("http://u:p@h/a?t=1#f", "http://h/a"),
            ("https://h?t=1", "https://h"),
            ("a@b?c", "a@b"),
        ];
        for (url, shown) in cases {
            assert_eq!(without_secrets(url), shown);
        }
    }
}
