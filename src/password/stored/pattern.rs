//! Reads a stored hash according to a row's pattern.
//!
//! A field is `[name encoding width]`; the encoding and the width are optional. The fields are:
//!
//! | name | meaning |
//! |---|---|
//! | `cost`, `log`, `second`, `third` | the function's parameters, as numbers |
//! | `N` | scrypt's N, a power of two |
//! | `=a,b` | named parameters, in any order: `b=2,a=1`; `l` is the key's length |
//! | `packed` | scrypt's log2 N, r and p as the bytes of one hexadecimal number |
//! | `length` | the key's length |
//! | `salt`, `key` | bytes; a salt without an encoding is used as text |
//! | `separator`, `signer` | for Firebase: the bytes that follow the salt, and the key that is encrypted |
//! | `keyid` | the id of the signer key, if the string doesn't contain the key itself |
//! | `key+salt`, `salt+key` | both in one piece: first a key as long as the digest, or first a salt of 16 bytes |

use super::formats::{Function, Row};
use super::hash::StoredHash;
use crate::password::encoding::{
    any_base64, bcrypt_base64, crypt_bytes, crypt_number, hex, log2, named, number, padded_base64,
};
use crate::password::pepper::is_keyid;
use crate::password::scheme::{Argon2, Scheme};

/// The values of the fields.
#[derive(Default)]
struct Fields {
    costs: [u32; 3],
    length: Option<u32>,
    salt: Vec<u8>,
    key: Vec<u8>,
    separator: Vec<u8>,
    signer: Option<Vec<u8>>,
    keyid: Option<String>,
    /// Whether the key comes first, and the bytes of `key+salt` or `salt+key`.
    both: Option<(bool, Vec<u8>)>,
}

#[inline(never)]
pub(super) fn read(row: &Row, text: &str) -> Option<StoredHash> {
    let mut fields = Fields::default();
    let (mut pattern, mut text) = (row.pattern, text);
    // In LDAP, names in braces are case-insensitive.
    let any_case = pattern.starts_with('{');
    while let Some((literal, rest)) = pattern.split_once('[') {
        let (start, after) = text.split_at_checked(literal.len())?;
        if start != literal && !(any_case && start.eq_ignore_ascii_case(literal)) {
            return None;
        }
        let (field, rest) = rest.split_once(']')?;
        let mut words = field.split(' ');
        let name = words.next()?;
        let encoding = words.next().unwrap_or_default();
        let end = match (words.next(), rest.as_bytes().first()) {
            (Some(width), _) => number(width)? as usize,
            (None, Some(next)) => after.bytes().position(|byte| byte == *next)?,
            (None, None) => after.len(),
        };
        let (value, after) = after.split_at_checked(end)?;
        fields.set(name, encoding, value)?;
        (pattern, text) = (rest, after);
    }
    if text.is_empty() {
        fields.finish(row)
    } else {
        None
    }
}

impl Fields {
    #[inline(never)]
    fn set(&mut self, name: &str, encoding: &str, value: &str) -> Option<()> {
        if let Some(names) = name.strip_prefix('=') {
            return self.set_named(names, value);
        }
        match name {
            "cost" | "log" => self.costs[0] = cost(encoding, value)?,
            "second" => self.costs[1] = cost(encoding, value)?,
            "third" => self.costs[2] = cost(encoding, value)?,
            "N" => {
                self.costs[0] = log2(cost(encoding, value)?)?;
            }
            "packed" => {
                let costs = cost("hex", value).filter(|costs| *costs > 0xffff)?;
                self.costs = [costs >> 16, costs >> 8 & 0xff, costs & 0xff];
            }
            "length" => self.length = Some(number(value)?),
            "salt" => self.salt = bytes(encoding, value)?,
            "key" => self.key = bytes(encoding, value)?,
            // Firebase's separator may be empty.
            "separator" if value.is_empty() => {}
            "separator" => self.separator = bytes(encoding, value)?,
            "signer" => self.signer = Some(bytes(encoding, value)?),
            // The signer key is one of the application's legacy keys.
            "keyid" => {
                self.signer = Some(Vec::new());
                self.keyid = Some(value.to_owned()).filter(|id| is_keyid(id));
                self.keyid.as_ref()?;
            }
            _ => self.both = Some((name == "key+salt", bytes(encoding, value)?)),
        }
        Some(())
    }

