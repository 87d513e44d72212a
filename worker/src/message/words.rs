//! The texts of the built-in messages: what happened, one action, how long its link
//! works, and what to do if somebody else triggered the message. The texts must not
//! contain `&` or `<`, because they are inserted into the HTML unescaped.

use super::kind::{Kind, LINK_TTL};
use super::template::fill;

const LAYOUT: &str = include_str!("layout.html");

/// The texts of one built-in message. Each text may contain placeholders.
pub(super) struct Words {
    pub(super) subject: &'static str,
    /// The text that mail clients show after the subject in a list of messages.
    preheader: &'static str,
    title: &'static str,
    happened: &'static str,
    action: &'static str,
    button: &'static str,
    /// How long the link works, if it expires.
    validity: Option<&'static str>,
    /// What recipients should do if they didn't trigger the message.
    otherwise: &'static str,
}

const _: () = assert!(LINK_TTL == 60 * 60);
const VALIDITY: Option<&str> = Some("This link works for 1 hour.");

/// The `otherwise` text of messages that a signed-in user requested. It recommends a
/// password reset, because that ends all sessions.
const SIGNED_IN_STRANGER: &str = "If it wasn't you, don't use the link. Somebody else may be \
     signed in to your account: reset your password at {{app}}, which signs out all devices.";

impl Kind {
    pub(super) const fn words(self) -> &'static Words {
        match self {
            Self::ResetPassword => &Words {
                subject: "Reset your password for {{app}}",
                preheader: "Choose a new password within 1 hour.",
                title: "Reset your password",
                happened: "Somebody asked to reset the password of your account at {{app}}.",
                action: "If it was you, use this link to choose a new password.",
                button: "Choose a new password",
                validity: VALIDITY,
                otherwise: "If it wasn't you, ignore this message: your password stays as it is.",
            },
            Self::VerifyEmail => &Words {
                subject: "Confirm your e-mail address for {{app}}",
                preheader: "Confirm within 1 hour that this address is yours.",
                title: "Confirm your address",
                happened: "An account at {{app}} uses this address, {{email}}.",
                action: "If the account is yours, use this link to confirm the address.",
                button: "Confirm my address",
                validity: VALIDITY,
                otherwise: "If the account isn't yours, ignore this message: the address stays \
                     unconfirmed.",
            },
            Self::ChangeEmailConfirmation => &Words {
                subject: "Change your e-mail address for {{app}}?",
                preheader: "Allow the change within 1 hour, or find out what to do.",
                title: "Change your address?",
                happened: "Somebody who is signed in to your account at {{app}} asked to change \
                     its address from {{email}} to {{newEmail}}.",
                action: "If it was you, use this link in a browser where you are signed in. We \
                     then send a link to the new address, to confirm it.",
                button: "Allow the change",
                validity: VALIDITY,
                otherwise: SIGNED_IN_STRANGER,
            },
            Self::ChangeEmailVerification => &Words {
                subject: "Confirm your new e-mail address for {{app}}",
                preheader: "Confirm within 1 hour that this address is yours.",
                title: "Confirm your new address",
                // This text must not contain the old address, because a mistyped new
                // address may belong to a stranger.
                happened: "Somebody asked to use this address, {{newEmail}}, for an account at \
                     {{app}}.",
                action: "If the account is yours, use this link to confirm the address.",
                button: "Confirm my new address",
                validity: VALIDITY,
                otherwise: "If the account isn't yours, ignore this message: nothing changes.",
            },
            Self::DeleteAccount => &Words {
                subject: "Delete your account at {{app}}?",
                preheader: "Confirm within 1 hour, or find out what to do.",
                title: "Delete your account?",
                happened: "Somebody who is signed in asked to delete your account {{email}} at \
                     {{app}}.",
                action: "If it was you, use this link in a browser where you are signed in. It \
                     permanently deletes your account. You can't undo it.",
                button: "Delete my account",
                validity: VALIDITY,
                otherwise: SIGNED_IN_STRANGER,
            },
            Self::ExistingAccount => &Words {
                subject: "You already have an account at {{app}}",
                preheader: "Sign in instead of signing up.",
                title: "You already have an account",
                happened: "Somebody tried to sign up at {{app}} with your address, {{email}}. You \
                     already have an account with it, so no new one was created.",
                action: "If it was you, sign in instead. If you forgot your password, you can \
                     reset it there.",
                button: "Sign in",
                validity: None,
                otherwise: "If it wasn't you, ignore this message: your account is unchanged.",
            },
        }
    }
}

impl Words {
    /// Returns the template of the HTML part.
    pub(super) fn html(&self) -> String {
        fill(LAYOUT, &mut |name, html| match name {
            "subject" => html.push_str(self.subject),
            "preheader" => html.push_str(self.preheader),
            "title" => html.push_str(self.title),
            "happened" => html.push_str(self.happened),
            "action" => html.push_str(self.action),
            "button" => html.push_str(self.button),
            "note" => html.push_str(&self.note()),
            // Keep all other placeholders. They are replaced with values later.
            name => html.extend(["{{", name, "}}"]),
        })
    }

    /// Returns the template of the plain-text part.
    pub(super) fn text(&self) -> String {
        let note = self.note();
        [
            "Hello {{name}},\n\n",
            self.happened,
            "\n\n",
            self.action,
            "\n\n",
            self.button,
            ":\n{{url}}\n\n",
            &note,
            "\n\n{{app}}\n{{appUrl}}\n",
        ]
        .concat()
    }

    fn note(&self) -> String {
        match self.validity {
            Some(validity) => [validity, " ", self.otherwise].concat(),
            None => self.otherwise.to_owned(),
        }
    }
}
