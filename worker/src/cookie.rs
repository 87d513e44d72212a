//! Better Auth's cookies by name and attributes (RFC 6265): what a request
//! carries, and the `Set-Cookie` values of an answer.
//!
//! One name can stand in a request several times: `COOKIE_DOMAIN` was changed, or
//! another host of the same site has set it, too. So reading gives every value,
//! and who verifies them decides; setting and removing cover every scope.

use crate::config::{Config, DEFAULT_PREFIX};
use crate::http::Request;

/// A serialized cookie is kept under the least that browsers store, as Better
/// Auth keeps it; a longer value goes into `.0`, `.1`, ….
const MAX_COOKIE_LENGTH: usize = 4050;
/// Session data over this many chunks is not for a cookie: header lines end at
/// 16 KiB on most servers.
const MAX_CHUNKS: usize = 3;
/// Values of one name that are read: each costs a verification. Fewer would let a
/// sub-domain that sets some for nothing crowd out the genuine one.
const MAX_VALUES: usize = 16;

const SESSION_TOKEN: &str = "session_token";
const SESSION_DATA: &str = "session_data";
/// Names the session that this very host set: no other host can set a `__Host-`
/// cookie for it (RFC 6265bis §4.1.3.2).
const SESSION_ID: &str = "session_id";
/// Not Better Auth's: that this browser has signed in before.
const DEVICE: &str = "device";
/// Between device tokens, which are of other characters.
const DEVICE_SEPARATOR: char = '~';

/// The cookies of one request, and how its answer sets them.
pub(crate) struct Jar {
    config: &'static Config,
    /// The request's `Cookie` header.
    header: String,
    /// Whether a browser may have sent it: it adds one of these by itself, and no page
    /// can leave all of them out (Fetch Metadata §2; RFC 6455 §4.1).
    is_from_browser: bool,
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

    /// Every value of the refresh token's cookie.
    pub(crate) fn session_tokens(&self) -> Vec<&str> {
        values(&self.header, &self.name(SESSION_TOKEN))
    }

    /// The public id of the session that this host set, where it names one.
    pub(crate) fn host_session(&self) -> Option<&str> {
        let named = values(&self.header, &self.host_name());
        named.into_iter().next()
    }

    /// Whether session data is all that a program sends of a session.
    pub(crate) fn is_program_with_data_only(&self) -> bool {
        !self.is_from_browser && self.session_tokens().is_empty() && self.host_session().is_none()
    }

    /// Every device token.
    pub(crate) fn devices(&self) -> Vec<&str> {
        let all = values(&self.header, &self.device_name());
        all.into_iter()
            .flat_map(|value| value.split(DEVICE_SEPARATOR))
            .take(MAX_VALUES)
            .collect()
    }

    /// Sets the device tokens, which outlive sessions. In seconds.
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

    /// Every value of session data, of one cookie or put together again.
    pub(crate) fn session_data(&self) -> Vec<String> {
        let name = self.name(SESSION_DATA);
        let mut all: Vec<String> = values(&self.header, &name)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let chunks: Vec<_> = (0..MAX_CHUNKS)
            .map(|index| values(&self.header, &format!("{name}.{index}")))
            .take_while(|chunks| !chunks.is_empty())
            .collect();
        // Browsers send cookies of one scope in the order in which they were set.
        let most = chunks.iter().map(Vec::len).max().unwrap_or(0);
        for nth in 0..most {
            let of_one = chunks
                .iter()
                .map(|chunks| chunks[nth.min(chunks.len() - 1)]);
            all.push(of_one.collect());
        }
        all
    }

    /// Whether the request carries any part of a session.
    pub(crate) fn has_session(&self) -> bool {
        !self.session_names().is_empty()
    }

    /// Whether a part of a session stands in the request with two values.
    pub(crate) fn has_several_sessions(&self) -> bool {
        let names = self.session_names();
        names
            .iter()
            .any(|name| values(&self.header, name).len() > 1)
    }

    /// Sets both cookies and removes the request's others: of chunks that are no
    /// longer needed, and where `replaces` is true or a name stands twice, of every
    /// other scope.
    pub(crate) fn set(&self, cookies: &SessionCookies<'_>, replaces: bool) -> Vec<String> {
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
        // Removals first: who keeps cookies by their name alone, as Next.js does, is
        // left with what is set.
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

    /// Removes both cookies, in all of their chunks and in every scope that they may be
    /// in. Beside a `__Host-` cookie the only one of a name is of this host: whatever
    /// sets that cookie removes the others.
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

    /// The cookie's full name: `__Secure-` exactly when the browser talks https,
    /// so that a plain-http attacker's cookie is never read (RFC 6265bis §4.1.3).
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

    /// Removes a cookie in every scope but the one that it is set in.
    fn removals_elsewhere(&self, name: &str) -> Vec<String> {
        let others = self.config.cookie_scopes.others();
        others
            .map(|domain| self.scoped_line(name, "", Some(0), domain))
            .collect()
    }

    /// A `Set-Cookie` value. Without `age` (seconds) it ends with the browser.
    fn line(&self, name: &str, value: &str, age: Option<u64>) -> String {
        self.scoped_line(name, value, age, self.config.cookie_scopes.own())
    }

    /// A `__Host-` cookie has no domain, whatever the others have.
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

/// The different values of a name, as many as are read.
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
