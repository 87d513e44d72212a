//! JWS in the compact serialization (RFC 7515 §7.1) with any payload, for
//! `edgeseal/jose`. The caller checks the header parameters and the claims. This module
//! checks the form, as strictly as [`verify`](super::verify) does.

use super::compact::{Buffers, Parts};
use super::{base64url, json};
use crate::algorithm::{Algorithm, Mac};
use crate::key::HmacKey;

/// How to read the payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payload {
    /// Any bytes.
    Bytes,
    /// One JSON object: the claims of a JWT.
    Claims,
    /// The text between the dots, not encoded (RFC 7797).
    Unencoded,
}

/// Which part of a token is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// The header is not one JSON object with unique names in strict base64url.
    Header = -1,
    /// The signature is not strict base64url.
    Signature = -2,
    /// The payload is not strict base64url.
    Payload = -3,
    /// The HMAC is wrong.
    Mac = -4,
    /// The claims are not one JSON object with unique names.
    Claims = -5,
}

/// Verifies a token whose header the caller has checked, and leaves its payload in
/// `buffers`.
pub(crate) fn open(
    token: &[u8],
    key: &HmacKey,
    algorithm: Algorithm,
    payload: Payload,
    buffers: &mut Buffers,
) -> Result<(), Flaw> {
    open_by(token, payload, buffers, |signed, signature| {
        key.tag(algorithm, signed).matches(&Mac::new(signature))
    })
}

/// Same as [`open`], but for a token whose signature has already been verified with a
/// key that is not available here.
pub(crate) fn open_verified(
    token: &[u8],
    payload: Payload,
    buffers: &mut Buffers,
) -> Result<(), Flaw> {
    open_by(token, payload, buffers, |_, _| true)
}

fn open_by(
    token: &[u8],
    payload: Payload,
    buffers: &mut Buffers,
    verify: impl FnOnce(&[u8], &[u8]) -> bool,
) -> Result<(), Flaw> {
    let parts = Parts::split(token).map_err(|_| Flaw::Header)?;
    base64url::decode(parts.header, &mut buffers.header).ok_or(Flaw::Header)?;
    json::check(&buffers.header, &mut buffers.names).map_err(|_| Flaw::Header)?;
    base64url::decode(parts.signature, &mut buffers.signature).ok_or(Flaw::Signature)?;
    if !verify(parts.signed, &buffers.signature) {
        return Err(Flaw::Mac);
    }
    if payload == Payload::Unencoded {
        buffers.payload.clear();
        buffers.payload.extend_from_slice(parts.payload);
    } else {
        base64url::decode(parts.payload, &mut buffers.payload).ok_or(Flaw::Payload)?;
    }
    if payload == Payload::Claims && !is_object(&buffers.payload) {
        return Err(Flaw::Claims);
    }
    Ok(())
}

/// Returns whether `bytes` is one JSON object with unique names.
pub(crate) fn is_object(bytes: &[u8]) -> bool {
    json::check(bytes, &mut json::Names::default()).is_ok()
}

/// Makes a signed token from a payload and a JSON header.
pub(crate) fn seal(header: &[u8], payload: &[u8], key: &HmacKey, algorithm: Algorithm) -> Vec<u8> {
    let mut token = Vec::with_capacity((header.len() + payload.len()) * 4 / 3 + 96);
    base64url::encode(header, &mut token);
    token.push(b'.');
    base64url::encode(payload, &mut token);
    let tag = jwt_compact::Algorithm::sign(&algorithm, key, &token);
    token.push(b'.');
    base64url::encode(tag.as_slice(), &mut token);
    token
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdefghijklmnopqrstuvwxyz0123456789AB";

    fn key(algorithm: Algorithm) -> HmacKey {
        HmacKey::for_algorithms(SECRET, &[algorithm]).unwrap()
    }

    fn opened(token: &[u8], algorithm: Algorithm, payload: Payload) -> Result<Vec<u8>, Flaw> {
        let mut buffers = Buffers::default();
        open(token, &key(algorithm), algorithm, payload, &mut buffers)?;
        Ok(buffers.payload)
    }

    #[test]
    fn opens_what_it_seals() {
        for algorithm in Algorithm::ALL {
            for payload in [&b"{\"a\":1}"[..], b"", b"\xFF\0."] {
                let token = seal(b"{}", payload, &key(algorithm), algorithm);
                assert_eq!(opened(&token, algorithm, Payload::Bytes).unwrap(), payload);
                let claims = opened(&token, algorithm, Payload::Claims);
                assert_eq!(claims.is_ok(), payload.starts_with(b"{"));
                let other = Algorithm::ALL.into_iter().find(|one| *one != algorithm);
                assert_eq!(
                    opened(&token, other.unwrap(), Payload::Bytes),
                    Err(Flaw::Mac)
                );
            }
        }
    }

    #[test]
    fn says_which_part_is_flawed() {
        let token = |header: &[u8], payload: &[u8]| {
            String::from_utf8(seal(
                header,
                payload,
                &key(Algorithm::Hs256),
                Algorithm::Hs256,
            ))
            .unwrap()
        };
        let sound = token(b"{}", b"{}");
        let flaw_of = |token: &str| opened(token.as_bytes(), Algorithm::Hs256, Payload::Claims);
        assert!(flaw_of(&sound).is_ok());
        for (flawed, flaw) in [
            (String::new(), Flaw::Header),
            ("..".into(), Flaw::Header),
            (token(b"[]", b"{}"), Flaw::Header),
            (token(b"{\"a\":1,\"a\":1}", b"{}"), Flaw::Header),
            (sound.replacen("e30", "e31", 1), Flaw::Header),
            (format!("{sound}="), Flaw::Signature),
            (sound[..sound.len() - 3].into(), Flaw::Mac),
            (sound.replacen(".e30", ".e3B", 1), Flaw::Mac),
            (token(b"{}", b"[]"), Flaw::Claims),
            (token(b"{}", b"{\"a\":1,\"\\u0061\":1}"), Flaw::Claims),
            (token(b"{}", b"\xFF"), Flaw::Claims),
        ] {
            assert_eq!(flaw_of(&flawed), Err(flaw), "{flawed}");
            // `open_verified` finds the same flaws, except for a wrong HMAC.
            let mut buffers = Buffers::default();
            let form = open_verified(flawed.as_bytes(), Payload::Claims, &mut buffers).err();
            assert_eq!(form == Some(flaw), flaw != Flaw::Mac, "{flawed}");
        }
    }

    #[test]
    fn accepts_an_unencoded_payload() {
        let header = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19";
        let signed = format!("{header}.a b");
        let mut tag = Vec::new();
        base64url::encode(
            key(Algorithm::Hs256)
                .tag(Algorithm::Hs256, signed.as_bytes())
                .as_slice(),
            &mut tag,
        );
        let token = [signed.as_bytes(), b".", &tag].concat();
        assert_eq!(
            opened(&token, Algorithm::Hs256, Payload::Unencoded).unwrap(),
            b"a b"
        );
        assert_eq!(
            opened(&token, Algorithm::Hs256, Payload::Bytes),
            Err(Flaw::Payload)
        );
    }
}
