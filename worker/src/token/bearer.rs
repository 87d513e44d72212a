//! Session tokens for clients without cookies. They have a refresh token's claims, but
//! a different key and `typ`, so that neither kind is accepted in place of the other.

use edgeseal::SignError;

use super::session::{Session, sign_session, verify_session};
use crate::config::Config;
use crate::log::Dropped;

const TYP: &str = "bearer+jwt";

/// Signs the value of `set-auth-token`.
pub(crate) fn sign_bearer(
    session: &Session,
    config: &Config,
    now: u64,
) -> Result<String, SignError> {
    sign_session(session, TYP, &config.secrets.bearer, config, now)
}

/// Returns the session in a token, if the token is valid.
pub(crate) fn verify_bearer(token: &str, config: &Config, now: u64) -> Option<Session> {
    let keys = &config.secrets.bearer;
    let (session, _) = verify_session(Dropped::BearerSession, token, TYP, keys, config, now)?;
    Some(session)
}
