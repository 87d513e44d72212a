//! The secrets, and the keys derived from them for each kind of token.

use edgeseal::{HmacKey, KeyError, KeyRing};

use super::error::ConfigError;
use super::secret_text;

/// HKDF's `info` for each derived key.
const REFRESH: &str = "edgeseal refresh v1";
const BEARER: &str = "edgeseal bearer v1";
const LIMITER: &str = "edgeseal limiter v1";
const DEVICE: &str = "edgeseal device v1";
const PROXY: &str = "edgeseal proxy v1";
const RESET_PASSWORD: &str = "edgeseal reset-password v1";
const VERIFY_EMAIL: &str = "edgeseal verify-email v1";
const CHANGE_EMAIL: &str = "edgeseal change-email v1";
const DELETE_USER: &str = "edgeseal delete-user v1";

/// The keys for each purpose, derived from every secret in rotation. Only the first
/// secret signs; all of them verify.
pub(crate) struct Secrets {
    /// Keys for access tokens, identified by `kid` if the secrets have one. They also
    /// verify session data.
    pub(crate) access: KeyRing,
    /// The key that signs session data. The header of session data is exactly `{"alg":"HS256"}`.
    pub(crate) session_data: HmacKey,
    /// Keys for refresh tokens only.
    pub(crate) refresh: KeyRing,
    /// Keys for session tokens of clients without cookies.
    pub(crate) bearer: KeyRing,
    /// Keys for the hashes that represent accounts in counters and device tokens. The
    /// hashes don't reveal the accounts' addresses.
    pub(crate) limiter: KeyRing,
    /// Keys for device tokens.
    pub(crate) device: KeyRing,
    /// Keys for the seals of `edgeseal/next`.
    pub(crate) proxy: KeyRing,
    /// The keys for links in e-mail messages.
    pub(crate) links: LinkKeys,
}

/// The keys for links in e-mail messages, one for each purpose.
pub(crate) struct LinkKeys {
    pub(crate) reset_password: KeyRing,
    pub(crate) verify_email: KeyRing,
    pub(crate) change_email: KeyRing,
    pub(crate) delete_user: KeyRing,
}

