//! Reads Better Auth's cookies from a request, and writes the `Set-Cookie` values of
//! its response (RFC 6265).
//!
//! A request can contain several cookies with the same name if `COOKIE_DOMAIN` has
//! changed, or if another host of the same site has also set one. Reading returns every
//! value, verification picks the valid one, and setting or removing a cookie applies to
//! every scope.

use crate::config::{Config, DEFAULT_PREFIX};
use crate::http::Request;

/// The maximum length of a serialized cookie, as in Better Auth. All browsers store
/// cookies of this length. Longer values are split into `.0`, `.1`, ….
const MAX_COOKIE_LENGTH: usize = 4050;
/// The maximum number of chunks. Session data that would need more chunks is not set,
/// because most servers limit header lines to 16 KiB.
const MAX_CHUNKS: usize = 3;
/// The maximum number of values read for one name. There is a limit because each value
/// has to be verified. If it were lower, a subdomain could crowd out the genuine value
/// with worthless ones.
const MAX_VALUES: usize = 16;

const SESSION_TOKEN: &str = "session_token";
const SESSION_DATA: &str = "session_data";
/// The cookie that identifies the session set by this host. No other host can set a
/// `__Host-` cookie for this host (RFC 6265bis §4.1.3.2).
const SESSION_ID: &str = "session_id";
/// The cookie that shows that this browser has signed in before. Better Auth doesn't
/// have this cookie.
const DEVICE: &str = "device";
/// Separates device tokens, which never contain this character.
const DEVICE_SEPARATOR: char = '~';

/// The cookies of one request, and the cookies that its response sets.
pub(crate) struct Jar {
    config: &'static Config,
    /// The request's `Cookie` header.
    header: String,
    /// Whether a browser may have sent the request. Browsers always add at least one of
    /// the headers that [`Jar::new`] checks for, and no page can suppress all of them
    /// (Fetch Metadata §2; RFC 6455 §4.1).
    is_from_browser: bool,
}

/// The values of the two session cookies: the refresh token and the session data.
pub(crate) struct SessionCookies<'a> {
    pub(crate) token: &'a str,
    /// How long the browser keeps the token, in seconds.
    pub(crate) token_age: u64,
    pub(crate) data: &'a str,
    pub(crate) data_age: u64,
    /// If false, both cookies expire when the browser closes.
    pub(crate) remember: bool,
    /// The session's public id.
    pub(crate) sid: &'a str,
}

impl Jar {
    pub(crate) fn new(request: &Request, config: &'static Config) -> Self {
        const OF_BROWSERS: [&str; 4] = ["sec-fetch-site", "origin", "referer", "upgrade"];
        let headers = request.headers();
        Self {
            config,
            header: headers.get("cookie").unwrap_or_default().to_owned(),
            is_from_browser: OF_BROWSERS.into_iter().any(|name| headers.has(name)),
        }
    }

    /// Returns every value of the refresh token's cookie.
    pub(crate) fn session_tokens(&self) -> Vec<&str> {
        if self.header.is_empty() {
            return Vec::new();
        }
        values(&self.header, &self.name(SESSION_TOKEN))
    }

    /// Returns the public id of the session set by this host, if a cookie contains it.
    pub(crate) fn host_session(&self) -> Option<&str> {
        let named = values(&self.header, &self.host_name());
        named.into_iter().next()
    }

    /// Returns whether the request has only session data and comes from a program other than
    /// a browser.
    pub(crate) fn is_program_with_data_only(&self) -> bool {
        !self.is_from_browser && self.session_tokens().is_empty() && self.host_session().is_none()
    }

    /// Returns every device token.
    pub(crate) fn devices(&self) -> Vec<&str> {
        let all = values(&self.header, &self.device_name());
        all.into_iter()
            .flat_map(|value| value.split(DEVICE_SEPARATOR))
            .take(MAX_VALUES)
            .collect()
    }

