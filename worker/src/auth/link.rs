//! Creates the links in e-mail messages, sends them after the response, and reads them
//! when they are opened.

use crate::config::Config;
use crate::context::Background;
use crate::error::Refusal;
use crate::http::{AUTH_BASE, encode_uri_component};
use crate::input::Query;
use crate::log;
use crate::mail::{self, Letter};
use crate::message::Kind;
use crate::store::{Owner, Store};
use crate::token::{Link, LinkFault, LinkKind, LinkState, sign_link, verify_link};
use crate::user::{Email, User};

/// A link to send to a user.
pub(super) struct NewLink<'a> {
    pub(super) kind: LinkKind,
    pub(super) user: &'a User,
    /// The password hash. Only a password reset link is bound to it.
    pub(super) password_hash: Option<&'a str>,
    /// The new address, if the link is for an address change.
    pub(super) new_email: Option<&'a Email>,
    /// `sessionsValidAfter`. Only the links of an address change are bound to it.
    pub(super) valid_after: u64,
    /// Where the browser goes after the link has taken effect.
    pub(super) callback: &'a str,
}

impl NewLink<'_> {
    /// Creates the link and sends it.
    pub(super) async fn send(&self, background: &Background) {
        let Background { config, env, now } = background;
        let state = LinkState {
            user: self.user,
            password_hash: self.password_hash,
            new_email: self.new_email,
            valid_after: self.valid_after,
        };
        let token = match sign_link(self.kind, &state, &config.secrets.links, *now) {
            Ok(token) => token,
            Err(error) => return log::fault("MAIL", &error.to_string()),
        };
        let kind = match self.kind {
            LinkKind::ResetPassword => Kind::ResetPassword,
            LinkKind::VerifyEmail => Kind::VerifyEmail,
            LinkKind::ConfirmEmailChange => Kind::ChangeEmailConfirmation,
            LinkKind::ChangeEmail => Kind::ChangeEmailVerification,
            LinkKind::DeleteUser => Kind::DeleteAccount,
        };
        let url = link_url(self.kind, &token, &config.base_url, self.callback);
        let to = match (self.kind, self.new_email) {
            (LinkKind::ChangeEmail, Some(new)) => new.as_str(),
            _ => &self.user.email,
        };
        let letter = Letter {
            kind,
            to,
            user: self.user,
            new_email: self.new_email.map(Email::as_str),
            url: &url,
        };
        mail::send(&letter, env, config).await;
    }
}

/// Returns the URL of a link with this token. After the link has taken effect, the
/// browser goes to `callback`.
pub(crate) fn link_url(kind: LinkKind, token: &str, base_url: &str, callback: &str) -> String {
    let endpoint = match kind {
        LinkKind::ResetPassword => format!("/reset-password/{token}?"),
        LinkKind::DeleteUser => format!("/delete-user/callback?token={token}&"),
        LinkKind::VerifyEmail | LinkKind::ConfirmEmailChange | LinkKind::ChangeEmail => {
            format!("/verify-email?token={token}&")
        }
    };
    let callback = encode_uri_component(callback);
    format!("{base_url}{AUTH_BASE}{endpoint}callbackURL={callback}")
}

/// Finds the user with this address, if they may sign in. Called after the response, so a
/// fault is only logged.
pub(super) async fn owner_of(email: &Email, background: &Background) -> Option<Owner> {
    let Background { env, now, .. } = background;
    let found = async { Store::new(env).owner_of(email, *now).await };
    match found.await {
        Ok(owner) => owner.filter(|owner| !owner.is_disabled),
        Err(refusal) => {
            log::report(&refusal);
            None
        }
    }
}

/// Reads two parameters from the query: a link's token, and the URL that the browser
/// goes to afterwards.
pub(super) fn parameters<'a>(
    query: &'a Query,
    config: &Config,
) -> Result<(&'a str, Option<&'a str>), Refusal> {
    let mut members = query.members();
    let token = members.string("token");
    let callback = members.optional_string("callbackURL");
    members.check()?;
    let callback = callback.filter(|url| !url.is_empty());
    let accepts = |url| config.trusted_origins.accepts_callback(url);
    if callback.is_some_and(|url| !accepts(url)) {
        return Err(Refusal::InvalidCallbackUrl("callbackURL"));
    }
    Ok((token, callback))
}

/// Verifies a token, which must be of one of these kinds, and returns its link.
pub(super) fn read(
    kinds: &[LinkKind],
    token: &str,
    config: &Config,
    now: u64,
) -> Result<Link, LinkFault> {
    let mut fault = LinkFault::Invalid;
    for kind in kinds {
        match verify_link(*kind, token, config, now) {
            Ok(link) => return Ok(link),
            Err(LinkFault::Expired) => fault = LinkFault::Expired,
            Err(LinkFault::Invalid) => {}
        }
    }
    Err(fault)
}

/// Returns the link's user, if the link still matches the user's state. Returns `None`
/// if the user was deleted.
pub(super) async fn owner(
    link: &Link,
    store: &Store,
    config: &Config,
    now: u64,
) -> Result<Option<Result<Owner, LinkFault>>, Refusal> {
    let owner = store.owner_by_id(&link.user_id, now).await?;
    Ok(owner.map(|owner| {
        let keys = &config.secrets.links;
        let works = !owner.is_disabled
            && link.matches(
                &owner.user,
                owner.password_hash.as_deref(),
                owner.valid_after,
                keys,
            );
        works.then_some(owner).ok_or(LinkFault::Invalid)
    }))
}
