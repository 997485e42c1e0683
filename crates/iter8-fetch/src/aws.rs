//! Signature Version 4, by which Amazon's services know who asks.
//!
//! A request is signed anew for each attempt, since signatures are good for minutes only. The
//! secret key never leaves the program: what is sent is a keyed digest of the request.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use ring::{digest, hmac};

use crate::Secret;
use crate::url::authority;

/// The service that is asked unless another is named.
const SERVICE: &str = "monitoring";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";

/// Credentials of Amazon Web Services.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aws {
    /// The region, such as `eu-central-1`.
    pub region: String,
    /// The service as signatures name it; empty for `monitoring`, which is CloudWatch.
    pub service: String,
    /// The public half of the key.
    pub access_key_id: String,
    /// The secret half of the key.
    pub secret_access_key: Secret,
    /// The token of temporary credentials, if they are such.
    pub session_token: Option<Secret>,
}

/// What is signed of a request.
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a Method,
    /// With its query in the form of [`query`].
    pub(crate) url: &'a Url,
    /// With `Host`, if it is not that of the URL.
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl Aws {
    /// Whether all that is sent of it may stand in a header.
    pub(crate) fn is_sendable(&self) -> bool {
        let token = self.session_token.as_ref().map_or("", Secret::reveal);
        let sent = [&*self.region, &*self.service, &*self.access_key_id, token];
        sent.iter().all(|text| HeaderValue::from_str(text).is_ok())
    }

    /// The header fields that sign a request at a moment, as names and values.
    pub(crate) fn sign(&self, request: &Signed<'_>, now: Timestamp) -> Vec<(&'static str, String)> {
        let now = now.to_zoned(TimeZone::UTC);
        let time = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = now.strftime("%Y%m%d").to_string();
        let mut added = vec![("x-amz-date", time.clone())];
        if let Some(token) = &self.session_token {
            added.push(("x-amz-security-token", token.reveal().to_owned()));
        }
        let service = if self.service.is_empty() { SERVICE } else { &self.service };
        let scope = format!("{day}/{}/{service}/{TERMINATOR}", self.region);
        let (names, canonical) = canonical(request, &added);
        let signed = format!("{ALGORITHM}\n{time}\n{scope}\n{}", hash(canonical.as_bytes()));
        let secret = format!("AWS4{}", self.secret_access_key.reveal());
        let steps = [day.as_str(), &self.region, service, TERMINATOR, &signed];
        let signature = steps.iter().fold(secret.into_bytes(), |key, step| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
            hmac::sign(&key, step.as_bytes()).as_ref().to_vec()
        });
        let header = format!(
            "{ALGORITHM} Credential={}/{scope}, SignedHeaders={names}, Signature={}",
            self.access_key_id,
            hex(&signature)
        );
        added.push(("authorization", header));
        added
    }
}

/// The names of the signed fields, and the request in the form that both sides digest.
fn canonical(request: &Signed<'_>, added: &[(&'static str, String)]) -> (String, String) {
    let mut fields: Vec<(String, String)> =
        added.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    if !request.headers.contains_key("host") {
        fields.push(("host".to_owned(), authority(request.url)));
    }
    for name in request.headers.keys() {
        // The rest may be changed on the way by a proxy.
        if name == CONTENT_TYPE || name == "host" || name.as_str().starts_with("x-amz-") {
            let values = request.headers.get_all(name).iter();
            let values: Vec<String> =
                values.map(|value| squeezed(&String::from_utf8_lossy(value.as_bytes()))).collect();
            fields.push((name.as_str().to_owned(), values.join(",")));
        }
    }
    fields.sort();
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(";");
    let mut text = format!(
        "{}\n{}\n{}\n",
        request.method,
        path(request.url.path()),
        request.url.query().unwrap_or_default()
    );
    for (name, value) in &fields {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name}:{value}");
    }
    let _ = write!(text, "\n{names}\n{}", hash(request.body));
    (names, text)
}

/// A query as it is signed, and so has to be sent: sorted, with all but the safe characters
/// percent-encoded, spaces too.
pub(crate) fn query(url: &Url) -> String {
    let mut pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| (encoded(&name, false), encoded(&value, false)))
        .collect();
    pairs.sort();
    let pairs: Vec<String> =
        pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// A path as it is signed: what is sent, encoded once more, without empty segments.
fn path(sent: &str) -> String {
    let mut path = encoded(sent, true);
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    path
}