    /// Sets the device tokens for `age` seconds. They outlive sessions.
    pub(crate) fn set_devices(&self, tokens: &[String], age: u64) -> Vec<String> {
        let name = self.device_name();
        let separator = DEVICE_SEPARATOR.to_string();
        let mut lines = Vec::new();
        if !values(&self.header, &name).is_empty() {
            lines.extend(self.removals_elsewhere(&name));
        }
        lines.push(self.line(&name, &tokens.join(&separator), Some(age)));
        lines
    }

    /// Returns the value of each session data cookie, with the chunks of a split one joined.
    pub(crate) fn session_data(&self) -> Vec<String> {
        if self.header.is_empty() {
            return Vec::new();
        }
        let name = self.name(SESSION_DATA);
        let mut all: Vec<String> = values(&self.header, &name)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let chunks: Vec<_> = (0..MAX_CHUNKS)
            .map(|index| values(&self.header, &format!("{name}.{index}")))
            .take_while(|chunks| !chunks.is_empty())
            .collect();
        // Browsers send a scope's cookies in the order in which they were set.
        let most = chunks.iter().map(Vec::len).max().unwrap_or(0);
        for nth in 0..most {
            let of_one = chunks
                .iter()
                .map(|chunks| chunks[nth.min(chunks.len() - 1)]);
            all.push(of_one.collect());
        }
        all
    }

    /// Returns whether the request carries any part of a session.
    pub(crate) fn has_session(&self) -> bool {
        !self.session_names().is_empty()
    }

    /// Returns whether a session cookie occurs with two different values.
    pub(crate) fn has_several_sessions(&self) -> bool {
        let names = self.session_names();
        names
            .iter()
            .any(|name| values(&self.header, name).len() > 1)
    }

    /// Sets both cookies and removes chunks that are no longer needed. If `replaces` is
    /// true, or a name occurs twice, the cookies in other scopes are removed, too.
    pub(crate) fn set(&self, cookies: &SessionCookies<'_>, replaces: bool) -> Vec<String> {
        let age = |seconds| cookies.remember.then_some(seconds);
        let token = self.name(SESSION_TOKEN);
        let mut set = vec![(token, cookies.token, age(cookies.token_age))];

        let name = self.name(SESSION_DATA);
        let age = age(cookies.data_age);
        let longest = format!("{name}.{MAX_CHUNKS}");
        let room = MAX_COOKIE_LENGTH - self.line(&longest, "", age).len();
        // A token is ASCII, so each byte is one character.
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
        // Put removals first, because clients that store cookies only by name, as Next.js
        // does, keep the last value.
        let mut lines = Vec::new();
        for carried in self.session_names() {
            if replaces || values(&self.header, &carried).len() > 1 {
                lines.extend(self.removals_elsewhere(&carried));
            }
            if set.iter().all(|(name, ..)| *name != carried) {
                lines.push(self.line(&carried, "", Some(0)));
            }
        }
        lines.extend(
            set.iter()
                .map(|(name, value, age)| self.line(name, value, *age)),
        );
        if self.config.is_host_bound() {
            let age = cookies.remember.then_some(cookies.token_age);
            lines.push(self.host_line(cookies.sid, age));
        } else if self.host_session().is_some() {
            lines.push(self.host_line("", Some(0)));
        }
        lines
    }

    /// Removes both cookies and all of their chunks in every possible scope. If the
    /// request has a `__Host-` cookie and no name occurs twice, only this host's scope
    /// is needed, because the other scopes were cleared when the `__Host-` cookie was
    /// set.
    pub(crate) fn clear(&self) -> Vec<String> {
        let mut names = vec![self.name(SESSION_TOKEN), self.name(SESSION_DATA)];
        for found in self.session_names() {
            if !names.contains(&found) {
                names.push(found);
            }
        }
        let is_only_here = self.config.is_host_bound()
            && self.host_session().is_some()
            && !self.has_several_sessions();
        let elsewhere = names
            .iter()
            .filter(|_| !is_only_here)
            .flat_map(|name| self.removals_elsewhere(name));
        let here = names.iter().map(|name| self.line(name, "", Some(0)));
        let mut lines: Vec<_> = elsewhere.chain(here).collect();
        if self.config.is_host_bound() || self.host_session().is_some() {
            lines.push(self.host_line("", Some(0)));
        }
        lines
    }

