//! Verifies and changes addresses: `POST /send-verification-email`, `GET` and `POST
//! /verify-email`, and `POST /change-email`.

use serde_json::{Value, json};

use super::link::{self, NewLink};
use super::page;
use crate::context::{Background, Context};
use crate::error::Refusal;
use crate::http::{Request, Response, with_raw_parameter};
use crate::input::{Body, Query};
use crate::mail::{self, Letter};
use crate::message::Kind;
use crate::respond::{self, Answer};
use crate::session::{Opened, authorised, reissue, stored};
use crate::store::{EmailChanged, Owner, WithBookmark};
use crate::token::{Link, LinkFault, LinkKind};
use crate::user::{Email, User};
use crate::{limit, origin};

/// Where a link leads if there is no `callbackURL`, as in Better Auth.
const HOME: &str = "/";

/// Sends a link that verifies an address. If the caller is signed out, the response is
/// the same whether or not the address has an account.
pub(super) async fn send(body: &Body, context: &Context) -> Result<Response, Refusal> {
    let mut members = body.members("object")?;
    let email = members.email("email");
    let callback = members.optional_string("callbackURL");
    members.check()?;
    if context.config.mail.is_none() {
        return Err(Refusal::VerificationEmailDisabled);
    }
    let email = email.ok_or(Refusal::InvalidEmail)?;
    let own = stored(context).await?;
    if let Some(Opened { data, .. }) = &own {
        if !data.user.email.eq_ignore_ascii_case(email.as_str()) {
            return Err(Refusal::EmailMismatch);
        }
        if data.user.email_verified {
            return Err(Refusal::EmailAlreadyVerified);
        }
    }
    limit::message(&email, context).await?;
    send_after_response(email, callback, context);
    Ok(Answer::new(json!({ "status": true })).into_response()?)
}

/// Sends a link to an address that its owner has not verified yet.
pub(super) fn send_after_response(email: Email, callback: Option<&str>, context: &Context) {
    let callback = callback_or_home(callback).to_owned();
    context.unobserved(async move |background| {
        let owner = link::owner_of(&email, &background).await;
        if let Some(owner) = owner.filter(|owner| !owner.user.email_verified) {
            let link = NewLink {
                kind: LinkKind::VerifyEmail,
                user: &owner.user,
                password_hash: None,
                new_email: None,
                valid_after: 0,
                callback: &callback,
            };
            link.send(&background).await;
        }
    });
}

/// Same as [`send_after_response`], but for endpoints whose response must stay the same
/// even if the message limit has been reached.
pub(super) async fn send_within_limit(email: &Email, callback: Option<&str>, context: &Context) {
    if context.config.mail.is_some() && limit::message(email, context).await.is_ok() {
        send_after_response(email.clone(), callback, context);
    }
}

/// Notifies an address's owner about an attempt to sign up with that address. The
/// response doesn't reveal that the owner was notified.
pub(super) async fn tell_owner(email: &Email, context: &Context) {
    if context.config.mail.is_none() || limit::message(email, context).await.is_err() {
        return;
    }
    let email = email.clone();
    context.unobserved(async move |background| {
        if let Some(owner) = link::owner_of(&email, &background).await {
            let letter = Letter {
                kind: Kind::ExistingAccount,
                to: &owner.user.email,
                user: &owner.user,
                new_email: None,
                url: &background.config.base_url,
            };
            mail::send(&letter, &background.env, background.config).await;
        }
    });
}

fn callback_or_home(callback: Option<&str>) -> &str {
    callback.filter(|url| !url.is_empty()).unwrap_or(HOME)
}

pub(super) async fn change(body: &Body, context: &Context) -> Result<Response, Refusal> {
    let mut members = body.members("object")?;
    let new = members.email("newEmail");
    let callback = members.optional_string("callbackURL");
    members.check()?;
    let new = new.ok_or(Refusal::InvalidEmail)?;
    let opened = authorised(context).await?;
    if context.config.mail.is_none() {
        return Err(Refusal::ChangeEmailDisabled);
    }
    let user = opened.data.user.clone();
    if user.email.eq_ignore_ascii_case(new.as_str()) {
        return Err(Refusal::EmailIsTheSame);
    }
    let kind = if user.email_verified {
        LinkKind::ConfirmEmailChange
    } else {
        LinkKind::ChangeEmail
    };
    // Count the message towards the limit for its recipient's address.
    let current = Email::parse(&user.email).filter(|_| user.email_verified);
    limit::message(current.as_ref().unwrap_or(&new), context).await?;
    let valid_after = opened.session.valid_after;
    let callback = callback_or_home(callback).to_owned();
    context.unobserved(async move |background| {
        // The message to the current address is always sent. If it depended on the new
        // address, it would reveal whether that address is taken.
        if kind == LinkKind::ChangeEmail && is_taken(&new, &background).await {
            return;
        }
        let link = NewLink {
            kind,
            user: &user,
            password_hash: None,
            new_email: Some(&new),
            valid_after,
            callback: &callback,
        };
        link.send(&background).await;
    });
    Ok(Answer::new(json!({ "status": true }))
        .with_cookies(opened.cookies)
        .into_response()?)
}

async fn is_taken(email: &Email, background: &Background) -> bool {
    link::owner_of(email, background).await.is_some()
}

/// How `/verify-email` was requested.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Verify {
    /// A link was opened, or a script sent the request.
    Open,
    /// The user clicked the button on the page shown by [`Verify::Open`].
    Confirm,
}

