//! Elliptic curves of NIST and ECDSA (FIPS 186-5).
//!
//! Points are added by the formulas of every textbook. That takes some ten milliseconds for a key
//! or signature, and its time depends on the key: fit for certificates that a template makes for a
//! test, not for a server that signs for strangers.

use num_bigint::BigUint;
use ring::digest::{Algorithm, SHA256, SHA384, SHA512, digest};

use super::der;
use super::prime::random_below;
use crate::function::{Failure, Host};

/// A curve y² = x³ - 3x + b over a prime field.
#[derive(Debug)]
pub(super) struct Curve {
    /// Its identifier in DER.
    pub(super) identifier: &'static [u8],
    /// Bytes of a coordinate.
    pub(super) size: usize,
    prime: &'static str,
    order: &'static str,
    base: [&'static str; 2],
    /// The digest that Go signs with.
    digest: &'static Algorithm,
    /// The identifier of signing so.
    pub(super) signature: &'static [u8],
}

/// A point; `None` is the one at infinity.
type Point = Option<[BigUint; 2]>;

const SIGNED_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const SIGNED_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03];
const SIGNED_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04];

const P224: Curve = Curve {
    identifier: &[0x2b, 0x81, 0x04, 0x00, 0x21],
    size: 28,
    prime: "ffffffffffffffffffffffffffffffff000000000000000000000001",
    order: "ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d",
    base: [
        "b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21",
        "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34",
    ],
    digest: &SHA256,
    signature: SIGNED_SHA256,
};

/// The curve of keys that are made here.
pub(super) const P256: Curve = Curve {
    identifier: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
    size: 32,
    prime: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    base: [
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    ],
    digest: &SHA256,
    signature: SIGNED_SHA256,
};

const P384: Curve = Curve {
    identifier: &[0x2b, 0x81, 0x04, 0x00, 0x22],
    size: 48,
    prime: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe\
            ffffffff0000000000000000ffffffff",
    order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf\
            581a0db248b0a77aecec196accc52973",
    base: [
        "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a38\
         5502f25dbf55296c3a545e3872760ab7",
        "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c0\
         0a60b1ce1d7e819d7a431d7c90ea0e5f",
    ],
    digest: &SHA384,
    signature: SIGNED_SHA384,
};

const P521: Curve = Curve {
    identifier: &[0x2b, 0x81, 0x04, 0x00, 0x23],
    size: 66,
    prime: "1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
            ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    order: "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
            a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    base: [
        "c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3d\
         baa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
        "11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e66\
         2c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
    ],
    digest: &SHA512,
    signature: SIGNED_SHA512,
};

/// The curve of an identifier.
pub(super) fn find(identifier: &[u8]) -> Option<&'static Curve> {
    const ALL: [&Curve; 4] = [&P224, &P256, &P384, &P521];
    ALL.into_iter().find(|curve| curve.identifier == identifier)
}

fn number(digits: &str) -> BigUint {
    BigUint::parse_bytes(digits.as_bytes(), 16).expect("the curves above are hexadecimal numbers")
}

impl Curve {
    /// How many multiples of the base there are: private keys are below.
    pub(super) fn order(&self) -> BigUint {
        number(self.order)
    }

    /// Makes a private key.
    pub(super) fn generate(&self, host: &mut dyn Host) -> BigUint {
        random_below(host.random(), &self.order())
    }

    /// The public key of a private one, uncompressed.
    pub(super) fn public(&self, host: &mut dyn Host, key: &BigUint) -> Result<Vec<u8>, Failure> {
        let point = self.multiple(host, key)?;
        let [x, y] = point.expect("a private key is no multiple of the order");
        Ok([vec![4], self.bytes(&x), self.bytes(&y)].concat())
    }

    /// A coordinate or private key with all its bytes.
    pub(super) fn bytes(&self, number: &BigUint) -> Vec<u8> {
        let bytes = number.to_bytes_be();
        [vec![0; self.size.saturating_sub(bytes.len())], bytes].concat()
    }