    fn set_named(&mut self, names: &str, value: &str) -> Option<()> {
        let mut slots = [None; 3];
        named(value, names, &mut slots)?;
        for ((name, value), cost) in names.split(',').zip(slots).zip(&mut self.costs) {
            match (name, value?) {
                ("l", length) => self.length = Some(length),
                // Kratos writes N where its logarithm belongs; no logarithm is that large.
                ("n", n) | ("ln", n @ 1024..) => *cost = log2(n)?,
                (_, value) => *cost = value,
            }
        }
        Some(())
    }

    #[inline(never)]
    fn finish(mut self, row: &Row) -> Option<StoredHash> {
        let [a, b, c] = self.costs;
        let scheme = match row.function {
            Function::Bcrypt(quirk) => Scheme::Bcrypt { cost: a, quirk },
            Function::Argon2(variant, version) => Scheme::Argon2(Argon2 {
                variant,
                version,
                memory_cost: a,
                time_cost: b,
                parallelism: c,
            }),
            Function::Scrypt => Scheme::Scrypt {
                log_n: a,
                r: b,
                p: c,
            },
            Function::ScryptOfOne => Scheme::Scrypt {
                log_n: a,
                r: b,
                p: 1,
            },
            Function::Pbkdf2(hash) => Scheme::Pbkdf2 {
                hash,
                iterations: a,
            },
            Function::ShaCrypt(hash) => Scheme::ShaCrypt { hash, rounds: a },
            Function::Phpass(hash) => Scheme::Phpass {
                hash,
                log_rounds: a,
            },
            Function::Fixed(scheme) => scheme,
        };
        if let Some((key_is_first, bytes)) = self.both {
            let at = match scheme {
                Scheme::SaltedSha { hash } => hash.length(),
                _ => 16,
            };
            let (first, second) = bytes.split_at_checked(at)?;
            let (key, salt) = if key_is_first {
                (first, second)
            } else {
                (second, first)
            };
            (self.key, self.salt) = (key.to_vec(), salt.to_vec());
        }
        self.salt.append(&mut self.separator);
        let fits = |length| self.key.len() == length as usize;
        self.length.is_none_or(fits).then(|| {
            let stored = StoredHash::new(row.format, row.prehash, scheme, self.salt, self.key);
            match self.signer {
                None => stored,
                Some(signer) => stored.with_signer(self.keyid, signer),
            }
        })
    }
}

#[inline(never)]
fn cost(encoding: &str, value: &str) -> Option<u32> {
    match encoding {
        "hex" if value.starts_with('+') => None,
        "hex" => u32::from_str_radix(value, 16).ok(),
        "crypt" => crypt_number(value.as_bytes()),
        // bcrypt's cost, from `04` to `31`.
        "two" if value.len() == 2 => number(value.strip_prefix('0').unwrap_or(value)),
        "two" => None,
        _ => number(value),
    }
}

#[inline(never)]
fn bytes(encoding: &str, value: &str) -> Option<Vec<u8>> {
    match encoding {
        "b64" => any_base64(value),
        "padded" => padded_base64(value),
        "hex" => hex(value),
        "HEX" => hex(&value.to_ascii_lowercase()),
        "bcrypt" => bcrypt_base64(value),
        "crypt" => crypt_bytes(value),
        // Drupal truncates the encoded key. One more digit completes the last byte.
        "drupal" => crypt_bytes(&[value, "."].concat()),
        // Hexadecimal digits that are used as text.
        "digits" => hex(value).map(|_| value.into()),
        _ => Some(value.into()),
    }
}
