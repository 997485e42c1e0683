//! Private keys of all kinds, in PEM.

use num_bigint::BigUint;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::curve::{Curve, P256, find};
use super::der::{self, Reader};
use super::pem;
use super::prime::{random_below, random_bits, random_prime, search};
use super::rsa::Rsa;
use crate::function::{Call, Failure, Host};
use crate::value::Value;

/// Identifiers of kinds of keys, and of signing.
pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// Steps of making a DSA key, most of them for the search of its larger prime.
const DSA_STEPS: u64 = 6_000_000;

/// Lengths of a DSA key's primes.
const DSA_BITS: (u32, u32) = (2048, 256);

/// A private key.
#[derive(Debug, Clone)]
pub(super) enum PrivateKey {
    Rsa(Box<Rsa>),
    /// The numbers p, q, g, y and x.
    Dsa(Box<[BigUint; 5]>),
    Ec(&'static Curve, BigUint),
    Ed25519([u8; 32]),
}

/// Makes a key of a kind. An unknown kind is no error, but is what Sprig returns.
pub(super) fn gen_private_key(call: &mut Call<'_>) -> Result<Value, Failure> {
    let kind = call.text(0).as_str();
    let host = &mut *call.host;
    let key = match &*kind {
        "" | "rsa" => PrivateKey::Rsa(Box::new(Rsa::generate(host, 4096)?)),
        "dsa" => {
            host.work(DSA_STEPS)?;
            generate_dsa(host, DSA_BITS)?
        }
        "ecdsa" => PrivateKey::Ec(&P256, P256.generate(host)),
        "ed25519" => {
            let mut seed = [0; 32];
            host.random().fill(&mut seed);
            PrivateKey::Ed25519(seed)
        }
        other => return Ok(Value::text(format!("Unknown type {other}"))),
    };
    Ok(Value::text(key.write(host)?))
}

/// Finds the primes of a DSA key and chooses its secret (FIPS 186-4, A.1.1.2 without the seed).
fn generate_dsa(host: &mut dyn Host, (long, short): (u32, u32)) -> Result<PrivateKey, Failure> {
    let one = BigUint::from(1_u8);
    let order = random_prime(host, short)?;
    let step = &order * 2_u8;
    let mut tests = 0;
    let prime = loop {
        let mut start = random_bits(host.random(), long);
        start.set_bit(u64::from(long) - 1, true);
        let start = &start - &start % &step + &one;
        let found = search(host, &start, &step, &mut tests)?;
        if let Some(prime) = found.filter(|prime| prime.bits() == u64::from(long)) {
            break prime;
        }
    };
    let exponent = (&prime - &one) / &order;
    let powers = (2_u32..).map(|base| BigUint::from(base).modpow(&exponent, &prime));
    let generator = powers.into_iter().find(|power| *power != one).unwrap_or_default();
    let secret = random_below(host.random(), &order);
    let public = generator.modpow(&secret, &prime);
    Ok(PrivateKey::Dsa(Box::new([prime, order, generator, public, secret])))
}

impl PrivateKey {
    /// The key in PEM, in the format that Sprig writes keys of its kind in.
    pub(super) fn write(&self, host: &mut dyn Host) -> Result<String, Failure> {
        Ok(match self {
            Self::Rsa(key) => pem::write("RSA PRIVATE KEY", &key.write()),
            Self::Dsa(numbers) => {
                let version = std::iter::once(BigUint::ZERO);
                let numbers = version.chain(numbers.iter().cloned());
                let numbers: Vec<Vec<u8>> = numbers.map(|number| der::integer(&number)).collect();
                pem::write("DSA PRIVATE KEY", &der::sequence(&numbers))
            }
            Self::Ec(curve, key) => {
                let public = curve.public(host, key)?;
                let parts = [
                    der::integer(&BigUint::from(1_u8)),
                    der::part(der::OCTET_STRING, &curve.bytes(key)),
                    der::parts(der::context_of_parts(0), &[der::identifier(curve.identifier)]),
                    der::parts(der::context_of_parts(1), &[der::bit_string(0, &public)]),
                ];
                pem::write("EC PRIVATE KEY", &der::sequence(&parts))
            }
            Self::Ed25519(seed) => {
                let key = der::part(der::OCTET_STRING, &der::part(der::OCTET_STRING, seed));
                let parts =
                    [der::integer(&BigUint::ZERO), der::sequence(&[der::identifier(ED25519)]), key];
                pem::write("PRIVATE KEY", &der::sequence(&parts))
            }
        })
    }

