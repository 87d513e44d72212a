//! One error enum per operation, and one list of stable [`ErrorCode`]s.
//!
//! Messages name the claim, option or limit at fault and say what to do. They never contain a
//! token, a secret, a password, a hash, or a claim's value.

use std::borrow::Cow;

use thiserror::Error;

use crate::algorithm::Algorithm;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident => $text:literal,)+) => {
        /// The stable name of a refusal, which is the same in Rust, in JavaScript and in the
        /// Worker's log. `contracts/error-codes.json` lists all of these names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode { $($(#[$doc])* $name,)+ }

        impl ErrorCode {
            /// Every code, in the order of `contracts/error-codes.json`.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code as it appears in JavaScript, for example `ERR_JWT_EXPIRED`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

error_codes! {
    /// The token is not a JWS compact serialization of UTF-8 JSON objects (RFC 7515 §7.1).
    JwtMalformed => "ERR_JWT_MALFORMED",
    /// The token is longer than the verifier's limit.
    JwtTooLarge => "ERR_JWT_TOO_LARGE",
    /// `alg` is not allowed (RFC 8725 §3.1).
    JwtAlgNotAllowed => "ERR_JWT_ALG_NOT_ALLOWED",
    /// `crit` is present (RFC 7515 §4.1.11).
    JwtCritUnsupported => "ERR_JWT_CRIT_UNSUPPORTED",
    /// `typ` is not the expected type (RFC 8725 §3.11).
    JwtTypMismatch => "ERR_JWT_TYP_MISMATCH",
    /// The signature is invalid for this token and key.
    JwtSignatureInvalid => "ERR_JWT_SIGNATURE_INVALID",
    /// The current time is at or after `exp`, or the token is older than allowed.
    JwtExpired => "ERR_JWT_EXPIRED",
    /// `nbf` or `iat` is in the future.
    JwtNotYetValid => "ERR_JWT_NOT_YET_VALID",
    /// A required claim is absent.
    JwtClaimMissing => "ERR_JWT_CLAIM_MISSING",
    /// A claim has the wrong type or value.
    JwtClaimInvalid => "ERR_JWT_CLAIM_INVALID",
    /// The secret is too short or is not random.
    KeyWeak => "ERR_KEY_WEAK",
    /// There is no key with the token's `kid` or with the pepper id in the stored hash.
    KeyUnknown => "ERR_KEY_UNKNOWN",
    /// The password is longer than the algorithm or the limit allows.
    PasswordTooLong => "ERR_PASSWORD_TOO_LONG",
    /// The password is empty or not well-formed text.
    PasswordInvalid => "ERR_PASSWORD_INVALID",
    /// The stored hash has an unknown format or is damaged.
    PasswordHashInvalid => "ERR_PASSWORD_HASH_INVALID",
    /// The parameters are below the minimum or above the maximum.
    PasswordParamsRefused => "ERR_PASSWORD_PARAMS_REFUSED",
    /// An option has an unknown name, the wrong type or a value out of range.
    OptionInvalid => "ERR_OPTION_INVALID",
}

/// Why a secret was refused as an HMAC key (RFC 7518 §3.2, RFC 8725 §3.5).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The secret is shorter than the output of the algorithm's hash function.
    #[error("the secret has {length} bytes; {algorithm} needs at least {} random bytes", algorithm.mac_length())]
    TooShort {
        /// The algorithm that needs the longest key.
        algorithm: Algorithm,
        /// The secret's length in bytes.
        length: usize,
    },
    /// The secret looks like PEM data, a certificate, an SSH key, a JWK or a JWKS. These are
    /// often public, and are never HMAC secrets.
    #[error("the secret looks like {what}; use at least 32 random bytes instead")]
    LooksLike {
        /// What the secret looks like.
        what: &'static str,
    },
    /// All bytes of the secret are the same.
    #[error("the secret is one repeated byte; use at least 32 random bytes instead")]
    Repeated,
    /// The list of algorithms is empty, or the crate was built without one of them.
    #[error("a key needs at least one algorithm")]
    NoAlgorithm,
    /// The keys do not form a [`KeyRing`](crate::KeyRing).
    #[error("a key ring {reason}")]
    Ring {
        /// The rule that the keys break.
        reason: &'static str,
    },
}

impl KeyError {
    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::TooShort { .. } | Self::LooksLike { .. } | Self::Repeated => ErrorCode::KeyWeak,
            Self::NoAlgorithm | Self::Ring { .. } => ErrorCode::OptionInvalid,
        }
    }
}

