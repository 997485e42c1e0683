//! X.509 certificates as Sprig makes them with Go's library.

mod build;

#[cfg(test)]
mod tests;

use std::any::Any;
use std::borrow::Cow;
use std::rc::Rc;

use super::key::PrivateKey;
use super::rsa::Rsa;
use super::{decode_base64, pem};
use crate::function::{Call, Failure};
use crate::value::{Map, Object, Text, Value};

use build::{Issuer, Subject};

/// Go's name of the type.
pub(super) const TYPE_NAME: &str = "sprig.certificate";

/// Bits of the RSA keys of certificates.
const KEY_BITS: u32 = 2048;

/// A certificate and its private key, both in PEM.
#[derive(Debug)]
struct Certificate {
    cert: String,
    key: String,
}

impl Certificate {
    fn value(self) -> Value {
        Value::Object(Rc::new(self))
    }

    /// The argument of this type.
    fn of<'a>(call: &Call<'a>, index: usize) -> Result<&'a Self, Failure> {
        let value = &call.args[index];
        let certificate = match value {
            Value::Object(object) => object.as_any().downcast_ref(),
            _ => None,
        };
        certificate.ok_or_else(|| {
            let found = value.type_name();
            format!("wrong type for value; expected {TYPE_NAME}; got {found}").into()
        })
    }
}

impl Object for Certificate {
    fn type_name(&self) -> &'static str {
        TYPE_NAME
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Cert" => Some(Value::text(self.cert.as_str())),
            "Key" => Some(Value::text(self.key.as_str())),
            _ => None,
        }
    }

    fn print(&self) -> Text {
        Text::from(format!("{{{} {}}}", self.cert, self.key))
    }

    fn plain(&self) -> Value {
        let fields = ["Cert", "Key"].map(|name| (Text::from(name), self.field(name)));
        let fields = fields.into_iter().filter_map(|(name, field)| Some((name, field?)));
        Value::Map(fields.collect::<Map>())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Puts a certificate and a key together that are given in PEM in base64.
pub(super) fn build_custom_cert(call: &mut Call<'_>) -> Result<Value, Failure> {
    let decode = |index, what| {
        let decoded = decode_base64(call.text(index).as_bytes());
        let decoded = decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok());
        decoded.ok_or_else(|| format!("unable to decode base64 {what}"))
    };
    let (cert, key) = (decode(0, "certificate")?, decode(1, "private key")?);
    Issuer::read(&cert)?;
    PrivateKey::read(&key).map_err(|reason| format!("error parsing private key: {reason}"))?;
    Ok(Certificate { cert, key }.value())
}

pub(super) fn gen_ca(call: &mut Call<'_>) -> Result<Value, Failure> {
    let key = new_key(call)?;
    authority(call, &key)
}

pub(super) fn gen_ca_with_key(call: &mut Call<'_>) -> Result<Value, Failure> {
    let key = given_key(call, 2)?;
    authority(call, &key)
}

fn authority(call: &mut Call<'_>, key: &PrivateKey) -> Result<Value, Failure> {
    let subject = Subject::new(call, 1, true)?;
    make(call, &subject, key, None)
}

pub(super) fn gen_self_signed_cert(call: &mut Call<'_>) -> Result<Value, Failure> {
    let key = new_key(call)?;
    self_signed(call, &key)
}

pub(super) fn gen_self_signed_cert_with_key(call: &mut Call<'_>) -> Result<Value, Failure> {
    let key = given_key(call, 4)?;
    self_signed(call, &key)
}

fn self_signed(call: &mut Call<'_>, key: &PrivateKey) -> Result<Value, Failure> {
    let subject = Subject::new(call, 3, false)?;
    make(call, &subject, key, None)
}

pub(super) fn gen_signed_cert(call: &mut Call<'_>) -> Result<Value, Failure> {
    let key = new_key(call)?;
    signed(call, &key)
}

pub(super) fn gen_signed_cert_with_key(call: &mut Call<'_>) -> Result<Value, Failure> {
    let key = given_key(call, 5)?;
    signed(call, &key)
}

fn signed(call: &mut Call<'_>, key: &PrivateKey) -> Result<Value, Failure> {
    let authority = Certificate::of(call, 4)?;
    let issuer = Issuer::read(&authority.cert)?;
    let issuer_key = PrivateKey::read(&authority.key)
        .map_err(|reason| format!("error parsing private key: {reason}"))?;
    let subject = Subject::new(call, 3, false)?;
    make(call, &subject, key, Some((&issuer, &issuer_key)))
}

fn new_key(call: &mut Call<'_>) -> Result<PrivateKey, Failure> {
    Ok(PrivateKey::Rsa(Box::new(Rsa::generate(call.host, KEY_BITS)?)))
}

fn given_key(call: &Call<'_>, index: usize) -> Result<PrivateKey, Failure> {
    let text: Cow<'_, str> = call.text(index).as_str();
    PrivateKey::read(&text).map_err(|reason| format!("parsing private key: {reason}").into())
}

fn make(
    call: &mut Call<'_>,
    subject: &Subject,
    key: &PrivateKey,
    issuer: Option<(&Issuer, &PrivateKey)>,
) -> Result<Value, Failure> {
    let made = build::build(call.host, subject, key, issuer).map_err(|failure| match failure {
        Failure::Message(reason) => {
            Failure::Message(format!("error creating certificate: {reason}"))
        }
        limit @ Failure::Render(_) => limit,
    })?;
    let cert = pem::write("CERTIFICATE", &made);
    let key = key.write(call.host)?;
    Ok(Certificate { cert, key }.value())
}
