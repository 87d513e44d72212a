//! `POST /sign-up/email` and `POST /sign-in/email`.

use serde::Serialize;

use super::verification;
use crate::context::Context;
use crate::error::Refusal;
use crate::http::{Request, Response};
use crate::input::Body;
use crate::respond::{Answer, header_value};
use crate::session::open;
use crate::store::{Credential, NewUser, WithBookmark};
use crate::token::{DEVICE_TTL, Device, Session, sign_access, sign_device, verify_device};
use crate::user::{Email, NAME_RULE, User, is_name};
use crate::{limit, log, origin, password, password_verifier};

#[derive(Serialize)]
struct SignedUp {
    /// `None` if the address must be verified first, or if a token would reveal whether the
    /// address is new.
    token: Option<String>,
    user: User,
}

#[derive(Serialize)]
struct SignedIn {
    redirect: bool,
    token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    user: User,
}

pub(super) async fn sign_up(
    request: &Request,
    body: &Body,
    context: &Context,
) -> Result<Response, Refusal> {
    let mut members = body.members("object")?;
    let name = members.string("name");
    let address = members.string("email");
    let email = Email::parse(address);
    let new_password = members.string("password");
    let image = members.optional_string("image");
    let callback = members.optional_string("callbackURL");
    let remember = members.flag("rememberMe", true);
    if !members.has_faults() {
        if !is_name(name) {
            members.wrong("name", NAME_RULE);
        }
        if email.is_none() {
            members.wrong("email", "Invalid email address");
        }
        if let Err(rule) = password::check_characters(new_password) {
            members.wrong("password", rule);
        }
        if new_password.is_empty() {
            members.wrong(
                "password",
                "Too small: expected string to have >=1 characters",
            );
        }
    }
    let image = super::account::image(image, &mut members);
    members.check()?;
    origin::check_sign_in(request, context.config)?;
    let email = email.ok_or(Refusal::InvalidEmail)?;
    let policy = &context.config.passwords;
    password::check_new(new_password, policy)?;

    let new = NewUser {
        name,
        email: &email,
        image,
        password_hash: &password::hash(new_password, policy)?,
    };
    let created = context.store.create_user(&new, context.now).await;
    let config = context.config;
    let user = match created {
        // Respond as if the user were new. The owner of the address is notified by
        // e-mail instead.
        Err(Refusal::UserExists) if !config.discloses_accounts => {
            verification::tell_owner(&email, context).await;
            let user = new.user(context.now);
            return Ok(Answer::new(SignedUp { token: None, user }).into_response()?);
        }
        created => created?,
    };
    verification::send_within_limit(&email, callback, context).await;
    if !config.discloses_accounts || config.requires_verification {
        let user = user.value;
        return Ok(Answer::new(SignedUp { token: None, user }).into_response()?);
    }
    context.trail.user(&user.value.id);
    let session = Session::begin(&user.value.id, remember, 0, context.now);
    let opened = open(session, user, context)?;
    let token = sign_access(&opened.data, context.config, context.now)?;
    let signed_up = SignedUp {
        token: Some(token),
        user: opened.data.user.clone(),
    };
    Ok(Answer::new(signed_up)
        .with_cookies(with_device(opened.cookies, &email, context)?)
        .into_response()?)
}

