//! The table of auth endpoints.
//!
//! To add an endpoint, add a row here and a variant to [`Read`] or [`Write`]. Without the
//! row, the compiler reports the variant as unused; without an arm in `auth.rs`, the
//! match there does not compile.

/// One endpoint: how it is reached, what runs before its handler, and the handler.
pub(super) struct Endpoint {
    pub(super) method: &'static str,
    /// The part of the path after `/api/auth`.
    pub(super) path: &'static str,
    /// Whether requests are counted by network. True for requests that hash or compare
    /// a password, or that anybody can use to send a message.
    pub(super) is_limited: bool,
    /// The action in the audit log. Reads don't have an action.
    pub(super) audit: Option<&'static str>,
    pub(super) handler: Handler,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handler {
    /// Doesn't read the request's body.
    Read(Read),
    /// Receives a JSON body, after the request's origin has been checked.
    Write(Write),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    Ok,
    GetSession,
    /// Better Auth supports `POST /get-session` only with a setting that needs a session
    /// table.
    GetSessionByPost,
    Token,
    ListSessions,
    /// Opened by the links in messages.
    ResetPassword,
    VerifyEmail,
    DeleteUser,
    Error,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    SignUp,
    SignIn,
    SignOut,
    ChangePassword,
    VerifyPassword,
    RequestPasswordReset,
    ResetPassword,
    SendVerificationEmail,
    /// Sent by the button on the page that the link opens. In Better Auth, there is
    /// only the link.
    ConfirmEmail,
    ChangeEmail,
    UpdateUser,
    DeleteUser,
    RevokeSession,
    RevokeOtherSessions,
}

const ENDPOINTS: &[Endpoint] = &[
    read("GET", "/ok", Read::Ok),
    read("GET", "/get-session", Read::GetSession),
    read("POST", "/get-session", Read::GetSessionByPost),
    read("GET", "/token", Read::Token),
    read("GET", "/list-sessions", Read::ListSessions),
    read("GET", "/reset-password/{token}", Read::ResetPassword),
    link("/verify-email", "verify-email", Read::VerifyEmail),
    link("/delete-user/callback", "delete-user", Read::DeleteUser),
    read("GET", "/error", Read::Error),
    limited(
        "/request-password-reset",
        "request-password-reset",
        Write::RequestPasswordReset,
    ),
    limited("/reset-password", "reset-password", Write::ResetPassword),
    limited(
        "/send-verification-email",
        "send-verification-email",
        Write::SendVerificationEmail,
    ),
    write("/verify-email", "verify-email", Write::ConfirmEmail),
    limited("/change-email", "change-email", Write::ChangeEmail),
    limited("/sign-up/email", "sign-up", Write::SignUp),
    limited("/sign-in/email", "sign-in", Write::SignIn),
    write("/sign-out", "sign-out", Write::SignOut),
    limited("/change-password", "change-password", Write::ChangePassword),
    limited("/verify-password", "verify-password", Write::VerifyPassword),
    write("/update-user", "update-user", Write::UpdateUser),
    limited("/delete-user", "delete-user", Write::DeleteUser),
    write("/revoke-session", "revoke-session", Write::RevokeSession),
    // The next two endpoints keep the caller's session, but give it a new id.
    write(
        "/revoke-sessions",
        "revoke-sessions",
        Write::RevokeOtherSessions,
    ),
    write(
        "/revoke-other-sessions",
        "revoke-sessions",
        Write::RevokeOtherSessions,
    ),
];

const fn read(method: &'static str, path: &'static str, read: Read) -> Endpoint {
    Endpoint {
        method,
        path,
        is_limited: false,
        audit: None,
        handler: Handler::Read(read),
    }
}

/// Defines an endpoint for a link in a message, if opening the link changes something.
const fn link(path: &'static str, audit: &'static str, handler: Read) -> Endpoint {
    Endpoint {
        audit: Some(audit),
        ..read("GET", path, handler)
    }
}

const fn write(path: &'static str, audit: &'static str, write: Write) -> Endpoint {
    Endpoint {
        method: "POST",
        path,
        is_limited: false,
        audit: Some(audit),
        handler: Handler::Write(write),
    }
}

const fn limited(path: &'static str, audit: &'static str, handler: Write) -> Endpoint {
    Endpoint {
        is_limited: true,
        ..write(path, audit, handler)
    }
}

/// Finds the endpoint with exactly this method and path. Also returns the token in the
/// path, or an empty string if the path doesn't contain one.
pub(super) fn find<'a>(method: &str, path: &'a str) -> Option<(&'static Endpoint, &'a str)> {
    ENDPOINTS
        .iter()
        .filter(|endpoint| endpoint.method == method)
        .find_map(|endpoint| Some((endpoint, token_of(endpoint.path, path)?)))
}

