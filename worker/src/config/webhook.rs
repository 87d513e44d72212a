//! Reads `WEBHOOK_SECRET` and the URLs of webhooks.

use base64ct::{Base64, Encoding};
use edgeseal::HmacKey;
use worker::{Env, Url};

use super::env::text_of;
use super::error::ConfigError;

const VARIABLE: &str = "WEBHOOK_SECRET";

/// Signs webhooks according to the Standard Webhooks specification.
#[derive(Clone)]
pub(crate) struct WebhookKey(HmacKey);

impl WebhookKey {
    /// Reads the key. `needed_by` is the name of the variable that requires it.
    pub(super) fn read(env: &Env, needed_by: &'static str) -> Result<Self, ConfigError> {
        let secret = text_of(env, VARIABLE)?;
        let secret = secret.ok_or(ConfigError::WebhookSecretMissing { needed_by })?;
        Self::parse(&secret).ok_or(ConfigError::WebhookSecret)
    }

    /// Reads `whsec_` followed by 32 to 64 bytes in base64. The specification also allows
    /// 24 to 31 bytes, but the HMAC keys of this project must be longer (RFC 7518 §3.2).
    fn parse(secret: &str) -> Option<Self> {
        let bytes = Base64::decode_vec(secret.strip_prefix("whsec_")?).ok()?;
        let key = (32..=64)
            .contains(&bytes.len())
            .then(|| HmacKey::new(&bytes))?;
        key.ok().map(Self)
    }

    /// Returns the value of `webhook-signature`. `timestamp` is in seconds.
    pub(crate) fn sign(&self, id: &str, timestamp: u64, body: &str) -> String {
        let signed = format!("{id}.{timestamp}.{body}");
        format!(
            "v1,{}",
            Base64::encode_string(&self.0.mac(signed.as_bytes()))
        )
    }
}

/// Reads a URL. It must use https unless it points to this machine, because user data
/// must not be sent over a network unencrypted.
pub(super) fn webhook_url(variable: &'static str, text: &str) -> Result<String, ConfigError> {
    let url = Url::parse(text).ok().filter(|url| {
        let is_loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let is_allowed = url.scheme() == "https" || (url.scheme() == "http" && is_loopback);
        is_allowed
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
    });
    let url = url.ok_or(ConfigError::WebhookUrl { variable })?;
    Ok(url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_specification() {
        // The signature was made with the `standardwebhooks` package.
        let key = WebhookKey::parse("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").unwrap();
        assert_eq!(
            key.sign("msg_1", 1_700_000_000, r#"{"a":1}"#),
            "v1,rkwp5YuvdrMkcu0ZhuMsXoTg44mHAr1Q0+FFgFpXsjY="
        );
    }

    #[test]
    fn secrets_and_urls_are_checked() {
        for secret in [
            "",
            "whsec_",
            "whsec_c2hvcnQ=",
            "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        ] {
            assert!(WebhookKey::parse(secret).is_none(), "{secret}");
        }
        for url in [
            "https://hooks.example/a?b=c",
            "http://127.0.0.1:8000/mail",
            "http://localhost/",
        ] {
            assert!(webhook_url("EMAIL_WEBHOOK", url).is_ok(), "{url}");
        }
        for url in [
            "",
            "hooks.example",
            "http://hooks.example/",
            "https://a:b@hooks.example/",
            "ftp://localhost/",
        ] {
            assert!(webhook_url("EMAIL_WEBHOOK", url).is_err(), "{url}");
        }
    }
}
