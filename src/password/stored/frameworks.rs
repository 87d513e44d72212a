//! Formats from Django, Werkzeug and Better Auth.

use super::hash::{Prehash, StoredHash};
use super::{crypt, phc};
use crate::error::PasswordError;
use crate::password::encoding::{hex, log2, number, padded_base64};
use crate::password::scheme::{Scheme, Sha};

pub(super) fn parse(text: &str) -> Result<Option<StoredHash>, PasswordError> {
    // Django puts the hasher's name in front of other systems' formats.
    let wrapped = |name, start| {
        let rest = text.strip_prefix(name)?;
        rest.starts_with(start).then_some(rest)
    };
    if let Some(rest) = wrapped("argon2", "$argon2") {
        let stored = phc::parse(rest)?;
        return Ok(stored.map(|stored| stored.with_prehash(Prehash::None)));
    }
    for (name, prehash) in [
        ("bcrypt$", Prehash::None),
        ("bcrypt_sha256$", Prehash::Sha256Hex),
    ] {
        if let Some(rest) = wrapped(name, "$2") {
            return Ok(crypt::parse(rest).map(|stored| stored.with_prehash(prehash)));
        }
    }
    Ok(django(text)
        .or_else(|| werkzeug(text))
        .or_else(|| better_auth(text)))
}

/// `pbkdf2_sha256$<iterations>$<salt>$<key>`, `scrypt$<N>$<salt>$<r>$<p>$<key>`;
/// the salt is used as text, not decoded.
fn django(text: &str) -> Option<StoredHash> {
    let parts: Vec<_> = text.split('$').collect();
    let (scheme, salt, key) = match *parts.as_slice() {
        ["pbkdf2_sha256", iterations, salt, key] => {
            let hash = Sha::Sha256;
            let iterations = number(iterations)?;
            (Scheme::Pbkdf2 { hash, iterations }, salt, key)
        }
        ["scrypt", n, salt, r, p, key] => {
            let (log_n, r, p) = (log2(n)?, number(r)?, number(p)?);
            (Scheme::Scrypt { log_n, r, p }, salt, key)
        }
        _ => return None,
    };
    Some(salted_by_text(scheme, salt, padded_base64(key)?))
}

/// `pbkdf2:sha256:<iterations>$<salt>$<hex>`, `scrypt:<N>:<r>:<p>$<salt>$<hex>`;
/// the salt is used as text, not decoded.
fn werkzeug(text: &str) -> Option<StoredHash> {
    let (method, rest) = text.split_once('$')?;
    let (salt, key) = rest.split_once('$')?;
    let parts: Vec<_> = method.split(':').collect();
    let scheme = match *parts.as_slice() {
        ["pbkdf2", hash, iterations] => Scheme::Pbkdf2 {
            hash: match hash {
                "sha256" => Sha::Sha256,
                "sha512" => Sha::Sha512,
                _ => return None,
            },
            iterations: number(iterations)?,
        },
        ["scrypt", n, r, p] => Scheme::Scrypt {
            log_n: log2(n)?,
            r: number(r)?,
            p: number(p)?,
        },
        _ => return None,
    };
    Some(salted_by_text(scheme, salt, hex(key)?))
}

/// `<salt>:<key>` in hexadecimal; the salt is used as text, not decoded.
fn better_auth(text: &str) -> Option<StoredHash> {
    let (salt, key) = text.split_once(':')?;
    let key = hex(key).filter(|key| key.len() == 64)?;
    hex(salt).filter(|salt| salt.len() == 16)?;
    let scheme = Scheme::Scrypt {
        log_n: 14,
        r: 16,
        p: 1,
    };
    Some(salted_by_text(scheme, salt, key).with_prehash(Prehash::Nfkc))
}

fn salted_by_text(scheme: Scheme, salt: &str, key: Vec<u8>) -> StoredHash {
    StoredHash::foreign(scheme, salt.as_bytes().to_vec(), key)
}
