//! Formats from crypt(3): bcrypt's `$2b$`, and scrypt as `$7$`.

use super::hash::StoredHash;
use crate::password::encoding::{
    bcrypt_base64, crypt_bytes, crypt_number, number, write_bcrypt_base64,
};
use crate::password::scheme::{BcryptQuirk, Scheme};

pub(super) fn parse(text: &str) -> Option<StoredHash> {
    if let Some(rest) = text.strip_prefix("$7$") {
        return scrypt(rest);
    }
    let (version, rest) = text.split_at_checked(4)?;
    match version {
        "$2b$" => bcrypt(rest, BcryptQuirk::None, StoredHash::ours),
        // Read like `$2b$`, without the countermeasure that crypt_blowfish added to
        // `$2a$` for a few 8-bit passwords.
        "$2a$" | "$2y$" => bcrypt(rest, BcryptQuirk::None, StoredHash::foreign),
        "$2x$" => bcrypt(rest, BcryptQuirk::SignExtended, StoredHash::foreign),
        _ => None,
    }
}

/// `12$<22 characters of salt><31 characters of hash>`.
fn bcrypt(
    text: &str,
    quirk: BcryptQuirk,
    stored: fn(Scheme, Vec<u8>, Vec<u8>) -> StoredHash,
) -> Option<StoredHash> {
    let (cost, rest) = text.split_once('$')?;
    if cost.len() != 2 || rest.len() != 53 {
        return None;
    }
    let (salt, key) = rest.split_at_checked(22)?;
    let cost = number(cost.strip_prefix('0').unwrap_or(cost))?;
    let scheme = Scheme::Bcrypt { cost, quirk };
    Some(stored(scheme, bcrypt_base64(salt)?, bcrypt_base64(key)?))
}

pub(super) fn write_bcrypt(cost: u32, salt: &[u8], key: &[u8]) -> String {
    let (salt, key) = (write_bcrypt_base64(salt), write_bcrypt_base64(key));
    format!("$2b${cost:02}${salt}{key}")
}

/// `<log2 N: 1><r: 5><p: 5><salt>$<43>`; the salt is used as text, not decoded.
fn scrypt(text: &str) -> Option<StoredHash> {
    let (setting, key) = text.split_once('$')?;
    let (costs, salt) = setting.as_bytes().split_at_checked(11)?;
    let scheme = Scheme::Scrypt {
        log_n: crypt_number(&costs[..1])?,
        r: crypt_number(&costs[1..6])?,
        p: crypt_number(&costs[6..])?,
    };
    let key = crypt_bytes(key)?;
    Some(StoredHash::foreign(scheme, salt.to_vec(), key))
}
