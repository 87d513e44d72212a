//! Variables as the Worker reads them, for the operator's commands in `worker/admin`.

#![allow(
    unreachable_pub,
    reason = "wasm-bindgen exports only what is declared public"
)]

use edgeseal::PasswordPolicy;
use wasm_bindgen::prelude::{JsCast, JsError, JsValue, wasm_bindgen};
use worker::Env;

use super::env::text_of;
use super::error::ConfigError;
use super::secrets::{Written, entries_of};
use super::{passwords, secrets};

/// How passwords are hashed with these variables.
pub(crate) fn password_policy(variables: JsValue) -> Result<PasswordPolicy, ConfigError> {
    passwords::policy_of(&variables.unchecked_into())
}

/// The secrets in use, starting with the one that signs: the `kid` of each secret,
/// followed by its text. A single secret has an empty `kid`.
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

/// Refuses secrets that no Worker would start with.
#[wasm_bindgen(js_name = checkSecrets)]
pub fn check_secrets(variables: JsValue) -> Result<(), JsError> {
    let env: Env = variables.unchecked_into();
    secrets::read(|name| text_of(&env, name))?;
    Ok(())
}