impl LinkKeys {
    fn derive<E>(derived: impl Fn(&'static str) -> Result<KeyRing, E>) -> Result<Self, E> {
        Ok(Self {
            reset_password: derived(RESET_PASSWORD)?,
            verify_email: derived(VERIFY_EMAIL)?,
            change_email: derived(CHANGE_EMAIL)?,
            delete_user: derived(DELETE_USER)?,
        })
    }
}

/// The variable that the secrets are read from, and its value.
pub(super) enum Written {
    /// `AUTH_SECRETS="kid:secret,…"`, for rotation.
    List(&'static str, String),
    /// `AUTH_SECRET`, a single secret.
    Single(&'static str, String),
}

impl Written {
    /// Finds the variable. Both variables also work under the names that Better Auth
    /// uses.
    pub(super) fn find(
        text: impl Fn(&str) -> Result<Option<String>, ConfigError>,
    ) -> Result<Option<Self>, ConfigError> {
        for name in ["AUTH_SECRETS", "BETTER_AUTH_SECRETS"] {
            if let Some(value) = text(name)? {
                return Ok(Some(Self::List(name, value)));
            }
        }
        for name in ["AUTH_SECRET", "BETTER_AUTH_SECRET"] {
            if let Some(value) = text(name)? {
                return Ok(Some(Self::Single(name, value)));
            }
        }
        Ok(None)
    }
}

/// Returns the `kid` and the secret of each entry in a list.
pub(super) fn entries_of<'a>(
    variable: &'static str,
    list: &'a str,
) -> Result<Vec<(&'a str, &'a str)>, ConfigError> {
    let entry = |(index, entry): (usize, &'a str)| {
        let (kid, secret) =
            entry
                .trim_start()
                .split_once(':')
                .ok_or_else(|| ConfigError::Secret {
                    variable,
                    reason: format!("entry {index} is not kid:secret"),
                })?;
        Ok((kid.trim(), secret))
    };
    list.split(',').enumerate().map(entry).collect()
}

/// Makes the keys from the secrets that are set.
pub(super) fn read(
    text: impl Fn(&str) -> Result<Option<String>, ConfigError>,
) -> Result<Secrets, ConfigError> {
    let (variable, secret) = match Written::find(text)?.ok_or(ConfigError::SecretMissing)? {
        Written::List(variable, list) => return from_list(variable, &list),
        Written::Single(variable, secret) => (variable, secret),
    };
    let wrong = |reason: String| ConfigError::Secret { variable, reason };
    let keys = || {
        let secret = secret.as_bytes();
        let key = HmacKey::new(secret)?;
        let derived = |purpose| HmacKey::derive(secret, purpose).map(KeyRing::from);
        Ok::<_, KeyError>(Secrets {
            access: key.clone().into(),
            session_data: key,
            refresh: derived(REFRESH)?,
            bearer: derived(BEARER)?,
            limiter: derived(LIMITER)?,
            device: derived(DEVICE)?,
            proxy: derived(PROXY)?,
            links: LinkKeys::derive(derived)?,
        })
    };
    // Errors about the key are reported first. Otherwise, a PEM key would be refused
    // only for its line breaks.
    let keys = keys().map_err(|error| wrong(error.to_string()))?;
    secret_text::check(variable, &secret).map_err(|reason| wrong(reason.to_owned()))?;
    Ok(keys)
}

fn from_list(variable: &'static str, list: &str) -> Result<Secrets, ConfigError> {
    let wrong = |reason: String| ConfigError::Secret { variable, reason };
    let entries = entries_of(variable, list)?;
    let secrets = from_entries(&entries).map_err(|(at, error)| {
        wrong(at.map_or_else(
            || error.to_string(),
            |index| format!("entry {index}: {error}"),
        ))
    })?;
    secret_text::check(variable, list).map_err(|reason| wrong(reason.to_owned()))?;
    for (index, (_, secret)) in entries.iter().enumerate() {
        secret_text::check(variable, secret)
            .map_err(|reason| wrong(format!("entry {index}: {reason}")))?;
    }
    Ok(secrets)
}

type At = (Option<usize>, KeyError);

fn from_entries(entries: &[(&str, &str)]) -> Result<Secrets, At> {
    let ring = |key: &dyn Fn(&[u8]) -> Result<HmacKey, KeyError>| {
        let mut keys = Vec::new();
        for (index, (kid, secret)) in entries.iter().enumerate() {
            let key = key(secret.as_bytes()).map_err(|error| (Some(index), error))?;
            keys.push((*kid, key));
        }
        // This can't fail, because `split` yields at least one entry.
        let first = keys[0].1.clone();
        let ring = KeyRing::new(keys).map_err(|error| (None, error))?;
        Ok::<_, At>((ring, first))
    };
    let derived = |purpose: &str| Ok(ring(&|secret| HmacKey::derive(secret, purpose))?.0);
    let (access, session_data) = ring(&HmacKey::new)?;
    Ok(Secrets {
        access,
        session_data,
        refresh: derived(REFRESH)?,
        bearer: derived(BEARER)?,
        limiter: derived(LIMITER)?,
        device: derived(DEVICE)?,
        proxy: derived(PROXY)?,
        links: LinkKeys::derive(derived)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = "the-secret-of-2026-with-32-bytes";
    const OLD: &str = "the-secret-of-2025-with-32-bytes:and-a-colon";

    fn read_from(variables: &[(&str, &str)]) -> Result<Secrets, String> {
        read(|name| {
            let found = variables.iter().find(|(one, _)| *one == name);
            Ok(found.map(|(_, value)| (*value).to_owned()))
        })
        .map_err(|error| error.to_string())
    }

    #[test]
    fn the_first_secret_signs_and_each_verifies() {
        let old = read_from(&[("AUTH_SECRET", OLD)]).unwrap();
        let list = format!("2:{NEW}, 1:{OLD}");
        let rotated = read_from(&[("AUTH_SECRETS", &list), ("AUTH_SECRET", OLD)]).unwrap();
        for (before, after) in [
            (&old.access, &rotated.access),
            (&old.refresh, &rotated.refresh),
            (&old.bearer, &rotated.bearer),
        ] {
            assert!(after.verify_mac(b"m", &before.mac(b"m")));
            assert!(!before.verify_mac(b"m", &after.mac(b"m")));
        }
        assert_eq!(rotated.session_data.mac(b"m"), rotated.access.mac(b"m"));
        assert!(!rotated.refresh.verify_mac(b"m", &rotated.access.mac(b"m")));
        assert!(!rotated.bearer.verify_mac(b"m", &rotated.refresh.mac(b"m")));
    }

    #[test]
    fn errors_never_contain_the_secret() {
        for (variables, expected) in [
            (&[][..], "AUTH_SECRET is not set"),
            (&[("AUTH_SECRET", "short")], "AUTH_SECRET: the secret has 5"),
            (&[("BETTER_AUTH_SECRET", "s")], "BETTER_AUTH_SECRET: the"),
            (
                &[("AUTH_SECRET", "\n-----BEGIN PUBLIC KEY-----\n")],
                "AUTH_SECRET: the secret looks like a PEM",
            ),
            (&[("AUTH_SECRETS", NEW)], "AUTH_SECRETS: entry 0 is not"),
            (&[("AUTH_SECRETS", "a:short")], "AUTH_SECRETS: entry 0: the"),
            (
                &[("AUTH_SECRETS", "a:the-secret-of-2026-with-32-bytes,b:x")],
                "AUTH_SECRETS: entry 1: the secret has 1",
            ),
            (
                &[(
                    "AUTH_SECRETS",
                    "a:the-secret-of-2026-with-32-bytes,a:the-secret-of-2025-with-32-bytes",
                )],
                "AUTH_SECRETS: ",
            ),
            (
                &[("AUTH_SECRET", "the-secret-of-2026-with-32-bytes\n")],
                "AUTH_SECRET: it ends with a line end",
            ),
            (
                &[("BETTER_AUTH_SECRET", "'the-secret-of-2026-with-32-bytes'")],
                "BETTER_AUTH_SECRET: it is in quotes",
            ),
            (
                &[("AUTH_SECRETS", "a:the-secret-of-2026-with-32-bytes\r\n")],
                "AUTH_SECRETS: it ends with a line end",
            ),
            (
                &[(
                    "AUTH_SECRETS",
                    "AUTH_SECRETS=a:the-secret-of-2026-with-32-bytes",
                )],
                "AUTH_SECRETS: it begins with a variable's name",
            ),
            (
                &[(
                    "BETTER_AUTH_SECRETS",
                    "a:the-secret-of-2026-with-32-bytes ,b:the-secret-of-2025-with-32-bytes",
                )],
                "BETTER_AUTH_SECRETS: entry 0: it begins or ends with white space",
            ),
            (
                &[("AUTH_SECRETS", "a:\"the-secret-of-2026-with-32-bytes\"")],
                "AUTH_SECRETS: entry 0: it is in quotes",
            ),
        ] {
            let error = read_from(variables).err().unwrap();
            assert!(error.starts_with(expected), "{error}");
            assert!(!error.contains("the-secret-of"), "{error}");
        }
    }
}
