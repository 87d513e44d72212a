//! The signed-in user's own account: `POST /change-password`, `/verify-password` and
//! `/update-user`.

use serde::Serialize;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::Refusal;
use crate::http::Response;
use crate::input::{Body, Members};
use crate::limit::{self, Attempt};
use crate::password;
use crate::password_verifier;
use crate::respond::Answer;
use crate::session::{authorised, open, presented, reissue};
use crate::store::{Changes, Credential, WithBookmark};
use crate::token::{Session, sign_access};
use crate::user::{NAME_RULE, User, is_image, is_name};

const IMAGE_RULE: &str =
    "Invalid image: it must be an http(s) URL or a path of at most 2048 characters";

#[derive(Serialize)]
struct PasswordChanged {
    /// `None` if the caller's session was already revoked.
    token: Option<String>,
    user: User,
}

pub(super) async fn change_password(body: &Body, context: &Context) -> Result<Response, Refusal> {
    let mut members = body.members("object")?;
    let new = members.string("newPassword");
    let current = members.string("currentPassword");
    // This member is checked but otherwise ignored, because other sessions always end.
    members.flag("revokeOtherSessions", true);
    if let Err(rule) = password::check_characters(new) {
        members.wrong("newPassword", rule);
    }
    members.check()?;
    // A revoked session can still be used to change the password, but for nothing else:
    // a thief who revokes the owner's session must not be able to keep the owner from
    // changing the password.
    let caller = presented(context)?.ok_or(Refusal::Unauthorized)?;
    context.trail.user(&caller.user_id);
    let standing = context.store.standing(&caller, context.now).await?;
    let known = standing.credential.filter(|_| !standing.is_spent);
    let known = known.ok_or(if standing.is_valid {
        Refusal::InvalidPassword
    } else {
        Refusal::Unauthorized
    })?;
    let policy = &context.config.passwords;
    password::check_new(new, policy)?;
    password::check_length(current)?;

    let attempt = attempt(&caller, &known.user, context).await?;
    let is_last = attempt.is_last;
    let outcome = async {
        loop {
            let credential = current_credential(&caller, current, is_last, context).await?;
            let hash = password::hash(new, policy)?;
            let changed = context
                .store
                .change_password(&caller, &credential, &hash, context.now);
            // If nothing was changed, either the hash was replaced or the user was disabled
            // in the meantime. A second verification shows which.
            if let Some(changed) = changed.await? {
                return Ok((credential, changed));
            }
        }
    };
    let outcome = outcome.await;
    let (credential, changed) = attempt.settle(outcome).await?;
    if !changed.value.was_valid {
        let user = credential.user;
        return Ok(Answer::new(PasswordChanged { token: None, user })
            .with_cookies(context.jar.clear())
            .into_response()?);
    }
    let valid_after = changed.value.valid_after;
    let session = Session::begin(&caller.user_id, caller.remember, valid_after, context.now);
    let user = WithBookmark {
        value: credential.user,
        bookmark: changed.bookmark,
    };
    let opened = open(session, user, context)?;
    let token = Some(sign_access(&opened.data, context.config, context.now)?);
    let user = opened.data.user.clone();
    Ok(Answer::new(PasswordChanged { token, user })
        .with_cookies(opened.cookies)
        .into_response()?)
}

pub(super) async fn verify_password(body: &Body, context: &Context) -> Result<Response, Refusal> {
    let mut members = body.members("object")?;
    let given = members.string("password");
    members.check()?;
    let opened = authorised(context).await?;
    password::check_length(given)?;
    check_current_password(&opened.session, &opened.data.user, given, context).await?;
    Ok(Answer::new(json!({ "status": true }))
        .with_cookies(opened.cookies)
        .into_response()?)
}

pub(super) async fn update(body: &Body, context: &Context) -> Result<Response, Refusal> {
    let mut members = body.members("record")?;
    let name = members.optional_string("name");
    if name.is_some_and(|name| !is_name(name)) {
        members.wrong("name", NAME_RULE);
    }
    let given = members.nullable_string("image");
    let changes = Changes {
        name,
        sets_image: body.member("image").is_some(),
        image: image(given, &mut members),
    };
    members.check()?;
    let caller = authorised(context).await?.session;
    if body.member("email").is_some_and(is_truthy) {
        return Err(Refusal::EmailNotUpdatable);
    }
    if name.is_none() && !changes.sets_image {
        return Err(Refusal::NothingToUpdate);
    }
    let updated = context
        .store
        .update_user(&caller, &changes, context.now)
        .await?;
    let opened = reissue(caller, updated.ok_or(Refusal::Unauthorized)?, context)?;
    Ok(Answer::new(json!({ "status": true }))
        .with_cookies(opened.cookies)
        .into_response()?)
}

/// Counts a signed-in user's attempt to enter their current password. If no attempts
/// are left, ends the sign-in that the session comes from.
async fn attempt(caller: &Session, user: &User, context: &Context) -> Result<Attempt, Refusal> {
    if let Some(attempt) = limit::proof(caller, &user.email, context).await? {
        return Ok(attempt);
    }
    context.store.end_lineage(caller, context.now).await?;
    Err(Refusal::Unauthorized)
}

/// Checks the caller's current password. A wrong password is counted and refused.
pub(super) async fn check_current_password(
    caller: &Session,
    user: &User,
    given: &str,
    context: &Context,
) -> Result<(), Refusal> {
    let attempt = attempt(caller, user, context).await?;
    let outcome = current_credential(caller, given, attempt.is_last, context).await;
    attempt.settle(outcome).await.map(drop)
}

/// Returns the caller's account, if the password is right and the user may still sign
/// in.
async fn current_credential(
    caller: &Session,
    given: &str,
    is_last: bool,
    context: &Context,
) -> Result<Credential, Refusal> {
    let standing = context.store.standing(caller, context.now).await?;
    if standing.is_spent {
        return Err(Refusal::Unauthorized);
    }
    let policy = &context.config.passwords;
    let mut credential = standing.credential;
    if let Some(found) = &credential {
        let stored = &found.password_hash;
        let is_right = password::verify(given, stored, policy, context.unreadable_hash())
            || password_verifier::matches(given, stored, context).await;
        credential = credential.filter(|_| is_right);
    }
    match credential {
        Some(credential) if credential.is_disabled => Err(Refusal::Unauthorized),
        Some(credential) => Ok(credential),
        None => {
            if is_last {
                context.store.end_lineage(caller, context.now).await?;
            }
            // A caller who is already signed out gets `Unauthorized`, whether or not the
            // password is right.
            Err(if standing.is_valid && !is_last {
                Refusal::InvalidPassword
            } else {
                Refusal::Unauthorized
            })
        }
    }
}

/// Checks an image URL. An empty URL means that there is no image.
pub(super) fn image<'a>(given: Option<&'a str>, members: &mut Members<'_>) -> Option<&'a str> {
    let given = given.filter(|image| !image.is_empty())?;
    if !is_image(given) {
        members.wrong("image", IMAGE_RULE);
    }
    Some(given)
}

/// Returns whether a value is truthy in JavaScript (ECMA-262 §7.1.2).
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}
