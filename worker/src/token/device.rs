//! Device tokens prove that a browser has signed in to an account before. They don't
//! grant access, but a browser that has one can still sign in when strangers' failed
//! attempts have reached the account's limit.

use base64ct::{Base64UrlUnpadded, Encoding};
use edgeseal::{SignError, SignOptions, Validation, sign_jwt};
use serde::Deserialize;
use serde_json::json;

use super::verify::{seconds, verified};
use crate::config::Config;
use crate::id::random_id;
use crate::log::Dropped;
use crate::user::Email;

const TYP: &str = "device+jwt";

/// The longest lifetime that browsers allow for a cookie, in seconds.
pub(crate) const DEVICE_TTL: u64 = 400 * 24 * 60 * 60;

/// A browser that has signed in to an account, as shown by a valid token.
#[derive(Debug)]
pub(crate) struct Device {
    /// The id that the browser's attempts are counted under.
    pub(crate) id: String,
    /// A keyed hash of the account's address, so that the cookie doesn't reveal the address.
    account: Vec<u8>,
}

impl Device {
    /// Creates a device for a browser that is new to an account.
    pub(crate) fn new(email: &Email, config: &Config) -> Self {
        Self {
            id: random_id(),
            account: config.secrets.limiter.mac(email.as_bytes()).to_vec(),
        }
    }

    /// Returns the same browser, with its account hashed again under the current key.
    pub(crate) fn renewed(self, email: &Email, config: &Config) -> Self {
        let Self { account, .. } = Self::new(email, config);
        Self { account, ..self }
    }

    /// Returns whether the browser has signed in to this account.
    pub(crate) fn is_for(&self, email: &Email, config: &Config) -> bool {
        let limiter = &config.secrets.limiter;
        limiter.verify_mac(email.as_bytes(), &self.account)
    }
}

/// Signs the token of a browser that has just signed in.
pub(crate) fn sign_device(device: &Device, config: &Config, now: u64) -> Result<String, SignError> {
    let options = SignOptions::new()
        .typ(TYP)
        .subject(Base64UrlUnpadded::encode_string(&device.account))
        .jwt_id(&device.id)
        .expires_in(DEVICE_TTL as f64);
    sign_jwt(&json!({}), &config.secrets.device, &options, seconds(now))
}

/// Returns the browser and account that a token identifies, if the token is valid.
pub(crate) fn verify_device(token: &str, config: &Config, now: u64) -> Option<Device> {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
        jti: String,
    }
    let keys = &config.secrets.device;
    let verified = verified(
        Dropped::DeviceToken,
        token,
        keys,
        Validation::new().typ(TYP),
        config,
        now,
    )?;
    let Claims { sub, jti: id } = verified.into_claims();
    let account = Base64UrlUnpadded::decode_vec(&sub).ok()?;
    Some(Device { id, account })
}
