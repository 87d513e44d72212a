//! Strict JSON: at every depth, member names must be unique after their escapes are
//! resolved (RFC 7515 §4, RFC 7519 §4); nesting is limited; and nothing may follow the
//! object. The reader makes one pass over the bytes and doesn't build a tree, because
//! callers need only a few of the members, but have to be sure that the rest is valid.

#[cfg(all(test, not(target_arch = "wasm32")))]
mod agreement;
mod names;
mod reader;
mod text;
mod value;

use reader::Reader;

pub(super) use names::Names;
pub(super) use text::{Text, is_whole, seconds};
pub(super) use value::{Flaw, Value};

const NOT_AN_OBJECT: Flaw = "not a JSON object";

/// Reads `bytes` as one JSON object with nothing after it, and calls `member` for
/// each of its members in order.
pub(super) fn object<'a>(
    bytes: &'a [u8],
    names: &mut Names,
    mut member: impl FnMut(&str, Value<'a>),
) -> Result<(), Flaw> {
    // RFC 8259 §8.1, RFC 7519 §7.2.
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8")?;
    names.clear();
    let mut reader = Reader { text, at: 0, names };
    reader.skip_white_space();
    if reader.next() != Some(b'{') {
        return Err(NOT_AN_OBJECT);
    }
    reader.members(1, &mut member)?;
    reader.skip_white_space();
    if reader.at == text.len() {
        Ok(())
    } else {
        Err("data after the JSON object")
    }
}

/// Checks that `bytes` is one JSON object, and collects only the names of its members.
pub(super) fn check(bytes: &[u8], names: &mut Names) -> Result<(), Flaw> {
    object(bytes, names, |_, _| {})
}

/// The items of an array that has already been read, with `None` for each item that is
/// not a string.
pub(super) fn strings(array: &str) -> impl Iterator<Item = Option<Text<'_>>> {
    let mut names = Names::default();
    let mut at = 1;
    std::iter::from_fn(move || {
        let mut reader = Reader {
            text: array,
            at,
            names: &mut names,
        };
        reader.skip_white_space();
        if matches!(reader.peek(), Some(b',')) {
            reader.at += 1;
            reader.skip_white_space();
        }
        if matches!(reader.peek(), None | Some(b']')) {
            return None;
        }
        let item = match reader.value(0) {
            Ok(Value::String(text)) => Some(text),
            _ => None,
        };
        at = reader.at;
        Some(item)
    })
}

#[cfg(test)]
mod tests {
    use super::reader::MAX_DEPTH;
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<String>, Flaw> {
        let mut members = Vec::new();
        object(bytes, &mut Names::default(), |name, _| {
            members.push(name.to_owned());
        })?;
        Ok(members)
    }

    #[test]
    fn refuses_duplicate_members_at_any_depth_and_by_escape() {
        let many: Vec<_> = (0..40).map(|i| format!("\"k{i}\":0")).collect();
        let many = many.join(",");
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"\u0061":1,"\u0061":2}"#,
            r#"{"x":{"a":1,"a":2}}"#,
            r#"{"x":[{"a":1,"a":2}]}"#,
            r#"{"__proto__":1,"__proto__":2}"#,
            r#"{"/":1,"\/":2}"#,
            r#"{"😀":1,"\ud83d\ude00":2}"#,
            &format!("{{{many},\"\\u006b7\":1}}"),
            &format!("{{\"x\":{{{many},\"k39\":1}}}}"),
        ] {
            assert_eq!(
                read(text.as_bytes()),
                Err("a member name is repeated"),
                "{text}"
            );
        }
        assert!(
            read(br#"{"a":0.001e310,"b":0e999,"c":1e-99999999999999999999,"d":1e307}"#).is_ok()
        );
        assert!(read(br#"{"a":{"a":1},"b":{"a":1}}"#).is_ok());
        assert!(read(format!("{{{many}}}").as_bytes()).is_ok());
        assert_eq!(read(br#"{"\u0061\n":1,"b":[]}"#).unwrap(), ["a\n", "b"]);
    }

    #[test]
    fn refuses_what_is_not_one_utf8_object() {
        for bytes in [
            &b"[]"[..],
            b"null",
            b"",
            b"{",
            b"{} {}",
            b"{}x",
            b"{,}",
            b"{\"a\":1,}",
            b"{\"a\" 1}",
            b"{\"a\":[1,]}",
            b"{\"a\":01}",
            b"{\"a\":-}",
            b"{\"a\":1.}",
            b"{\"a\":.5}",
            b"{\"a\":1e}",
            b"{\"a\":+1}",
            b"{\"a\":tru}",
            b"{\"a\":\"\t\"}",
            b"{\"a\":\"\\x\"}",
            b"{\"a\":\"\\u12\"}",
            b"{\"a\":\"\\ud800\"}",
            b"{\"a\":\"\\udc00\"}",
            b"{\"a\":\"\\ud800\\u0041\"}",
            b"\xEF\xBB\xBF{}",
            b"{\"a\":\"\xFF\"}",
            b"{\"a\":NaN}",
            b"{\"a\":1e400}",
            b"{\"a\":-0.1e310}",
            b"{\"a\":1e99999999999999999999}",
            b"{'a':1}",
        ] {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn bounds_nesting() {
        let nested = |depth: usize| format!("{{\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(nested(MAX_DEPTH - 1).as_bytes()).is_ok());
        assert!(read(nested(MAX_DEPTH).as_bytes()).is_err());
        assert!(read(nested(100_000).as_bytes()).is_err());
    }

    #[test]
    fn resolves_what_serde_json_resolves() {
        for text in [
            r#""a""#,
            r#""\"\\\/\b\f\n\r\t""#,
            r#""\u00e9\ud83d\ude00x\u0000""#,
            r#""é😀""#,
        ] {
            let object_text = format!("{{\"x\":{text}}}");
            let mut found = None;
            object(object_text.as_bytes(), &mut Names::default(), |_, value| {
                if let Value::String(text) = value {
                    found = Some(text.resolve().into_owned());
                }
            })
            .unwrap();
            assert_eq!(found, serde_json::from_str(text).unwrap());
        }
    }

    #[test]
    fn gives_the_strings_of_an_array() {
        let of = |array| -> Option<Vec<_>> {
            strings(array).map(|item| item.map(Text::resolve)).collect()
        };
        assert_eq!(of(r#"[ "a" , "\u0062"]"#).unwrap(), ["a", "b"]);
        assert_eq!(of("[]").unwrap().len(), 0);
        assert!(of(r#"["a",1]"#).is_none());
        assert!(of(r#"[["a"]]"#).is_none());
    }
}
