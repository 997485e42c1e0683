//! The parts of a certificate (RFC 5280), in the order in which Go's library writes them.

use std::net::IpAddr;

use num_bigint::BigUint;
use ring::digest::{SHA256, digest};

use super::super::key::{PrivateKey, PublicKey};
use super::super::{der, pem, prime};
use crate::function::{Call, Failure, Host};
use crate::functions::sprig::date;
use crate::value::Value;

/// Identifiers of a name and of extensions.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const SUBJECT_KEY: &[u8] = &[0x55, 0x1d, 0x0e];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 0x11];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const AUTHORITY_KEY: &[u8] = &[0x55, 0x1d, 0x23];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
const SERVER: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
const CLIENT: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];

/// Bits of a serial number.
const SERIAL_BITS: u32 = 128;

/// Whom a certificate is for.
pub(super) struct Subject {
    name: String,
    addresses: Vec<IpAddr>,
    names: Vec<String>,
    /// How long it is valid.
    days: i64,
    is_authority: bool,
}

impl Subject {
    /// The subject of a function's arguments: name, addresses, names, days. Functions for
    /// authorities lack the lists.
    pub(super) fn new(
        call: &Call<'_>,
        days_at: usize,
        is_authority: bool,
    ) -> Result<Self, Failure> {
        let (addresses, names) =
            if is_authority { (&[][..], &[][..]) } else { (call.items(1), call.items(2)) };
        Ok(Self {
            name: call.text(0).as_str().into_owned(),
            addresses: addresses.iter().map(address).collect::<Result<_, _>>()?,
            names: names.iter().map(dns_name).collect::<Result<_, _>>()?,
            days: call.int(days_at),
            is_authority,
        })
    }

    /// The name as a certificate holds it; an empty name has no parts.
    fn distinguished(&self) -> Vec<u8> {
        if self.name.is_empty() {
            return der::sequence(&[]);
        }
        let is_printable = |c: char| c.is_ascii_alphanumeric() || " '()+,-./:=?".contains(c);
        let tag = if self.name.chars().all(is_printable) {
            der::PRINTABLE_STRING
        } else {
            der::UTF8_STRING
        };
        let name = [der::identifier(COMMON_NAME), der::part(tag, self.name.as_bytes())];
        der::sequence(&[der::parts(der::SET, &[der::sequence(&name)])])
    }

    /// From now on, for so many days.
    fn validity(&self, host: &dyn Host) -> Vec<u8> {
        let now = host.now().as_second();
        let end = now.wrapping_add(self.days.wrapping_mul(86_400));
        der::sequence(&[now, end].map(moment))
    }
}

/// Years that two digits cannot tell have four.
fn moment(second: i64) -> Vec<u8> {
    let digits = date::utc_digits(second);
    match digits.strip_prefix("19").or_else(|| digits.strip_prefix("20")) {
        Some(short) if digits.len() == 14 && ("1950".."2050").contains(&&digits[..4]) => {
            der::part(der::UTC_TIME, format!("{short}Z").as_bytes())
        }
        _ => der::part(der::GENERALIZED_TIME, format!("{digits}Z").as_bytes()),
    }
}

fn address(value: &Value) -> Result<IpAddr, Failure> {
    let Value::Str(text) = value else {
        let shown = crate::print::display(value)?;
        return Err(format!("error parsing ip: {shown} is not a string").into());
    };
    let text = text.as_str();
    text.parse().map_err(|_| format!("error parsing ip: {text}").into())
}

fn dns_name(value: &Value) -> Result<String, Failure> {
    let Value::Str(text) = value else {
        let shown = crate::print::display(value)?;
        return Err(format!("error processing alternate dns name: {shown} is not a string").into());
    };
    Ok(text.as_str().into_owned())
}

/// What a certificate takes over from the one that signs it.
pub(super) struct Issuer {
    /// Its subject, in DER.
    name: Vec<u8>,
    /// Its public key, in DER.
    public: Vec<u8>,
    /// The identifier of its key, which may be empty.
    key_id: Vec<u8>,
}

impl Issuer {
    /// Reads a certificate in PEM.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        let block = pem::read(text).ok_or("unable to decode certificate")?;
        let malformed = "error parsing certificate: decodedCert.Bytes: x509: malformed certificate";
        Self::parse(&block.bytes).ok_or_else(|| malformed.into())
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut certificate = der::Reader(bytes).sequence()?;
        let mut body = certificate.sequence()?;
        certificate.sequence()?;
        certificate.bits()?;
        body.part(der::context_of_parts(0));
        body.integer()?;
        body.sequence()?;
        body.sequence()?;
        body.sequence()?;
        let name = body.part(der::SEQUENCE)?.whole.to_vec();
        let public = body.part(der::SEQUENCE)?.whole.to_vec();
        let mut key_id = Vec::new();
        if let Some(extensions) = body.part(der::context_of_parts(3)) {
            let mut extensions = der::Reader(extensions.content).sequence()?;
            while let Some(mut extension) = extensions.sequence() {
                let identifier = extension.part(der::OBJECT_IDENTIFIER)?.content;
                extension.part(der::BOOLEAN);
                let value = extension.part(der::OCTET_STRING)?.content;
                if identifier == SUBJECT_KEY {
                    key_id = der::Reader(value).part(der::OCTET_STRING)?.content.to_vec();
                }
            }
        }
        Some(Self { name, public, key_id })
    }
}