/// Why a token was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The token does not consist of three strict base64url parts, the first two of which contain
    /// UTF-8 JSON objects.
    #[error("the token is malformed: {reason}")]
    Malformed {
        /// What is wrong, without any of the token's text.
        reason: &'static str,
    },
    /// The token is longer than the limit.
    #[error("the token is longer than {limit} bytes")]
    TooLarge {
        /// The verifier's limit in bytes.
        limit: usize,
    },
    /// `alg` is not allowed.
    #[error("the token's \"alg\" is not allowed")]
    AlgNotAllowed,
    /// `crit` is present.
    #[error("the token's header has \"crit\"; critical extensions are not supported")]
    CritUnsupported,
    /// `typ` is not the expected type.
    #[error("the token's \"typ\" is not the expected one")]
    TypMismatch,
    /// No key has the token's `kid`.
    #[error("no key has the token's \"kid\"")]
    KeyUnknown,
    /// The HMAC is wrong for this key.
    #[error("the token's signature is invalid")]
    SignatureInvalid,
    /// The current time is at or after `exp`, or the token is older than allowed.
    #[error("the token has expired (\"{claim}\" claim)")]
    Expired {
        /// `exp`, or `iat` if the token is older than `max_token_age`.
        claim: &'static str,
    },
    /// `nbf` or `iat` is in the future.
    #[error("the token is not valid yet (\"{claim}\" claim)")]
    NotYetValid {
        /// `nbf` or `iat`.
        claim: &'static str,
    },
    /// A required claim is absent.
    #[error("the token has no \"{claim}\" claim, which is required")]
    ClaimMissing {
        /// The absent claim's name.
        claim: Cow<'static, str>,
    },
    /// A claim has the wrong type or value.
    #[error("the token's \"{claim}\" claim {reason}")]
    ClaimInvalid {
        /// The claim's name.
        claim: &'static str,
        /// What is wrong with the claim, without its value.
        reason: &'static str,
    },
    /// The token is valid, but its claims can't be deserialized as the requested type.
    #[error("the token's claims do not match the requested type")]
    ClaimsMismatch,
}

impl VerifyError {
    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Malformed { .. } => ErrorCode::JwtMalformed,
            Self::TooLarge { .. } => ErrorCode::JwtTooLarge,
            Self::AlgNotAllowed => ErrorCode::JwtAlgNotAllowed,
            Self::CritUnsupported => ErrorCode::JwtCritUnsupported,
            Self::TypMismatch => ErrorCode::JwtTypMismatch,
            Self::SignatureInvalid => ErrorCode::JwtSignatureInvalid,
            Self::Expired { .. } => ErrorCode::JwtExpired,
            Self::NotYetValid { .. } => ErrorCode::JwtNotYetValid,
            Self::ClaimMissing { .. } => ErrorCode::JwtClaimMissing,
            Self::ClaimInvalid { .. } | Self::ClaimsMismatch => ErrorCode::JwtClaimInvalid,
            Self::KeyUnknown => ErrorCode::KeyUnknown,
        }
    }

    /// The claim at fault, if any.
    #[must_use]
    pub fn claim(&self) -> Option<&str> {
        match self {
            Self::Expired { claim }
            | Self::NotYetValid { claim }
            | Self::ClaimInvalid { claim, .. } => Some(claim),
            Self::ClaimMissing { claim } => Some(claim),
            Self::Malformed { .. }
            | Self::TooLarge { .. }
            | Self::AlgNotAllowed
            | Self::CritUnsupported
            | Self::TypMismatch
            | Self::KeyUnknown
            | Self::ClaimsMismatch
            | Self::SignatureInvalid => None,
        }
    }
}

