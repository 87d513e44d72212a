//! Reads variables as the Worker does, for the operator's commands in `worker/admin`.

#![allow(
    unreachable_pub,
    reason = "wasm-bindgen exports only what is declared public"
)]

use edgeseal::PasswordPolicy;
use wasm_bindgen::prelude::{JsCast, JsError, JsValue, wasm_bindgen};
use worker::Env;

use super::env::text_of;
use super::error::ConfigError;
use super::origins::{Origins, web_origin};
use super::secrets::{LinkKeys, Written, entries_of};
use super::{passwords, secrets};

/// Reads the password policy from these variables.
pub(crate) fn password_policy(variables: JsValue) -> Result<PasswordPolicy, ConfigError> {
    passwords::policy_of(&variables.unchecked_into())
}

/// The settings that links in messages depend on.
pub(crate) struct LinkSettings {
    pub(crate) base_url: String,
    pub(crate) trusted_origins: Origins,
    pub(crate) keys: LinkKeys,
}

impl LinkSettings {
    pub(crate) fn read(variables: JsValue) -> Result<Self, ConfigError> {
        let env: Env = variables.unchecked_into();
        let text = |name: &str| text_of(&env, name);
        let variable = "BASE_URL";
        let base_url = text(variable)?.ok_or(ConfigError::BaseUrlMissing)?;
        let base_url = web_origin(&base_url).ok_or(ConfigError::NotAnOrigin { variable })?;
        let trusted_origins = text("TRUSTED_ORIGINS")?.unwrap_or_default();
        Ok(Self {
            trusted_origins: Origins::read(&base_url, &trusted_origins)?,
            keys: secrets::read(text)?.links,
            base_url,
        })
    }
}

/// Returns the secrets in use, starting with the one that signs tokens. The list contains
/// each secret's `kid`, followed by the secret itself. If there is only one secret,
/// without a `kid`, the first entry is empty.
#[wasm_bindgen(js_name = secretsOf)]
pub fn secrets_of(variables: JsValue) -> Result<Vec<String>, JsError> {
    let env: Env = variables.unchecked_into();
    let entries = match Written::find(|name| text_of(&env, name))? {
        None => Vec::new(),
        Some(Written::Single(_, secret)) => vec![String::new(), secret],
        Some(Written::List(variable, list)) => {
            let entries = entries_of(variable, &list)?.into_iter();
            entries
                .flat_map(|(kid, secret)| [kid.to_owned(), secret.to_owned()])
                .collect()
        }
    };
    Ok(entries)
}

/// Refuses secrets that a Worker would refuse when it starts.
#[wasm_bindgen(js_name = checkSecrets)]
pub fn check_secrets(variables: JsValue) -> Result<(), JsError> {
    let env: Env = variables.unchecked_into();
    secrets::read(|name| text_of(&env, name))?;
    Ok(())
}
