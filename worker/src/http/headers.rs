//! Header fields as a list.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::web_sys;

// `forEach` takes half as long as an iterator. A comma and a line feed are safe
// separators, because names can't contain a comma, and values can't contain a line feed
// (RFC 9110 §5).
#[wasm_bindgen(inline_js = r"
export function linesOf(headers) {
  let lines = '';
  headers.forEach((value, name) => { lines += name + ',' + value + '\n'; });
  return lines;
}
")]
extern "C" {
    #[wasm_bindgen(js_name = linesOf)]
    fn lines_of(headers: &web_sys::Headers) -> String;
}

/// The only header whose values can't be joined into one line (RFC 9110 §5.3).
pub(super) const SET_COOKIE: &str = "set-cookie";

/// Headers by lowercase name. Each name occurs once, except `Set-Cookie`.
#[derive(Default)]
pub(crate) struct Headers(Vec<(Cow<'static, str>, String)>);

impl Headers {
    /// Reads all headers of a JavaScript object.
    pub(super) fn read(headers: &web_sys::Headers) -> Self {
        let lines = lines_of(headers);
        let pairs = lines.split('\n').filter_map(|line| line.split_once(','));
        Self(
            pairs
                .map(|(name, value)| (name.to_owned().into(), value.to_owned()))
                .collect(),
        )
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.entries();
        all.find_map(|(found, value)| (found == name).then_some(value))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, value.as_str()))
    }

    /// Replaces a header's value.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.retain(|found| found != name);
        self.append(name, value);
    }

    /// Adds a value to a header.
    pub(crate) fn append(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(found, _)| *found == name) {
            Some((_, there)) if name != SET_COOKIE => {
                there.push_str(", ");
                there.push_str(&value);
            }
            _ => self.0.push((name, value)),
        }
    }

    pub(crate) fn cookies(&self) -> impl Iterator<Item = &str> {
        let all = self.entries();
        all.filter_map(|(name, value)| (name == SET_COOKIE).then_some(value))
    }

    pub(crate) fn retain(&mut self, mut keeps: impl FnMut(&str) -> bool) {
        self.0.retain(|(name, _)| keeps(name));
    }
}

/// Serializes the headers, except cookies, as an object, because `Response` takes twice
/// as long to read a list of pairs.
impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (name, value) in self.entries().filter(|(name, _)| *name != SET_COOKIE) {
            object.serialize_entry(name, value)?;
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::Headers;

    #[test]
    fn a_name_stands_once_but_for_cookies() {
        let mut headers = Headers::default();
        headers.append("vary", "Accept");
        headers.append("vary", "Origin");
        headers.append("set-cookie", "a=1");
        headers.append("set-cookie", "b=2");
        headers.set("x-a", "1");
        headers.set("x-a", "2");
        let text = serde_json::to_string(&headers).unwrap();
        assert_eq!(text, r#"{"vary":"Accept, Origin","x-a":"2"}"#);
        assert_eq!(headers.cookies().collect::<Vec<_>>(), ["a=1", "b=2"]);
    }
}