/// Why claims were not signed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignError {
    /// A required claim is absent.
    #[error("the claims have no \"{claim}\", which is required")]
    ClaimMissing {
        /// The absent claim's name.
        claim: &'static str,
    },
    /// A claim has a type or value that the verifier would refuse.
    #[error("the \"{claim}\" claim {reason}")]
    ClaimInvalid {
        /// The claim's name.
        claim: &'static str,
        /// What is wrong with the claim, without its value.
        reason: &'static str,
    },
    /// The claims can't be serialized as a JSON object.
    #[error("the claims are not a JSON object of at most 32 levels")]
    NotAnObject,
    /// The key does not allow this algorithm.
    #[error("the key does not allow this algorithm; name it when you create the key")]
    AlgNotAllowed,
    /// The claims already contain a claim that an option sets.
    #[error("\"{claim}\" is set both in the claims and by an option; set it once")]
    SetTwice {
        /// The claim's name.
        claim: &'static str,
    },
}

impl SignError {
    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::ClaimMissing { .. } => ErrorCode::JwtClaimMissing,
            Self::ClaimInvalid { .. } | Self::NotAnObject => ErrorCode::JwtClaimInvalid,
            Self::AlgNotAllowed => ErrorCode::JwtAlgNotAllowed,
            Self::SetTwice { .. } => ErrorCode::OptionInvalid,
        }
    }

    /// The claim at fault, if any.
    #[must_use]
    pub const fn claim(&self) -> Option<&'static str> {
        match self {
            Self::ClaimMissing { claim }
            | Self::ClaimInvalid { claim, .. }
            | Self::SetTwice { claim } => Some(claim),
            Self::NotAnObject | Self::AlgNotAllowed => None,
        }
    }
}

/// Why a password was not hashed or could not be checked. A wrong password is not an error: the
/// result is `false`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// The password is longer than the limit, or has more bytes than the algorithm uses.
    #[error("the password is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The password is empty.
    #[error("the password is empty")]
    Empty,
    /// The stored hash has an unknown format, is damaged or is not supported.
    #[error("the stored hash {reason}")]
    HashInvalid {
        /// What is wrong, without any of the hash's text.
        reason: &'static str,
    },
    /// A parameter of a new or stored hash is invalid for its algorithm, or would
    /// take too much memory or time.
    #[error("the {param} parameter must be from {min} to {max}")]
    ParamsRefused {
        /// The parameter's name.
        param: &'static str,
        /// The smallest value allowed.
        min: u32,
        /// The largest value allowed.
        max: u64,
    },
    /// A new or stored hash needs more memory than the limit allows.
    #[error(
        "the hash needs {needed} MiB of memory, more than the {allowed} MiB that maxMemory allows; raise maxMemory, or verify this hash where more memory is available, such as on Node"
    )]
    MemoryRefused {
        /// The memory that the hash needs, in MiB.
        needed: u32,
        /// The limit in MiB.
        allowed: u32,
    },
    /// A parameter for new hashes is below the minimum.
    #[error(
        "the {param} parameter must be at least {min}; lower is only for tests, with an explicit opt-in"
    )]
    ParamsTooWeak {
        /// The parameter's name.
        param: &'static str,
        /// The minimum value.
        min: u32,
    },
    /// No pepper key has the id given in the stored hash.
    #[error("no pepper key has the id in the stored hash")]
    PepperUnknown,
    /// No legacy key has the id that the stored hash names.
    #[error("legacyKeys has no key with the id in the stored hash")]
    LegacyKeyUnknown,
}

impl PasswordError {
    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::TooLong { .. } => ErrorCode::PasswordTooLong,
            Self::Empty => ErrorCode::PasswordInvalid,
            Self::HashInvalid { .. } => ErrorCode::PasswordHashInvalid,
            Self::ParamsRefused { .. }
            | Self::MemoryRefused { .. }
            | Self::ParamsTooWeak { .. } => ErrorCode::PasswordParamsRefused,
            Self::PepperUnknown | Self::LegacyKeyUnknown => ErrorCode::KeyUnknown,
        }
    }
}
