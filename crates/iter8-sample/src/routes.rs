//! What each path answers.

use std::time::Duration;

use crate::config::{SampleConfig, parse_duration, parse_size};
use crate::exposition;
use crate::request::Head;
use crate::response::{Body, Response};
use crate::stats::Stats;

/// What a path stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Any other path: the JSON that names service, version and path.
    Ordinary,
    /// `/status/<code>`: that status.
    Status(u16),
    /// `/delay/<duration>`: the ordinary answer after this latency instead of the configured one.
    Delay(Duration),
    /// `/bytes/<size>`: so many bytes.
    Bytes(u64),
    /// `/echo`: the body of the request.
    Echo,
    /// `/redirect/<hops>`: so many redirections, then the ordinary answer.
    Redirect(u32),
    /// `/stats`: what the service did.
    Stats,
    /// `/metrics`: the same for Prometheus.
    Metrics,
    /// `/healthz`: that the service is there.
    Health,
    /// A path with an argument that makes no sense: answered 400.
    Invalid(String),
}

impl Route {
    /// The route of a path.
    pub(crate) fn of(path: &str) -> Self {
        match path {
            "/echo" => return Self::Echo,
            "/stats" => return Self::Stats,
            "/metrics" => return Self::Metrics,
            "/healthz" => return Self::Health,
            _ => {}
        }
        let argument = path.strip_prefix('/').and_then(|path| path.split_once('/'));
        match argument {
            Some(("status", code)) => match code.parse() {
                Ok(code @ 200..=599) => Self::Status(code),
                _ => Self::Invalid(format!("invalid status {code:?}: not within 200 to 599")),
            },
            Some(("delay", text)) => parse_duration(text)
                .map_or_else(|error| Self::Invalid(error.to_string()), Self::Delay),
            Some(("bytes", text)) => {
                parse_size(text).map_or_else(|error| Self::Invalid(error.to_string()), Self::Bytes)
            }
            Some(("redirect", hops)) => hops.parse().map_or_else(
                |_| Self::Invalid(format!("invalid hops {hops:?}: not a whole number")),
                Self::Redirect,
            ),
            _ => Self::Ordinary,
        }
    }

    /// Whether the path is for those who look after the service: it is answered at once, neither
    /// counted nor delayed nor failed. A freeze holds it like everything else.
    pub(crate) fn is_control(&self) -> bool {
        matches!(self, Self::Stats | Self::Metrics | Self::Health)
    }
}

/// The answer of a route; `stats` is asked for where the route wants it.
pub(crate) fn answer(
    config: &SampleConfig,
    route: &Route,
    head: &Head,
    stats: impl FnOnce() -> Stats,
) -> Response {
    match route {
        Route::Ordinary => match &config.redirect {
            Some(redirect) => {
                let location = Some(redirect.location.clone());
                Response { location, ..ordinary(config, redirect.status, &head.path) }
            }
            None => ordinary(config, 200, &head.path),
        },
        Route::Status(status) => ordinary(config, *status, &head.path),
        Route::Delay(_) | Route::Redirect(0) => ordinary(config, 200, &head.path),
        Route::Redirect(hops) => {
            let location = Some(format!("/redirect/{}", hops - 1));
            Response { location, ..ordinary(config, 302, &head.path) }
        }
        Route::Bytes(size) => Response {
            content_type: "application/octet-stream".to_owned(),
            body: Body::Letters(*size),
            ..Response::json(200, String::new())
        },
        Route::Echo => Response {
            content_type: head
                .content_type
                .clone()
                .unwrap_or_else(|| "application/octet-stream".to_owned()),
            body: Body::Echo(head.framing),
            ..Response::json(200, String::new())
        },
        Route::Stats => Response::json(200, stats().to_json()),
        Route::Metrics => Response {
            content_type: exposition::CONTENT_TYPE.to_owned(),
            ..Response::json(200, exposition::write(&stats(), &config.version))
        },
        Route::Health => Response::json(200, "{\"status\":\"ok\"}\n".to_owned()),
        Route::Invalid(why) => Response::refusal(400, why),
    }
}

