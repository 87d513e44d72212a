//! Device tokens: that a browser has signed in to an account before. They open
//! nothing; guesses of strangers do not count against who has one.

use base64ct::{Base64UrlUnpadded, Encoding};
use edgeseal::{SignError, SignOptions, Validation, sign_jwt, verify_jwt};
use serde::Deserialize;
use serde_json::json;

use super::{random_id, seconds};
use crate::config::Config;
use crate::user::Email;

const TYP: &str = "device+jwt";

/// As long as browsers keep a cookie, in seconds.
pub(crate) const DEVICE_TTL: u64 = 400 * 24 * 60 * 60;

/// Makes the token of a browser that has just signed in to an account.
pub(crate) fn sign_device(email: &Email, config: &Config, now: u64) -> Result<String, SignError> {
    // Whoever reads the cookie learns no address.
    let account = Base64UrlUnpadded::encode_string(&config.secrets.limiter.mac(email.as_bytes()));
    let options = SignOptions::new()
        .typ(TYP)
        .subject(account)
        .jwt_id(random_id())
        .expires_in(DEVICE_TTL as f64);
    sign_jwt(&json!({}), &config.secrets.device, &options, seconds(now))
}

/// The id of the browser, if its token holds and is for this account.
pub(crate) fn verify_device(
    token: &str,
    email: &Email,
    config: &Config,
    now: u64,
) -> Option<String> {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
        jti: String,
    }
    let keys = &config.secrets.device;
    let verified = verify_jwt(token, keys, &Validation::new().typ(TYP), seconds(now)).ok()?;
    let Claims { sub, jti } = verified.into_claims();
    let account = Base64UrlUnpadded::decode_vec(&sub).ok()?;
    let limiter = &config.secrets.limiter;
    limiter
        .verify_mac(email.as_bytes(), &account)
        .then_some(jti)
}
