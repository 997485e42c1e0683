//! `derivePassword`: the algorithm of Master Password, which makes passwords for sites from one
//! secret.

use std::num::NonZeroU32;

use ring::{hmac, pbkdf2};

use crate::function::{Call, Failure, Host};
use crate::value::Value;

/// What everything that is hashed begins with.
const SCOPE: &[u8] = b"com.lyndir.masterpassword";

/// Parameters of scrypt: 2^15 blocks of 8 · 128 bytes, twice.
const COST: Cost = Cost { blocks: 1 << 15, size: 8, lanes: 2 };

/// Bytes of the key that scrypt makes.
const KEY: usize = 64;

/// How scrypt is made slow.
#[derive(Clone, Copy)]
struct Cost {
    /// Blocks that are kept: a power of two.
    blocks: usize,
    /// Size of a block in units of 128 bytes.
    size: usize,
    /// Repetitions with other data.
    lanes: usize,
}

/// A password for a site: a counter, the type of the password, the secret, the user, the site.
pub(super) fn derive_password(call: &mut Call<'_>) -> Result<Value, Failure> {
    let counter = u64::try_from(call.int(0))
        .map_err(|_| format!("expected unsigned integer; found {}", call.int(0)))?;
    #[expect(clippy::cast_possible_truncation, reason = "Go cuts the number, too")]
    let counter = counter as u32;
    let kind = call.text(1).as_str();
    let Some(templates) = templates(&kind) else {
        return Ok(Value::text(format!("cannot find password template {kind}")));
    };
    let [secret, user, site] = [2, 3, 4].map(|index| call.text(index).as_bytes());
    let salt = [SCOPE, &length(user), user].concat();
    let key = scrypt(call.host, secret, &salt, COST)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let message = [SCOPE, &length(site), site, &counter.to_be_bytes()].concat();
    let seed = hmac::sign(&key, &message);
    let (first, rest) = seed.as_ref().split_at(1);
    let template = templates[usize::from(first[0]) % templates.len()];
    let password = template.bytes().zip(rest).map(|(class, byte)| {
        let characters = characters(class);
        char::from(characters[usize::from(*byte) % characters.len()])
    });
    Ok(Value::text(password.collect::<String>()))
}

fn length(text: &[u8]) -> [u8; 4] {
    u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes()
}

/// The forms of a type of password: a letter stands for a class of characters.
fn templates(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        "long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        "medium" => &["CvcnoCvc", "CvcCvcno"],
        "short" => &["Cvcn"],
        "basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        "pin" => &["nnnn"],
        _ => return None,
    })
}

/// The characters of a class.
fn characters(class: u8) -> &'static [u8] {
    match class {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

/// C. Percival and S. Josefsson, The scrypt password-based key derivation function, RFC 7914.
///
/// Only every second block is kept, and the others are made again from the one before, which takes
/// a quarter more time and half of the memory.
fn scrypt(
    host: &mut dyn Host,
    password: &[u8],
    salt: &[u8],
    cost: Cost,
) -> Result<[u8; KEY], Failure> {
    let block = 32 * cost.size;
    host.charge(cost.blocks / 2 * block * 4)?;
    // 2.5 mixes for each block, each about 1.6 µs at a size of 8.
    host.work((cost.lanes * cost.blocks * cost.size * 10) as u64)?;
    let mut bytes = vec![0; cost.lanes * block * 4];
    pbkdf2(password, salt, &mut bytes);
    let mut kept = vec![0; cost.blocks / 2 * block];
    for lane in bytes.chunks_exact_mut(block * 4) {
        let mut words: Vec<u32> = lane
            .chunks_exact(4)
            .map(|word| word.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte)))
            .collect();
        mix_lane(&mut words, &mut kept, cost);
        for (bytes, word) in lane.chunks_exact_mut(4).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
    }
    let mut key = [0; KEY];
    pbkdf2(password, &bytes, &mut key);
    drop(kept);
    host.release(cost.blocks / 2 * block * 4);
    Ok(key)
}

fn pbkdf2(password: &[u8], salt: &[u8], out: &mut [u8]) {
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, NonZeroU32::MIN, salt, password, out);
}

