//! Proof of an address: `POST /send-verification-email`, `GET` and `POST /verify-email`, and
//! `POST /change-email`.

use serde_json::{Value, json};

use super::link::{self, NewLink};
use super::page;
use crate::context::Context;
use crate::error::Refusal;
use crate::http::{Request, Response, with_raw_parameter};
use crate::input::{Body, Query};
use crate::limit;
use crate::mail::{self, Letter};
use crate::message::Kind;
use crate::respond::{self, Answer};
use crate::session::{Opened, Reading, authorised, current, reissue};
use crate::store::{EmailChanged, Owner, WithBookmark};
use crate::token::{Link, LinkFault, LinkKind};
use crate::user::{Email, User};

/// Better Auth's default.
const HOME: &str = "/";

/// Signed out, responds in the same way whether anybody has the address or not.
pub(super) async fn send(body: &Body, context: &Context) -> Result<Response, Refusal> {
    let mut members = body.members("object")?;
    let email = members.email("email");
    let callback = members.optional_string("callbackURL");
    members.check()?;
    if context.config.mail.is_none() {
        return Err(Refusal::VerificationEmailDisabled);
    }
    let email = email.ok_or(Refusal::InvalidEmail)?;
    let own = own_session(context).await?;
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

/// Sends a link to an address that its owner has not proved yet.
pub(super) fn send_after_response(email: Email, callback: Option<&str>, context: &Context) {
    let callback = callback_or_home(callback).to_owned();
    context.after_response(async move |background| {
        let owner = link::owner_of(&email, &background).await;
        if let Some(owner) = owner.filter(|owner| !owner.user.email_verified) {
            let link = NewLink {
                kind: LinkKind::VerifyEmail,
                user: &owner.user,
                password_hash: None,
                new_email: None,
                callback: &callback,
            };
            link.send(&background.env, background.config, background.now)
                .await;
        }
    });
}

/// The same as [`send_after_response`], for endpoints whose response must not depend on the
/// limit of messages.
pub(super) async fn send_within_limit(email: &Email, callback: Option<&str>, context: &Context) {
    if context.config.mail.is_some() && limit::message(email, context).await.is_ok() {
        send_after_response(email.clone(), callback, context);
    }
}

/// Tells the owner of an address that somebody tried to sign up with it. The one who tried
/// learns nothing.
pub(super) async fn tell_owner(email: &Email, context: &Context) {
    if context.config.mail.is_none() || limit::message(email, context).await.is_err() {
        return;
    }
    let email = email.clone();
    context.after_response(async move |background| {
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
    let Opened { data, cookies, .. } = authorised(context).await?;
    if context.config.mail.is_none() {
        return Err(Refusal::ChangeEmailDisabled);
    }
    if data.user.email.eq_ignore_ascii_case(new.as_str()) {
        return Err(Refusal::EmailIsTheSame);
    }
    // Counted for the address that gets a message which its owner did not ask for.
    limit::message(&new, context).await?;
    let user = data.user;
    let callback = callback_or_home(callback).to_owned();
    context.after_response(async move |background| {
        if link::owner_of(&new, &background).await.is_some() {
            return;
        }
        let link = NewLink {
            kind: if user.email_verified {
                LinkKind::ConfirmEmailChange
            } else {
                LinkKind::ChangeEmail
            },
            user: &user,
            password_hash: None,
            new_email: Some(&new),
            callback: &callback,
        };
        link.send(&background.env, background.config, background.now)
            .await;
    });
    Ok(Answer::new(json!({ "status": true }))
        .with_cookies(cookies)
        .into_response()?)
}

/// How `/verify-email` was requested.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Verify {
    /// By the link itself, or by a script.
    Open,
    /// By the button of the page that [`Verify::Open`] shows.
    Confirm,
}

pub(super) async fn verify(
    how: Verify,
    request: &Request,
    context: &Context,
) -> Result<Response, Refusal> {
    let query = Query::new(request);
    let mut members = query.members();
    let token = members.string("token");
    let callback = members.optional_string("callbackURL");
    members.check()?;
    let callback = callback.filter(|url| !url.is_empty());
    let accepts = |url| context.config.trusted_origins.accepts_callback(url);
    if callback.is_some_and(|url| !accepts(url)) {
        return Err(Refusal::InvalidCallbackUrl("callbackURL"));
    }
    // After a POST, browsers must continue with a GET (RFC 9110 §15.4.4).
    let redirects = if how == Verify::Confirm { 303 } else { 302 };
    match prove(how, token, callback, request, context).await {
        Ok(Outcome::Ask(user)) => {
            context.trail.unaudited();
            Ok(page::confirm(request, &user, callback, context))
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
    /// Whoever opened the link must confirm first.
    Ask(User),
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
    let own = own_session(context).await?;
    let is_of = |opened: &Opened| opened.data.user.id == owner.user.id;
    let own = match own {
        Some(opened) if is_of(&opened) => Some(opened),
        Some(_) if link.new_email.is_some() => return Err(Refusal::LinkOfAnotherUser),
        _ => None,
    };
    match link.kind() {
        // A proved address is changed only by its owner, in their own browser.
        LinkKind::ConfirmEmailChange => {
            own.ok_or(Refusal::Unauthorized)?;
            confirm_change(link, owner, callback, context).await?;
            Ok(Outcome::Done(json!({ "status": true }), Vec::new()))
        }
        // A scanner that opens the link must not confirm the address that a stranger
        // has signed up with.
        _ if how == Verify::Open && own.is_none() && !is_by_script(request, callback.is_some()) => {
            Ok(Outcome::Ask(owner.user))
        }
        LinkKind::ChangeEmail => change_to(link, owner.user, own, context).await,
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

/// Whether a script made the request, not somebody or something that opens links. Links in
/// messages always have a callback, so without one a script has made the URL. Node's fetch
/// sends `Sec-Fetch-Mode` but not the site, and mail scanners use it, too.
fn is_by_script(request: &Request, has_callback: bool) -> bool {
    let headers = request.headers();
    let navigates = headers.get("sec-fetch-mode") == Some("navigate");
    let by_page = headers.has("sec-fetch-site") && headers.has("sec-fetch-mode");
    let accept = headers.get("accept").unwrap_or_default();
    !navigates && (!has_callback || by_page || accept.contains("application/json"))
}

/// Sends the second link, to the new address.
async fn confirm_change(
    link: Link,
    owner: Owner,
    callback: Option<&str>,
    context: &Context,
) -> Result<(), Refusal> {
    let new = link.new_email.ok_or(Refusal::LinkInvalid)?;
    limit::message(&new, context).await?;
    let callback = callback_or_home(callback).to_owned();
    context.after_response(async move |background| {
        let link = NewLink {
            kind: LinkKind::ChangeEmail,
            user: &owner.user,
            password_hash: None,
            new_email: Some(&new),
            callback: &callback,
        };
        link.send(&background.env, background.config, background.now)
            .await;
    });
    Ok(())
}

async fn change_to(
    link: Link,
    user: User,
    own: Option<Opened>,
    context: &Context,
) -> Result<Outcome, Refusal> {
    let new = link.new_email.ok_or(Refusal::LinkInvalid)?;
    match context.store.change_email(&user, &new, context.now).await? {
        EmailChanged::Changed(changed) => {
            let body = json!({ "status": true, "user": changed.value });
            Ok(Outcome::Done(body, renewed(own, changed, context)?))
        }
        EmailChanged::Outdated => Err(Refusal::LinkInvalid),
        EmailChanged::Taken => Err(Refusal::UserExists),
    }
}

/// The cookies that show the change to this browser's session.
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

/// The caller's session from the database, if there is one.
async fn own_session(context: &Context) -> Result<Option<Opened>, Refusal> {
    let reading = Reading {
        fresh: true,
        read_only: false,
        left: 0,
    };
    current(context, reading).await
}
