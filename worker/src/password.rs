//! Passwords of users: which ones are taken, and their hashes by the policy of
//! the configuration. As Better Auth has it, a password is its Unicode form NFKC
//! (NIST SP 800-63B §3.1.1.2): what keyboards type differently is one password.

mod common;

use std::borrow::Cow;

use edgeseal::{Password, PasswordError, PasswordPolicy};

use crate::error::Refusal;
use crate::log;

/// Better Auth's bounds, in UTF-16 units as JavaScript counts.
const MIN_LENGTH: usize = 8;
const MAX_LENGTH: usize = 128;

/// Refuses a new password that is too short, too long, or one that many have.
pub(crate) fn check_new(password: &str, policy: &PasswordPolicy) -> Result<(), Refusal> {
    check_length(password)?;
    if password.encode_utf16().count() < MIN_LENGTH {
        return Err(Refusal::PasswordTooShort);
    }
    let password = nfkc(password);
    if password.len() > policy.max_password_length() {
        return Err(Refusal::PasswordTooLong);
    }
    if common::is_common(&password) {
        return Err(Refusal::PasswordCompromised);
    }
    Ok(())
}

/// Refuses what no account can have, before work is spent on it.
pub(crate) fn check_length(password: &str) -> Result<(), Refusal> {
    // No text has fewer bytes than UTF-16 units, so most need no counting.
    if password.len() > MAX_LENGTH && password.encode_utf16().count() > MAX_LENGTH {
        return Err(Refusal::PasswordTooLong);
    }
    Ok(())
}

/// The string to store for a new password.
pub(crate) fn hash(password: &str, policy: &PasswordPolicy) -> Result<String, Refusal> {
    let mut salt = vec![0; policy.salt_bytes()];
    getrandom::fill(&mut salt).map_err(|error| Refusal::Internal(error.to_string()))?;
    Password::new(nfkc(password).into_owned())
        .and_then(|password| policy.hash(&password, &salt))
        .map_err(|error| match error {
            PasswordError::TooLong { .. } => Refusal::PasswordTooLong,
            PasswordError::Empty => Refusal::PasswordTooShort,
            _ => Refusal::Internal(error.to_string()),
        })
}

/// What comparing a password with a stored hash can cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cost {
    /// A hash of the policy.
    Policy,
    /// A hash of Better Auth's own, which has other parameters.
    Imported,
}

/// What a refused sign-in has yet to cost, so that it costs the same for an
/// unknown address and for each kind of hash. A database without imported
/// hashes pays for none.
fn unspent(stored: Option<&str>, has_imported: bool) -> impl Iterator<Item = Cost> {
    let spent = stored.map(|stored| {
        if stored.starts_with('$') {
            Cost::Policy
        } else {
            Cost::Imported
        }
    });
    [(Cost::Policy, true), (Cost::Imported, has_imported)]
        .into_iter()
        .filter(move |(cost, is_due)| *is_due && spent != Some(*cost))
        .map(|(cost, _)| cost)
}

/// Takes as long as [`verify`] does with the hashes that a password was not
/// compared with: an unknown address with all, a wrong password with the others.
pub(crate) fn pretend(
    password: &str,
    stored: Option<&str>,
    has_imported: bool,
    policy: &PasswordPolicy,
) -> Result<(), Refusal> {
    for cost in unspent(stored, has_imported) {
        for _ in forms(password) {
            spend(cost, policy)?;
        }
    }
    Ok(())
}

fn spend(cost: Cost, policy: &PasswordPolicy) -> Result<(), Refusal> {
    // Whatever was typed: its length must not show in what this costs.
    const NOBODYS: &str = "nobody's password";
    match cost {
        Cost::Policy => hash(NOBODYS, policy).map(drop),
        Cost::Imported => {
            // Better Auth's `salt:key`, of 16 and 64 bytes.
            let stored = format!("{:032}:{:0128}", 0, 0);
            Password::new(NOBODYS)
                .and_then(|password| policy.verify(&password, &stored))
                .map(drop)
                .map_err(|error| Refusal::Internal(error.to_string()))
        }
    }
}

/// Whether a password is the one behind a stored hash. A hash that can't be read
/// refuses and is told to the log: the caller must not learn that this account
/// has one.
pub(crate) fn verify(password: &str, stored: &str, policy: &PasswordPolicy) -> bool {
    forms(password).any(|form| {
        let verified =
            Password::new(form.into_owned()).and_then(|password| policy.verify(&password, stored));
        match verified {
            Ok(holds) => holds,
            Err(PasswordError::TooLong { .. } | PasswordError::Empty) => false,
            Err(error) => {
                log::fault("PASSWORD_HASH", &error.to_string());
                false
            }
        }
    })
}