/// Makes a certificate for a key, signed by an issuer or by the key itself.
pub(super) fn build(
    host: &mut dyn Host,
    subject: &Subject,
    key: &PrivateKey,
    issuer: Option<(&Issuer, &PrivateKey)>,
) -> Result<Vec<u8>, Failure> {
    let signer = issuer.map_or(key, |(_, key)| key);
    let algorithm = signer.algorithm()?;
    let public = key.public(host)?;
    let subject_name = subject.distinguished();
    let issuer = issuer.map(|(issuer, _)| issuer);
    if let Some(issuer) = issuer
        && signer.public(host)?.write() != issuer.public
    {
        return Err("x509: provided PrivateKey doesn't match parent's PublicKey".into());
    }
    let version = der::parts(der::context_of_parts(0), &[der::integer(&BigUint::from(2_u8))]);
    let body = der::sequence(&[
        version,
        der::integer(&prime::random_bits(host.random(), SERIAL_BITS)),
        algorithm.clone(),
        issuer.map_or_else(|| subject_name.clone(), |issuer| issuer.name.clone()),
        subject.validity(host),
        subject_name.clone(),
        public.write(),
        der::parts(
            der::context_of_parts(3),
            &[der::sequence(&extensions(subject, &subject_name, &public, issuer)?)],
        ),
    ]);
    let signature = signer.sign(host, &body)?;
    Ok(der::sequence(&[body, algorithm, der::bit_string(0, &signature)]))
}

fn extensions(
    subject: &Subject,
    subject_name: &[u8],
    public: &PublicKey,
    issuer: Option<&Issuer>,
) -> Result<Vec<Vec<u8>>, Failure> {
    // Digital signature and key encipherment; authorities sign certificates, too.
    let usage = if subject.is_authority {
        der::bit_string(2, &[0b1010_0100])
    } else {
        der::bit_string(5, &[0b1010_0000])
    };
    let purposes = der::sequence(&[SERVER, CLIENT].map(der::identifier));
    let is_authority =
        if subject.is_authority { &[der::part(der::BOOLEAN, &[0xff])][..] } else { &[] };
    let mut all = vec![
        extension(KEY_USAGE, true, &usage),
        extension(EXTENDED_KEY_USAGE, false, &purposes),
        extension(BASIC_CONSTRAINTS, true, &der::sequence(is_authority)),
    ];
    if subject.is_authority {
        // Twenty bytes, as of the SHA-1 digest that it once was (RFC 7093).
        let id = digest(&SHA256, &public.bits);
        let id = der::part(der::OCTET_STRING, &id.as_ref()[..20]);
        all.push(extension(SUBJECT_KEY, false, &id));
    }
    let issuer = issuer.filter(|issuer| issuer.name != subject_name && !issuer.key_id.is_empty());
    if let Some(issuer) = issuer {
        let id = der::sequence(&[der::part(der::context(0), &issuer.key_id)]);
        all.push(extension(AUTHORITY_KEY, false, &id));
    }
    if !subject.names.is_empty() || !subject.addresses.is_empty() {
        let names = alternative_names(subject)?;
        // Where there is no other name, this one must not be passed over.
        all.push(extension(ALTERNATIVE_NAMES, subject.name.is_empty(), &names));
    }
    Ok(all)
}

fn extension(identifier: &[u8], is_critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if is_critical { der::part(der::BOOLEAN, &[0xff]) } else { Vec::new() };
    der::sequence(&[der::identifier(identifier), critical, der::part(der::OCTET_STRING, value)])
}

fn alternative_names(subject: &Subject) -> Result<Vec<u8>, Failure> {
    let mut parts = Vec::new();
    for name in &subject.names {
        if !name.is_ascii() {
            return Err(format!("x509: {name:?} cannot be encoded as an IA5String").into());
        }
        parts.push(der::part(der::context(2), name.as_bytes()));
    }
    for address in &subject.addresses {
        let bytes = match address.to_canonical() {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        parts.push(der::part(der::context(7), &bytes));
    }
    Ok(der::sequence(&parts))
}
