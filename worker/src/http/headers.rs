//! Header fields as a list.

use std::borrow::Cow;
use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;
use worker::web_sys;

// `forEach` takes half as long as an iterator, and encoding all lines at once takes a
// third as long as passing a string. A comma and a line feed are safe separators, because
// names can't contain a comma, and values can't contain a line feed (RFC 9110 §5).
#[wasm_bindgen(inline_js = r"
const encoder = new TextEncoder();
export function linesOf(headers) {
  let lines = '';
  headers.forEach((value, name) => { lines += name + ',' + value + '\n'; });
  return encoder.encode(lines);
}
")]
extern "C" {
    #[wasm_bindgen(js_name = linesOf)]
    fn lines_of(headers: &web_sys::Headers) -> Vec<u8>;
}

/// The only header whose values can't be joined into one line (RFC 9110 §5.3).
pub(super) const SET_COOKIE: &str = "set-cookie";

/// Headers by lowercase name. Each name occurs once, except `Set-Cookie`. A list that was
/// read from JavaScript also knows how it has been changed since.
#[derive(Clone, Default)]
pub(crate) struct Headers {
    /// The lines that the list was read from.
    lines: Rc<str>,
    fields: Vec<Field>,
    /// The names of fields that were read and then removed.
    dropped: Vec<Span>,
}

/// A part of the lines: its start and end.
type Span = (usize, usize);

#[derive(Clone)]
enum Field {
    Read {
        name: Span,
        value: Span,
    },
    Own {
        name: Cow<'static, str>,
        value: String,
    },
}

/// How a list was changed since it was read: first drop some names, then set others.
/// Copying the headers of a request or response and changing a few takes JavaScript half
/// as long as writing them all.
pub(crate) struct Edits<'a> {
    pub(crate) drop: Vec<&'a str>,
    pub(crate) set: Vec<(&'a str, &'a str)>,
}

impl Headers {
    /// Reads all headers of a JavaScript object.
    pub(crate) fn read(headers: &web_sys::Headers) -> Self {
        // `encode` never returns anything but UTF-8.
        Self::from_lines(String::from_utf8(lines_of(headers)).unwrap_or_default())
    }

    fn from_lines(lines: String) -> Self {
        let mut fields = Vec::with_capacity(24);
        let mut start = 0;
        for line in lines.split_terminator('\n') {
            let end = start + line.len();
            if let Some(comma) = line.bytes().position(|byte| byte == b',') {
                fields.push(Field::Read {
                    name: (start, start + comma),
                    value: (start + comma + 1, end),
                });
            }
            start = end + 1;
        }
        Self {
            lines: lines.into(),
            fields,
            dropped: Vec::new(),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.entries();
        all.find_map(|(found, value)| (found == name).then_some(value))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|field| field.entry(&self.lines))
    }

    /// Replaces a header's value.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.retain(|found| found != name);
        self.append(name, value);
    }

    /// Adds a value to a header.
    pub(crate) fn append(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        let (name, mut value) = (name.into(), value.into());
        let lines = &self.lines;
        let mut all = self.fields.iter_mut();
        match all.find(|field| field.entry(lines).0 == name) {
            Some(there) if name != SET_COOKIE => {
                value = format!("{}, {value}", there.entry(lines).1);
                *there = Field::Own { name, value };
            }
            _ => self.fields.push(Field::Own { name, value }),
        }
    }

    pub(crate) fn cookies(&self) -> impl Iterator<Item = &str> {
        let all = self.entries();
        all.filter_map(|(name, value)| (name == SET_COOKIE).then_some(value))
    }

    pub(crate) fn retain(&mut self, mut keeps: impl FnMut(&str) -> bool) {
        let Self {
            lines,
            fields,
            dropped,
        } = self;
        fields.retain(|field| {
            let is_kept = keeps(field.entry(lines).0);
            if let (false, Field::Read { name, .. }) = (is_kept, field) {
                dropped.push(*name);
            }
            is_kept
        });
    }

    /// Returns how the list was changed since it was read. Cookies that were added are not
    /// supported.
    pub(crate) fn edits(&self) -> Edits<'_> {
        let own = self.fields.iter().filter_map(|field| match field {
            Field::Own { name, value } => Some((&**name, value.as_str())),
            Field::Read { .. } => None,
        });
        let set: Vec<_> = own.collect();
        let dropped = self.dropped.iter().map(|&name| part(&self.lines, name));
        let is_gone = |name: &&str| set.iter().all(|(own, _)| own != name);
        Edits {
            drop: dropped.filter(is_gone).collect(),
            set,
        }
    }
}

impl Field {
    fn entry<'a>(&'a self, lines: &'a str) -> (&'a str, &'a str) {
        match self {
            Self::Read { name, value } => (part(lines, *name), part(lines, *value)),
            Self::Own { name, value } => (name, value),
        }
    }
}

fn part(lines: &str, (start, end): Span) -> &str {
    lines.get(start..end).unwrap_or_default()
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
        let all: Vec<_> = headers.entries().collect();
        let cookies = [("set-cookie", "a=1"), ("set-cookie", "b=2")];
        assert_eq!(
            all,
            [&[("vary", "Accept, Origin")], &cookies[..], &[("x-a", "2")]].concat()
        );
        assert_eq!(headers.cookies().collect::<Vec<_>>(), ["a=1", "b=2"]);
    }

    #[test]
    fn a_list_that_was_read_knows_its_edits() {
        let lines = "a,1\nb,x,y\nset-cookie,c=1\nset-cookie,d=2\nvary,A\nz,3\n";
        let mut headers = Headers::from_lines(lines.to_owned());
        assert_eq!(headers.get("b"), Some("x,y"));
        assert!(headers.edits().drop.is_empty() && headers.edits().set.is_empty());
        headers.retain(|name| name != "a" && name != "set-cookie" && name != "z");
        headers.append("vary", "Origin");
        headers.set("z", "4");
        headers.append("y", "5");
        let edits = headers.edits();
        assert_eq!(edits.drop, ["a", "set-cookie", "set-cookie"]);
        assert_eq!(edits.set, [("vary", "A, Origin"), ("z", "4"), ("y", "5")]);
        let left: Vec<_> = headers.entries().map(|(name, _)| name).collect();
        assert_eq!(left, ["b", "vary", "z", "y"]);
    }
}
