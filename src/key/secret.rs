//! Refuses secrets that are too short, public or not random.

use crate::algorithm::Algorithm;
use crate::error::KeyError;

pub(super) fn check(secret: &[u8], algorithm: Algorithm) -> Result<(), KeyError> {
    check_form(secret, algorithm)?;
    if secret.iter().all(|byte| *byte == secret[0]) {
        return Err(KeyError::Repeated);
    }
    Ok(())
}

/// Same as [`check`], but a secret of one repeated byte is accepted.
pub(super) fn check_form(secret: &[u8], algorithm: Algorithm) -> Result<(), KeyError> {
    // Checked before the length, because the "too short" error would suggest using a
    // longer public key.
    if let Some(what) = looks_like_public_material(secret) {
        return Err(KeyError::LooksLike { what });
    }
    // RFC 7518 §3.2: at least as long as the hash output.
    if secret.len() < algorithm.mac_length() {
        return Err(KeyError::TooShort {
            algorithm,
            length: secret.len(),
        });
    }
    Ok(())
}

fn looks_like_public_material(secret: &[u8]) -> Option<&'static str> {
    const SSH: &[&[u8]] = &[b"ssh-", b"ecdsa-sha2-", b"sk-ssh-", b"sk-ecdsa-"];

    let text = trimmed(secret);
    if text.starts_with(b"-----BEGIN") || text.starts_with(b"---- BEGIN") {
        return Some("a PEM key or certificate");
    }
    if SSH.iter().any(|prefix| text.starts_with(prefix)) {
        return Some("an SSH key");
    }
    // A DER SEQUENCE with a two-byte length: a certificate or an RSA key.
    if text.starts_with(&[0x30, 0x82]) {
        return Some("a DER key or certificate");
    }
    let names = |name: &[u8]| text.windows(name.len()).any(|window| window == name);
    if matches!(text.first(), Some(b'{' | b'[')) && (names(b"\"kty\"") || names(b"\"keys\"")) {
        return Some("a JWK or JWKS");
    }
    None
}

/// Removes leading white space and byte order marks, in any order.
fn trimmed(mut text: &[u8]) -> &[u8] {
    const BOM: &[u8] = b"\xEF\xBB\xBF";
    loop {
        let rest = text.trim_ascii_start();
        let rest = rest.strip_prefix(BOM).unwrap_or(rest);
        if rest.len() == text.len() {
            return text;
        }
        text = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_weak_and_public_material() {
        let short = |length| KeyError::TooShort {
            algorithm: Algorithm::Hs256,
            length,
        };
        let like = |what| KeyError::LooksLike { what };
        for (secret, expected) in [
            (&b""[..], short(0)),
            (&[b'x'; 31], short(31)),
            (&[0; 64], KeyError::Repeated),
            (
                b"\xEF\xBB\xBF \n\xEF\xBB\xBF-----BEGIN PUBLIC KEY-----\nAAAA",
                like("a PEM key or certificate"),
            ),
            (
                br#" {"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
                like("a JWK or JWKS"),
            ),
            (
                br#"{ "keys" : [] , "padding": "0123456789abcdef" }"#,
                like("a JWK or JWKS"),
            ),
            (b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", like("an SSH key")),
        ] {
            assert_eq!(check(secret, Algorithm::Hs256).unwrap_err(), expected);
        }
        assert_eq!(
            check(b"{0123456789abcdef0123456789abcdef", Algorithm::Hs256),
            Ok(())
        );
    }

    #[test]
    fn asks_for_as_many_bytes_as_the_hash_has() {
        let secret: Vec<u8> = (0..64).collect();
        for algorithm in Algorithm::ALL {
            let length = algorithm.mac_length();
            assert_eq!(check(&secret[..length], algorithm), Ok(()));
            assert!(check(&secret[..length - 1], algorithm).is_err());
        }
    }
}