fn encoded(text: &str, keeps_slashes: bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            b'/' if keeps_slashes => encoded.push('/'),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// A value of a field without spaces around it, and with single ones within.
fn squeezed(value: &str) -> String {
    value.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn hash(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: [(&str, &str); 2] = [
        ("x-amz-target", "GraniteServiceVersion20100801.GetMetricData"),
        ("content-type", "application/json;charset=utf-8"),
    ];

    /// A request, the service and region, a moment, and the signature that is due.
    struct Case {
        method: Method,
        url: &'static str,
        headers: &'static [(&'static str, &'static str)],
        body: &'static str,
        service: &'static str,
        region: &'static str,
        token: Option<&'static str>,
        now: &'static str,
        fields: &'static str,
        signature: &'static str,
    }

    fn check(case: &Case) {
        let mut url = Url::parse(case.url).unwrap();
        if url.query().is_some() {
            url.set_query(Some(&query(&url)));
        }
        let mut headers = HeaderMap::new();
        for (name, value) in case.headers {
            headers.append(*name, value.parse().unwrap());
        }
        let credentials = Aws {
            region: case.region.to_owned(),
            service: case.service.to_owned(),
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
            session_token: case.token.map(Into::into),
        };
        let request = Signed {
            method: &case.method,
            url: &url,
            headers: &headers,
            body: case.body.as_bytes(),
        };
        let signed = credentials.sign(&request, case.now.parse().unwrap());
        let (name, header) = signed.last().unwrap();
        assert_eq!(*name, "authorization");
        let service = if case.service.is_empty() { "monitoring" } else { case.service };
        let day = case.now[..10].replace('-', "");
        assert_eq!(
            *header,
            format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{day}/{}/{service}/aws4_request, \
                 SignedHeaders={}, Signature={}",
                case.region, case.fields, case.signature
            ),
            "{}",
            case.url
        );
        assert_eq!(signed.len(), 2 + usize::from(case.token.is_some()));
    }

    /// Amazon's published example.
    fn published() -> Case {
        Case {
            method: Method::GET,
            url: "https://example.amazonaws.com/",
            headers: &[],
            body: "",
            service: "service",
            region: "us-east-1",
            token: None,
            now: "2015-08-30T12:36:00Z",
            fields: "host;x-amz-date",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        }
    }

    /// What botocore 1.44 signs, as the other cases of 2026.
    fn metrics() -> Case {
        Case {
            method: Method::POST,
            url: "https://monitoring.eu-central-1.amazonaws.com/",
            headers: &TARGET,
            body: r#"{"StartTime":1772366100,"EndTime":1772366460,"MetricDataQueries":[]}"#,
            service: "",
            region: "eu-central-1",
            token: None,
            now: "2026-03-01T12:00:30Z",
            fields: "content-type;host;x-amz-date;x-amz-target",
            signature: "a77206d2ca24120021f46eac96c329bba3e84a501343991bbf9c19138d1df53e",
        }
    }

    /// Those of 2015 are Amazon's published examples, those of 2026 are what botocore 1.44 signs.
    #[test]
    fn signatures_are_those_of_other_signers() {
        let cases = [
            Case {
                url: "https://example.amazonaws.com/?Param2=value2&Param1=value1",
                method: Method::GET,
                signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
                ..published()
            },
            Case {
                method: Method::GET,
                url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
                headers: &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
                service: "iam",
                fields: "content-type;host;x-amz-date",
                signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
                ..published()
            },
            Case {
                method: Method::POST,
                token: Some("SESSION/TOKEN=="),
                fields: "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
                signature: "d74bf40ae46d93a1f1241c55eb740c4f93a15a93ddaba5b48865ce5461a632ae",
                ..metrics()
            },
            Case {
                method: Method::GET,
                url: "https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1/api/v1/query\
                      ?query=sum%28up%7Ba%3D%22b+c%22%7D%29&time=5&a=",
                headers: &[],
                body: "",
                service: "aps",
                region: "us-east-1",
                fields: "host;x-amz-date",
                signature: "e89d616e41206342864888751e26305c734d0c1d3a4bac0d7500053527341e67",
                ..metrics()
            },
            Case {
                method: Method::GET,
                url: "http://127.0.0.1:18080/a%20b/%C3%BC//x~y?q=a%2Bb&q=A&Q=1",
                headers: &[("x-amz-meta", "  a   b "), ("accept", "not signed")],
                body: "",
                region: "us-east-1",
                fields: "host;x-amz-date;x-amz-meta",
                signature: "66c2491fef70f651a222d9b00bbd76b15c03f3b7615dd4d0174238c3e6fe64db",
                ..metrics()
            },
            published(),
            metrics(),
        ];
        for case in &cases {
            check(case);
        }
    }

    #[test]
    fn the_secret_is_not_printed() {
        let credentials = Aws {
            secret_access_key: "hush".into(),
            session_token: Some("hush".into()),
            ..Aws::default()
        };
        assert!(!format!("{credentials:?}").contains("hush"));
    }
}
