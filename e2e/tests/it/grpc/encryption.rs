//! TLS in both directions.

use iter8_testkit::certificates::{CA, CLIENT, Certificate, SERVER, STRANGER};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Stage, UNARY};

/// A folder with all certificates.
fn certificates() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let pair = |name: &str, of: Certificate| {
        write(&format!("{name}.pem"), of.certificate);
        write(&format!("{name}.key"), of.key.as_bytes());
    };
    write("ca.pem", CA);
    write("stranger.pem", STRANGER);
    pair("server", SERVER);
    pair("client", CLIENT);
    folder
}

fn with(mut inputs: Value, more: &Value) -> Value {
    inputs.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    inputs
}

#[test]
fn servers_are_checked_and_clients_are_known() {
    let folder = certificates();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (cert, key) =
        (format!("-cert={}", file("server.pem")), format!("-key={}", file("server.key")));
    let stage = Stage::new(&[&cert, &key]);
    let base = json!({"call": UNARY, "total": 10});
    for tls in [
        json!({"insecure": false, "cacert": file("ca.pem")}),
        json!({"cacert": file("ca.pem"), "cname": "metrics.example"}),
        json!({"insecure": false, "skipTLS": true}),
    ] {
        assert_eq!(stage.run(with(base.clone(), &tls)).counts(), (10, 0), "{tls}");
    }
    for tls in [
        json!({"insecure": false}),
        json!({"cacert": file("stranger.pem")}),
        json!({"cacert": file("ca.pem"), "cname": "other.example"}),
        // Plain text, as in Iter8 0.13.
        json!({}),
    ] {
        let error = stage.error(with(base.clone(), &tls));
        assert!(error.contains("failed to"), "{tls}: {error}");
    }
    let ca = format!("-ca={}", file("ca.pem"));
    let stage = Stage::new(&[&cert, &key, &ca]);
    let known =
        json!({"cacert": file("ca.pem"), "cert": file("client.pem"), "key": file("client.key")});
    assert_eq!(stage.run(with(base.clone(), &known)).counts(), (10, 0));
    let error = stage.error(with(base, &json!({"cacert": file("ca.pem")})));
    assert!(error.contains("failed to"), "{error}");
}
