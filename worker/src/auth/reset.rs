//! Resets a password by e-mail: `POST /request-password-reset`, `GET
//! /reset-password/{token}` and `POST /reset-password`.

use serde_json::json;
use worker::Url;

use super::link::{self, NewLink};
use crate::config::Config;
use crate::context::Context;
use crate::error::Refusal;
use crate::http::{AUTH_BASE, Request, Response, with_parameter};
use crate::input::{Body, Query};
use crate::respond::{self, Answer};
use crate::session::presented;
use crate::store::Owner;
use crate::token::{LinkFault, LinkKind};
use crate::{limit, password};

/// Responds in the same way whether or not the address has an account.
pub(super) async fn request(body: &Body, context: &Context) -> Result<Response, Refusal> {
    let mut members = body.members("object")?;
    let email = members.email("email");
    let callback = members.optional_string("redirectTo").unwrap_or_default();
    members.check()?;
    if context.config.mail.is_none() {
        return Err(Refusal::ResetPasswordDisabled);
    }
    if is_of_api(callback, context.config) {
        return Err(Refusal::InvalidCallbackUrl("redirectTo"));
    }
    let email = email.ok_or(Refusal::InvalidEmail)?;
    limit::message(&email, context).await?;
    let callback = callback.to_owned();
    context.unobserved(async move |background| {
        if let Some(owner) = link::owner_of(&email, &background).await {
            let link = NewLink {
                kind: LinkKind::ResetPassword,
                user: &owner.user,
                password_hash: owner.password_hash.as_deref(),
                new_email: None,
                valid_after: 0,
                callback: &callback,
            };
            link.send(&background).await;
        }
    });
    let message = "If this email exists in our system, check your email for the reset link";
    Ok(Answer::new(json!({ "status": true, "message": message })).into_response()?)
}

/// Redirects from the link to the app's page, with the token or an error. Doesn't
/// change anything, because mail scanners open links too.
pub(super) async fn open(
    request: &Request,
    token: &str,
    context: &Context,
) -> Result<Response, Refusal> {
    let query = Query::new(request);
    let mut members = query.members();
    let callback = members.string("callbackURL");
    members.check()?;
    let config = context.config;
    if callback.is_empty() {
        return Ok(respond::redirect(302, &error_page(config), &[]));
    }
    if !config.trusted_origins.accepts_callback(callback) || is_of_api(callback, config) {
        return Err(Refusal::InvalidCallbackUrl("callbackURL"));
    }
    let (name, value) = match owner(token, context).await {
        Ok(_) => ("token", token),
        Err(Refusal::ResetTokenInvalid) => ("error", "INVALID_TOKEN"),
        Err(refusal) => return Err(refusal),
    };
    let location = with_parameter(&config.base_url, callback, name, value);
    let location = location.ok_or(Refusal::InvalidCallbackUrl("callbackURL"))?;
    Ok(respond::redirect(302, &location, &[]))
}

/// Returns whether the Worker itself serves this URL. The page gets the token, and the gateway
/// would pass the token on to an upstream.
fn is_of_api(page: &str, config: &Config) -> bool {
    let Ok(own) = Url::parse(&config.base_url) else {
        return false;
    };
    let page = own.join(page);
    page.is_ok_and(|page| page.origin() == own.origin() && page.path().starts_with("/api/"))
}

fn error_page(config: &Config) -> String {
    format!("{}{AUTH_BASE}/error?error=INVALID_TOKEN", config.base_url)
}

/// Sets a new password.
pub(super) async fn reset(
    request: &Request,
    body: &Body,
    context: &Context,
) -> Result<Response, Refusal> {
    let query = Query::new(request);
    let mut of_query = query.members();
    let mut members = body.members("object")?;
    let new = members.string("newPassword");
    let is_given = |token: &&str| !token.is_empty();
    let token = members.optional_string("token").filter(is_given);
    let token = token.or(of_query.optional_string("token").filter(is_given));
    if let Err(rule) = password::check_characters(new) {
        members.wrong("newPassword", rule);
    }
    members.and(of_query).check()?;
    let token = token.ok_or(Refusal::ResetTokenInvalid)?;
    let policy = &context.config.passwords;
    password::check_new(new, policy)?;
    let owner = owner(token, context).await?;
    context.trail.user(&owner.user.id);
    let hash = password::hash(new, policy)?;
    let is_reset = context
        .store
        .reset_password(&owner, &hash, context.now)
        .await?;
    if !is_reset {
        return Err(Refusal::ResetTokenInvalid);
    }
    // All of the user's sessions have ended, including the one in this browser, if any.
    let is_own = presented(context)
        .is_ok_and(|session| session.is_some_and(|session| session.user_id == owner.user.id));
    let cookies = if is_own {
        context.jar.clear()
    } else {
        Vec::new()
    };
    Ok(Answer::new(json!({ "status": true }))
        .with_cookies(cookies)
        .into_response()?)
}

/// Returns the user whom a valid, unused link belongs to.
async fn owner(token: &str, context: &Context) -> Result<Owner, Refusal> {
    let Context { config, now, .. } = *context;
    let invalid = |_: LinkFault| Refusal::ResetTokenInvalid;
    let link = link::read(&[LinkKind::ResetPassword], token, config, now).map_err(invalid)?;
    let owner = link::owner(&link, &context.store, config, now).await?;
    owner.ok_or(Refusal::ResetTokenInvalid)?.map_err(invalid)
}
