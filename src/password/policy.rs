//! An application's settings for passwords: how to hash new passwords, how much memory a
//! hash may use, and which pepper to use.

use std::fmt;

use zeroize::Zeroizing;

use super::derive::Derivation;
use super::params::HashParams;
use super::pending::{Hashing, Verifying};
use super::pepper::Pepper;
use super::plaintext::{MAX_PASSWORD_LENGTH, Password};
use super::scheme::{Scheme, Sha};
use super::stored::{self, StoredHash};
use crate::error::PasswordError;

/// bcrypt ignores a password's bytes beyond this length.
const BCRYPT_PASSWORD_LENGTH: usize = 72;
const BCRYPT_SALT_LENGTH: usize = 16;
/// The minimum length of a salt or key, in bytes. ASVS 5 §11.5.1 requires 128 bits.
const MIN_LENGTH: usize = 16;
const MAX_LENGTH: usize = 64;
const MIB: u64 = 1 << 20;

/// How passwords are hashed and verified.
///
/// ```
/// use edgeseal::{HashParams, Password, PasswordPolicy};
///
/// let policy = PasswordPolicy::new(HashParams::ARGON2ID)?;
/// let salt = [7; 16]; // use random bytes
/// let stored = policy.hash(&Password::new("correct horse")?, &salt)?;
/// assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
/// assert!(policy.verify(&Password::new("correct horse")?, &stored)?);
/// assert!(!policy.verify(&Password::new("Correct horse")?, &stored)?);
/// assert!(!policy.needs_rehash(&stored)?);
/// # Ok::<(), edgeseal::PasswordError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PasswordPolicy {
    params: HashParams,
    salt_length: usize,
    key_length: usize,
    max_memory: u64,
    pepper: Option<Pepper>,
    legacy_keys: Vec<LegacyKey>,
}

/// A key of another system, with its id.
#[derive(Clone)]
struct LegacyKey {
    id: String,
    key: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for LegacyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LegacyKey({})", self.id)
    }
}

impl Default for PasswordPolicy {
    /// Uses bcrypt with cost 12, and lets a stored hash use at most 256 MiB of memory.
    fn default() -> Self {
        Self::unchecked(HashParams::default())
    }
}

impl PasswordPolicy {
    /// Makes a policy that hashes with these parameters.
    ///
    /// # Errors
    /// [`PasswordError::ParamsTooWeak`] for parameters below the algorithm's minimum;
    /// [`PasswordError::ParamsRefused`] for parameters that the algorithm does not allow or
    /// that are above the maximum.
    pub fn new(params: HashParams) -> Result<Self, PasswordError> {
        params.check_floor()?;
        Self::weak(params)
    }

    /// Same as [`PasswordPolicy::new`], but without the minimum. Use this only in tests,
    /// where strength does not matter.
    ///
    /// # Errors
    /// [`PasswordError::ParamsRefused`] as for [`PasswordPolicy::new`].
    pub fn weak(params: HashParams) -> Result<Self, PasswordError> {
        let policy = Self::unchecked(params);
        policy.check_ceiling()?;
        Ok(policy)
    }

    fn unchecked(params: HashParams) -> Self {
        let key_length = match params.scheme() {
            Scheme::Bcrypt { .. } => stored::BCRYPT_KEY_LENGTH,
            Scheme::Pbkdf2 { hash, .. } => hash.length(),
            _ => Sha::Sha256.length(),
        };
        Self {
            params,
            salt_length: MIN_LENGTH,
            key_length,
            max_memory: 256 * MIB,
            pepper: None,
            legacy_keys: Vec::new(),
        }
    }

    fn check_ceiling(&self) -> Result<(), PasswordError> {
        let scheme = self.params.scheme();
        scheme.check_ceiling(self.key_length, self.max_memory)
    }

    /// Sets the salt's length in bytes: 16 to 64, or only 16 for bcrypt. The default is 16.
    ///
    /// # Errors
    /// [`PasswordError::ParamsRefused`] for any other length.
    pub fn salt_length(mut self, length: usize) -> Result<Self, PasswordError> {
        let max = match self.params {
            HashParams::Bcrypt { .. } => BCRYPT_SALT_LENGTH,
            _ => MAX_LENGTH,
        };
        check_length("saltLength", length, MIN_LENGTH, max)?;
        self.salt_length = length;
        Ok(self)
    }

    /// Sets the hash's length in bytes: 16 to 64, or only 23 for bcrypt. The default is
    /// 32, or 64 for PBKDF2-SHA512.
    ///
    /// # Errors
    /// [`PasswordError::ParamsRefused`] for any other length, or if the length makes the
    /// hash cost more than the maximum.
    pub fn hash_length(mut self, length: usize) -> Result<Self, PasswordError> {
        let (min, max) = match self.params {
            HashParams::Bcrypt { .. } => (stored::BCRYPT_KEY_LENGTH, stored::BCRYPT_KEY_LENGTH),
            _ => (MIN_LENGTH, MAX_LENGTH),
        };
        check_length("hashLength", length, min, max)?;
        self.key_length = length;
        self.check_ceiling()?;
        Ok(self)
    }

