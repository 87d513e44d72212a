//! What `edgeseal/next` says of a request that its proxy let through.

use edgeseal::Validation;

use super::verified;
use crate::client::Seal;
use crate::config::Config;
use crate::log::Dropped;

const TYP: &str = "edgeseal-seal+jwt";

/// What a seal says, if it is valid: for 60 seconds, under a key of its own. Next.js
/// and this Worker run on two machines, so that it may be late by
/// `CLOCK_TOLERANCE`, too.
pub(crate) fn verify_seal(token: &str, config: &Config, now: u64) -> Option<Seal> {
    let validation = Validation::new()
        .typ(TYP)
        .leeway(config.clock_tolerance as f64);
    let keys = &config.secrets.proxy;
    let verified = verified(Dropped::Seal, token, keys, validation, config, now)?;
    Some(verified.into_claims())
}
