//! RSA keys: making them, writing them and signing with them (RFC 8017).

use num_bigint::BigUint;
use ring::digest::{SHA256, digest};

use super::der::{self, Reader};
use super::prime::random_prime;
use crate::function::{Failure, Host};

/// The public exponent.
const EXPONENT: u32 = 65_537;

/// Largest modulus that is read, in bits: a signature with it takes a quarter of a second.
const LARGEST: u64 = 8192;

/// What stands before a SHA-256 digest in what is signed: its algorithm and length, in DER.
const DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// A private key.
#[derive(Debug, Clone)]
pub(super) struct Rsa {
    modulus: BigUint,
    exponent: BigUint,
    private: BigUint,
    primes: [BigUint; 2],
    /// The private exponent for each prime.
    exponents: [BigUint; 2],
    /// The inverse of the second prime, modulo the first.
    coefficient: BigUint,
}

impl Rsa {
    /// Makes a key whose modulus has so many bits.
    ///
    /// The steps are what the search takes on average: about 0.1 s for 2,048 bits and 1 s for
    /// 4,096. The latter are counted at half, or else no key of that length would fit into the
    /// default limits.
    pub(super) fn generate(host: &mut dyn Host, bits: u32) -> Result<Self, Failure> {
        host.work(if bits > 2048 { 8_000_000 } else { 2_000_000 })?;
        loop {
            let primes = [random_prime(host, bits / 2)?, random_prime(host, bits / 2)?];
            if let Some(key) = Self::of_primes(primes, EXPONENT.into()) {
                return Ok(key);
            }
        }
    }

    /// The key of two primes, if they are fit for the exponent.
    fn of_primes(primes: [BigUint; 2], exponent: BigUint) -> Option<Self> {
        let [p, q] = &primes;
        let [below_p, below_q] = [p - 1_u8, q - 1_u8];
        let private = exponent.modinv(&(&below_p * &below_q))?;
        let coefficient = q.modinv(p)?;
        let exponents = [&private % below_p, &private % below_q];
        Some(Self { modulus: p * q, exponent, private, primes, exponents, coefficient })
    }

