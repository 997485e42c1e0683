//! Every kind of reference, what is wrong when it cannot be resolved, and what is masked.

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use super::*;
use iter8_model::task::TaskKind;

/// A vault whose environment is `A=alpha`, `EMPTY=` and a folder of Secrets.
fn vault(secrets: &Path) -> Vault {
    let secrets = secrets.display().to_string();
    let environment = move |name: &str| match name {
        "A" => Some("alpha".to_owned()),
        "EMPTY" => Some(String::new()),
        SECRETS_VARIABLE => Some(secrets.clone()),
        _ => None,
    };
    Vault::new(environment, Redactor::new())
}

fn resolve(vault: &Vault, inputs: Value) -> Result<Value, InputError> {
    let Value::Object(inputs) = inputs else { panic!("not a map") };
    vault.resolve(&inputs, "p").map(Value::Object)
}

#[test]
fn references_become_texts_at_any_depth() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("github")).unwrap();
    fs::write(folder.path().join("github/token"), "from secret\r\n\n").unwrap();
    let file = folder.path().join("file");
    fs::write(&file, " two\nlines\n").unwrap();
    let vault = vault(folder.path());
    let resolved = resolve(
        &vault,
        json!({
            "plain": "x", "number": 5,
            "env": {"envRef": "A"},
            "deep": [{"file": {"fileRef": file}}, 1],
            "map": {"secret": {"secretRef": {"name": "github", "key": "token"}}},
        }),
    );
    let expected = json!({
        "plain": "x", "number": 5,
        "env": "alpha",
        "deep": [{"file": " two\nlines"}, 1],
        "map": {"secret": "from secret"},
    });
    assert_eq!(resolved, Ok(expected));
    let log = "x alpha from secret";
    assert_eq!(vault.redactor().redact(log), "x [redacted] [redacted]");
}

#[test]
fn what_cannot_be_resolved_is_named() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("empty"), "\n\n").unwrap();
    fs::write(path("binary"), [0xff, 0xfe]).unwrap();
    fs::write(path("large"), vec![b'x'; 1024 * 1024 + 1]).unwrap();
    let missing = "No such file or directory (os error 2)";
    let secret = path("s/k");
    let cases = [
        (json!({"envRef": "B"}), "envRef B: there is no such environment variable".to_owned()),
        (json!({"envRef": "EMPTY"}), "envRef EMPTY: the environment variable is empty".to_owned()),
        (json!({"fileRef": path("no")}), format!("fileRef {}: {missing}", path("no"))),
        (json!({"fileRef": path("")}), format!("fileRef {}: not a regular file", path(""))),
        (
            json!({"fileRef": path("empty")}),
            format!("fileRef {}: the file is empty", path("empty")),
        ),
        (
            json!({"fileRef": path("binary")}),
            format!("fileRef {}: no text in UTF-8", path("binary")),
        ),
        (
            json!({"fileRef": path("large")}),
            format!("fileRef {}: more than the maximum of 1048576 bytes", path("large")),
        ),
        (
            json!({"secretRef": {"name": "s", "key": "k"}}),
            format!("secretRef s/k: {secret}: {missing}"),
        ),
        (
            json!({"withheldRef": "w"}),
            "withheldRef w: this credential was given to an earlier run and is not stored"
                .to_owned(),
        ),
    ];
    let vault = vault(folder.path());
    for (reference, expected) in cases {
        let error = resolve(&vault, json!({"a": [reference]})).unwrap_err();
        assert_eq!(error.to_string(), format!("p.a[0]: {expected}"));
        let has_hint = reference.get("secretRef").or(reference.get("withheldRef")).is_some();
        assert_eq!(error.hint.is_some(), has_hint, "{reference}");
    }
}

#[test]
fn secrets_are_mounted_in_a_known_place() {
    let vault = Vault::new(|_| None, Redactor::new());
    let secret = json!({"a": {"secretRef": {"name": "no-such", "key": "k"}}});
    let error = resolve(&vault, secret).unwrap_err();
    assert!(error.message.contains("/etc/iter8/secrets/no-such/k"), "{error}");
}

#[test]
fn withheld_credentials_are_found_again_by_this_process_only() {
    let vault = vault(Path::new("/"));
    let given = || {
        let mut tasks = vec![TaskSpec::new(TaskKind::Run), TaskSpec::new(TaskKind::Http)];
        let with = json!({"url": "http://h", "headers": {"Authorization": "Bearer abcdef"}});
        tasks[1].with = with.as_object().cloned().unwrap();
        tasks
    };
    let mut spec = given();
    vault.withhold(&mut spec);
    let id = "spec[1].with.headers.Authorization";
    assert_eq!(spec[1].with["headers"]["Authorization"], json!({"withheldRef": id}));
    let resolved = vault.resolve(&spec[1].with, "p").unwrap();
    assert_eq!(Some(&resolved), Some(&given()[1].with));
    assert_eq!(vault.redactor().redact("abcdef"), "[redacted]");
    assert!(!format!("{vault:?}").contains("abcdef"));
    let other = self::vault(Path::new("/"));
    assert!(other.resolve(&spec[1].with, "p").is_err());
    // A list that is already stored stays as it is, but nothing of it is printed.
    other.mask(&given());
    assert_eq!(other.redactor().redact("abcdef"), "[redacted]");
    // It replaces what was withheld before.
    let mut spec = given();
    spec[1].with["headers"]["Authorization"] = json!("Bearer second");
    vault.withhold(&mut spec);
    let resolved = vault.resolve(&spec[1].with, "p").unwrap();
    assert_eq!(resolved["headers"]["Authorization"], "Bearer second");
}
