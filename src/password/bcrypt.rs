//! bcrypt in its modular form: `$2b$<cost>$<22 characters of salt><31 of hash>`.

use base64::Engine;
use bcrypt::BASE_64;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::error::PasswordError;

/// Length of a bcrypt salt in bytes.
pub const SALT_LENGTH: usize = 16;

/// bcrypt reads this many bytes of a key, the closing NUL counted where it fits.
const MAX_KEY_LENGTH: usize = 72;
const HASH_LENGTH: usize = 23;
const STORED_LENGTH: usize = 60;

/// OWASP Password Storage and ASVS 5 appendix C: 10 or more.
const MIN_COST: u32 = 10;
const MIN_WEAK_COST: u32 = 4;
/// One step more doubles the work: 16 is some 4 seconds, and nobody stores more.
const MAX_COST: u32 = 16;

/// How much work a bcrypt hash is: 2^cost rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BcryptParams {
    cost: u32,
}

impl Default for BcryptParams {
    /// Cost 12, some 0.2 to 0.3 seconds.
    fn default() -> Self {
        Self { cost: 12 }
    }
}

impl BcryptParams {
    /// Takes a cost from 10 to 16.
    ///
    /// # Errors
    /// [`PasswordError::ParamsRefused`] outside of that range.
    pub fn new(cost: u32) -> Result<Self, PasswordError> {
        Self::within(cost, MIN_COST)
    }

    /// As [`BcryptParams::new`], from 4: for tests, where strength does not matter.
    ///
    /// # Errors
    /// [`PasswordError::ParamsRefused`] outside of 4 to 16.
    pub fn weak(cost: u32) -> Result<Self, PasswordError> {
        Self::within(cost, MIN_WEAK_COST)
    }

    fn within(cost: u32, min: u32) -> Result<Self, PasswordError> {
        if (min..=MAX_COST).contains(&cost) {
            Ok(Self { cost })
        } else {
            Err(PasswordError::ParamsRefused {
                param: "cost",
                min,
                max: MAX_COST,
            })
        }
    }
}

pub(super) fn hash(
    password: &[u8],
    params: BcryptParams,
    salt: [u8; SALT_LENGTH],
) -> Result<String, PasswordError> {
    if password.is_empty() {
        return Err(PasswordError::Empty);
    }
    if password.len() > MAX_KEY_LENGTH {
        return Err(PasswordError::TooLong {
            limit: MAX_KEY_LENGTH,
        });
    }
    let hash = digest(password, params.cost, salt);
    let (salt, hash) = (BASE_64.encode(salt), BASE_64.encode(hash));
    Ok(format!("$2b${:02}${salt}{hash}", params.cost))
}

/// Over 72 bytes this cuts off, as every system that makes such hashes does.
pub(super) fn verify(password: &[u8], stored: &str) -> Result<bool, PasswordError> {
    let stored = Stored::parse(stored)?;
    let presented = digest(password, stored.params.cost, stored.salt);
    Ok(presented.ct_eq(&stored.hash).into())
}

struct Stored {
    params: BcryptParams,
    salt: [u8; SALT_LENGTH],
    hash: [u8; HASH_LENGTH],
}

impl Stored {
    fn parse(text: &str) -> Result<Self, PasswordError> {
        const INVALID: PasswordError = PasswordError::HashInvalid;
        if text.len() != STORED_LENGTH || !text.is_ascii() {
            return Err(INVALID);
        }
        // `$2x$` marks hashes made with the sign-extension bug of 2011, which
        // this does not compute.
        let rest = ["$2a$", "$2b$", "$2y$"]
            .iter()
            .find_map(|prefix| text.strip_prefix(prefix))
            .ok_or(INVALID)?;
        let (cost, rest) = rest.split_at(2);
        if !cost.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(INVALID);
        }
        let rest = rest.strip_prefix('$').ok_or(INVALID)?;
        let params = BcryptParams::weak(cost.parse().map_err(|_| INVALID)?)?;
        let (salt, hash) = rest.split_at(22);
        Ok(Self {
            params,
            salt: decode(salt)?,
            hash: decode(hash)?,
        })
    }
}

fn decode<const N: usize>(text: &str) -> Result<[u8; N], PasswordError> {
    let bytes = BASE_64
        .decode(text)
        .map_err(|_| PasswordError::HashInvalid)?;
    bytes.try_into().map_err(|_| PasswordError::HashInvalid)
}

fn digest(password: &[u8], cost: u32, salt: [u8; SALT_LENGTH]) -> [u8; HASH_LENGTH] {
    let mut key = [0; MAX_KEY_LENGTH];
    let read = password.len().min(MAX_KEY_LENGTH);
    key[..read].copy_from_slice(&password[..read]);
    let with_nul = (read + 1).min(MAX_KEY_LENGTH);

    let mut output = bcrypt::bcrypt(cost, salt, &key[..with_nul]);
    key.zeroize();
    let mut hash = [0; HASH_LENGTH];
    // The 24th byte is computed and, since 1999, never stored.
    hash.copy_from_slice(&output[..HASH_LENGTH]);
    output.zeroize();
    hash
}