    /// Reads PKCS#1.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let numbers = Reader(bytes).sequence().and_then(|mut key| {
            let mut numbers = Vec::new();
            for _ in 0..6 {
                numbers.push(key.integer()?);
            }
            Some(numbers)
        });
        let numbers = numbers.ok_or("asn1: structure error")?;
        let [version, modulus, exponent, _, p, q] = &numbers[..] else {
            return Err("asn1: structure error".to_owned());
        };
        if *version != BigUint::ZERO {
            return Err("x509: unsupported private key version".to_owned());
        }
        if modulus.bits() > LARGEST {
            return Err(format!("RSA keys of more than {LARGEST} bits are not supported"));
        }
        let least = BigUint::from(3_u8);
        let is_fit = p * q == *modulus && *p >= least && *q >= least && exponent.bits() <= 31;
        let key = is_fit.then(|| Self::of_primes([p.clone(), q.clone()], exponent.clone()));
        key.flatten().ok_or_else(|| "x509: invalid RSA private key".to_owned())
    }

    /// The private key as PKCS#1.
    pub(super) fn write(&self) -> Vec<u8> {
        let ([p, q], [dp, dq]) = (&self.primes, &self.exponents);
        let version = BigUint::ZERO;
        let numbers = [&version, &self.modulus, &self.exponent, &self.private, p, q, dp, dq];
        let numbers = numbers.into_iter().chain([&self.coefficient]);
        der::sequence(&numbers.map(der::integer).collect::<Vec<_>>())
    }

    /// The public key as PKCS#1.
    pub(super) fn public(&self) -> Vec<u8> {
        der::sequence(&[der::integer(&self.modulus), der::integer(&self.exponent)])
    }

    /// Signs a message by PKCS#1 v1.5 with SHA-256.
    pub(super) fn sign(&self, host: &mut dyn Host, message: &[u8]) -> Result<Vec<u8>, Failure> {
        let bits = self.modulus.bits();
        // Two powers to exponents of half the length: a tenth of a second at 8,192 bits.
        host.work(2 * (bits / 64).pow(3))?;
        let length = usize::try_from(bits.div_ceil(8)).unwrap_or_default();
        let signed = [&DIGEST_INFO[..], digest(&SHA256, message).as_ref()].concat();
        let padding = length.checked_sub(signed.len() + 3).filter(|padding| *padding >= 8);
        let padding = padding.ok_or("crypto/rsa: message too long for RSA key size")?;
        let padded = [&[0, 1][..], &vec![0xff; padding], &[0], &signed].concat();
        let number = BigUint::from_bytes_be(&padded);
        let signature = self.private_power(&number);
        // A key that is not what it seems must not sign.
        if signature.modpow(&self.exponent, &self.modulus) != number {
            return Err("rsa: internal error".into());
        }
        let bytes = signature.to_bytes_be();
        Ok([vec![0; length - bytes.len()], bytes].concat())
    }

    /// A number to the power of the private exponent, by way of the primes.
    fn private_power(&self, number: &BigUint) -> BigUint {
        let ([p, q], [dp, dq]) = (&self.primes, &self.exponents);
        let (by_p, by_q) = (number.modpow(dp, p), number.modpow(dq, q));
        let difference = (by_p + p * (&by_q / p + 1_u8) - &by_q) % p;
        by_q + difference * &self.coefficient % p * q
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;
    use crate::testing::TestHost;

    #[test]
    fn another_library_accepts_keys_and_signatures() {
        let mut host = TestHost::default();
        let key = Rsa::generate(&mut host, 2048).unwrap();
        assert_eq!(key.modulus.bits(), 2048);
        let parsed = ring::rsa::KeyPair::from_der(&key.write());
        assert!(parsed.is_ok(), "{:?}", parsed.err());

        let read = Rsa::read(&key.write()).unwrap();
        assert_eq!(read.write(), key.write());
        let signature = read.sign(&mut host, b"message").unwrap();
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public());
        assert!(public.verify(b"message", &signature).is_ok());
        assert!(public.verify(b"another", &signature).is_err());
    }

    #[test]
    fn keys_take_steps() {
        let mut host = TestHost { steps_left: 1_999_999, ..TestHost::default() };
        assert!(Rsa::generate(&mut host, 2048).is_err());
    }

    #[test]
    fn unfit_keys_are_refused() {
        let number = |number: u32| der::integer(&number.into());
        let key = |numbers: &[u32]| {
            Rsa::read(&der::sequence(&numbers.iter().map(|n| number(*n)).collect::<Vec<_>>()))
        };
        // 61 * 53 = 3233 is the example of every textbook.
        assert!(key(&[0, 3233, 17, 2753, 61, 53]).is_ok());
        for (numbers, message) in [
            (&[0, 3233, 17][..], "asn1: structure error"),
            (&[1, 3233, 17, 2753, 61, 53], "x509: unsupported private key version"),
            (&[0, 3234, 17, 2753, 61, 53], "x509: invalid RSA private key"),
            (&[0, 3233, 2, 2753, 61, 53], "x509: invalid RSA private key"),
            (&[0, 3721, 17, 2753, 61, 61], "x509: invalid RSA private key"),
            (&[0, 0, 17, 2753, 0, 53], "x509: invalid RSA private key"),
        ] {
            assert_eq!(key(numbers).unwrap_err(), message, "{numbers:?}");
        }
        let large = der::integer(&(BigUint::from(1_u8) << LARGEST));
        let bytes = der::sequence(&[number(0), large, number(3), number(1), number(5), number(7)]);
        assert!(Rsa::read(&bytes).unwrap_err().contains("not supported"));

        let small = key(&[0, 3233, 17, 2753, 61, 53]).unwrap();
        assert!(small.sign(&mut TestHost::default(), b"x").is_err());
    }
}
