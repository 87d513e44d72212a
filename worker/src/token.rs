//! The kinds of token, never interchangeable: each has its own key, `typ` or
//! required members, so that none opens another's door (RFC 8725 §3.12).

mod access;
mod bearer;
mod device;
mod refresh;
mod seal;
mod session_data;

use edgeseal::{Keys, Validation, Verified, VerifyError, verify_jwt};
use serde::de::DeserializeOwned;

use crate::config::Config;
use crate::log::{self, Dropped};

pub(crate) use access::{Caller, sign_access, sign_for_route, verify_access};
pub(crate) use bearer::{sign_bearer, verify_bearer};
pub(crate) use device::{DEVICE_TTL, Device, sign_device, verify_device};
pub(crate) use refresh::{Session, names_session, sign_refresh, verify_refresh};
pub(crate) use seal::verify_seal;
pub(crate) use session_data::{SessionData, sign_session_data, verify_session_data};

/// A random id of 32 letters and digits, 190 bits, in Better Auth's shape.
pub(crate) fn random_id() -> String {
    const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut id = String::with_capacity(ID_LENGTH);
    while id.len() < ID_LENGTH {
        let mut bytes = [0; 48];
        getrandom::fill(&mut bytes).expect("workerd has randomness inside of a handler");
        // 248 is the largest multiple of 62 in a byte: no letter is likelier.
        let fair = bytes.iter().filter(|byte| **byte < 248);
        id.extend(
            fair.map(|byte| char::from(ALPHABET[usize::from(byte % 62)]))
                .take(ID_LENGTH - id.len()),
        );
    }
    id
}

const ID_LENGTH: usize = 32;

/// Whether a text has the shape of [`random_id`].
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == ID_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A time in milliseconds as ISO 8601, as JavaScript writes it.
pub(crate) fn iso(milliseconds: u64) -> String {
    let (seconds, millisecond) = (milliseconds / 1000, milliseconds % 1000);
    let (days, second) = (seconds / DAY, seconds % DAY);
    // Years begin in March here, so that a leap day ends one, and count in eras of
    // 400, which all have as many days.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        10.. => (year + era * 400 + 1, month - 9),
        _ => (year + era * 400, month + 3),
    };
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
}

const DAY: u64 = 24 * 60 * 60;

fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1000.0
}

/// Verifies a token of a kind, at `now` in milliseconds. Clocks of one installation's
/// parts differ: a token may be early by `CLOCK_TOLERANCE`, and ends when it says.
/// What is refused because a clock is wrong is logged.
fn verified<C: DeserializeOwned>(
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

/// By how many seconds a claim of a genuine token is ahead of `now` (milliseconds);
/// negative where it has passed.
fn ahead(
    token: &str,
    keys: &impl Keys,
    validation: &Validation,
    claim: &str,
    now: u64,
) -> Option<f64> {
    // So that the times, which are all that is asked for, are no reason to refuse.
    const ANY: f64 = 1e12;
    let lenient = validation.clone().leeway(ANY);
    let verified: Verified = verify_jwt(token, keys, &lenient, seconds(now)).ok()?;
    let time = verified.claims().get(claim)?.as_f64()?;
    Some(time - seconds(now))
}

#[cfg(test)]
mod tests {
    use super::iso;

    #[test]
    fn times_are_written_as_javascript_writes_them() {
        for (milliseconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_709_251_199_001, "2024-02-29T23:59:59.001Z"),
            (1_767_225_599_000, "2025-12-31T23:59:59.000Z"),
            (1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(iso(milliseconds), text);
        }
    }
}
