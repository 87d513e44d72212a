//! Reads individual environment variables.

use serde::de::DeserializeOwned;
use worker::Env;
use worker::js_sys::{JSON, Reflect};

use super::error::ConfigError;

/// Returns a variable's text, if it is set. Numbers and booleans from TOML are
/// converted. Other types are refused, because ignoring them would silently apply the
/// default.
pub(super) fn text_of(env: &Env, name: &str) -> Result<Option<String>, ConfigError> {
    let value = Reflect::get(env, &name.into()).unwrap_or_default();
    if value.is_null_or_undefined() {
        return Ok(None);
    }
    let text = value
        .as_string()
        .or_else(|| value.as_f64().map(|number| number.to_string()))
        .or_else(|| value.as_bool().map(|is_so| is_so.to_string()));
    let text = text.ok_or_else(|| ConfigError::NotText {
        variable: name.to_owned(),
    })?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Returns whether a binding exists. `method` is the method that the Worker calls on
/// it. A plain variable with this name is refused, because ignoring it would lose
/// messages or events.
pub(super) fn is_bound(env: &Env, name: &'static str, method: &str) -> Result<bool, ConfigError> {
    let value = Reflect::get(env, &name.into()).unwrap_or_default();
    if value.is_null_or_undefined() {
        return Ok(false);
    }
    let can = Reflect::get(&value, &method.into()).is_ok_and(|member| member.is_function());
    can.then_some(true).ok_or(ConfigError::NotABinding { name })
}

/// Returns a list or object, if it is set. Variables from `[vars]` are already lists or
/// objects; variables from `.dev.vars` are JSON text.
pub(super) fn object_of<T: DeserializeOwned>(
    env: &Env,
    name: &str,
    malformed: ConfigError,
) -> Result<Option<T>, ConfigError> {
    let value = Reflect::get(env, &name.into()).unwrap_or_default();
    if value.is_null_or_undefined() {
        return Ok(None);
    }
    let text = value
        .as_string()
        .or_else(|| JSON::stringify(&value).ok().map(String::from));
    let read = text.and_then(|text| serde_json::from_str(&text).ok());
    read.map(Some).ok_or(malformed)
}

/// Reads a variable that is `true` or `false`. Returns false if it is not set.
pub(super) fn flag(
    text: impl Fn(&str) -> Result<Option<String>, ConfigError>,
    variable: &'static str,
) -> Result<bool, ConfigError> {
    match text(variable)?.as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(ConfigError::Flag { variable }),
    }
}

pub(super) fn seconds(
    text: impl Fn(&str) -> Result<Option<String>, ConfigError>,
    variable: &'static str,
    default: u64,
    min: u64,
    max: u64,
) -> Result<u64, ConfigError> {
    let Some(text) = text(variable)? else {
        return Ok(default);
    };
    let value = text
        .parse()
        .ok()
        .filter(|value| (min..=max).contains(value));
    value.ok_or(ConfigError::Seconds { variable, min, max })
}
