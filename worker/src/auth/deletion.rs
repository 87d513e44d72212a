//! `POST /delete-user` and `GET /delete-user/callback`.

use serde_json::json;

use super::account::check_current_password;
use super::link::{self, NewLink};
use crate::context::Context;
use crate::error::Refusal;
use crate::http::{Request, Response};
use crate::input::{Body, Query};
use crate::respond::{self, Answer};
use crate::session::{Opened, authorised};
use crate::token::{LinkFault, LinkKind, Session};
use crate::user::Email;
use crate::{limit, password};

pub(super) async fn delete(body: &Body, context: &Context) -> Result<Response, Refusal> {
    let mut members = body.members("object")?;
    let is_given = |text: &&str| !text.is_empty();
    let callback = members.optional_string("callbackURL").filter(is_given);
    let given = members.optional_string("password").filter(is_given);
    let token = members.optional_string("token").filter(is_given);
    members.check()?;
    let opened = authorised(context).await?;
    let caller = &opened.session;
    if let Some(given) = given {
        password::check_length(given)?;
        check_current_password(caller, &opened.data.user, given, context).await?;
    }
    if let Some(token) = token {
        check_link(token, caller, context).await?;
    } else if context.config.confirms_deletion {
        return send_link(opened, callback, context).await;
    } else if given.is_none() && !caller.is_fresh(context.now) {
        return Err(Refusal::SessionExpired);
    }
    delete_user(caller, context).await?;
    Ok(
        Answer::new(json!({ "success": true, "message": "User deleted" }))
            .with_cookies(context.jar.clear())
            .into_response()?,
    )
}

/// Handles a click on the link in the message. The link works only with the user's
/// session, which a mail scanner does not have.
pub(super) async fn callback(request: &Request, context: &Context) -> Result<Response, Refusal> {
    let query = Query::new(request);
    let (token, callback) = link::parameters(&query, context.config)?;
    let without_session = |refusal| match refusal {
        Refusal::Unauthorized => Refusal::DeleteWithoutSession,
        other => other,
    };
    let opened = authorised(context).await.map_err(without_session)?;
    check_link(token, &opened.session, context).await?;
    let deleted = delete_user(&opened.session, context).await;
    deleted.map_err(without_session)?;
    let cookies = context.jar.clear();
    match callback {
        Some(url) => Ok(respond::redirect(302, url, &cookies)),
        None => Ok(
            Answer::new(json!({ "success": true, "message": "User deleted" }))
                .with_cookies(cookies)
                .into_response()?,
        ),
    }
}

/// Refuses a link that does not belong to the caller.
async fn check_link(token: &str, caller: &Session, context: &Context) -> Result<(), Refusal> {
    let Context { config, now, .. } = *context;
    let invalid = |_: LinkFault| Refusal::InvalidToken;
    let link = link::read(&[LinkKind::DeleteUser], token, config, now).map_err(invalid)?;
    if link.user_id != caller.user_id {
        return Err(Refusal::InvalidToken);
    }
    let owner = link::owner(&link, &context.store, config, now).await?;
    owner.ok_or(Refusal::InvalidToken)?.map_err(invalid)?;
    Ok(())
}

async fn send_link(
    opened: Opened,
    callback: Option<&str>,
    context: &Context,
) -> Result<Response, Refusal> {
    let user = opened.data.user.clone();
    if let Some(email) = Email::parse(&user.email) {
        limit::message(&email, context).await?;
    }
    let callback = callback.unwrap_or("/").to_owned();
    context.unobserved(async move |background| {
        let link = NewLink {
            kind: LinkKind::DeleteUser,
            user: &user,
            password_hash: None,
            new_email: None,
            valid_after: 0,
            callback: &callback,
        };
        link.send(&background).await;
    });
    let sent = json!({ "success": true, "message": "Verification email sent" });
    Ok(Answer::new(sent)
        .with_cookies(opened.cookies)
        .into_response()?)
}

async fn delete_user(caller: &Session, context: &Context) -> Result<(), Refusal> {
    if context.store.delete_user(caller, context.now).await? {
        Ok(())
    } else {
        Err(Refusal::Unauthorized)
    }
}
