//! Signs and verifies the tokens in e-mailed links. Each kind of link has its own
//! `typ`. The tokens are not stored. Instead, each one is bound to the user's current
//! state, and becomes invalid when that state changes.

use base64ct::{Base64UrlUnpadded, Encoding};
use edgeseal::{KeyRing, SignError, SignOptions, Validation, VerifyError, verify_jwt};
use serde::{Deserialize, Serialize};

use super::verify::seconds;
use crate::config::{Config, LinkKeys};
use crate::message::LINK_TTL;
use crate::user::{Email, User};

/// The purpose of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkKind {
    /// Sets a new password. The link becomes invalid when the password or the address
    /// changes.
    ResetPassword,
    /// Verifies an address. The link works until the address changes; a second use
    /// doesn't change anything.
    VerifyEmail,
    /// Sent to the user's current address, which is verified. Allows the change to a new address.
    ConfirmEmailChange,
    /// Sent to the new address. Completes the change.
    ChangeEmail,
    /// Deletes the account.
    DeleteUser,
}

impl LinkKind {
    const fn typ(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset-password+jwt",
            Self::VerifyEmail => "verify-email+jwt",
            Self::ConfirmEmailChange => "confirm-email-change+jwt",
            Self::ChangeEmail => "change-email+jwt",
            Self::DeleteUser => "delete-user+jwt",
        }
    }

    const fn key_of(self, keys: &LinkKeys) -> &KeyRing {
        match self {
            Self::ResetPassword => &keys.reset_password,
            Self::VerifyEmail => &keys.verify_email,
            Self::ConfirmEmailChange | Self::ChangeEmail => &keys.change_email,
            Self::DeleteUser => &keys.delete_user,
        }
    }
}

/// The part of a user's state that a link is bound to.
pub(crate) struct LinkState<'a> {
    pub(crate) user: &'a User,
    /// `None` if the user doesn't have a password.
    pub(crate) password_hash: Option<&'a str>,
    pub(crate) new_email: Option<&'a Email>,
    /// `sessionsValidAfter`. Only the links for an address change are bound to it: if a
    /// thief has started a change, ending all sessions also invalidates that change's links.
    pub(crate) valid_after: u64,
}

impl LinkState<'_> {
    /// Returns the values that the link is bound to, as JSON. For a reset, these don't
    /// include anything that a thief can change, such as `sessionsValidAfter`. Otherwise,
    /// the thief could invalidate the owner's links.
    fn message(&self, kind: LinkKind) -> Result<Vec<u8>, SignError> {
        let user = self.user;
        let valid_after = self.valid_after.to_string();
        let mut members = vec![kind.typ(), &user.id, &user.email];
        match kind {
            LinkKind::ResetPassword => members.push(self.password_hash.unwrap_or_default()),
            LinkKind::VerifyEmail | LinkKind::DeleteUser => {}
            LinkKind::ConfirmEmailChange | LinkKind::ChangeEmail => {
                members.push(if user.email_verified { "verified" } else { "" });
                members.push(self.new_email.map_or("", Email::as_str));
                members.push(&valid_after);
            }
        }
        // JSON is used so that different lists never produce the same bytes.
        serde_json::to_vec(&members).map_err(|_| SignError::NotAnObject)
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    new_email: Option<String>,
}

/// The claims of a valid link. The link works only as long as it [matches](Link::matches)
/// the user's state.
pub(crate) struct Link {
    kind: LinkKind,
    pub(crate) user_id: String,
    pub(crate) new_email: Option<Email>,
    state: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkFault {
    Expired,
    Invalid,
}

/// Signs the token of a link.
pub(crate) fn sign_link(
    kind: LinkKind,
    state: &LinkState<'_>,
    keys: &LinkKeys,
    now: u64,
) -> Result<String, SignError> {
    let keys = kind.key_of(keys);
    let claims = Claims {
        sub: state.user.id.clone(),
        state: Base64UrlUnpadded::encode_string(&keys.mac(&state.message(kind)?)),
        new_email: state.new_email.map(|email| email.as_str().to_owned()),
    };
    let options = SignOptions::new()
        .typ(kind.typ())
        .expires_in(LINK_TTL as f64);
    edgeseal::sign_jwt(&claims, keys, &options, seconds(now))
}

/// Verifies a token and returns its link. There is no leeway for the expiration, but
/// the time of issue may be up to `CLOCK_TOLERANCE` in the future, because the clock of
/// the isolate that issued the token may be ahead.
pub(crate) fn verify_link(
    kind: LinkKind,
    token: &str,
    config: &Config,
    now: u64,
) -> Result<Link, LinkFault> {
    let validation = Validation::new()
        .typ(kind.typ())
        .not_before_leeway(config.clock_tolerance as f64);
    let keys = kind.key_of(&config.secrets.links);
    let verified = verify_jwt(token, keys, &validation, seconds(now));
    let claims: Claims = verified
        .map_err(|error| match error {
            VerifyError::Expired { .. } => LinkFault::Expired,
            _ => LinkFault::Invalid,
        })?
        .into_claims();
    Ok(Link {
        kind,
        user_id: claims.sub,
        new_email: claims
            .new_email
            .map(|email| Email::parse(&email).ok_or(LinkFault::Invalid))
            .transpose()?,
        state: Base64UrlUnpadded::decode_vec(&claims.state).map_err(|_| LinkFault::Invalid)?,
    })
}

impl Link {
    pub(crate) const fn kind(&self) -> LinkKind {
        self.kind
    }

    /// Returns whether the user's state is the same as when the link was created.
    pub(crate) fn matches(
        &self,
        user: &User,
        password_hash: Option<&str>,
        valid_after: u64,
        keys: &LinkKeys,
    ) -> bool {
        let state = LinkState {
            user,
            password_hash,
            new_email: self.new_email.as_ref(),
            valid_after,
        };
        user.id == self.user_id
            && state
                .message(self.kind)
                .is_ok_and(|message| self.kind.key_of(keys).verify_mac(&message, &self.state))
    }
}