    /// Sets how much memory a new or stored hash may use, in bytes: 1 MiB to 1 GiB. The
    /// default is 256 MiB.
    ///
    /// # Errors
    /// [`PasswordError::ParamsRefused`] for a value outside this range, or if new hashes
    /// need more memory.
    pub fn max_memory(mut self, bytes: u64) -> Result<Self, PasswordError> {
        let (min, max) = (MIB, 1024 * MIB);
        if !(min..=max).contains(&bytes) {
            return Err(PasswordError::ParamsRefused {
                param: "maxMemory",
                min: min as u32,
                max,
            });
        }
        self.max_memory = bytes;
        self.check_ceiling()?;
        Ok(self)
    }

    /// Combines every newly hashed password with a server's key.
    #[must_use]
    pub fn pepper(mut self, pepper: Pepper) -> Self {
        self.pepper = Some(pepper);
        self
    }

    /// Adds a key that another system used for its hashes, such as Devise's pepper. Converted
    /// hashes contain the key's id: `$suffix$keyid=devise$2a$…`. The key is used only to verify.
    #[must_use]
    pub fn legacy_key(mut self, id: &str, key: &[u8]) -> Self {
        self.legacy_keys.push(LegacyKey {
            id: id.to_owned(),
            key: Zeroizing::new(key.to_vec()),
        });
        self
    }

    /// The length of the salt that [`PasswordPolicy::hash`] expects, in bytes.
    #[must_use]
    pub fn salt_bytes(&self) -> usize {
        self.salt_length
    }

    /// The length of the longest password that [`PasswordPolicy::hash`] accepts, in bytes:
    /// 72 for bcrypt without a pepper, and [`MAX_PASSWORD_LENGTH`] otherwise.
    #[must_use]
    pub fn max_password_length(&self) -> usize {
        match (self.params, &self.pepper) {
            (HashParams::Bcrypt { .. }, None) => BCRYPT_PASSWORD_LENGTH,
            _ => MAX_PASSWORD_LENGTH,
        }
    }

    /// Hashes a password into the string to store. `salt` must be random, new for
    /// each hash, and [`PasswordPolicy::salt_bytes`] long.
    ///
    /// # Errors
    /// [`PasswordError::Empty`] for an empty password; [`PasswordError::TooLong`] for a
    /// password longer than [`PasswordPolicy::max_password_length`], because bcrypt ignores
    /// the rest; [`PasswordError::ParamsRefused`] for a salt of any other length.
    pub fn hash(&self, password: &Password, salt: &[u8]) -> Result<String, PasswordError> {
        let hashing = self.begin_hash(password, salt)?;
        Ok(hashing.finish(&hashing.derivation.run()))
    }

    /// Returns whether a password matches a stored hash in any known format. For a wrong
    /// password, the result is `Ok(false)`.
    ///
    /// # Errors
    /// [`PasswordError::HashInvalid`] for a stored string in an unknown format,
    /// [`PasswordError::MemoryRefused`] or [`PasswordError::ParamsRefused`] for one that needs
    /// more memory or time than allowed, [`PasswordError::PepperUnknown`] or
    /// [`PasswordError::LegacyKeyUnknown`] for one that needs a key that this policy does not
    /// have, and [`PasswordError::TooLong`] for a password that would make an old scheme slow.
    /// All of these errors are detected before any work is done.
    pub fn verify(&self, password: &Password, stored: &str) -> Result<bool, PasswordError> {
        let verifying = self.begin_verify(password, stored)?;
        Ok(verifying.finish(&verifying.derivation.run()))
    }

    /// The work that a new hash takes, expressed as the parameters of a hash of the default
    /// length.
    #[must_use]
    pub fn work(&self) -> HashParams {
        HashParams::from_work(self.params.scheme(), self.key_length)
    }

    /// The work that [`PasswordPolicy::verify`] does for a stored hash, expressed as the
    /// parameters of a new hash that takes as long. Argon2d and argon2i are reported as
    /// argon2id, and a PBKDF2 key of two blocks as one block with twice the iterations.
    ///
    /// Use this method to make refused sign-ins take the same time for every account.
    ///
    /// # Errors
    /// Same as [`PasswordPolicy::verify`], which in these cases fails before hashing
    /// anything.
    ///
    /// ```
    /// use edgeseal::{HashParams, PasswordPolicy};
    ///
    /// let policy = PasswordPolicy::default();
    /// let stored = "$2y$08$lHYVqZf/0.TpsJw.HMdH3e8Xnzs2cXwvz4sFEwZJBvWZ6tVNMmLsC";
    /// assert_eq!(policy.work_of(stored)?, HashParams::Bcrypt { cost: 8 });
    /// assert!(policy.work_of("!unusable").is_err());
    /// # Ok::<(), edgeseal::PasswordError>(())
    /// ```
    pub fn work_of(&self, stored: &str) -> Result<HashParams, PasswordError> {
        let stored = stored::parse(stored)?;
        self.check_stored(&stored)?;
        self.keyed(&stored, b"")?;
        let key_length = stored.key_length();
        Ok(HashParams::from_work(stored.scheme, key_length))
    }

