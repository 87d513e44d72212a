use super::text::Text;

/// Why a text was refused. The reason doesn't contain any part of the text.
pub(in crate::jwt) type Flaw = &'static str;

/// A value as it is written in the text.
#[derive(Debug, Clone, Copy)]
pub(in crate::jwt) enum Value<'a> {
    Number(&'a str),
    String(Text<'a>),
    Array(&'a str),
    /// `null`, `true`, `false` or an object: callers don't need the value.
    Other,
}
