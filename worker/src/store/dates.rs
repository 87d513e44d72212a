//! How a database stores dates. The format depends on the adapter that created the
//! tables, and Better Auth couldn't read dates in any other format.

use std::fmt::{Display, Formatter};

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use worker::wasm_bindgen::JsValue;

use crate::clock::iso8601;

/// Numbers below this one are seconds; all others are milliseconds. Read as
/// milliseconds, this number is a date in 1973; read as seconds, it is a date in 5138.
const FIRST_MILLISECONDS: f64 = 1e11;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dates {
    /// ISO 8601, as the Kysely adapter writes it.
    Text,
    /// Drizzle's `mode: "timestamp"`.
    Seconds,
    /// Drizzle's `mode: "timestamp_ms"`.
    Milliseconds,
    /// Text, unless a stored value is a number. The declared type allows both.
    TextOrNumber,
    /// A number in a unit that only a stored value reveals. Without a stored value, the
    /// unit is assumed to be seconds, because generators that write milliseconds
    /// declare a default in milliseconds.
    Number,
}

impl Dates {
    /// Determines the format from a column's declared type and default. Better Auth's
    /// own migrations declare dates as `date`.
    pub(super) fn declared(declared: &str, default: Option<&str>) -> Self {
        let declared = declared.to_ascii_lowercase();
        if declared == "date" || declared == "text" || declared.contains("char") {
            return Self::Text;
        }
        if !declared.contains("int") && declared != "real" {
            return Self::TextOrNumber;
        }
        match default {
            Some(default) if default.contains("1000") => Self::Milliseconds,
            Some(default) if default.contains("unixepoch") || default.contains("%s") => {
                Self::Seconds
            }
            _ => Self::Number,
        }
    }

    /// Returns a condition for finding rows that reveal the format, or `None` if the
    /// format is already known.
    pub(super) fn numbers_only(self, column: &str) -> Option<String> {
        match self {
            Self::Text => None,
            Self::TextOrNumber => Some(String::new()),
            // Earlier versions of this Worker may have stored text.
            _ => Some(format!(
                r#" WHERE typeof("{column}") IN ('integer', 'real')"#
            )),
        }
    }

    /// Determines the format from the declaration and, if the column may contain numbers,
    /// from a stored value.
    pub(super) fn settled(self, stored: Option<&Stored>) -> Self {
        match (self, stored) {
            (Self::Text, _) => Self::Text,
            (_, Some(Stored::Number(number))) if *number >= FIRST_MILLISECONDS => {
                Self::Milliseconds
            }
            (_, Some(Stored::Number(_))) | (Self::Number, _) => Self::Seconds,
            (Self::TextOrNumber, _) => Self::Text,
            (settled, _) => settled,
        }
    }

    /// Converts a time in milliseconds to the database's format.
    pub(super) fn value(self, milliseconds: u64) -> JsValue {
        match self {
            Self::Text | Self::TextOrNumber => JsValue::from_str(&iso8601(milliseconds)),
            Self::Milliseconds => JsValue::from_f64(milliseconds as f64),
            Self::Seconds | Self::Number => JsValue::from_f64((milliseconds / 1000) as f64),
        }
    }

    /// Returns what would be read back if this time were stored. Both times are in milliseconds.
    pub(super) fn as_stored(self, milliseconds: u64) -> u64 {
        match self {
            Self::Seconds | Self::Number => milliseconds / 1000 * 1000,
            _ => milliseconds,
        }
    }
}

impl Display for Dates {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Text | Self::TextOrNumber => "ISO text",
            Self::Milliseconds => "milliseconds",
            Self::Seconds | Self::Number => "seconds",
        })
    }
}

/// A stored date. One column may contain dates in several formats.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stored {
    Text(String),
    Number(f64),
}

impl Stored {
    /// Returns this date as a value for a statement.
    pub(super) fn value(&self) -> JsValue {
        match self {
            Self::Text(text) => JsValue::from_str(text),
            Self::Number(number) => JsValue::from_f64(*number),
        }
    }

    /// Returns this date in the format used in responses. Text stays unchanged.
    pub(super) fn into_iso(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => iso8601(milliseconds(number)),
        }
    }

    /// Returns the milliseconds since the epoch, or `None` if the text is not a date.
    pub(super) fn milliseconds(&self) -> Option<u64> {
        match self {
            Self::Text(text) => {
                let parsed = worker::js_sys::Date::parse(text);
                parsed.is_finite().then_some(parsed.max(0.0) as u64)
            }
            Self::Number(number) => Some(milliseconds(*number)),
        }
    }
}

/// The last millisecond of the year 9999.
const LAST: f64 = 253_402_300_799_999.0;

fn milliseconds(number: f64) -> u64 {
    let milliseconds = if number < FIRST_MILLISECONDS {
        number * 1000.0
    } else {
        number
    };
    milliseconds.clamp(0.0, LAST) as u64
}

impl<'de> Deserialize<'de> for Stored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StoredVisitor;
        impl Visitor<'_> for StoredVisitor {
            type Value = Stored;

            fn expecting(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a date as text or a number")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Stored, E> {
                Ok(Stored::Text(text.to_owned()))
            }
            fn visit_f64<E: Error>(self, number: f64) -> Result<Stored, E> {
                Ok(Stored::Number(number))
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Stored, E> {
                Ok(Stored::Number(number as f64))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Stored, E> {
                Ok(Stored::Number(number as f64))
            }
        }
        deserializer.deserialize_any(StoredVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_says_how_dates_are_stored() {
        for (declared, default, dates) in [
            ("date", None, Dates::Text),
            ("TEXT", Some("CURRENT_TIMESTAMP"), Dates::Text),
            ("varchar(30)", None, Dates::Text),
            ("DATETIME", Some("CURRENT_TIMESTAMP"), Dates::TextOrNumber),
            ("integer", None, Dates::Number),
            ("integer", Some("unixepoch()"), Dates::Seconds),
            ("INTEGER", Some("strftime('%s', 'now')"), Dates::Seconds),
            (
                "integer",
                Some("cast(unixepoch('subsecond') * 1000 as integer)"),
                Dates::Milliseconds,
            ),
        ] {
            assert_eq!(
                Dates::declared(declared, default),
                dates,
                "{declared} {default:?}"
            );
        }
    }

    #[test]
    fn a_stored_value_decides_over_the_declaration() {
        let seconds = Stored::Number(1_709_208_000.0);
        let milliseconds = Stored::Number(1_709_208_000_000.0);
        let text = Stored::Text("2024-02-29T12:00:00.000Z".to_owned());
        for (declared, stored, settled) in [
            (Dates::Text, Some(&seconds), Dates::Text),
            (Dates::Number, None, Dates::Seconds),
            (Dates::Number, Some(&seconds), Dates::Seconds),
            (Dates::Number, Some(&milliseconds), Dates::Milliseconds),
            (Dates::Milliseconds, Some(&seconds), Dates::Seconds),
            (Dates::Milliseconds, None, Dates::Milliseconds),
            (Dates::TextOrNumber, None, Dates::Text),
            (Dates::TextOrNumber, Some(&text), Dates::Text),
            (
                Dates::TextOrNumber,
                Some(&milliseconds),
                Dates::Milliseconds,
            ),
        ] {
            assert_eq!(declared.settled(stored), settled, "{declared:?} {stored:?}");
        }
        assert_eq!(seconds.into_iso(), "2024-02-29T12:00:00.000Z");
        assert_eq!(milliseconds.into_iso(), "2024-02-29T12:00:00.000Z");
    }
}