    /// Signs a message. The signature is in DER.
    pub(super) fn sign(
        &self,
        host: &mut dyn Host,
        key: &BigUint,
        message: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let order = self.order();
        let digest = BigUint::from_bytes_be(digest(self.digest, message).as_ref());
        // Of a digest that is longer than the order, the first bits count.
        let excess = (8 * self.digest.output_len() as u64).saturating_sub(order.bits());
        let digest = digest >> excess;
        loop {
            let secret = random_below(host.random(), &order);
            let Some([x, _]) = self.multiple(host, &secret)? else { continue };
            let first = x % &order;
            let inverse = secret.modinv(&order).expect("the order is a prime above the secret");
            let second = inverse * (&digest + &first * key) % &order;
            if first != BigUint::ZERO && second != BigUint::ZERO {
                return Ok(der::sequence(&[der::integer(&first), der::integer(&second)]));
            }
        }
    }

    /// A multiple of the base.
    fn multiple(&self, host: &mut dyn Host, factor: &BigUint) -> Result<Point, Failure> {
        // An inversion for each bit and each second one: 15 ms at 256 bits, 100 ms at 521.
        host.work(5 * self.size.pow(2) as u64 * 64)?;
        let prime = number(self.prime);
        let base: Point = Some(self.base.map(number));
        let mut sum: Point = None;
        for bit in (0..factor.bits()).rev() {
            sum = add(&prime, &sum, &sum);
            if factor.bit(bit) {
                sum = add(&prime, &sum, &base);
            }
        }
        Ok(sum)
    }
}

/// Adds two points.
fn add(prime: &BigUint, a: &Point, b: &Point) -> Point {
    let (Some([ax, ay]), Some([bx, by])) = (a, b) else {
        return a.clone().or_else(|| b.clone());
    };
    let minus = |a: &BigUint, b: &BigUint| (a + prime - b) % prime;
    let (rise, run) = if ax != bx {
        (minus(by, ay), minus(bx, ax))
    } else if ay == by {
        let three = BigUint::from(3_u8);
        (minus(&(ax * ax % prime * &three), &three), ay + ay)
    } else {
        return None;
    };
    let slope = rise * (run % prime).modinv(prime)? % prime;
    let x = minus(&minus(&(&slope * &slope % prime), ax), bx);
    let y = minus(&(&slope * minus(ax, &x) % prime), ay);
    Some([x, y])
}

#[cfg(test)]
mod tests {
    use ring::signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, UnparsedPublicKey, VerificationAlgorithm,
    };

    use super::*;
    use crate::testing::TestHost;

    #[test]
    fn the_order_leads_back() {
        // (order - 1) times the base is the base with the other sign.
        for curve in [&P224, &P256, &P384, &P521] {
            let mut host = TestHost::default();
            let last = curve.order() - 1_u8;
            let [x, y] = curve.multiple(&mut host, &last).unwrap().unwrap();
            let [base_x, base_y] = curve.base.map(number);
            assert_eq!(x, base_x, "{curve:?}");
            assert_eq!(y + base_y, number(curve.prime), "{curve:?}");
            assert_eq!(curve.multiple(&mut host, &curve.order()).unwrap(), None, "{curve:?}");
        }
    }

    #[test]
    fn another_library_accepts_signatures() {
        let check = |curve: &Curve, algorithm: &'static dyn VerificationAlgorithm| {
            let mut host = TestHost::default();
            let key = curve.generate(&mut host);
            let public = curve.public(&mut host, &key).unwrap();
            let signature = curve.sign(&mut host, &key, b"message").unwrap();
            let public = UnparsedPublicKey::new(algorithm, public);
            assert!(public.verify(b"message", &signature).is_ok(), "{curve:?}");
            assert!(public.verify(b"another", &signature).is_err(), "{curve:?}");
        };
        check(&P256, &ECDSA_P256_SHA256_ASN1);
        check(&P384, &ECDSA_P384_SHA384_ASN1);
    }

    #[test]
    fn points_take_steps() {
        let mut host = TestHost { steps_left: 1_000, ..TestHost::default() };
        assert!(P256.public(&mut host, &BigUint::from(7_u8)).is_err());
    }
}
