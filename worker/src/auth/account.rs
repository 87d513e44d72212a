//! The account's own affairs: `POST /change-password`, `/verify-password`,
//! `/update-user` and `/delete-user`.

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::Refusal;
use crate::http::Response;
use crate::input::{Body, Members};
use crate::limit::{self, Attempt};
use crate::respond::Answer;
use crate::session::{Opened, authorised, go_on, open, presented};
use crate::store::{Changes, Credential, Seen};
use crate::token::{Caller, Session, sign_access};
use crate::user::{User, is_image, is_name};
use crate::{Edge, password};

pub(super) const NAME_RULE: &str =
    "Too long or not a name: at most 256 characters, none of them a control character";
/// Other programs that read the hash end a password there: `crypt` and bcrypt are
/// functions of C strings.
pub(super) const PASSWORD_RULE: &str = "A password can't contain NUL";
const IMAGE_RULE: &str =
    "Not an image address: an http(s) URL or a path of at most 2048 characters";

#[derive(Serialize)]
struct PasswordChanged {
    /// None where the caller's session was revoked before.
    token: Option<String>,
    user: User,
}

pub(super) async fn change_password(body: &Body, edge: &Edge) -> Result<Response, Refusal> {
    let mut members = body.members("object")?;
    let new = members.string("newPassword");
    let current = members.string("currentPassword");
    // The others always end.
    members.flag("revokeOtherSessions", true);
    if new.contains('\0') {
        members.wrong("newPassword", PASSWORD_RULE);
    }
    members.check()?;
    // A session that was revoked may do this, and nothing else: a thief who revokes
    // the owner's must not keep them from changing the password.
    let caller = presented(edge)?.ok_or(Refusal::Unauthorized)?;
    edge.trail.user(&caller.user_id);
    let standing = edge.store.standing(&caller, edge.now).await?;
    let known = standing.credential.filter(|_| !standing.is_spent);
    let known = known.ok_or(if standing.is_valid {
        Refusal::InvalidPassword
    } else {
        Refusal::Unauthorized
    })?;
    let policy = &edge.config.passwords;
    password::check_new(new, policy)?;
    password::check_length(current)?;

    let attempt = attempt(&caller, &known.user, edge).await?;
    let is_last = attempt.is_last;
    let outcome = async {
        loop {
            let credential = proved(&caller, current, is_last, edge).await?;
            let hash = password::hash(new, policy)?;
            let changed = edge
                .store
                .change_password(&caller, &credential, &hash, edge.now);
            // Replaced meanwhile, by an upgrade or by another change, or the user is
            // disabled: proved again, which tells.
            if let Some(changed) = changed.await? {
                return Ok((credential, changed));
            }
        }
    };
    let outcome = outcome.await;
    let (credential, changed) = attempt.settled(outcome).await?;
    if !changed.value.was_valid {
        let user = credential.user;
        return Ok(Answer::of(PasswordChanged { token: None, user })
            .with_cookies(edge.jar.end())
            .into_response()?);
    }
    let valid_after = changed.value.valid_after;
    let session = Session::begin(&caller.user_id, caller.remember, valid_after, edge.now);
    let user = Seen {
        value: credential.user,
        bookmark: changed.bookmark,
    };
    let opened = open(session, user, edge)?;
    let token = Some(sign_access(
        &Caller::from(&opened.data),
        edge.config,
        edge.now,
    )?);
    let user = opened.data.user;
    Ok(Answer::of(PasswordChanged { token, user })
        .with_cookies(opened.cookies)
        .into_response()?)
}

pub(super) async fn verify_password(body: &Body, edge: &Edge) -> Result<Response, Refusal> {
    let mut members = body.members("object")?;
    let given = members.string("password");
    members.check()?;
    let opened = authorised(edge).await?;
    password::check_length(given)?;
    prove(&opened.session, &opened.data.user, given, edge).await?;
    Ok(Answer::of(json!({ "status": true }))
        .with_cookies(opened.cookies)
        .into_response()?)
}