    /// Reads the first key of a text.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let block = pem::read(text).ok_or("no PEM data in input")?;
        if block.label == "PRIVATE KEY" {
            return read_pkcs8(&block.bytes)
                .map_err(|reason| format!("decoding PEM as PKCS#8: {reason}"));
        }
        let kind = block.label.strip_suffix(" PRIVATE KEY");
        let kind = kind
            .ok_or_else(|| format!("no private key data in PEM block of type {}", block.label))?;
        let key = match kind {
            "RSA" => Rsa::read(&block.bytes).map(|key| Self::Rsa(Box::new(key))),
            "EC" => read_sec1(&block.bytes, None),
            "DSA" => read_dsa(&block.bytes),
            _ => return Err(format!("invalid private key type {}", block.label)),
        };
        key.map_err(|reason| format!("parsing {kind} private key from PEM: {reason}"))
    }

    /// The public key as certificates hold it.
    pub(super) fn public(&self, host: &mut dyn Host) -> Result<PublicKey, Failure> {
        let null = der::part(der::NULL, &[]);
        let (algorithm, bits) = match self {
            Self::Rsa(key) => (vec![der::identifier(RSA), null], key.public()),
            Self::Ec(curve, key) => {
                let algorithm = vec![der::identifier(EC), der::identifier(curve.identifier)];
                (algorithm, curve.public(host, key)?)
            }
            Self::Ed25519(seed) => (vec![der::identifier(ED25519)], ed25519(seed)?.1),
            Self::Dsa(_) => return Err(NO_SIGNER.into()),
        };
        Ok(PublicKey { algorithm: der::sequence(&algorithm), bits })
    }

    /// The algorithm of its signatures, in DER.
    pub(super) fn algorithm(&self) -> Result<Vec<u8>, Failure> {
        Ok(der::sequence(&match self {
            Self::Rsa(_) => vec![der::identifier(RSA_SHA256), der::part(der::NULL, &[])],
            Self::Ec(curve, _) => vec![der::identifier(curve.signature)],
            Self::Ed25519(_) => vec![der::identifier(ED25519)],
            Self::Dsa(_) => return Err(NO_SIGNER.into()),
        }))
    }

    /// Signs a message.
    pub(super) fn sign(&self, host: &mut dyn Host, message: &[u8]) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Rsa(key) => key.sign(host, message),
            Self::Ec(curve, key) => curve.sign(host, key, message),
            Self::Ed25519(seed) => Ok(ed25519(seed)?.0.sign(message).as_ref().to_vec()),
            Self::Dsa(_) => Err(NO_SIGNER.into()),
        }
    }
}

/// Go's words: certificates are not signed by DSA.
const NO_SIGNER: &str = "x509: certificate private key does not implement crypto.Signer";

/// A public key: its algorithm in DER, and the key itself in the algorithm's own format.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PublicKey {
    algorithm: Vec<u8>,
    pub(super) bits: Vec<u8>,
}

impl PublicKey {
    /// Both as one part.
    pub(super) fn write(&self) -> Vec<u8> {
        der::sequence(&[self.algorithm.clone(), der::bit_string(0, &self.bits)])
    }
}

fn ed25519(seed: &[u8; 32]) -> Result<(Ed25519KeyPair, Vec<u8>), Failure> {
    let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|error| error.to_string())?;
    let public = pair.public_key().as_ref().to_vec();
    Ok((pair, public))
}