pub(super) async fn sign_in(
    request: &Request,
    body: &Body,
    context: &Context,
) -> Result<Response, Refusal> {
    let mut members = body.members("object")?;
    let email = members.string("email");
    let given = members.string("password");
    let callback = members.optional_string("callbackURL");
    let remember = members.flag("rememberMe", true);
    members.check()?;
    origin::check_sign_in(request, context.config)?;
    let email = Email::parse(email).ok_or(Refusal::InvalidEmail)?;
    password::check_length(given)?;

    let attempt = limit::sign_in(&email, context).await?;
    let compared = async {
        let found = context.store.credential(&email, context.now).await?;
        Ok((
            check_credentials(given, found.value, context).await?,
            found.bookmark,
        ))
    };
    let compared = compared.await;
    let (credential, bookmark) = attempt.settle(compared).await?;
    context.trail.user(&credential.user.id);
    // Only someone who knows the password may learn that the account is disabled.
    if credential.is_disabled {
        return Err(Refusal::UserDisabled);
    }
    if credential.needs_second_factor {
        return Err(Refusal::SecondFactorRequired);
    }
    if context.config.requires_verification && !credential.user.email_verified {
        verification::send_within_limit(&email, callback, context).await;
        return Err(Refusal::EmailNotVerified);
    }
    upgrade(given, &credential, context).await;

    let opens = if credential.expired_ban.is_some() {
        without_ban(&credential, &email, context).await?
    } else {
        WithBookmark {
            value: credential.valid_after,
            bookmark,
        }
    };
    let user = credential.user;
    let session = Session::begin(&user.id, remember, opens.value, context.now);
    let user = WithBookmark {
        value: user,
        bookmark: opens.bookmark,
    };
    let opened = open(session, user, context)?;
    let token = sign_access(&opened.data, context.config, context.now)?;
    let destination = callback.filter(|url| !url.is_empty());
    let mut answer = Answer::new(SignedIn {
        redirect: destination.is_some(),
        token,
        url: callback.map(str::to_owned),
        user: opened.data.user.clone(),
    });
    if let Some(url) = destination {
        answer = answer.with_header("location", header_value(url));
    }
    let cookies = with_device(opened.cookies, &email, context)?;
    Ok(answer.with_cookies(cookies).into_response()?)
}

/// Lifts an expired ban and returns `sessionsValidAfter` for new sessions. If the ban
/// has changed since it was read, reads the user again, because there may be a new ban.
async fn without_ban(
    credential: &Credential,
    email: &Email,
    context: &Context,
) -> Result<WithBookmark<u64>, Refusal> {
    if let Some(lifted) = context.store.lift_ban(credential, context.now).await? {
        return Ok(lifted);
    }
    let found = context.store.credential(email, context.now).await?;
    let now = found.value.ok_or(Refusal::InvalidCredentials)?;
    if now.is_disabled || now.expired_ban.is_some() {
        return Err(Refusal::UserDisabled);
    }
    Ok(WithBookmark {
        value: now.valid_after,
        bookmark: found.bookmark,
    })
}

/// Returns the account, if the password is right.
async fn check_credentials(
    given: &str,
    found: Option<Credential>,
    context: &Context,
) -> Result<Credential, Refusal> {
    let stored = found.as_ref().map(|one| &*one.password_hash);
    let policy = &context.config.passwords;
    let is_right =
        password::verify_at_policy_cost(given, stored, policy, context.unreadable_hash())?;
    match found {
        Some(found)
            if is_right
                || password_verifier::matches(given, &found.password_hash, context).await =>
        {
            Ok(found)
        }
        _ => Err(Refusal::InvalidCredentials),
    }
}

/// The maximum number of accounts for which one browser keeps device tokens.
const MAX_DEVICES: usize = 5;

/// Adds a device token, which shows that this browser has signed in to the account, and
/// keeps the tokens for other accounts. Each sign-in creates a new token, which expires
/// 400 days after that sign-in and is signed with the current secret.
fn with_device(
    mut cookies: Vec<String>,
    email: &Email,
    context: &Context,
) -> Result<Vec<String>, Refusal> {
    let Context { config, now, .. } = *context;
    if config.limits.is_none() {
        return Ok(cookies);
    }
    let mut known = None;
    let mut others = Vec::new();
    for token in context.jar.devices() {
        match verify_device(token, config, now) {
            Some(device) if device.is_for(email, config) => known = known.or(Some(device)),
            Some(_) if others.len() < MAX_DEVICES - 1 => others.push(token.to_owned()),
            _ => {}
        }
    }
    let device = match known {
        Some(device) => device.renewed(email, config),
        None => Device::new(email, config),
    };
    others.insert(0, sign_device(&device, config, now)?);
    cookies.extend(context.jar.set_devices(&others, DEVICE_TTL));
    Ok(cookies)
}

/// Replaces a hash that no longer matches the policy. If that fails, the sign-in still
/// succeeds.
async fn upgrade(given: &str, credential: &Credential, context: &Context) {
    let policy = &context.config.passwords;
    if let Some(hash) = password::rehash(given, &credential.password_hash, policy)
        && let Err(refusal) = context.store.rehash(credential, &hash, context.now).await
    {
        log::fault("REHASH", &format!("{refusal:?}"));
    }
}