/// The answer that names service, version and path.
pub(crate) fn ordinary(config: &SampleConfig, status: u16, path: &str) -> Response {
    let text = serde_json::json!({
        "service": "iter8-sample",
        "version": config.version,
        "path": path,
    });
    let body = Body::Text { text: format!("{text}\n"), size: config.body_size };
    Response { body, ..Response::json(status, String::new()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Redirect;
    use crate::request::{Framing, Version};

    #[test]
    fn paths_have_routes() {
        let ms = Duration::from_millis;
        for (path, route) in [
            ("/", Route::Ordinary),
            ("*", Route::Ordinary),
            ("/status", Route::Ordinary),
            ("/a/b/c", Route::Ordinary),
            ("/status/503", Route::Status(503)),
            ("/delay/1.5s", Route::Delay(ms(1500))),
            ("/bytes/0", Route::Bytes(0)),
            ("/bytes/2KiB", Route::Bytes(2048)),
            ("/echo", Route::Echo),
            ("/echo/x", Route::Ordinary),
            ("/redirect/3", Route::Redirect(3)),
            ("/stats", Route::Stats),
            ("/metrics", Route::Metrics),
            ("/healthz", Route::Health),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
        for path in
            ["/status/", "/status/199", "/status/600", "/delay/5", "/bytes/x", "/redirect/-1"]
        {
            assert!(matches!(Route::of(path), Route::Invalid(_)), "{path}");
        }
    }

    fn head(path: &str) -> Head {
        Head {
            omits_body: false,
            path: path.to_owned(),
            version: Version::Http11,
            keeps_alive: true,
            expects_continue: false,
            framing: Framing::Length(3),
            content_type: Some("text/plain".to_owned()),
        }
    }

    fn get(config: &SampleConfig, path: &str) -> Response {
        answer(config, &Route::of(path), &head(path), Stats::default)
    }

    fn text(response: &Response) -> &str {
        match &response.body {
            Body::Text { text, .. } => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn ordinary_answers_name_service_version_and_path() {
        let config = SampleConfig {
            version: "2 \"beta\"".to_owned(),
            body_size: 1000,
            ..SampleConfig::default()
        };
        let response = get(&config, "/x\\y");
        assert_eq!(response.status, 200);
        assert_eq!(
            text(&response),
            "{\"service\":\"iter8-sample\",\"version\":\"2 \\\"beta\\\"\",\"path\":\"/x\\\\y\"}\n"
        );
        assert!(matches!(response.body, Body::Text { size: 1000, .. }));
    }

    #[test]
    fn redirections_count_down() {
        let config = SampleConfig::default();
        let hop = get(&config, "/redirect/2");
        assert_eq!((hop.status, hop.location.as_deref()), (302, Some("/redirect/1")));
        let last = get(&config, "/redirect/0");
        assert_eq!((last.status, last.location), (200, None));
    }

    #[test]
    fn a_configured_redirection_is_for_ordinary_paths() {
        let redirect = Some(Redirect { status: 307, location: "/status/204".to_owned() });
        let config = SampleConfig { redirect, ..SampleConfig::default() };
        let response = get(&config, "/any");
        assert_eq!((response.status, response.location.as_deref()), (307, Some("/status/204")));
        let target = get(&config, "/status/204");
        assert_eq!((target.status, target.location), (204, None));
    }

    #[test]
    fn other_routes() {
        let config = SampleConfig::default();
        assert!(text(&get(&config, "/stats")).starts_with("{\"requests\":0,"));
        let metrics = get(&config, "/metrics");
        assert!(text(&metrics).starts_with("# HELP "));
        assert!(metrics.content_type.starts_with("text/plain; version=0.0.4"));
        assert_eq!(get(&config, "/status/418").status, 418);
        assert_eq!(get(&config, "/bytes/7").body, Body::Letters(7));
        assert_eq!(get(&config, "/delay/no").status, 400);
        let echo = get(&config, "/echo");
        assert_eq!(echo.body, Body::Echo(Framing::Length(3)));
        assert_eq!(echo.content_type, "text/plain");
    }
}
