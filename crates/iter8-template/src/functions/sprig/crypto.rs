//! Digests, passwords, keys and certificates.
//!
//! Whatever is random comes from the caller's source, and what takes long is charged as work.

#![expect(clippy::unnecessary_wraps, reason = "the functions of templates have one signature")]

mod aes;
mod certificate;
mod curve;
mod der;
mod derive;
mod key;
mod password;
mod pem;
mod prime;
mod rsa;

use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, Engine};
use ring::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512, digest};

use crate::function::{Call, Failure, Function, Param};
use crate::value::Value;

/// Cryptographic functions.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("adler32sum", &[Param::Text], adler32sum),
    Function::new("bcrypt", &[Param::Text], password::bcrypt),
    Function::new("buildCustomCert", &[Param::Text, Param::Text], certificate::build_custom_cert),
    Function::new("decryptAES", &[Param::Text, Param::Text], aes::decrypt),
    Function::new(
        "derivePassword",
        &[Param::Int, Param::Text, Param::Text, Param::Text, Param::Text],
        derive::derive_password,
    ),
    Function::new("encryptAES", &[Param::Text, Param::Text], aes::encrypt),
    Function::new("genCA", &[Param::Text, Param::Int], certificate::gen_ca),
    Function::new(
        "genCAWithKey",
        &[Param::Text, Param::Int, Param::Text],
        certificate::gen_ca_with_key,
    ),
    Function::new("genPrivateKey", &[Param::Text], key::gen_private_key),
    Function::new(
        "genSelfSignedCert",
        &[Param::Text, Param::List, Param::List, Param::Int],
        certificate::gen_self_signed_cert,
    ),
    Function::new(
        "genSelfSignedCertWithKey",
        &[Param::Text, Param::List, Param::List, Param::Int, Param::Text],
        certificate::gen_self_signed_cert_with_key,
    ),
    Function::new(
        "genSignedCert",
        &[Param::Text, Param::List, Param::List, Param::Int, CERTIFICATE],
        certificate::gen_signed_cert,
    ),
    Function::new(
        "genSignedCertWithKey",
        &[Param::Text, Param::List, Param::List, Param::Int, CERTIFICATE, Param::Text],
        certificate::gen_signed_cert_with_key,
    ),
    Function::new("htpasswd", &[Param::Text, Param::Text], password::htpasswd),
    Function::new("sha1sum", &[Param::Text], sha1sum),
    Function::new("sha256sum", &[Param::Text], sha256sum),
    Function::new("sha512sum", &[Param::Text], sha512sum),
];

const CERTIFICATE: Param = Param::Object(certificate::TYPE_NAME);

fn sha1sum(call: &mut Call<'_>) -> Result<Value, Failure> {
    Ok(sum(call, &SHA1_FOR_LEGACY_USE_ONLY))
}

fn sha256sum(call: &mut Call<'_>) -> Result<Value, Failure> {
    Ok(sum(call, &SHA256))
}

fn sha512sum(call: &mut Call<'_>) -> Result<Value, Failure> {
    Ok(sum(call, &SHA512))
}

fn sum(call: &Call<'_>, algorithm: &'static Algorithm) -> Value {
    let digest = digest(algorithm, call.text(0).as_bytes());
    let digits: Vec<String> = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    Value::text(digits.concat())
}

/// The checksum of zlib (RFC 1950), in decimal.
fn adler32sum(call: &mut Call<'_>) -> Result<Value, Failure> {
    const LARGEST_PRIME: u32 = 65_521;
    let (mut sum, mut sum_of_sums) = (1_u32, 0_u32);
    for byte in call.text(0).as_bytes() {
        sum = (sum + u32::from(*byte)) % LARGEST_PRIME;
        sum_of_sums = (sum_of_sums + sum) % LARGEST_PRIME;
    }
    Ok(Value::text((sum_of_sums << 16 | sum).to_string()))
}

/// Base64 as Go reads it: what the last character holds beyond the last byte does not matter.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// Decodes base64 with the error of Go. Line breaks do not count.
fn decode_base64(text: &[u8]) -> Result<Vec<u8>, String> {
    let text: Vec<u8> =
        text.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    LENIENT.decode(&text).map_err(|error| {
        let at = match error {
            DecodeError::InvalidByte(at, _) => at,
            _ => text.len(),
        };
        format!("illegal base64 data at input byte {at}")
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::call;
    use crate::value::Value;

    #[test]
    fn sums_are_those_of_go() {
        let long = "iter8 ".repeat(2000);
        for (function, text, expected) in [
            ("sha1sum", "Hello world!", "d3486ae9136e7856bc42212385ea797094475802"),
            ("sha1sum", "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            (
                "sha256sum",
                "Hello world!",
                "c0535e4be2b79ffd93291305436bf889314e4a3faec05ecffcbb7df31ad9e51a",
            ),
            (
                "sha512sum",
                "Hello world!",
                "f6cde2a0f819314cdde55fc227d8d7dae3d28cc556222a0a8ad66d91ccad4aad\
                 6094f517a2182360c9aacf6a3dc323162cb6fd8cdffedb0fe038f55e85ffb5b6",
            ),
            ("adler32sum", "Hello world!", "487130206"),
            ("adler32sum", "", "1"),
            ("adler32sum", &long, "2281701026"),
        ] {
            let result = call(function, &[text.into()]);
            assert!(
                matches!(&result, Ok(Value::Str(text)) if text.as_bytes() == expected.as_bytes()),
                "{function} of {} bytes: {result:?}",
                text.len()
            );
        }
    }
}
