//! How requests of tasks are sent: credentials, certificates and limits from inputs.

use std::time::Duration;

use iter8_fetch::{Auth, Aws, Identity, Limits, OAuth2, Tls};
use iter8_model::duration;
use iter8_model::task::InputError;
use serde_json::{Map, Value};

/// Largest file of certificates or of a key; a bundle of all authorities of the web is smaller.
const LARGEST_PEM: u64 = 4 << 20;

/// Credentials from an input `auth` whose references are resolved.
pub(crate) fn auth(input: Option<&Value>) -> Auth {
    let Some((way, value)) = input.and_then(Value::as_object).and_then(|ways| ways.iter().next())
    else {
        return Auth::None;
    };
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let own = value.as_str().unwrap_or_default();
    match way.as_str() {
        "basic" => Auth::Basic { user: text("user").to_owned(), password: text("password").into() },
        "bearer" => Auth::Bearer(own.into()),
        "token" => Auth::Token(own.into()),
        "aws" => aws(value),
        _ => {
            let scopes = value.get("scopes").and_then(Value::as_array).into_iter().flatten();
            Auth::OAuth2(OAuth2 {
                token_url: text("tokenURL").to_owned(),
                client_id: text("clientID").to_owned(),
                client_secret: text("clientSecret").into(),
                scopes: scopes.filter_map(Value::as_str).map(str::to_owned).collect(),
            })
        }
    }
}

fn aws(value: &Value) -> Auth {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let needed = |name: &str| text(name).unwrap_or_default();
    Auth::Aws(Aws {
        region: needed("region").to_owned(),
        service: needed("service").to_owned(),
        access_key_id: needed("accessKeyID").to_owned(),
        secret_access_key: needed("secretAccessKey").into(),
        session_token: text("sessionToken").map(Into::into),
    })
}

/// Certificates from an input `tls`. Files are read now.
pub(crate) fn tls(input: Option<&Value>, path: &str) -> Result<Tls, InputError> {
    let Some(input) = input else { return Ok(Tls::default()) };
    let text = |name: &str| input.get(name).and_then(Value::as_str);
    let file =
        |name: &str| text(name).map(|file| read(file, &format!("{path}.{name}"))).transpose();
    let identity = match (file("certFile")?, file("keyFile")?) {
        (Some(certificates), Some(key)) => {
            let key = String::from_utf8_lossy(&key).into_owned();
            Some(Identity { certificates, key: key.into() })
        }
        _ => None,
    };
    Ok(Tls {
        ca: file("caFile")?,
        identity,
        server_name: text("serverName").map(str::to_owned),
        skip_verify: input.get("skipVerify").and_then(Value::as_bool).unwrap_or(false),
    })
}

/// A file of certificates or of a key.
pub(crate) fn read(file: &str, path: &str) -> Result<Vec<u8>, InputError> {
    let failed = |error| InputError::new(path, format!("cannot read {file}: {error}"));
    let size = std::fs::metadata(file).map_err(failed)?.len();
    if size > LARGEST_PEM {
        return Err(InputError::new(path, format!("{file} has more than {LARGEST_PEM} bytes")));
    }
    std::fs::read(file).map_err(failed)
}

