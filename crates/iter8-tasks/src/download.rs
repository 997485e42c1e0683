//! Fetching payloads and values: bounded in time and size, and only if the server says it is fine.

use std::time::Duration;

use iter8_fetch::{Client, ClientError, FetchError, Limits, Request, Tls, without_secrets};

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
        source: FetchError,
    },
    /// No client to download with.
    #[error("failed to download {url}")]
    Client {
        /// From where.
        url: String,
        /// Why.
        source: ClientError,
    },
    /// An answer that is not the file.
    #[error("failed to download {url}: the server answered {}", iter8_fetch::status_text(*status))]
    Status {
        /// From where.
        url: String,
        /// The answer.
        status: u16,
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
    let client = Client::new(&Tls::default())
        .map_err(|source| DownloadError::Client { url: shown.clone(), source })?;
    // Once: whoever names a file that is not there wants to know it now.
    let limits = Limits {
        attempt: TIMEOUT,
        total: TIMEOUT,
        largest: LARGEST,
        retries: 0,
        ..Limits::default()
    };
    let answer = client.send(&Request::get(url), &limits).await;
    answer.map(|response| response.body).map_err(|error| match error {
        FetchError::Url { .. } => DownloadError::Url { url: shown },
        FetchError::Status { status, .. } => DownloadError::Status { url: shown, status },
        FetchError::TooLarge { .. } => DownloadError::TooLarge { url: shown },
        source => DownloadError::Request { url: shown, source },
    })
}

/// Whether a text is the URL of a web server.
pub(crate) fn is_web(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use iter8_testkit::{Script, ScriptedServer, Step};

    use super::*;

    async fn from(steps: Vec<Step>) -> Result<Vec<u8>, String> {
        let server = ScriptedServer::start(Script::always(steps));
        download(&format!("{}/file?token=secret", server.url())).await.map_err(|error| {
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
            let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
            format!("{error}{source}").replace(&server.url(), "SERVER")
        })
    }

    #[tokio::test]
    async fn only_what_the_server_calls_fine_is_a_file() {
        assert_eq!(from(vec![Step::reply(200, "hello")]).await, Ok(b"hello".to_vec()));
        let error = from(vec![Step::reply(404, "Not Found")]).await.unwrap_err();
        assert_eq!(error, "failed to download SERVER/file: the server answered 404 Not Found");
        let error = from(vec![Step::Reset]).await.unwrap_err();
        assert_eq!(error, "failed to download SERVER/file: no whole answer from SERVER/file");
        let error = from(vec![Step::Sized { bytes: LARGEST + 1 }]).await.unwrap_err();
        assert_eq!(error, format!("failed to download SERVER/file: more than {LARGEST} bytes"));
    }

    #[tokio::test]
    async fn only_web_servers_are_asked() {
        for url in ["file:///etc/passwd", "payload.json", "", "http://"] {
            let error = download(url).await.unwrap_err().to_string();
            assert!(error.ends_with("begins with http:// or https://"), "{error}");
        }
    }
}