pub(super) async fn update(body: &Body, edge: &Edge) -> Result<Response, Refusal> {
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
    let caller = authorised(edge).await?.session;
    if body.member("email").is_some_and(is_truthy) {
        return Err(Refusal::EmailNotUpdatable);
    }
    if name.is_none() && !changes.sets_image {
        return Err(Refusal::NothingToUpdate);
    }
    let updated = edge.store.update_user(&caller, &changes, edge.now).await?;
    let opened = go_on(caller, updated.ok_or(Refusal::Unauthorized)?, edge)?;
    Ok(Answer::of(json!({ "status": true }))
        .with_cookies(opened.cookies)
        .into_response()?)
}

pub(super) async fn delete(body: &Body, edge: &Edge) -> Result<Response, Refusal> {
    let mut members = body.members("object")?;
    let is_given = |text: &&str| !text.is_empty();
    members.optional_string("callbackURL");
    let given = members.optional_string("password").filter(is_given);
    let token = members.optional_string("token").filter(is_given);
    members.check()?;
    let Opened {
        session: caller,
        data,
        ..
    } = authorised(edge).await?;
    if let Some(given) = given {
        password::check_length(given)?;
        prove(&caller, &data.user, given, edge).await?;
    }
    if token.is_some() {
        return Err(Refusal::InvalidToken);
    }
    if given.is_none() && !caller.is_fresh(edge.now) {
        return Err(Refusal::SessionExpired);
    }
    if !edge.store.delete_user(&caller).await? {
        return Err(Refusal::Unauthorized);
    }
    let deleted = json!({ "success": true, "message": "User deleted" });
    Ok(Answer::of(deleted)
        .with_cookies(edge.jar.end())
        .into_response()?)
}

/// Counts a password that somebody who is signed in is about to prove. Where none
/// is left, the sign-in that the session comes from has ended.
async fn attempt(caller: &Session, user: &User, edge: &Edge) -> Result<Attempt, Refusal> {
    if let Some(attempt) = limit::proof(caller, &user.email, edge).await? {
        return Ok(attempt);
    }
    edge.store.end_lineage(caller).await?;
    Err(Refusal::Unauthorized)
}

/// Refuses a wrong password of the caller's, and counts it.
async fn prove(caller: &Session, user: &User, given: &str, edge: &Edge) -> Result<(), Refusal> {
    let attempt = attempt(caller, user, edge).await?;
    let outcome = proved(caller, given, attempt.is_last, edge).await;
    attempt.settled(outcome).await.map(drop)
}

/// The caller's account, if this is its password and it may still sign in.
async fn proved(
    caller: &Session,
    given: &str,
    is_last: bool,
    edge: &Edge,
) -> Result<Credential, Refusal> {
    let standing = edge.store.standing(caller, edge.now).await?;
    if standing.is_spent {
        return Err(Refusal::Unauthorized);
    }
    let policy = &edge.config.passwords;
    let credential = standing
        .credential
        .filter(|found| password::verify(given, &found.password_hash, policy));
    match credential {
        Some(credential) if credential.is_disabled => Err(Refusal::Unauthorized),
        Some(credential) => Ok(credential),
        None => {
            if is_last {
                edge.store.end_lineage(caller).await?;
            }
            // Who is signed out already is told so, and guesses all the same.
            Err(if standing.is_valid && !is_last {
                Refusal::InvalidPassword
            } else {
                Refusal::Unauthorized
            })
        }
    }
}

/// An image that can be stored; an empty one is none.
pub(super) fn image<'a>(given: Option<&'a str>, members: &mut Members<'_>) -> Option<&'a str> {
    let given = given.filter(|image| !image.is_empty())?;
    if !is_image(given) {
        members.wrong("image", IMAGE_RULE);
    }
    Some(given)
}

/// As JavaScript sees it.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}
