//! Better Auth's cookies by name and attributes (RFC 6265).

use worker::Request;

use crate::config::Config;
use crate::error::Refusal;

/// The cookies that the auth API sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// The refresh token.
    SessionToken,
    /// The session and its user, as an HS256 token.
    SessionData,
}

impl Cookie {
    /// The name that is due: `__Secure-` exactly when the browser talks https,
    /// so that a plain-http attacker's cookie is never read (RFC 6265bis §4.1.3).
    pub(crate) fn name(self, config: &Config) -> String {
        let prefix = if config.secure { "__Secure-" } else { "" };
        let name = match self {
            Self::SessionToken => "session_token",
            Self::SessionData => "session_data",
        };
        format!("{prefix}better-auth.{name}")
    }

    /// A `Set-Cookie` value. Without `max_age` (seconds) it ends with the browser.
    pub(crate) fn set(self, config: &Config, value: &str, max_age: Option<u64>) -> String {
        let name = self.name(config);
        let age = max_age
            .map(|seconds| format!("; Max-Age={seconds}"))
            .unwrap_or_default();
        let secure = if config.secure { "; Secure" } else { "" };
        format!("{name}={value}{age}; Path=/; HttpOnly{secure}; SameSite=Lax")
    }

    /// A `Set-Cookie` value that removes it.
    pub(crate) fn remove(self, config: &Config) -> String {
        self.set(config, "", Some(0))
    }

    /// The value that the request carries. A name that stands twice with two
    /// values counts as absent: which one is genuine can't be told.
    pub(crate) fn read(
        self,
        request: &Request,
        config: &Config,
    ) -> Result<Option<String>, Refusal> {
        let Some(header) = request.headers().get("cookie")? else {
            return Ok(None);
        };
        Ok(only_value(&header, &self.name(config)).map(str::to_owned))
    }
}

fn only_value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut values = header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(found, value)| *found == name && !value.is_empty())
        .map(|(_, value)| value);
    let first = values.next()?;
    values.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::only_value;

    #[test]
    fn reads_exact_names_and_refuses_two_values() {
        assert_eq!(only_value("a=1; b=2", "b"), Some("2"));
        assert_eq!(only_value("xb=1; b =3", "b"), None);
        assert_eq!(only_value("b=1; b=2", "b"), None);
        assert_eq!(only_value("b=1; b=1", "b"), Some("1"));
        assert_eq!(only_value("b=", "b"), None);
        assert_eq!(only_value("b=x=y", "b"), Some("x=y"));
    }
}