    /// Returns the cookie's full name. If browsers use https, it starts with
    /// `__Secure-`, so that a cookie set over plain http is never read (RFC 6265bis
    /// §4.1.3).
    fn name(&self, name: &str) -> String {
        let secure = if self.config.secure { "__Secure-" } else { "" };
        format!("{secure}{}.{name}", self.config.cookie_prefix)
    }

    fn host_name(&self) -> String {
        format!("__Host-{}.{SESSION_ID}", self.config.cookie_prefix)
    }

    fn device_name(&self) -> String {
        let secure = if self.config.secure { "__Secure-" } else { "" };
        match &*self.config.cookie_prefix {
            DEFAULT_PREFIX => format!("{secure}edgeseal.{DEVICE}"),
            prefix => format!("{secure}{prefix}.edgeseal_{DEVICE}"),
        }
    }

    /// Returns the names of the request's session cookies.
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

    /// Removes a cookie in every scope except its own.
    fn removals_elsewhere(&self, name: &str) -> Vec<String> {
        let others = self.config.cookie_scopes.others();
        others
            .map(|domain| self.scoped_line(name, "", Some(0), domain))
            .collect()
    }

    /// Returns a `Set-Cookie` value. Without `age` (seconds), the cookie expires when
    /// the browser closes.
    fn line(&self, name: &str, value: &str, age: Option<u64>) -> String {
        self.scoped_line(name, value, age, self.config.cookie_scopes.own())
    }

    /// Returns a `Set-Cookie` value for the `__Host-` cookie, which never has a domain.
    fn host_line(&self, value: &str, age: Option<u64>) -> String {
        self.scoped_line(&self.host_name(), value, age, None)
    }

    fn scoped_line(
        &self,
        name: &str,
        value: &str,
        age: Option<u64>,
        domain: Option<&str>,
    ) -> String {
        let age = age.map(|seconds| format!("; Max-Age={seconds}"));
        let domain = domain.map(|domain| format!("; Domain={domain}"));
        format!(
            "{name}={value}{}{}; Path=/; HttpOnly{}; SameSite=Lax",
            age.unwrap_or_default(),
            domain.unwrap_or_default(),
            if self.config.secure { "; Secure" } else { "" },
        )
    }
}

fn pairs(header: &str) -> impl Iterator<Item = (&str, &str)> {
    header
        .split(';')
        .filter_map(|pair| pair.trim_matches([' ', '\t']).split_once('='))
}

/// Returns a cookie's distinct values, up to the maximum number.
fn values<'a>(header: &'a str, name: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for (one, value) in pairs(header) {
        let is_new = one == name && !value.is_empty() && !found.contains(&value);
        if is_new && found.len() < MAX_VALUES {
            found.push(value);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn reads_each_value_of_an_exact_name_once() {
        for (header, found) in [
            ("a=1; b=2", &["2"][..]),
            ("xb=1; b =3", &[]),
            ("b=1; b=2", &["1", "2"]),
            ("b=1; b=1", &["1"]),
            ("b=", &[]),
            ("b=x=y", &["x=y"]),
            // A name must match byte for byte.
            ("\u{2000}b=1; B=2; \"b\"=3", &[]),
        ] {
            assert_eq!(values(header, "b"), found, "{header}");
        }
        let many: Vec<_> = (0..99).map(|value| format!("b={value}")).collect();
        let many = many.join("; ");
        assert_eq!(values(&many, "b").len(), super::MAX_VALUES);
    }
}