fn read_pkcs8(bytes: &[u8]) -> Result<PrivateKey, String> {
    let structure = || "asn1: structure error".to_owned();
    let mut key = Reader(bytes).sequence().ok_or_else(structure)?;
    key.integer().ok_or_else(structure)?;
    let mut algorithm = key.sequence().ok_or_else(structure)?;
    let inner = key.part(der::OCTET_STRING).ok_or_else(structure)?.content;
    let kind = algorithm.part(der::OBJECT_IDENTIFIER).ok_or_else(structure)?.content;
    match kind {
        RSA => Ok(PrivateKey::Rsa(Box::new(Rsa::read(inner)?))),
        EC => {
            let curve = algorithm.part(der::OBJECT_IDENTIFIER).ok_or_else(structure)?.content;
            read_sec1(inner, Some(curve))
        }
        ED25519 => {
            let seed = Reader(inner).part(der::OCTET_STRING).ok_or_else(structure)?.content;
            let seed = seed.try_into().map_err(|_| "x509: invalid Ed25519 private key length")?;
            Ok(PrivateKey::Ed25519(seed))
        }
        _ => Err("x509: PKCS#8 wrapping contained private key with unknown algorithm".to_owned()),
    }
}

/// Reads SEC 1, which names its curve unless what it is wrapped in does.
fn read_sec1(bytes: &[u8], curve: Option<&[u8]>) -> Result<PrivateKey, String> {
    let parsed = Reader(bytes).sequence().and_then(|mut key| {
        key.integer()?;
        let secret = key.part(der::OCTET_STRING)?.content;
        let named = key.part(der::context_of_parts(0)).map(|part| Reader(part.content));
        let named = named.and_then(|mut named| named.part(der::OBJECT_IDENTIFIER));
        Some((secret, curve.or(named.map(|part| part.content))))
    });
    let (secret, curve) = parsed.ok_or("asn1: structure error")?;
    let curve = curve.and_then(find).ok_or("x509: unknown elliptic curve")?;
    let secret = BigUint::from_bytes_be(secret);
    if secret == BigUint::ZERO || secret >= curve.order() {
        return Err("x509: invalid elliptic curve private key value".to_owned());
    }
    Ok(PrivateKey::Ec(curve, secret))
}

fn read_dsa(bytes: &[u8]) -> Result<PrivateKey, String> {
    let numbers = Reader(bytes).sequence().and_then(|mut key| {
        key.integer()?;
        Some([key.integer()?, key.integer()?, key.integer()?, key.integer()?, key.integer()?])
    });
    let numbers = numbers.ok_or("asn1: structure error")?;
    Ok(PrivateKey::Dsa(Box::new(numbers)))
}

#[cfg(test)]
mod tests {
    use ring::signature::{
        ECDSA_P256_SHA256_ASN1, ED25519 as ED25519_ALGORITHM, UnparsedPublicKey,
        VerificationAlgorithm,
    };

    use super::*;
    use crate::testing::{TestHost, call, call_in};

    fn generate(kind: &str) -> String {
        match call("genPrivateKey", &[kind.into()]) {
            Ok(Value::Str(text)) => text.to_string(),
            other => panic!("{kind}: {other:?}"),
        }
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        for (kind, label) in [("ecdsa", "EC PRIVATE KEY"), ("ed25519", "PRIVATE KEY")] {
            let text = generate(kind);
            assert_eq!(pem::read(&text).map(|block| block.label).as_deref(), Some(label));
            let key = PrivateKey::read(&text).unwrap();
            assert_eq!(key.write(&mut TestHost::default()).unwrap(), text, "{kind}");
        }
        assert_eq!(generate("magic"), "Unknown type magic");
    }

    #[test]
    fn long_keys_take_steps() {
        for (kind, steps) in [("", 8_000_000), ("rsa", 8_000_000), ("dsa", DSA_STEPS)] {
            let mut host = TestHost { steps_left: steps - 1, ..TestHost::default() };
            let made = call_in(&mut host, "genPrivateKey", &[kind.into()]);
            assert!(made.is_err() && host.steps_left == steps - 1, "{kind}");
        }
    }

    #[test]
    fn a_dsa_key_has_its_primes() {
        let mut host = TestHost::default();
        let key = generate_dsa(&mut host, (512, 160)).unwrap();
        let text = key.write(&mut host).unwrap();
        let PrivateKey::Dsa(numbers) = PrivateKey::read(&text).unwrap() else {
            panic!("a DSA key");
        };
        let [prime, order, generator, public, secret] = *numbers;
        let one = BigUint::from(1_u8);
        assert_eq!((prime.bits(), order.bits()), (512, 160));
        for number in [&prime, &order] {
            assert!(super::super::prime::is_prime(host.random(), number), "{number}");
        }
        assert_eq!((&prime - &one) % &order, BigUint::ZERO);
        assert!(generator != one && generator.modpow(&order, &prime) == one);
        assert!(generator.modpow(&secret, &prime) == public && secret < order);
    }

