//! bcrypt, which stores passwords so that they are slow to guess.

use blowfish::Blowfish;

use crate::function::{Call, Failure, Host};
use crate::value::Value;

/// Binary logarithm of the number of rounds, Go's default.
const COST: u32 = 10;

/// Steps for two expansions of keys, of which there are 2^cost: about 50 ms at the default.
const STEPS_PER_ROUND: u64 = 1_000;

/// Longest password.
const LONGEST: usize = 72;

/// Digits of bcrypt's own base64.
const DIGITS: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// What is encrypted with the password as key.
const SECRET: &[u8; 24] = b"OrpheanBeholderScryDoubt";

/// A password, hashed. Errors stand where the hash would stand, as in Sprig.
pub(super) fn bcrypt(call: &mut Call<'_>) -> Result<Value, Failure> {
    let password = call.text(0);
    let hash = hash(call.host, password.as_bytes())?;
    Ok(Value::text(hash))
}

/// A line for a file of users of the web server Apache.
pub(super) fn htpasswd(call: &mut Call<'_>) -> Result<Value, Failure> {
    let user = call.text(0).as_str();
    if user.contains(':') {
        return Ok(Value::text(format!("invalid username: {user}")));
    }
    let password = call.text(1);
    let hash = hash(call.host, password.as_bytes())?;
    Ok(Value::text(format!("{user}:{hash}")))
}

fn hash(host: &mut dyn Host, password: &[u8]) -> Result<String, Failure> {
    if password.len() > LONGEST {
        let reason = format!("bcrypt: password length exceeds {LONGEST} bytes");
        return Ok(format!("failed to encrypt string with bcrypt: {reason}"));
    }
    host.work(STEPS_PER_ROUND << COST)?;
    let mut salt = [0; 16];
    host.random().fill(&mut salt);
    Ok(hash_with(password, salt, COST))
}

/// N. Provos and D. Mazières, A future-adaptable password scheme, USENIX 1999.
fn hash_with(password: &[u8], salt: [u8; 16], cost: u32) -> String {
    let key = [password, &[0]].concat();
    let mut cipher: Blowfish = Blowfish::bc_init_state();
    cipher.salted_expand_key(&salt, &key);
    for _ in 0..1_u32 << cost {
        cipher.bc_expand_key(&key);
        cipher.bc_expand_key(&salt);
    }
    let mut hash = Vec::new();
    for block in SECRET.chunks(8) {
        let half = |bytes: &[u8]| bytes.iter().fold(0, |half, byte| half << 8 | u32::from(*byte));
        let mut halves = [half(&block[..4]), half(&block[4..])];
        for _ in 0..64 {
            halves = cipher.bc_encrypt(halves);
        }
        hash.extend(halves.into_iter().flat_map(u32::to_be_bytes));
    }
    // The first implementation lost the last byte, and all others follow it.
    hash.pop();
    format!("$2a${cost:02}${}{}", encode(&salt), encode(&hash))
}

fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let number = (0..3).fold(0, |number, index| {
            number << 8 | usize::from(chunk.get(index).copied().unwrap_or(0))
        });
        let digit = |index: usize| char::from(DIGITS[number >> (18 - 6 * index) & 0x3f]);
        out.extend((0..=chunk.len()).map(digit));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestHost, call};

    /// The salt of a hash: 22 digits of six bits, of which the last four are not used.
    fn salt(hash: &str) -> [u8; 16] {
        let value = |digit| DIGITS.iter().position(|other| *other == digit).unwrap();
        let digits: Vec<usize> = hash[7..29].bytes().map(value).collect();
        let bits = |bit: usize| digits[bit / 6] >> (5 - bit % 6) & 1;
        let byte = |index: usize| (0..8).fold(0, |byte, bit| byte << 1 | bits(8 * index + bit));
        std::array::from_fn(|index| u8::try_from(byte(index)).unwrap())
    }

    #[test]
    fn hashes_are_those_of_others() {
        // The first ones are test vectors of jBCrypt, the last was made by Go.
        for (password, hash) in [
            ("", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."),
            ("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
            ("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
            ("pässword", "$2a$05$GWvLHXRscKD7gaLfEmHbtOcIeGbzWLbI31vo1sLn4gMO8K0rBmhd2"),
        ] {
            let cost = hash[4..6].parse().unwrap();
            assert_eq!(hash_with(password.as_bytes(), salt(hash), cost), hash, "{password}");
        }
    }

    #[test]
    fn functions_hash_with_the_default_cost() {
        let text = |result: Result<Value, String>| match result {
            Ok(Value::Str(text)) => text.to_string(),
            other => panic!("{other:?}"),
        };
        let hash = text(call("bcrypt", &["secret".into()]));
        assert!(hash.starts_with("$2a$10$") && hash.len() == 60, "{hash}");
        let line = text(call("htpasswd", &["me".into(), "secret".into()]));
        // The random bytes of tests are always the same.
        assert_eq!(line, format!("me:{hash}"));
        assert_eq!(text(call("htpasswd", &["a:b".into(), "".into()])), "invalid username: a:b");
        let long = "x".repeat(73);
        assert_eq!(
            text(call("bcrypt", &[long.as_str().into()])),
            "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
        );
    }

    #[test]
    fn hashing_takes_steps() {
        let mut host = TestHost { steps_left: 1_000, ..TestHost::default() };
        assert!(hash(&mut host, b"x").is_err());
    }
}
