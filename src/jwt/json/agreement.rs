//! Compares our reader with `serde_json`. Ours checks the claims, and `serde_json`
//! returns them to the caller, so both must read the same values.

use std::collections::HashSet;
use std::fmt;

use proptest::prelude::*;
use proptest::sample::select;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Map;

use super::reader::MAX_DEPTH;
use super::*;

/// Features of a text that make our reader refuse it deliberately, although
/// `serde_json` accepts it.
#[derive(Debug, Default)]
struct Beyond {
    /// How deeply arrays and objects are nested.
    depth: usize,
    /// Whether a member name occurs twice in an object, after escapes are resolved.
    twice: bool,
    /// Whether there is a number of 10^308 or more, which some readers treat as
    /// infinite.
    huge: bool,
}

impl Beyond {
    fn add(&mut self, inner: &Self) {
        self.depth = self.depth.max(inner.depth + 1);
        self.twice |= inner.twice;
        self.huge |= inner.huge;
    }

    fn accounts_for(&self, flaw: Flaw) -> bool {
        match flaw {
            "a member name is repeated" => self.twice,
            "nested too deeply" => self.depth > MAX_DEPTH,
            "a number is out of range" => self.huge,
            _ => false,
        }
    }
}

impl<'de> Deserialize<'de> for Beyond {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Look)
    }
}

struct Look;

impl<'de> Visitor<'de> for Look {
    type Value = Beyond;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Beyond, E> {
        Ok(Beyond::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Beyond, E> {
        Ok(Beyond::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Beyond, E> {
        Ok(Beyond::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Beyond, E> {
        Ok(Beyond::default())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Beyond, E> {
        let huge = number.abs() >= 1e308;
        Ok(Beyond {
            huge,
            ..Beyond::default()
        })
    }

    fn visit_str<E>(self, _: &str) -> Result<Beyond, E> {
        Ok(Beyond::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Beyond, A::Error> {
        let mut all = Beyond {
            depth: 1,
            ..Beyond::default()
        };
        while let Some(item) = items.next_element::<Beyond>()? {
            all.add(&item);
        }
        Ok(all)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Beyond, A::Error> {
        let mut all = Beyond {
            depth: 1,
            ..Beyond::default()
        };
        let mut names = HashSet::new();
        while let Some((name, value)) = members.next_entry::<String, Beyond>()? {
            all.twice |= !names.insert(name);
            all.add(&value);
        }
        Ok(all)
    }
}

/// Valid and invalid JSON strings.
fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => any::<char>().prop_map(|letter| {
            let quoted = serde_json::to_string(&letter).unwrap();
            quoted[1..quoted.len() - 1].to_owned()
        }),
        6 => select(vec!["a", "b", "\\u0061", "\\n", "\\/", "\\\\", "\\\"", "\\ud83d\\ude00"])
            .prop_map(str::to_owned),
        1 => select(vec!["\\ud800", "\\udc00", "\\u12", "\\x", "\t", "\u{0}", "\u{7f}", "\\"])
            .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => any::<i64>().prop_map(|number| number.to_string()),
        8 => prop::num::f64::NORMAL.prop_map(|number| format!("{number:e}")),
        8 => "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,2})?",
        1 => select(vec!["9e307", "1e308", "17e307", "1.8e308", "1e999", "1e-999", "0e999"])
            .prop_map(str::to_owned),
        1 => "[1-9][0-9]{300,320}",
        1 => "[-+0-9.eE]{1,6}",
    ]
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        8 => number(),
        8 => string(),
        4 => select(vec!["null", "true", "false"]).prop_map(str::to_owned),
        1 => select(vec!["nul", "True", "NaN", "-", ""]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 12, 4, |inner| {
        let items = prop::collection::vec(inner.clone(), 0..5);
        prop_oneof![
            3 => items.prop_map(|items| format!("[{}]", items.join(", "))),
            3 => members(inner.clone()),
            1 => (inner, 1_usize..40).prop_map(|(inner, times)| {
                format!("{}{inner}{}", "[".repeat(times), "]".repeat(times))
            }),
        ]
    })
}

fn members(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let member = (string(), value).prop_map(|(name, value)| format!("{name}:{value}"));
    prop::collection::vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(" ,")))
}

/// Texts that are JSON objects or resemble them.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let whole = members(value()).prop_map(String::into_bytes);
    let changed = (
        members(value()),
        any::<prop::sample::Index>(),
        prop_oneof![8 => 0..128_u8, 1 => any::<u8>()],
        0..3,
    )
        .prop_map(|(text, at, byte, how)| {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
            bytes
        });
    let soup = select(vec![
        "{", "}", "[", "]", ":", ",", "\"a\"", "\"b\"", "1", "-", "0", "e", ".", "true", " ", "\n",
        "\u{feff}",
    ]);
    let soup = prop::collection::vec(soup, 0..12).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![5 => whole, 4 => changed, 1 => soup]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn our_verdict_is_that_of_serde_json(bytes in text()) {
        let mut seen = Vec::new();
        let ours = object(&bytes, &mut Names::default(), |name, value| {
            seen.push((name.to_owned(), value));
        });
        let theirs = serde_json::from_slice::<Map<String, serde_json::Value>>(&bytes);
        if let Err(flaw) = ours {
            if theirs.is_ok() {
                let beyond: Beyond = serde_json::from_slice(&bytes).unwrap();
                prop_assert!(beyond.accounts_for(flaw), "{} {:?}", flaw, beyond);
            }
            return Ok(());
        }
        prop_assert!(theirs.is_ok(), "{:?}", theirs);
        let theirs = theirs.unwrap();
        prop_assert_eq!(seen.len(), theirs.len());
        for (name, value) in seen {
            let same = match (value, &theirs[&name]) {
                (Value::String(text), serde_json::Value::String(theirs)) => text.resolve() == *theirs,
                (Value::Number(text), serde_json::Value::Number(theirs)) => {
                    text.parse::<f64>().ok() == theirs.as_f64()
                        && seconds(text).is_none_or(|ours| Some(ours) == theirs.as_f64())
                }
                (Value::Array(array), serde_json::Value::Array(theirs)) => {
                    let ours: Vec<_> = strings(array).map(|item| item.map(Text::resolve)).collect();
                    let whole = theirs.iter().all(serde_json::Value::is_string);
                    !whole || ours.iter().map(Option::as_deref).eq(theirs.iter().map(|item| item.as_str()))
                }
                (Value::Other, theirs) => theirs.is_null() || theirs.is_boolean() || theirs.is_object(),
                _ => false,
            };
            prop_assert!(same, "{}", name);
        }
    }
}
