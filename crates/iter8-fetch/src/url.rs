//! URLs: which are asked, and what of them may be seen.

use reqwest::Url;

/// A URL without user, password, query and fragment, which may hold tokens. Works on any text.
pub fn without_secrets(url: &str) -> String {
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

/// Scheme and host, for URLs whose path is a secret.
pub(crate) fn without_path(url: &str) -> String {
    let shown = without_secrets(url);
    match shown.split_once("://") {
        Some((scheme, rest)) => {
            format!("{scheme}://{}/…", rest.split('/').next().unwrap_or_default())
        }
        None => "…".to_owned(),
    }
}

/// Host and port as the field `Host` names them.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Whether credentials for one URL may go to another: the same origin, or the same host with TLS
/// instead of without, both at their usual ports.
pub(crate) fn may_share(from: &Url, to: &Url) -> bool {
    if from.origin() == to.origin() {
        return true;
    }
    from.host() == to.host()
        && (from.scheme(), to.scheme()) == ("http", "https")
        && from.port().is_none()
        && to.port().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let cases = [
            ("http://u:p@h/a?t=1#f", "http://h/a", "http://h/…"),
            ("https://h?t=1", "https://h", "https://h/…"),
            ("https://u@h:8080/a/b", "https://h:8080/a/b", "https://h:8080/…"),
            ("a@b?c", "a@b", "…"),
            ("", "", "…"),
        ];
        for (url, shown, host) in cases {
            assert_eq!(without_secrets(url), shown);
            assert_eq!(without_path(url), host);
        }
    }

    #[test]
    fn credentials_stay_with_their_origin() {
        let cases = [
            ("http://h/a", "http://h/b", true),
            ("http://h/a", "http://h:80/b", true),
            ("http://h/a", "https://h/a", true),
            ("http://h:8080/a", "https://h/a", false),
            ("http://h/a", "https://h:8443/a", false),
            ("https://h/a", "http://h/a", false),
            ("https://h/a", "https://h:8443/a", false),
            ("https://h/a", "https://g.h/a", false),
            ("https://h/a", "https://h.evil/a", false),
        ];
        for (from, to, expected) in cases {
            let may = may_share(&from.parse().unwrap(), &to.parse().unwrap());
            assert_eq!(may, expected, "{from} to {to}");
        }
    }

    #[test]
    fn usual_ports_are_not_named() {
        let cases = [
            ("https://h:443/", "h"),
            ("https://h:8443/", "h:8443"),
            ("http://[::1]:80/", "[::1]"),
            ("http://[::1]:81/", "[::1]:81"),
        ];
        for (url, expected) in cases {
            assert_eq!(authority(&url.parse().unwrap()), expected);
        }
    }
}