/// Returns the token in a path of this form, or an empty string if the form doesn't
/// contain a token.
fn token_of<'a>(form: &str, path: &'a str) -> Option<&'a str> {
    match form.strip_suffix("{token}") {
        None => (form == path).then_some(""),
        Some(before) => path
            .strip_prefix(before)
            .filter(|token| !token.is_empty() && !token.contains('/')),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Returns the method and path of each operation under `/api/auth` in the contract,
    /// except for the operation that stands for unknown endpoints.
    fn documented() -> BTreeSet<(String, String)> {
        let contract = include_str!("../../../contracts/auth-api.yaml");
        let mut path = "";
        let mut found = BTreeSet::new();
        for line in contract.lines() {
            let depth = line.len() - line.trim_start().len();
            let Some(name) = line.trim_start().strip_suffix(':') else {
                continue;
            };
            match depth {
                2 => path = name,
                4 if ["get", "post", "put", "patch", "delete"].contains(&name) => {
                    if let Some(endpoint) = path.strip_prefix("/api/auth")
                        && endpoint != "/{endpoint}"
                    {
                        found.insert((name.to_ascii_uppercase(), endpoint.to_owned()));
                    }
                }
                _ => {}
            }
        }
        found
    }

    #[test]
    fn endpoints_are_those_of_the_contract() {
        let served: BTreeSet<_> = ENDPOINTS
            .iter()
            .map(|one| (one.method.to_owned(), one.path.to_owned()))
            .collect();
        assert_eq!(served, documented());
        assert_eq!(served.len(), ENDPOINTS.len(), "a method and path twice");
    }

    #[test]
    fn an_endpoint_is_found_by_its_exact_method_and_path() {
        let handler = |method, path| find(method, path).map(|(found, _)| found.handler);
        assert_eq!(
            handler("POST", "/sign-out"),
            Some(Handler::Write(Write::SignOut))
        );
        for (method, path) in [
            ("GET", "/sign-out"),
            ("post", "/sign-out"),
            ("HEAD", "/ok"),
            ("POST", "/sign-out/"),
            ("POST", "/Sign-out"),
            ("POST", ""),
        ] {
            assert_eq!(handler(method, path), None, "{method} {path}");
        }
    }

    #[test]
    fn every_change_is_audited_and_nothing_else() {
        const LINKS: &[Read] = &[Read::VerifyEmail, Read::DeleteUser];
        for endpoint in ENDPOINTS {
            let changes = match endpoint.handler {
                Handler::Read(read) => LINKS.contains(&read),
                Handler::Write(_) => true,
            };
            assert_eq!(endpoint.audit.is_some(), changes, "{}", endpoint.path);
        }
    }

    #[test]
    fn a_token_is_one_segment() {
        assert_eq!(find("GET", "/reset-password/a.b").unwrap().1, "a.b");
        assert_eq!(find("GET", "/ok").unwrap().1, "");
        for path in ["/reset-password/", "/reset-password/a/b"] {
            assert!(find("GET", path).is_none(), "{path}");
        }
    }
}