/// The forms under which a password may have been hashed: NFKC, by us and by
/// Better Auth, and as it is typed, by systems that hashes were taken over from.
fn forms(password: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let normal = nfkc(password);
    let typed = (normal != password).then_some(Cow::Borrowed(password));
    std::iter::once(normal).chain(typed)
}

/// The hash to store instead of a verified one that the policy has left behind.
/// Never fails a sign-in: what can't be hashed anew stays as it is.
pub(crate) fn rehash(password: &str, stored: &str, policy: &PasswordPolicy) -> Option<String> {
    if !policy.needs_rehash(stored).unwrap_or(false) {
        return None;
    }
    match hash(password, policy) {
        Ok(hash) => Some(hash),
        // Over the 72 bytes of bcrypt: its old hash holds more of it.
        Err(Refusal::PasswordTooLong) => None,
        Err(refusal) => {
            log::fault("REHASH", &format!("{refusal:?}"));
            None
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn nfkc(password: &str) -> Cow<'_, str> {
    if password.is_ascii() {
        return Cow::Borrowed(password);
    }
    let text = worker::js_sys::JsString::from(password);
    Cow::Owned(text.normalize("NFKC").into())
}

/// Unicode's tables are JavaScript's; the tests that run natively need none.
#[cfg(not(target_arch = "wasm32"))]
fn nfkc(password: &str) -> Cow<'_, str> {
    Cow::Borrowed(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_better_auth_takes_but_not_what_many_have() {
        let policy = PasswordPolicy::new(edgeseal::HashParams::ARGON2ID).unwrap();
        for password in [
            "correct horse",
            "            x",
            "abcd\0efgh",
            "äöüäöüäö",
            &"ü".repeat(128),
        ] {
            assert!(check_new(password, &policy).is_ok(), "{password}");
        }
        for (password, code) in [
            ("", "PASSWORD_TOO_SHORT"),
            ("👩‍🚀a", "PASSWORD_TOO_SHORT"),
            ("xkcd-936"[..7].into(), "PASSWORD_TOO_SHORT"),
            ("password1", "PASSWORD_COMPROMISED"),
            ("PassWord1", "PASSWORD_COMPROMISED"),
            (&"ü".repeat(129), "PASSWORD_TOO_LONG"),
        ] {
            let (_, found, _) = check_new(password, &policy).unwrap_err().on_the_wire();
            assert_eq!(found, code, "{password}");
        }
        // What bcrypt would cut off.
        let policy = PasswordPolicy::default();
        assert!(check_new(&"x".repeat(72), &policy).is_ok());
        assert!(check_new(&"x".repeat(73), &policy).is_err());
    }

    #[test]
    fn a_refusal_costs_every_kind_of_hash_that_there_is_once() {
        let ours = Some("$2b$12$abc");
        let imported = Some("00ff:00ff");
        for (stored, has_imported, left) in [
            // As ever where nothing was imported.
            (None, false, &[Cost::Policy][..]),
            (ours, false, &[]),
            (None, true, &[Cost::Policy, Cost::Imported]),
            (ours, true, &[Cost::Imported]),
            (imported, true, &[Cost::Policy]),
        ] {
            let found: Vec<_> = unspent(stored, has_imported).collect();
            assert_eq!(found, left, "{stored:?}, {has_imported}");
        }
        let policy = PasswordPolicy::weak(edgeseal::HashParams::Bcrypt { cost: 4 }).unwrap();
        for cost in [Cost::Policy, Cost::Imported] {
            assert!(spend(cost, &policy).is_ok(), "{cost:?}");
        }
    }

    #[test]
    fn rehashes_what_is_not_the_policys() {
        let policy = PasswordPolicy::weak(edgeseal::HashParams::Bcrypt { cost: 4 }).unwrap();
        let stored = hash("correct horse", &policy).unwrap();
        assert!(verify("correct horse", &stored, &policy));
        assert!(!verify("Correct horse", &stored, &policy) && !verify("", &stored, &policy));
        assert_eq!(rehash("correct horse", &stored, &policy), None);
        let other = PasswordPolicy::weak(edgeseal::HashParams::Bcrypt { cost: 5 }).unwrap();
        let new = rehash("correct horse", &stored, &other).unwrap();
        assert!(new.starts_with("$2b$05$") && verify("correct horse", &new, &policy));
        // It would be cut: the old hash stays.
        assert_eq!(rehash(&"x".repeat(73), "$2b$04$", &other), None);
    }
}