    /// Returns whether a stored hash should be replaced at the next sign-in. That is the
    /// case if it has a different algorithm, a lower cost, a cost so high that `verify`
    /// refuses it, a shorter salt or key, the format of another system, or a pepper key
    /// other than the first. This check takes almost no time.
    ///
    /// # Errors
    /// [`PasswordError::HashInvalid`] for a stored string in an unknown format.
    pub fn needs_rehash(&self, stored: &str) -> Result<bool, PasswordError> {
        let stored = stored::parse(stored)?;
        let current = stored.is_current(self.salt_length, self.key_length)
            && !stored.needs_legacy_key()
            && stored.keyid.as_deref() == self.pepper.as_ref().map(Pepper::keyid)
            && !stored.scheme.is_below(self.params.scheme())
            // Otherwise, `verify` refuses the hash.
            && self.check_stored(&stored).is_ok();
        Ok(!current)
    }

    /// For the fuzzer: returns whether the wasm engines and the native ones derive the same
    /// key with a stored hash's parameters.
    #[cfg(all(fuzzing, not(target_arch = "wasm32")))]
    #[doc(hidden)]
    pub fn engines_agree(&self, password: &Password, stored: &str) -> Result<bool, PasswordError> {
        Ok(self
            .begin_verify(password, stored)?
            .derivation
            .engines_agree())
    }

    pub(crate) fn begin_hash(
        &self,
        password: &Password,
        salt: &[u8],
    ) -> Result<Hashing, PasswordError> {
        let bytes = password.as_bytes();
        if bytes.is_empty() {
            return Err(PasswordError::Empty);
        }
        let limit = self.max_password_length();
        if bytes.len() > limit {
            return Err(PasswordError::TooLong { limit });
        }
        check_length("salt", salt.len(), self.salt_length, self.salt_length)?;
        let keyid = self.pepper.as_ref().map(|pepper| pepper.keyid().to_owned());
        Ok(Hashing {
            derivation: Derivation {
                scheme: self.params.scheme(),
                password: self.peppered(keyid.as_deref(), bytes)?,
                salt: salt.to_vec(),
                key_length: self.key_length,
            },
            keyid,
        })
    }

    pub(crate) fn begin_verify(
        &self,
        password: &Password,
        stored: &str,
    ) -> Result<Verifying, PasswordError> {
        let mut stored = stored::parse(stored).map_err(|refusal| {
            let text = str::from_utf8(password.as_bytes()).unwrap_or_default();
            match stored::parse(text) {
                Ok(_) => PasswordError::HashInvalid {
                    reason: "is not a hash, but the password is: swap the two arguments",
                },
                Err(_) => refusal,
            }
        })?;
        self.check_stored(&stored)?;
        let (password, key) = self.keyed(&stored, password.as_bytes())?;
        stored.set_signer(key)?;
        let password = stored.prehash.apply(password, &stored.salt, key);
        stored.scheme.check_password(password.len())?;
        Ok(Verifying {
            derivation: Derivation {
                scheme: stored.scheme,
                password,
                salt: stored.salt.clone(),
                key_length: stored.key_length(),
            },
            stored,
        })
    }

    fn check_stored(&self, stored: &StoredHash) -> Result<(), PasswordError> {
        let key_length = stored.key_length();
        stored.scheme.check_ceiling(key_length, self.max_memory)
    }

    /// Returns the password with the pepper applied, and the legacy key, which is empty if the
    /// hash doesn't need one.
    fn keyed(
        &self,
        stored: &StoredHash,
        password: &[u8],
    ) -> Result<(Zeroizing<Vec<u8>>, &[u8]), PasswordError> {
        let keyid = stored.keyid.as_deref();
        if !stored.needs_legacy_key() {
            return Ok((self.peppered(keyid, password)?, &[]));
        }
        let mut keys = self.legacy_keys.iter();
        let found = keys.find(|key| Some(key.id.as_str()) == keyid);
        let key = &found.ok_or(PasswordError::LegacyKeyUnknown)?.key;
        Ok((Zeroizing::new(password.to_vec()), key))
    }

    fn peppered(
        &self,
        keyid: Option<&str>,
        password: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, PasswordError> {
        match (keyid, &self.pepper) {
            (None, _) => Ok(Zeroizing::new(password.to_vec())),
            (Some(keyid), Some(pepper)) => pepper.apply(keyid, password),
            (Some(_), None) => Err(PasswordError::PepperUnknown),
        }
    }
}

fn check_length(
    param: &'static str,
    length: usize,
    min: usize,
    max: usize,
) -> Result<(), PasswordError> {
    if (min..=max).contains(&length) {
        return Ok(());
    }
    Err(PasswordError::ParamsRefused {
        param,
        min: min as u32,
        max: max as u64,
    })
}
