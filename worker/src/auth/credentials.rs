//! `POST /sign-up/email` and `POST /sign-in/email`.

use std::borrow::Cow;

use edgeseal::password::wants_nfkc;
use edgeseal::{HashParams, Password, PasswordError, PasswordPolicy};
use serde::Serialize;
use worker::js_sys::JsString;
use worker::{Request, console_error};

use super::session::begin_cookies;
use crate::error::Refusal;
use crate::input::{Body, Faults};
use crate::respond::Answer;
use crate::token::{Caller, sign_access};
use crate::user::{Email, User, check_new_password};
use crate::{Edge, origin};

/// Verified in place of a stored hash where there is none, so that an unknown
/// address takes as long as a wrong password. Its password was never kept.
const NOBODYS_HASH: &str = "$2b$12$jlJcHK9MbPWsQTxeRqIJ5eQXk0ZoXf6Vd8Ry4YyNF9sQYQz1p1sEi";

#[derive(Serialize)]
pub(super) struct SignedUp {
    token: String,
    user: User,
}

#[derive(Serialize)]
pub(super) struct SignedIn {
    redirect: bool,
    token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    user: User,
}

pub(super) async fn sign_up(
    mut request: Request,
    edge: &Edge,
) -> Result<Answer<SignedUp>, Refusal> {
    let body = Body::read(&mut request).await?;
    let mut faults = Faults::default();
    let name = body.string("name", &mut faults);
    let email = body.string("email", &mut faults);
    let password = body.string("password", &mut faults);
    let image = body.optional_string("image", &mut faults);
    let remember = body.flag("rememberMe", true, &mut faults);
    let callback = body.optional_string("callbackURL", &mut faults);
    faults.check()?;
    check_callback(callback, edge)?;
    let email = Email::parse(email).ok_or(Refusal::InvalidEmail)?;
    check_new_password(password)?;

    let hash = hash_new(password)?;
    let user = edge
        .store
        .create_user(name, &email, image, &hash, edge.now)
        .await?;
    let token = sign_access(&Caller::from(&user), edge.config, edge.now)?;
    let cookies = begin_cookies(&user, remember, edge)?;
    Ok(Answer::of(SignedUp { token, user }).with_cookies(cookies))
}

pub(super) async fn sign_in(
    mut request: Request,
    edge: &Edge,
) -> Result<Answer<SignedIn>, Refusal> {
    let body = Body::read(&mut request).await?;
    let mut faults = Faults::default();
    let email = body.string("email", &mut faults);
    let password = body.string("password", &mut faults);
    let remember = body.flag("rememberMe", true, &mut faults);
    let callback = body.optional_string("callbackURL", &mut faults);
    faults.check()?;
    check_callback(callback, edge)?;
    let email = Email::parse(email).ok_or(Refusal::InvalidEmail)?;

    let credential = edge.store.credential(&email).await?;
    let stored = credential
        .as_ref()
        .and_then(|found| found.password_hash.as_deref());
    let holds = is_password(password, stored.unwrap_or(NOBODYS_HASH));
    let user = match credential {
        Some(found) if holds && found.password_hash.is_some() => found.user,
        _ => return Err(Refusal::InvalidCredentials),
    };

    let token = sign_access(&Caller::from(&user), edge.config, edge.now)?;
    let cookies = begin_cookies(&user, remember, edge)?;
    let url = callback.map(str::to_owned);
    Ok(Answer::of(SignedIn {
        redirect: url.is_some(),
        token,
        url,
        user,
    })
    .with_cookies(cookies))
}

fn check_callback(callback: Option<&str>, edge: &Edge) -> Result<(), Refusal> {
    match callback {
        Some(url) if !origin::is_trusted_callback(url, edge.config) => {
            Err(Refusal::InvalidCallbackUrl)
        }
        _ => Ok(()),
    }
}

/// An isolate has 128 MB for all of its requests.
fn policy() -> Result<PasswordPolicy, PasswordError> {
    PasswordPolicy::new(HashParams::BCRYPT)?.max_memory(64 << 20)
}

fn hash_new(password: &str) -> Result<String, Refusal> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| Refusal::Internal(error.to_string()))?;
    Password::new(password)
        .and_then(|password| policy()?.hash(&password, &salt))
        .map_err(|error| match error {
            PasswordError::TooLong { .. } => Refusal::PasswordTooLong,
            PasswordError::Empty => Refusal::PasswordTooShort,
            _ => Refusal::Internal(error.to_string()),
        })
}

/// A stored hash that can't be read refuses the sign-in and is told to the log:
/// the caller must not learn that this account has one.
fn is_password(password: &str, stored: &str) -> bool {
    let verified = Password::new(as_stored(password, stored).into_owned())
        .and_then(|password| policy()?.verify(&password, stored));
    match verified {
        Ok(holds) => holds,
        Err(PasswordError::TooLong { .. }) => false,
        Err(error) => {
            console_error!("PASSWORD_HASH: {error}");
            false
        }
    }
}

/// Better Auth hashes a password's form NFKC.
fn as_stored<'a>(password: &'a str, stored: &str) -> Cow<'a, str> {
    if password.is_ascii() || !wants_nfkc(stored) {
        return Cow::Borrowed(password);
    }
    Cow::Owned(JsString::from(password).normalize("NFKC").into())
}