    #[test]
    fn another_library_accepts_signatures() {
        let check = |kind: &str, algorithm: &'static dyn VerificationAlgorithm| {
            let mut host = TestHost::default();
            let key = PrivateKey::read(&generate(kind)).unwrap();
            let public = UnparsedPublicKey::new(algorithm, key.public(&mut host).unwrap().bits);
            let signature = key.sign(&mut host, b"message").unwrap();
            assert!(public.verify(b"message", &signature).is_ok(), "{kind}");
        };
        check("ecdsa", &ECDSA_P256_SHA256_ASN1);
        check("ed25519", &ED25519_ALGORITHM);
    }

    #[test]
    fn wrapped_keys_are_read() {
        let rsa = pem::read(EXAMPLE_RSA).unwrap().bytes;
        let ec = pem::read(&generate("ecdsa")).unwrap().bytes;
        for (algorithm, key) in [
            (vec![der::identifier(RSA), der::part(der::NULL, &[])], &rsa),
            (vec![der::identifier(EC), der::identifier(P256.identifier)], &ec),
        ] {
            let wrapped = der::sequence(&[
                der::integer(&BigUint::ZERO),
                der::sequence(&algorithm),
                der::part(der::OCTET_STRING, key),
            ]);
            let read = PrivateKey::read(&pem::write("PRIVATE KEY", &wrapped)).unwrap();
            let written = read.write(&mut TestHost::default()).unwrap();
            assert_eq!(&pem::read(&written).unwrap().bytes, key);
        }
    }

    /// The example of every textbook: 61 · 53 = 3233.
    const EXAMPLE_RSA: &str = "-----BEGIN RSA PRIVATE KEY-----\nMB0CAQACAgyhAgERAgIKwQIBPQIBNQIBNQIBMQIBJg==\n-----END RSA PRIVATE KEY-----\n";

    #[test]
    fn unfit_text_is_told() {
        let block = |label: &str, bytes: &[u8]| pem::write(label, bytes);
        let unknown_curve = der::sequence(&[
            der::integer(&BigUint::from(1_u8)),
            der::part(der::OCTET_STRING, &[1]),
            der::parts(der::context_of_parts(0), &[der::identifier(&[0x2a])]),
        ]);
        let no_secret = der::sequence(&[
            der::integer(&BigUint::from(1_u8)),
            der::part(der::OCTET_STRING, &[0]),
            der::parts(der::context_of_parts(0), &[der::identifier(P256.identifier)]),
        ]);
        let unknown_kind = der::sequence(&[
            der::integer(&BigUint::ZERO),
            der::sequence(&[der::identifier(&[0x2a])]),
            der::part(der::OCTET_STRING, &[]),
        ]);
        for (text, message) in [
            ("x".to_owned(), "no PEM data in input"),
            (block("CERTIFICATE", &[]), "no private key data in PEM block of type CERTIFICATE"),
            (block("X PRIVATE KEY", &[]), "invalid private key type X PRIVATE KEY"),
            (block("PRIVATE KEY", &[1]), "decoding PEM as PKCS#8: asn1: structure error"),
            (
                block("PRIVATE KEY", &unknown_kind),
                "decoding PEM as PKCS#8: x509: PKCS#8 wrapping contained private key with unknown \
                 algorithm",
            ),
            (
                block("RSA PRIVATE KEY", &[1]),
                "parsing RSA private key from PEM: asn1: structure error",
            ),
            (
                block("DSA PRIVATE KEY", &[1]),
                "parsing DSA private key from PEM: asn1: structure error",
            ),
            (
                block("EC PRIVATE KEY", &unknown_curve),
                "parsing EC private key from PEM: x509: unknown elliptic curve",
            ),
            (
                block("EC PRIVATE KEY", &no_secret),
                "parsing EC private key from PEM: x509: invalid elliptic curve private key value",
            ),
        ] {
            assert_eq!(PrivateKey::read(&text).unwrap_err(), message);
        }
    }
}