pub(super) async fn verify(
    how: Verify,
    request: &Request,
    context: &Context,
) -> Result<Response, Refusal> {
    let query = Query::new(request);
    let (token, callback) = link::parameters(&query, context.config)?;
    // After a POST, browsers must continue with a GET (RFC 9110 §15.4.4).
    let redirects = if how == Verify::Confirm { 303 } else { 302 };
    match prove(how, token, callback, request, context).await {
        Ok(Outcome::Ask(email)) => {
            context.trail.unaudited();
            Ok(page::confirm(request, &email, callback, context))
        }
        Ok(Outcome::Done(body, cookies)) => match callback {
            Some(url) => Ok(respond::redirect(redirects, url, &cookies)),
            None => Ok(Answer::new(body).with_cookies(cookies).into_response()?),
        },
        Err(refusal) => {
            let (status, code, _) = refusal.on_the_wire();
            match callback {
                Some(url) if status < 500 => {
                    context.trail.refused(code);
                    let url = with_raw_parameter(url, "error", code);
                    Ok(respond::redirect(redirects, &url, &[]))
                }
                _ => Err(refusal),
            }
        }
    }
}

enum Outcome {
    /// The person who opened the link must confirm the address first.
    Ask(String),
    Done(Value, Vec<String>),
}

async fn prove(
    how: Verify,
    token: &str,
    callback: Option<&str>,
    request: &Request,
    context: &Context,
) -> Result<Outcome, Refusal> {
    let Context { config, now, .. } = *context;
    let refused = |fault: LinkFault| match fault {
        LinkFault::Expired => Refusal::LinkExpired,
        LinkFault::Invalid => Refusal::LinkInvalid,
    };
    let kinds = [
        LinkKind::VerifyEmail,
        LinkKind::ConfirmEmailChange,
        LinkKind::ChangeEmail,
    ];
    let link = link::read(&kinds, token, config, now).map_err(refused)?;
    let owner = link::owner(&link, &context.store, config, now).await?;
    let owner = owner.ok_or(Refusal::LinkUserNotFound)?.map_err(refused)?;
    context.trail.user(&owner.user.id);
    let own = stored(context).await?;
    let is_of = |opened: &Opened| opened.data.user.id == owner.user.id;
    let own = match own {
        Some(opened) if is_of(&opened) => Some(opened),
        Some(_) if link.new_email.is_some() => return Err(Refusal::LinkOfAnotherUser),
        _ => None,
    };
    match link.kind() {
        // Only the owner can change a verified address, and only in a browser that has
        // their session.
        LinkKind::ConfirmEmailChange => {
            own.ok_or(Refusal::Unauthorized)?;
            confirm_change(link, owner, callback, context).await?;
            Ok(Outcome::Done(json!({ "status": true }), Vec::new()))
        }
        // A mail scanner that opens the link must not verify an address that a stranger
        // signed up with.
        _ if how == Verify::Open && own.is_none() && !is_by_script(request, context) => {
            Ok(Outcome::Ask(asked_about(&link, &owner)))
        }
        LinkKind::ChangeEmail => change_to(link, owner, own, context).await,
        _ => {
            let user = context.store.prove_email(&owner.user, now).await?;
            let user = user.ok_or(Refusal::LinkInvalid)?;
            let cookies = renewed(own, user, context)?;
            Ok(Outcome::Done(
                json!({ "status": true, "user": null }),
                cookies,
            ))
        }
    }
}

/// Returns the address that a link verifies.
fn asked_about(link: &Link, owner: &Owner) -> String {
    match &link.new_email {
        Some(new) => new.as_str().to_owned(),
        None => owner.user.email.clone(),
    }
}

/// Returns whether the request was sent by a script on a trusted page or in a trusted
/// app, rather than by a person or program that opened a link. Mail scanners use
/// browsers and many other clients, but none of them runs on a page of a trusted origin
/// or sends `Origin`.
fn is_by_script(request: &Request, context: &Context) -> bool {
    let headers = request.headers();
    if headers.has("origin") {
        return origin::from_trusted_page(request, context.config).is_ok();
    }
    let mode = headers.get("sec-fetch-mode");
    matches!(mode, Some("cors" | "same-origin"))
        && headers.get("sec-fetch-site") == Some("same-origin")
}

/// Sends the second link to the new address.
async fn confirm_change(
    link: Link,
    owner: Owner,
    callback: Option<&str>,
    context: &Context,
) -> Result<(), Refusal> {
    let new = link.new_email.ok_or(Refusal::LinkInvalid)?;
    limit::message(&new, context).await?;
    let callback = callback_or_home(callback).to_owned();
    context.unobserved(async move |background| {
        if is_taken(&new, &background).await {
            return;
        }
        let link = NewLink {
            kind: LinkKind::ChangeEmail,
            user: &owner.user,
            password_hash: None,
            new_email: Some(&new),
            valid_after: owner.valid_after,
            callback: &callback,
        };
        link.send(&background).await;
    });
    Ok(())
}

async fn change_to(
    link: Link,
    owner: Owner,
    own: Option<Opened>,
    context: &Context,
) -> Result<Outcome, Refusal> {
    let new = link.new_email.ok_or(Refusal::LinkInvalid)?;
    match context
        .store
        .change_email(&owner, &new, context.now)
        .await?
    {
        EmailChanged::Changed(changed) => {
            let body = json!({ "status": true, "user": changed.value });
            Ok(Outcome::Done(body, renewed(own, changed, context)?))
        }
        EmailChanged::Outdated => Err(Refusal::LinkInvalid),
        EmailChanged::Taken => Err(Refusal::UserExists),
    }
}

/// Returns the cookies that update this browser's session after the change.
fn renewed(
    own: Option<Opened>,
    user: WithBookmark<User>,
    context: &Context,
) -> Result<Vec<String>, Refusal> {
    match own {
        Some(opened) => Ok(reissue(opened.session, user, context)?.cookies),
        None => Ok(Vec::new()),
    }
}