/// Writes blocks, each made of the last, then mixes them in an order that depends on them.
fn mix_lane(block: &mut Vec<u32>, kept: &mut [u32], cost: Cost) {
    let length = block.len();
    let mut spare = vec![0; length];
    for kept in kept.chunks_exact_mut(length) {
        kept.copy_from_slice(block);
        mix(block, &mut spare);
        mix(block, &mut spare);
    }
    let mut other = vec![0; length];
    for _ in 0..cost.blocks {
        let index = block[length - 16] as usize % cost.blocks;
        let at = index / 2 * length;
        other.copy_from_slice(&kept[at..at + length]);
        if index % 2 == 1 {
            mix(&mut other, &mut spare);
        }
        block.iter_mut().zip(&other).for_each(|(word, other)| *word ^= other);
        mix(block, &mut spare);
    }
}

/// Mixes the units of a block; even ones end up in the first half, odd ones in the second.
fn mix(block: &mut Vec<u32>, spare: &mut Vec<u32>) {
    let units = block.len() / 16;
    let mut last = [0; 16];
    last.copy_from_slice(&block[block.len() - 16..]);
    for (index, unit) in block.chunks_exact(16).enumerate() {
        last.iter_mut().zip(unit).for_each(|(word, other)| *word ^= other);
        salsa(&mut last);
        let place = (index / 2 + index % 2 * units / 2) * 16;
        spare[place..place + 16].copy_from_slice(&last);
    }
    std::mem::swap(block, spare);
}

/// The core of Salsa20 with eight rounds.
fn salsa(words: &mut [u32; 16]) {
    let mut x = *words;
    for _ in 0..4 {
        // Columns, then rows.
        quarter(&mut x, [0, 4, 8, 12]);
        quarter(&mut x, [5, 9, 13, 1]);
        quarter(&mut x, [10, 14, 2, 6]);
        quarter(&mut x, [15, 3, 7, 11]);
        quarter(&mut x, [0, 1, 2, 3]);
        quarter(&mut x, [5, 6, 7, 4]);
        quarter(&mut x, [10, 11, 8, 9]);
        quarter(&mut x, [15, 12, 13, 14]);
    }
    for index in 0..16 {
        words[index] = words[index].wrapping_add(x[index]);
    }
}

fn quarter(words: &mut [u32; 16], at: [usize; 4]) {
    let [mut first, mut second, mut third, mut fourth] = at.map(|index| words[index]);
    second ^= first.wrapping_add(fourth).rotate_left(7);
    third ^= second.wrapping_add(first).rotate_left(9);
    fourth ^= third.wrapping_add(second).rotate_left(13);
    first ^= fourth.wrapping_add(third).rotate_left(18);
    for (index, word) in at.into_iter().zip([first, second, third, fourth]) {
        words[index] = word;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestHost, call};

    #[test]
    fn scrypt_is_that_of_its_rfc() {
        for (password, salt, cost, expected) in [
            (
                "",
                "",
                Cost { blocks: 16, size: 1, lanes: 1 },
                "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442\
                 fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
            ),
            (
                "password",
                "NaCl",
                Cost { blocks: 1024, size: 8, lanes: 16 },
                "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162\
                 2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
            ),
        ] {
            let mut host = TestHost::default();
            let key = scrypt(&mut host, password.as_bytes(), salt.as_bytes(), cost).unwrap();
            let key: Vec<String> = key.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(key.concat(), expected, "{password}");
        }
    }

    #[test]
    fn an_unknown_form_is_told() {
        let texts = ["huge", "password", "user", "example.com"].map(Value::from);
        let arguments = [vec![Value::int(1)], texts.to_vec()].concat();
        let result = call("derivePassword", &arguments).unwrap();
        let expected = b"cannot find password template huge";
        assert!(matches!(result, Value::Str(text) if text.as_bytes() == expected));
    }

    #[test]
    fn the_limits_hold() {
        for host in [
            TestHost { steps_left: 1_000, ..TestHost::default() },
            TestHost { bytes_left: 1_000, ..TestHost::default() },
        ] {
            let mut host = host;
            assert!(scrypt(&mut host, b"", b"", COST).is_err());
        }
        let texts = ["pin", "", "", ""].map(Value::from);
        let arguments = [vec![Value::int(-1)], texts.to_vec()].concat();
        assert!(call("derivePassword", &arguments).is_err());
    }

    #[test]
    fn every_form_is_of_known_classes() {
        for kind in ["maximum", "long", "medium", "short", "basic", "pin"] {
            for template in templates(kind).unwrap() {
                assert!(template.len() < 32 && template.bytes().all(|c| b"CvcVanox".contains(&c)));
            }
        }
    }
}
