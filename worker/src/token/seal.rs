//! What `edgeseal/next` tells of a request that its proxy let through.

use edgeseal::{Validation, verify_jwt};

use super::seconds;
use crate::client::Seal;
use crate::config::Config;

const TYP: &str = "edgeseal-seal+jwt";

/// What a seal says, if it holds: for 60 seconds, under a key of its own.
pub(crate) fn verify_seal(token: &str, config: &Config, now: u64) -> Option<Seal> {
    let validation = Validation::new().typ(TYP);
    let verified = verify_jwt(token, &config.secrets.proxy, &validation, seconds(now)).ok()?;
    Some(verified.into_claims())
}
