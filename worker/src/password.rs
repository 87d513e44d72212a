//! Checks users' passwords, and hashes them according to the configured policy. As in
//! Better Auth, passwords are compared in Unicode's NFKC form (NIST SP 800-63B §3.1.1.2),
//! because keyboards may encode the same password differently.

mod common;
mod cost;

use std::borrow::Cow;

use edgeseal::{HashParams, Password, PasswordError, PasswordPolicy};

use crate::error::Refusal;
use crate::log;

/// Better Auth's length limits, counted in UTF-16 code units, as in JavaScript.
pub(crate) const MIN_LENGTH: usize = 8;
pub(crate) const MAX_LENGTH: usize = 128;

/// Refuses characters that new passwords must not contain. NUL is refused because other
/// programs that verify the hash would stop reading there: `crypt` and bcrypt take C
/// strings.
pub(crate) fn check_characters(password: &str) -> Result<(), &'static str> {
    if password.contains('\0') {
        return Err("A password can't contain a NUL character");
    }
    Ok(())
}

/// Refuses a new password that is too short, too long or too common.
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

/// Refuses passwords that are too long for any account, so that they are never hashed.
pub(crate) fn check_length(password: &str) -> Result<(), Refusal> {
    // A string never has fewer bytes than UTF-16 code units, so for most passwords the
    // code units don't need to be counted.
    if password.len() > MAX_LENGTH && password.encode_utf16().count() > MAX_LENGTH {
        return Err(Refusal::PasswordTooLong);
    }
    Ok(())
}

/// Returns the hash string to store for a new password.
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

/// Returns whether a password matches the stored hash, if there is one. A refusal
/// always costs at least as much as one hash under the policy: if the comparison costs
/// less, dummy hashes make up the difference. A refusal takes longer only if the stored
/// hash itself costs more than the policy's, and then it takes longer for everyone who
/// tries that account.
pub(crate) fn verify_at_policy_cost(
    password: &str,
    stored: Option<&str>,
    policy: &PasswordPolicy,
    unreadable: impl Fn(&str),
) -> Result<bool, Refusal> {
    for form in forms(password) {
        let mut done = None;
        if let Some(stored) = stored {
            match compare(form, stored, policy, &unreadable) {
                Some(true) => return Ok(true),
                Some(false) => done = policy.work_of(stored).ok(),
                None => {}
            }
        }
        for params in cost::missing(policy.work(), done) {
            hash_dummy(params)?;
        }
    }
    Ok(false)
}

/// Takes as long as computing a hash.
fn hash_dummy(params: HashParams) -> Result<(), Refusal> {
    // This is a constant, so that the time doesn't depend on the length of the given password.
    const NOBODYS: &str = "nobody's password";
    let policy =
        PasswordPolicy::weak(params).map_err(|error| Refusal::Internal(error.to_string()))?;
    hash(NOBODYS, &policy).map(drop)
}

/// Returns whether a password matches a stored hash. The caller is signed in to the
/// account, so timing doesn't reveal anything new to them.
pub(crate) fn verify(
    password: &str,
    stored: &str,
    policy: &PasswordPolicy,
    unreadable: impl Fn(&str),
) -> bool {
    forms(password).any(|form| compare(form, stored, policy, &unreadable) == Some(true))
}

/// Returns whether one form of a password matches a stored hash, or `None` if the
/// comparison was refused without computing a hash. Calls `unreadable` with the reason if
/// the hash can't be verified here. The client must not learn that the hash is
/// unreadable.
fn compare(
    form: Cow<'_, str>,
    stored: &str,
    policy: &PasswordPolicy,
    unreadable: impl Fn(&str),
) -> Option<bool> {
    let verified =
        Password::new(form.into_owned()).and_then(|password| policy.verify(&password, stored));
    match verified {
        Ok(verdict) => Some(verdict),
        Err(PasswordError::TooLong { .. } | PasswordError::Empty) => None,
        Err(error) => {
            // An account without a password is not a fault.
            if !edgeseal::password::is_unusable(stored) {
                unreadable(&error.to_string());
            }
            None
        }
    }
}

/// Returns the forms in which a password may have been hashed. This Worker and Better
/// Auth hash the NFKC form. If a hash was imported, the system that it came from may
/// have hashed the password as it was typed.
fn forms(password: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let normal = nfkc(password);
    let typed = (normal != password).then_some(Cow::Borrowed(password));
    std::iter::once(normal).chain(typed)
}

/// If a verified hash no longer matches the policy, returns the hash to store instead.
/// This never makes a sign-in fail: if hashing fails, the old hash stays.
pub(crate) fn rehash(password: &str, stored: &str, policy: &PasswordPolicy) -> Option<String> {
    // If the Worker can't read the hash, a service has verified the password against it.
    if !policy.needs_rehash(stored).unwrap_or(true) {
        return None;
    }
    match hash(password, policy) {
        Ok(hash) => Some(hash),
        // The password is longer than the 72 bytes that bcrypt reads, and the old hash
        // covers more of it.
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

/// In the Worker, JavaScript provides the Unicode tables. The native tests don't need
/// them.
#[cfg(not(target_arch = "wasm32"))]
fn nfkc(password: &str) -> Cow<'_, str> {
    Cow::Borrowed(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_better_auth_accepts_except_common_passwords() {
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
        // This password is longer than the 72 bytes that bcrypt reads.
        let policy = PasswordPolicy::default();
        assert!(check_new(&"x".repeat(72), &policy).is_ok());
        assert!(check_new(&"x".repeat(73), &policy).is_err());
    }

    #[test]
    fn only_the_right_password_is_proved_whatever_is_stored() {
        let policy = PasswordPolicy::weak(edgeseal::HashParams::Bcrypt { cost: 6 }).unwrap();
        let cheaper = PasswordPolicy::weak(edgeseal::HashParams::Bcrypt { cost: 4 }).unwrap();
        for made_by in [&policy, &cheaper] {
            let stored = hash("correct horse", made_by).unwrap();
            let proved =
                |given| verify_at_policy_cost(given, Some(&stored), &policy, |_| ()).unwrap();
            assert!(proved("correct horse"));
            assert!(!proved("wrong horse") && !proved("") && !proved(&"x".repeat(5000)));
        }
        // Unreadable hashes are not tested here, because logging them needs JavaScript.
        assert!(!verify_at_policy_cost("correct horse", None, &policy, |_| ()).unwrap());
    }

    #[test]
    fn rehashes_what_is_not_the_policys() {
        let policy = PasswordPolicy::weak(edgeseal::HashParams::Bcrypt { cost: 4 }).unwrap();
        let stored = hash("correct horse", &policy).unwrap();
        assert!(verify("correct horse", &stored, &policy, |_| ()));
        assert!(
            !verify("Correct horse", &stored, &policy, |_| ())
                && !verify("", &stored, &policy, |_| ())
        );
        assert_eq!(rehash("correct horse", &stored, &policy), None);
        let other = PasswordPolicy::weak(edgeseal::HashParams::Bcrypt { cost: 5 }).unwrap();
        let new = rehash("correct horse", &stored, &other).unwrap();
        assert!(new.starts_with("$2b$05$") && verify("correct horse", &new, &policy, |_| ()));
        // The password would be truncated, so the old hash stays.
        assert_eq!(rehash(&"x".repeat(73), "$2b$04$", &other), None);
    }
}
