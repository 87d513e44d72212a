//! Better Auth's cookies by name and attributes (RFC 6265): what a request
//! carries, and the `Set-Cookie` values of an answer.

use crate::config::Config;
use crate::http::Request;

/// A serialized cookie is kept under the least that browsers store, as Better
/// Auth keeps it; a longer value goes into `.0`, `.1`, ….
const MAX_COOKIE_LENGTH: usize = 4050;
/// Session data over this many chunks is not for a cookie: header lines end at
/// 16 KiB on most servers.
const MAX_CHUNKS: usize = 3;

const SESSION_TOKEN: &str = "session_token";
const SESSION_DATA: &str = "session_data";
/// Ours alone: that this browser has signed in before.
const DEVICE: &str = "edgeseal.device";

/// The cookies of one request, and how its answer sets them.
pub(crate) struct Jar {
    config: &'static Config,
    /// The request's `Cookie` header.
    header: String,
}

/// Values for both cookies; `None` for one that is too large to be set.
pub(crate) struct SessionCookies<'a> {
    pub(crate) token: &'a str,
    /// How long the browser keeps it, in seconds.
    pub(crate) token_age: u64,
    pub(crate) data: &'a str,
    pub(crate) data_age: u64,
    /// Without it both end with the browser.
    pub(crate) remember: bool,
}

impl Jar {
    pub(crate) fn of(request: &Request, config: &'static Config) -> Self {
        let header = request.headers().get("cookie").unwrap_or_default();
        let header = header.to_owned();
        Self { config, header }
    }

    /// The refresh token's cookie.
    pub(crate) fn session_token(&self) -> Option<&str> {
        only_value(&self.header, &self.name(SESSION_TOKEN))
    }

    /// The device token's cookie.
    pub(crate) fn device(&self) -> Option<&str> {
        only_value(&self.header, &self.prefixed(DEVICE))
    }

    /// Sets the device token, which outlives sessions. In seconds.
    pub(crate) fn set_device(&self, token: &str, age: u64) -> String {
        self.line(&self.prefixed(DEVICE), token, Some(age))
    }

    /// Session data, of one cookie or put together again.
    pub(crate) fn session_data(&self) -> Option<String> {
        let name = self.name(SESSION_DATA);
        if let Some(whole) = only_value(&self.header, &name) {
            return Some(whole.to_owned());
        }
        let chunks = (0..MAX_CHUNKS).map_while(|index| {
            let chunk = format!("{name}.{index}");
            only_value(&self.header, &chunk)
        });
        Some(chunks.collect::<String>()).filter(|data| !data.is_empty())
    }

    /// Whether the request carries any part of a session.
    pub(crate) fn has_session(&self) -> bool {
        !self.session_names().is_empty()
    }

    /// Sets both cookies and takes away what the request has of older chunks.
    pub(crate) fn set(&self, cookies: &SessionCookies<'_>) -> Vec<String> {
        let age = |seconds| cookies.remember.then_some(seconds);
        let token = self.name(SESSION_TOKEN);
        let mut set = vec![(token, cookies.token, age(cookies.token_age))];

        let name = self.name(SESSION_DATA);
        let age = age(cookies.data_age);
        let longest = format!("{name}.{MAX_CHUNKS}");
        let room = MAX_COOKIE_LENGTH - self.line(&longest, "", age).len();
        // A token is ASCII, so bytes are characters.
        let chunks = cookies.data.len().div_ceil(room);
        match chunks {
            ..=1 => set.push((name, cookies.data, age)),
            2..=MAX_CHUNKS => set.extend((0..chunks).map(|index| {
                let end = cookies.data.len().min((index + 1) * room);
                (
                    format!("{name}.{index}"),
                    &cookies.data[index * room..end],
                    age,
                )
            })),
            _ => {}
        }
        let stale = self.session_names();
        let stale = stale
            .iter()
            .filter(|old| set.iter().all(|(new, ..)| new != *old));
        let removed: Vec<_> = stale.map(|old| self.removal(old)).collect();
        let mut lines: Vec<_> = set
            .iter()
            .map(|(name, value, age)| self.line(name, value, *age))
            .collect();
        lines.extend(removed);
        lines
    }

    /// Takes both cookies away, in all of their chunks.
    pub(crate) fn end(&self) -> Vec<String> {
        let mut names = vec![self.name(SESSION_TOKEN), self.name(SESSION_DATA)];
        for found in self.session_names() {
            if !names.contains(&found) {
                names.push(found);
            }
        }
        names.iter().map(|name| self.removal(name)).collect()
    }

    /// The name that is due: `__Secure-` exactly when the browser talks https,
    /// so that a plain-http attacker's cookie is never read (RFC 6265bis §4.1.3).
    fn name(&self, name: &str) -> String {
        self.prefixed(&format!("better-auth.{name}"))
    }

    fn prefixed(&self, name: &str) -> String {
        let prefix = if self.config.secure { "__Secure-" } else { "" };
        format!("{prefix}{name}")
    }

    /// Names of the request's cookies that hold some of a session.
    fn session_names(&self) -> Vec<String> {
        let (token, data) = (self.name(SESSION_TOKEN), self.name(SESSION_DATA));
        let is_chunk = |name: &str| {
            let index = name
                .strip_prefix(&data)
                .and_then(|rest| rest.strip_prefix('.'));
            index.is_some_and(|index| {
                (1..=2).contains(&index.len()) && index.bytes().all(|byte| byte.is_ascii_digit())
            })
        };
        let mut names: Vec<String> = Vec::new();
        for (name, value) in pairs(&self.header) {
            let ours = name == token || name == data || is_chunk(name);
            if ours && !value.is_empty() && names.iter().all(|known| known != name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    fn removal(&self, name: &str) -> String {
        self.line(name, "", Some(0))
    }

    /// A `Set-Cookie` value. Without `age` (seconds) it ends with the browser.
    fn line(&self, name: &str, value: &str, age: Option<u64>) -> String {
        let Config {
            secure,
            cookie_domain,
            ..
        } = self.config;
        let age = age.map(|seconds| format!("; Max-Age={seconds}"));
        let domain = cookie_domain
            .as_ref()
            .map(|domain| format!("; Domain={domain}"));
        format!(
            "{name}={value}{}{}; Path=/; HttpOnly{}; SameSite=Lax",
            age.unwrap_or_default(),
            domain.unwrap_or_default(),
            if *secure { "; Secure" } else { "" },
        )
    }
}

fn pairs(header: &str) -> impl Iterator<Item = (&str, &str)> {
    header
        .split(';')
        .filter_map(|pair| pair.trim_matches([' ', '\t']).split_once('='))
}

/// The value of a name. One that stands twice with two values counts as absent:
/// which one is genuine can't be told.
fn only_value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut values = pairs(header)
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
        // A name must match byte for byte.
        assert_eq!(only_value("\u{2000}b=1; B=2; \"b\"=3", "b"), None);
    }
}
