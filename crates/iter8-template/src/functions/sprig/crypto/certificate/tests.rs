//! Certificates, looked into with a reader of their own and checked with another library.
//!
//! That they are what Go makes of the same data, byte for byte before the signature, was compared
//! with Go 1.26 for all kinds of keys.

use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use super::super::{der, key, pem};
use crate::testing::{call, json};
use crate::value::Value;

/// The certificate and the key that a function made.
fn make(function: &str, arguments: &[Value]) -> Result<(String, String), String> {
    let Value::Object(made) = call(function, arguments)? else { panic!("{function}") };
    let field = |name| match made.field(name) {
        Some(Value::Str(text)) => text.to_string(),
        other => panic!("{name}: {other:?}"),
    };
    Ok((field("Cert"), field("Key")))
}

fn private_key(kind: &str) -> Value {
    call("genPrivateKey", &[kind.into()]).unwrap()
}

/// A certificate in hexadecimal digits.
fn digits(certificate: &str) -> String {
    hexadecimal(&pem::read(certificate).unwrap().bytes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// What must be in an authority's certificate, and what must not.
const OF_AUTHORITY: [&str; 4] = [
    // Critical key usage: signature, encipherment, signing of certificates.
    "0603551d0f0101ff0404030202a4",
    // Server and client.
    "0603551d250416301406082b0601050507030106082b06010505070302",
    // It is an authority.
    "0603551d130101ff040530030101ff",
    // The identifier of its key.
    "0603551d0e04160414",
];

const OF_SUBJECT: [&str; 2] = ["0603551d0f0101ff0404030205a0", "0603551d130101ff04023000"];

fn check_parts(certificate: &str, present: &[&str], absent: &[&str]) {
    let digits = digits(certificate);
    for part in present {
        assert!(digits.contains(part), "no {part} in {digits}");
    }
    for part in absent {
        assert!(!digits.contains(part), "{part} in {digits}");
    }
}

#[test]
fn an_authority_signs_for_others() {
    let key = private_key("ecdsa");
    let authority = call("genCAWithKey", &["my-ca".into(), Value::int(365), key.clone()]).unwrap();
    let Value::Object(fields) = &authority else { panic!("a certificate") };
    let Some(Value::Str(certificate)) = fields.field("Cert") else { panic!("a text") };
    check_parts(&certificate.as_str(), &OF_AUTHORITY, &OF_SUBJECT);

    let arguments = [
        "web".into(),
        json(r#"["10.0.0.1", "::1", "::ffff:1.2.3.4"]"#),
        json(r#"["web.example", "*.b"]"#),
        Value::int(30),
        authority.clone(),
        key.clone(),
    ];
    let (certificate, its_key) = make("genSignedCertWithKey", &arguments).unwrap();
    assert!(matches!(&key, Value::Str(key) if *key.as_str() == its_key));
    let names = [
        hexadecimal(b"\x0c\x0bweb.example").replacen("0c", "82", 1),
        hexadecimal(b"\x82\x03*.b"),
        hexadecimal(&[0x87, 4, 10, 0, 0, 1, 0x87, 16]),
        hexadecimal(&[0, 1, 0x87, 4, 1, 2, 3, 4]),
    ];
    let mut present: Vec<&str> = OF_SUBJECT.to_vec();
    present.extend(names.iter().map(|name| &name[2..]));
    // Issuer and subject, from 15 May to 14 June 2023.
    let issued = hexadecimal(b"\x13\x05my-ca");
    let subject = hexadecimal(b"\x13\x03web");
    let validity = hexadecimal(b"\x17\x0d230515120000Z\x17\x0d230614120000Z");
    present.extend([issued.as_str(), &subject, &validity, "0603551d2304183016"]);
    check_parts(&certificate, &present, &OF_AUTHORITY[2..]);

    let other = private_key("ed25519");
    let (certificate, _) =
        make("genSignedCertWithKey", &[&arguments[..5], &[other]].concat()).unwrap();
    check_parts(&certificate, &["06032b6570"], &[]);
}

#[test]
fn another_library_accepts_the_signature() {
    let days = Value::int(1);
    let (certificate, key) =
        make("genSelfSignedCert", &["x".into(), Value::Nil, Value::Nil, days]).unwrap();
    let bytes = pem::read(&certificate).unwrap().bytes;
    let mut parts = der::Reader(&bytes).sequence().unwrap();
    let body = parts.part(der::SEQUENCE).unwrap();
    parts.sequence().unwrap();
    let signature = parts.bits().unwrap();
    let key = key::PrivateKey::read(&key).unwrap();
    let public = key.public(&mut crate::testing::TestHost::default()).unwrap();
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public.bits);
    assert!(public.verify(body.whole, signature).is_ok());
}

#[test]
fn names_and_dates_take_the_form_they_need() {
    let key = private_key("ed25519");
    let check = |name: &str, days: i64, present: &[&[u8]]| {
        let arguments = [name.into(), Value::Nil, json(r#"["a"]"#), Value::int(days), key.clone()];
        let (certificate, _) = make("genSelfSignedCertWithKey", &arguments).unwrap();
        let present: Vec<String> = present.iter().map(|bytes| hexadecimal(bytes)).collect();
        let present: Vec<&str> = present.iter().map(String::as_str).collect();
        check_parts(&certificate, &present, &[]);
    };
    check("plain name", 1, &[b"\x13\x0aplain name"]);
    check("a*b", 1, &[b"\x0c\x03a*b"]);
    check("\u{e4}", 1, &[b"\x0c\x02\xc3\xa4"]);
    check("x", 365 * 60, &[b"\x17\x0d230515120000Z\x18\x0f20830430120000Z"]);
    check("x", -365 * 80, &[b"\x18\x0f19430604120000Z"]);
    // Without a subject its other names are critical.
    check("", 1, &[b"\x06\x03\x55\x1d\x11\x01\x01\xff"]);
}

#[test]
fn a_certificate_and_its_key_are_put_together() {
    let days = Value::int(1);
    let key = private_key("ecdsa");
    let (certificate, key) = make("genCAWithKey", &["x".into(), days.clone(), key]).unwrap();
    let encode = |text: &str| {
        use base64::Engine;
        Value::text(base64::engine::general_purpose::STANDARD.encode(text))
    };
    let made = make("buildCustomCert", &[encode(&certificate), encode(&key)]);
    assert_eq!(made, Ok((certificate.clone(), key.clone())));

    let other = call("buildCustomCert", &[encode(&certificate), private_key_encoded()]).unwrap();
    let arguments = ["x".into(), Value::Nil, Value::Nil, days, other, Value::text(key.as_str())];
    assert_eq!(
        make("genSignedCertWithKey", &arguments).unwrap_err(),
        "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey"
    );
    for (cert, key, message) in [
        ("!".into(), "".into(), "unable to decode base64 certificate"),
        (encode("x"), "!".into(), "unable to decode base64 private key"),
        (encode("x"), "".into(), "unable to decode certificate"),
        (
            encode("-----BEGIN CERTIFICATE-----\nAQ==\n-----END CERTIFICATE-----\n"),
            "".into(),
            "error parsing certificate: decodedCert.Bytes: x509: malformed certificate",
        ),
        (
            encode(&certificate),
            encode(&key[1..]),
            "error parsing private key: no PEM data in input",
        ),
    ] {
        assert_eq!(make("buildCustomCert", &[cert, key]).unwrap_err(), message);
    }
}

fn private_key_encoded() -> Value {
    use base64::Engine;
    let Value::Str(key) = private_key("ed25519") else { panic!("a text") };
    Value::text(base64::engine::general_purpose::STANDARD.encode(key.as_bytes()))
}

#[test]
fn unfit_arguments_are_told() {
    let key = private_key("ed25519");
    for (addresses, names, message) in [
        (r#"["1.2.3"]"#, "[]", "error parsing ip: 1.2.3"),
        (r#"["1.2.3.04"]"#, "[]", "error parsing ip: 1.2.3.04"),
        (r#"["fe80::1%eth0"]"#, "[]", "error parsing ip: fe80::1%eth0"),
        (
            "[]",
            r#"["\u00e4"]"#,
            "error creating certificate: x509: \"\u{e4}\" cannot be encoded as an IA5String",
        ),
    ] {
        let arguments = ["x".into(), json(addresses), json(names), Value::int(1), key.clone()];
        assert_eq!(make("genSelfSignedCertWithKey", &arguments).unwrap_err(), message);
    }
    for (addresses, names, what) in [
        ("[1]", "[]", "error parsing ip: "),
        ("[]", "[1.5]", "error processing alternate dns name: "),
    ] {
        let arguments = ["x".into(), json(addresses), json(names), Value::int(1), key.clone()];
        let message = make("genSelfSignedCertWithKey", &arguments).unwrap_err();
        assert!(message.starts_with(what) && message.ends_with(" is not a string"), "{message}");
    }
    let unfit = call("genCAWithKey", &["x".into(), Value::int(1), "x".into()]);
    assert_eq!(unfit.unwrap_err(), "parsing private key: no PEM data in input");
    let numbers = [0_u8, 23, 11, 4, 8, 7].map(|number| der::integer(&number.into()));
    let dsa = pem::write("DSA PRIVATE KEY", &der::sequence(&numbers));
    let dsa = call("genCAWithKey", &["x".into(), Value::int(1), dsa.into()]);
    assert_eq!(
        dsa.unwrap_err(),
        "error creating certificate: x509: certificate private key does not implement crypto.Signer"
    );
    let no_authority = ["x".into(), Value::Nil, Value::Nil, Value::int(1), "x".into(), key];
    assert_eq!(
        call("genSignedCertWithKey", &no_authority).unwrap_err(),
        "wrong type for value; expected sprig.certificate; got string"
    );
}

#[test]
fn a_certificate_is_a_struct() {
    let made = call("genCAWithKey", &["x".into(), Value::int(1), private_key("ed25519")]).unwrap();
    let Value::Object(certificate) = &made else { panic!("a certificate") };
    assert_eq!((certificate.type_name(), certificate.kind_name()), ("sprig.certificate", "struct"));
    assert!(certificate.field("Serial").is_none());
    assert!(certificate.print().to_string().starts_with("{-----BEGIN CERTIFICATE-----\n"));
    let Ok(Value::Str(written)) = call("toJson", std::slice::from_ref(&made)) else {
        panic!("a text")
    };
    assert!(written.to_string().starts_with(r#"{"Cert":"-----BEGIN CERTIFICATE-----\n"#));
}
