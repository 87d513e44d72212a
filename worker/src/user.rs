//! A user, and the values of one that come from outside.

use serde::{Deserialize, Serialize};

use crate::error::Refusal;

/// A row of Better Auth's `user` table, and the `user` of its answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) email_verified: bool,
    pub(crate) image: Option<String>,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    pub(crate) id: String,
}

/// An e-mail address in the one form that is stored and looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Email(String);

impl Email {
    /// Takes the addresses that Better Auth takes (zod's e-mail rule), in lower case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        /// RFC 5321 §4.5.3.1.3, less the angle brackets.
        const MAX_LENGTH: usize = 254;

        let (local, domain) = text.split_once('@')?;
        let local_ok = !local.starts_with('.')
            && !local.ends_with(['.', '\''])
            && !local.contains("..")
            && !local.is_empty()
            && local
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_'+-.".contains(&byte));
        let (host, tld) = domain.rsplit_once('.')?;
        let domain_ok = host.split('.').all(|label| {
            label.starts_with(|first: char| first.is_ascii_alphanumeric())
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        }) && tld.len() >= 2
            && tld.bytes().all(|byte| byte.is_ascii_alphabetic());
        (local_ok && domain_ok && text.len() <= MAX_LENGTH).then(|| Self(text.to_ascii_lowercase()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Better Auth's bounds for a new password, in UTF-16 units as JavaScript counts.
pub(crate) fn check_new_password(password: &str) -> Result<(), Refusal> {
    match password.encode_utf16().count() {
        0..8 => Err(Refusal::PasswordTooShort),
        8..=128 => Ok(()),
        _ => Err(Refusal::PasswordTooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn takes_addresses_and_folds_their_case() {
        assert_eq!(
            Email::parse("Ann.O'Hara+x@Mail.Example.org")
                .unwrap()
                .as_str(),
            "ann.o'hara+x@mail.example.org"
        );
        for text in [
            "",
            "@",
            "a@",
            "@b.co",
            "a@b",
            "a@b.c",
            "a b@c.de",
            "a@b..co",
            ".a@b.co",
            "a.@b.co",
            "a..b@c.de",
            "a@b@c.de",
            "a@-.c",
            "a@b.c0",
            "ä@b.de",
            "a@b.de\n",
            "a@[1.2.3.4]",
        ] {
            assert_eq!(Email::parse(text), None, "{text:?}");
        }
    }
}
