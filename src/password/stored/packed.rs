//! Formats that consist of a single base64 string: ASP.NET Identity and scrypt-kdf.

use super::format::Format;
use super::hash::{Proof, StoredHash};
use super::prehash::Prehash;
use crate::password::digest::HashFunction;
use crate::password::encoding::padded_base64;
use crate::password::scheme::{Scheme, Sha};

#[inline(never)]
pub(super) fn read(text: &str) -> Option<StoredHash> {
    let bytes = padded_base64(text)?;
    match bytes.first()? {
        0 => identity_v2(&bytes),
        1 => identity_v3(&bytes),
        b's' => scrypt_kdf(&bytes),
        _ => None,
    }
}

/// Reads a 16-byte salt and a 32-byte key.
fn identity_v2(bytes: &[u8]) -> Option<StoredHash> {
    let (salt, key) = bytes[1..].split_at_checked(16)?;
    let scheme = Scheme::Pbkdf2 {
        hash: Sha::Sha1,
        iterations: 1000,
    };
    (key.len() == 32).then(|| identity(scheme, salt, key))
}

/// Reads the function, the number of iterations, the salt's length, the salt and the key.
fn identity_v3(bytes: &[u8]) -> Option<StoredHash> {
    let ([function, iterations, length], rest) = numbers(&bytes[1..])?;
    let hash = *[Sha::Sha1, Sha::Sha256, Sha::Sha512].get(function as usize)?;
    let (salt, key) = rest.split_at_checked(length as usize)?;
    let scheme = Scheme::Pbkdf2 { hash, iterations };
    // The lengths that Identity allows.
    let is_whole = salt.len() >= 16 && (16..=128).contains(&key.len());
    is_whole.then(|| identity(scheme, salt, key))
}

fn identity(scheme: Scheme, salt: &[u8], key: &[u8]) -> StoredHash {
    StoredHash::new(
        Format::AspNet,
        Prehash::None,
        scheme,
        salt.into(),
        key.into(),
    )
}

/// Reads the format of Tarsnap's `scrypt` program: the text `scrypt`, a zero byte, log2 N, r, p,
/// a 32-byte salt, the first half of the SHA-256 digest of these, and the HMAC-SHA256 of all the
/// preceding bytes.
#[inline(never)]
fn scrypt_kdf(bytes: &[u8]) -> Option<StoredHash> {
    let (header, mac) = bytes.split_at_checked(64)?;
    let (start, checksum) = header.split_at(48);
    let costs = start.strip_prefix(b"scrypt\0")?;
    let ([r, p], salt) = numbers(&costs[1..])?;
    let digest = HashFunction::Sha256.digest(start, &[]);
    if mac.len() != 32 || digest.bytes()[..16] != *checksum {
        return None;
    }
    let scheme = Scheme::Scrypt {
        log_n: costs[0].into(),
        r,
        p,
    };
    let (salt, mac) = (salt.into(), mac.into());
    let stored = StoredHash::new(Format::ScryptKdf, Prehash::None, scheme, salt, mac);
    Some(stored.with_proof(Proof::Header(header.into())))
}

/// Reads big-endian numbers, and returns them with the bytes that follow.
fn numbers<const N: usize>(bytes: &[u8]) -> Option<([u32; N], &[u8])> {
    let (numbers, rest) = bytes.split_at_checked(4 * N)?;
    let mut numbers = numbers.as_chunks::<4>().0.iter();
    let numbers =
        std::array::from_fn(|_| numbers.next().map_or(0, |four| u32::from_be_bytes(*four)));
    Some((numbers, rest))
}