/// Limits from the inputs `timeout`, `totalTimeout` and `retries`.
pub(crate) fn limits(inputs: &Map<String, Value>, path: &str) -> Result<Limits, InputError> {
    let time = |name: &str, default: Duration| {
        let Some(text) = inputs.get(name).and_then(Value::as_str) else { return Ok(default) };
        let wrong = |message: String| InputError::new(format!("{path}.{name}"), message);
        match duration::parse(text) {
            Ok(time) if time.is_zero() => Err(wrong("expected a time above zero".to_owned())),
            Ok(time) => Ok(time),
            Err(error) => Err(wrong(error.to_string())),
        }
    };
    let default = Limits::default();
    let retries = inputs.get("retries").and_then(Value::as_u64);
    let attempt = time("timeout", default.attempt)?;
    // An attempt that may take longer than all attempts by default is given the time.
    let total = time("totalTimeout", default.total.max(attempt))?;
    let retries = retries.map_or(default.retries, |count| u32::try_from(count).unwrap_or(u32::MAX));
    Ok(Limits { attempt, total, retries, ..default })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_way_to_authenticate_is_read() {
        let cases = [
            (json!({"bearer": "t"}), Auth::Bearer("t".into())),
            (json!({"token": "t"}), Auth::Token("t".into())),
            (
                json!({"basic": {"user": "u", "password": "p"}}),
                Auth::Basic { user: "u".to_owned(), password: "p".into() },
            ),
            (
                json!({"oauth2": {
                    "tokenURL": "http://t", "clientID": "i", "clientSecret": "s", "scopes": ["a", "b"],
                }}),
                Auth::OAuth2(OAuth2 {
                    token_url: "http://t".to_owned(),
                    client_id: "i".to_owned(),
                    client_secret: "s".into(),
                    scopes: vec!["a".to_owned(), "b".to_owned()],
                }),
            ),
            (
                json!({"aws": {"region": "r", "accessKeyID": "i", "secretAccessKey": "k"}}),
                Auth::Aws(Aws {
                    region: "r".to_owned(),
                    service: String::new(),
                    access_key_id: "i".to_owned(),
                    secret_access_key: "k".into(),
                    session_token: None,
                }),
            ),
            (
                json!({"aws": {
                    "region": "r", "accessKeyID": "i", "secretAccessKey": "k",
                    "sessionToken": "t", "service": "aps",
                }}),
                Auth::Aws(Aws {
                    region: "r".to_owned(),
                    service: "aps".to_owned(),
                    access_key_id: "i".to_owned(),
                    secret_access_key: "k".into(),
                    session_token: Some("t".into()),
                }),
            ),
            (json!({}), Auth::None),
        ];
        for (input, expected) in cases {
            assert_eq!(auth(Some(&input)), expected, "{input}");
        }
        assert_eq!(auth(None), Auth::None);
    }

    #[test]
    fn limits_are_those_given_or_the_usual_ones() {
        let of = |inputs: Value| {
            let limits = limits(inputs.as_object().unwrap(), "task").unwrap();
            (limits.attempt.as_secs(), limits.total.as_secs(), limits.retries)
        };
        assert_eq!(of(json!({})), (10, 30, 3));
        assert_eq!(of(json!({"timeout": "5s", "totalTimeout": "7s", "retries": 0})), (5, 7, 0));
        // Who allows a minute for one attempt means it.
        assert_eq!(of(json!({"timeout": "1m"})), (60, 60, 3));
    }

    #[test]
    fn certificates_are_read_from_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        for name in ["ca", "cert", "key"] {
            std::fs::write(path(name), name).unwrap();
        }
        let input = json!({
            "caFile": path("ca"), "certFile": path("cert"), "keyFile": path("key"),
            "serverName": "h", "skipVerify": true,
        });
        let found = tls(Some(&input), "tls").unwrap();
        let identity = Identity { certificates: b"cert".to_vec(), key: "key".into() };
        let expected = Tls {
            ca: Some(b"ca".to_vec()),
            identity: Some(identity),
            server_name: Some("h".to_owned()),
            skip_verify: true,
        };
        assert_eq!(found, expected);
        assert_eq!(tls(None, "tls").unwrap(), Tls::default());
        let error = tls(Some(&json!({"caFile": path("none")})), "tls").unwrap_err();
        assert_eq!(error.path, "tls.caFile");
        std::fs::File::create(path("large")).unwrap().set_len(LARGEST_PEM + 1).unwrap();
        let error = tls(Some(&json!({"caFile": path("large")})), "tls").unwrap_err();
        assert!(error.message.ends_with("has more than 4194304 bytes"), "{error}");
    }
}
