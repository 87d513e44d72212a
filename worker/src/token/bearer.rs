//! Session tokens of clients without cookies: a refresh token's claims under another
//! key and `typ`, so that neither is accepted in place of the other.

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

/// The session of a token, if valid.
pub(crate) fn verify_bearer(token: &str, config: &Config, now: u64) -> Option<Session> {
    let keys = &config.secrets.bearer;
    verify_session(Dropped::BearerSession, token, TYP, keys, config, now)
}
