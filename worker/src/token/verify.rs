//! The verification steps that all kinds of tokens share.

use edgeseal::{Keys, Validation, Verified, VerifyError, verify_jwt};
use serde::de::DeserializeOwned;

use crate::config::Config;
use crate::log::{self, Dropped};

pub(super) fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1000.0
}

/// Verifies a token at `now` (milliseconds). Because clocks differ, a token may be used
/// up to `CLOCK_TOLERANCE` before it becomes valid, but there is no leeway for its
/// expiration. Refusals that point to a wrong clock are logged.
pub(super) fn verified<C: DeserializeOwned>(
    kind: Dropped,
    token: &str,
    keys: &impl Keys,
    validation: Validation,
    config: &Config,
    now: u64,
) -> Option<Verified<C>> {
    let tolerance = config.clock_tolerance as f64;
    let validation = validation.not_before_leeway(tolerance);
    match verify_jwt(token, keys, &validation, seconds(now)) {
        Ok(verified) => Some(verified),
        Err(refusal) => {
            let is_clock = matches!(refusal, VerifyError::NotYetValid { .. });
            if is_clock || kind.is_unexpected() {
                let ahead = || ahead(token, keys, &validation, refusal.claim()?, now);
                log::dropped(kind, refusal.code().as_str(), refusal.claim(), ahead, now);
            }
            None
        }
    }
}

/// Returns how many seconds a time claim in a genuine token is ahead of `now`
/// (milliseconds). The result is negative if that time has passed.
fn ahead(
    token: &str,
    keys: &impl Keys,
    validation: &Validation,
    claim: &str,
    now: u64,
) -> Option<f64> {
    // This tolerance is so large that no time claim is refused.
    const ANY: f64 = 1e12;
    let lenient = validation.clone().leeway(ANY);
    let verified: Verified = verify_jwt(token, keys, &lenient, seconds(now)).ok()?;
    let time = verified.claims().get(claim)?.as_f64()?;
    Some(time - seconds(now))
}
