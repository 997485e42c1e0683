//! AES-256 in CBC mode, as Sprig uses it: the password is the key, filled up with zeros.

use ::aes::Aes256;
use ::aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::function::{Call, Failure};
use crate::value::Value;

const BLOCK: usize = 16;

/// Encrypts the second argument with the first; a random start makes each result another.
pub(super) fn encrypt(call: &mut Call<'_>) -> Result<Value, Failure> {
    let plain = call.text(1).as_bytes();
    if plain.is_empty() {
        return Ok(Value::text(""));
    }
    // Encrypted, then in base64.
    call.host.charge(plain.len().saturating_mul(3))?;
    call.host.work((plain.len() / BLOCK) as u64)?;
    let cipher = cipher(call);
    let padding = BLOCK - plain.len() % BLOCK;
    let padded = [plain, &vec![u8::try_from(padding).unwrap_or_default(); padding]].concat();
    let mut previous = [0; BLOCK];
    call.host.random().fill(&mut previous);
    let mut out = previous.to_vec();
    for chunk in padded.chunks(BLOCK) {
        let mut block = Array::from(previous);
        block.iter_mut().zip(chunk).for_each(|(byte, plain)| *byte ^= plain);
        cipher.encrypt_block(&mut block);
        previous = block.into();
        out.extend_from_slice(&previous);
    }
    Ok(Value::text(STANDARD.encode(out)))
}

/// Decrypts the second argument with the first.
pub(super) fn decrypt(call: &mut Call<'_>) -> Result<Value, Failure> {
    let encoded = call.text(1).as_bytes();
    if encoded.is_empty() {
        return Ok(Value::text(""));
    }
    call.host.charge(encoded.len().saturating_mul(2))?;
    call.host.work((encoded.len() / BLOCK) as u64)?;
    let bytes = super::decode_base64(encoded)?;
    // Go panics where these are wrong.
    let blocks = bytes.len() / BLOCK;
    if blocks < 2 || bytes.len() % BLOCK != 0 {
        return Err("crypto/cipher: input not full blocks".into());
    }
    let cipher = cipher(call);
    let mut out = Vec::with_capacity(bytes.len());
    for (previous, chunk) in bytes.chunks(BLOCK).zip(bytes.chunks(BLOCK).skip(1)) {
        let mut block: [u8; BLOCK] = chunk.try_into().map_err(|_| "not a block".to_owned())?;
        let mut array = Array::from(block);
        cipher.decrypt_block(&mut array);
        block = array.into();
        out.extend(block.iter().zip(previous).map(|(byte, previous)| byte ^ previous));
    }
    let padding = usize::from(out.last().copied().unwrap_or_default());
    let length = out.len().checked_sub(padding);
    let length = length.ok_or("the text does not end as encryptAES ends it: wrong password?")?;
    out.truncate(length);
    Ok(Value::text(out))
}

fn cipher(call: &Call<'_>) -> Aes256 {
    let mut key = [0; 32];
    key.iter_mut().zip(call.text(0).as_bytes()).for_each(|(byte, password)| *byte = *password);
    Aes256::new(&Array::from(key))
}

#[cfg(test)]
mod tests {
    use crate::testing::call;
    use crate::value::Value;

    fn text(result: Result<Value, String>) -> Result<String, String> {
        result.map(|value| match value {
            Value::Str(text) => text.as_str().into_owned(),
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn what_is_encrypted_can_be_decrypted() {
        for plain in ["", "x", "exactly 16 bytes", "ein längerer Text, der mehr Blöcke braucht"] {
            for password in ["", "secret", "a password that is longer than thirty-two bytes"] {
                let encrypted = text(call("encryptAES", &[password.into(), plain.into()])).unwrap();
                let result = text(call("decryptAES", &[password.into(), encrypted.into()]));
                assert_eq!(result.as_deref(), Ok(plain), "{password}");
            }
        }
    }

    #[test]
    fn text_is_encrypted_as_by_sprig() {
        // Made by Sprig 3.2.3; the first block is random.
        let made = "RMfgk2vEYKl9SooTFRKBfiThm9zoeNvEVbe8Qh8CgLw=";
        assert_eq!(
            text(call("decryptAES", &["secretkey".into(), made.into()])).as_deref(),
            Ok("plaintext")
        );
    }

    #[test]
    fn unfit_text_is_told() {
        for (text, message) in [
            ("!", "illegal base64 data at input byte 0"),
            ("AAAA", "crypto/cipher: input not full blocks"),
            ("AAAAAAAAAAAAAAAAAAAAAA==", "crypto/cipher: input not full blocks"),
        ] {
            let result = call("decryptAES", &["key".into(), text.into()]);
            assert_eq!(result.map(|_| ()), Err(message.to_owned()), "{text}");
        }
        let encrypted = text(call("encryptAES", &["key".into(), "x".into()])).unwrap();
        let wrong = text(call("decryptAES", &["another key".into(), encrypted.into()]));
        assert_ne!(wrong.as_deref(), Ok("x"));
    }
}
