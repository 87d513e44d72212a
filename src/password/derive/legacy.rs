//! Older systems' schemes, which are used only to verify, never for new hashes. Their code is
//! small, so native builds and wasm builds share it.

use zeroize::Zeroizing;

use crate::password::digest::{HashFunction, Hasher};
use crate::password::scheme::{PhpassHash, Sha};

pub(super) fn salted_sha(hash: Sha, password: &[u8], salt: &[u8], key: &mut [u8]) {
    write(hash.function().digest(password, salt).bytes(), key);
}

#[inline(never)]
pub(super) fn phpass(
    hash: PhpassHash,
    log_rounds: u32,
    password: &[u8],
    salt: &[u8],
    key: &mut [u8],
) {
    let mut hasher = Hasher::new(match hash {
        PhpassHash::Md5 => HashFunction::Md5,
        PhpassHash::Sha512 => HashFunction::Sha512,
    });
    hasher.update(salt);
    hasher.update(password);
    let mut digest = hasher.finish();
    for _ in 0..1_u32 << log_rounds {
        hasher.update(digest.bytes());
        hasher.update(password);
        hasher.finish_into(&mut digest);
    }
    write(digest.bytes(), key);
    // Drupal truncates the encoded key, which leaves only two bits of the last byte.
    if let (PhpassHash::Sha512, [.., last]) = (hash, key) {
        *last &= 3;
    }
}

/// Follows the steps in Drepper's "Unix crypt using SHA-256 and SHA-512". The bytes of the key
/// are in the order in which the stored string encodes them.
#[inline(never)]
pub(super) fn sha_crypt(hash: Sha, rounds: u32, password: &[u8], salt: &[u8], key: &mut [u8]) {
    let mut hasher = Hasher::new(hash.function());
    // Steps 4 to 8.
    hasher.update(password);
    hasher.update(salt);
    hasher.update(password);
    let b = hasher.finish();
    // Steps 1 to 3 and 9 to 12.
    hasher.update(password);
    hasher.update(salt);
    hasher.update(&repeated(b.bytes(), password.len()));
    let mut length = password.len();
    while length > 0 {
        hasher.update(if length & 1 == 1 { b.bytes() } else { password });
        length >>= 1;
    }
    let mut a = hasher.finish();
    // Steps 13 to 16.
    for _ in 0..password.len() {
        hasher.update(password);
    }
    let p = repeated(hasher.finish().bytes(), password.len());
    // Steps 17 to 20.
    for _ in 0..16 + usize::from(a.bytes()[0]) {
        hasher.update(salt);
    }
    let s = repeated(hasher.finish().bytes(), salt.len());

    // Step 21.
    for round in 0..rounds {
        let is_odd = round & 1 == 1;
        hasher.update(if is_odd { &p } else { a.bytes() });
        if round % 3 != 0 {
            hasher.update(&s);
        }
        if round % 7 != 0 {
            hasher.update(&p);
        }
        hasher.update(if is_odd { a.bytes() } else { &p });
        hasher.finish_into(&mut a);
    }

    // Step 22: the order in which the bytes are encoded. Each group of four digits encodes three
    // bytes that are a third of the digest apart. Their order rotates from one group to the next.
    let a = a.bytes();
    let third = a.len() / 3;
    let mut places = [0, third, 2 * third];
    let (groups, end) = key.split_at_mut(3 * third);
    for group in groups.chunks_exact_mut(3) {
        for (byte, place) in group.iter_mut().rev().zip(places) {
            *byte = a[place];
        }
        let [first, second, last] = places;
        places = match hash {
            Sha::Sha512 => [second + 1, last + 1, first + 1],
            _ => [last + 1, first + 1, second + 1],
        };
    }
    write(&a[3 * third..], end);
}

/// Repeats the digest to fill `length` bytes.
#[inline(never)]
fn repeated(digest: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; length]);
    for part in bytes.chunks_mut(digest.len()) {
        write(digest, part);
    }
    bytes
}

/// Writes as many bytes of the digest to `key` as fit.
fn write(digest: &[u8], key: &mut [u8]) {
    let length = key.len().min(digest.len());
    key[..length].copy_from_slice(&digest[..length]);
}
