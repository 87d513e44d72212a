//! One error enum per operation, one stable [`ErrorCode`] for all of them.
//!
//! Messages name the claim, option or limit at fault and what to do. They
//! never carry a token, a secret, a password, a hash, or a claim's value.

use std::borrow::Cow;

use thiserror::Error;

use crate::algorithm::Algorithm;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident => $text:literal,)+) => {
        /// The stable name of a refusal: the same in Rust, JavaScript and on
        /// the Worker's log. `contracts/error-codes.json` lists them.
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
    /// Not a JWS compact serialization of UTF-8 JSON objects (RFC 7515 §7.1).
    JwtMalformed => "ERR_JWT_MALFORMED",
    /// Longer than the verifier's cap.
    JwtTooLarge => "ERR_JWT_TOO_LARGE",
    /// `alg` is not on the allow-list (RFC 8725 §3.1).
    JwtAlgNotAllowed => "ERR_JWT_ALG_NOT_ALLOWED",
    /// `crit` is present (RFC 7515 §4.1.11).
    JwtCritUnsupported => "ERR_JWT_CRIT_UNSUPPORTED",
    /// `typ` is not the expected one (RFC 8725 §3.11).
    JwtTypMismatch => "ERR_JWT_TYP_MISMATCH",
    /// The signature does not belong to this token and key.
    JwtSignatureInvalid => "ERR_JWT_SIGNATURE_INVALID",
    /// `exp`, or the allowed age, has passed.
    JwtExpired => "ERR_JWT_EXPIRED",
    /// `nbf` or `iat` lies in the future.
    JwtNotYetValid => "ERR_JWT_NOT_YET_VALID",
    /// A required claim is absent.
    JwtClaimMissing => "ERR_JWT_CLAIM_MISSING",
    /// A claim has the wrong type or value.
    JwtClaimInvalid => "ERR_JWT_CLAIM_INVALID",
    /// The secret is too short or is not a random secret.
    KeyWeak => "ERR_KEY_WEAK",
    /// The token's `kid`, or the stored hash's pepper, names none of the keys.
    KeyUnknown => "ERR_KEY_UNKNOWN",
    /// The password is longer than the algorithm reads.
    PasswordTooLong => "ERR_PASSWORD_TOO_LONG",
    /// The password is empty or not well-formed text.
    PasswordInvalid => "ERR_PASSWORD_INVALID",
    /// The stored hash is of no known format or is damaged.
    PasswordHashInvalid => "ERR_PASSWORD_HASH_INVALID",
    /// The parameters are below the floor or above the ceiling.
    PasswordParamsRefused => "ERR_PASSWORD_PARAMS_REFUSED",
    /// An option has the wrong type, range or name.
    OptionInvalid => "ERR_OPTION_INVALID",
}

/// Why a secret was refused as an HMAC key (RFC 7518 §3.2, RFC 8725 §3.5).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Shorter than the algorithm's hash.
    #[error("the secret has {length} bytes; {algorithm} needs at least {} random bytes", algorithm.mac_length())]
    TooShort {
        /// The algorithm that needs most.
        algorithm: Algorithm,
        /// Length of what was given, in bytes.
        length: usize,
    },
    /// A PEM, certificate, SSH key, JWK or JWKS: public material is no secret.
    #[error("the secret looks like {what}; use at least 32 random bytes instead")]
    LooksLike {
        /// What it looks like.
        what: &'static str,
    },
    /// One byte over and over.
    #[error("the secret is one repeated byte; use at least 32 random bytes instead")]
    Repeated,
    /// No algorithm was named.
    #[error("a key needs at least one algorithm")]
    NoAlgorithm,
    /// A [`KeyRing`](crate::KeyRing) that is not one.
    #[error("a key ring {reason}")]
    Ring {
        /// What it must be.
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
    /// Not three strict base64url parts holding UTF-8 JSON objects.
    #[error("the token is malformed: {reason}")]
    Malformed {
        /// What is wrong, without any of the token's text.
        reason: &'static str,
    },
    /// Longer than the cap.
    #[error("the token is longer than {limit} bytes")]
    TooLarge {
        /// The verifier's cap in bytes.
        limit: usize,
    },
    /// `alg` is not allowed.
    #[error("the token's \"alg\" is not one that this verifier allows")]
    AlgNotAllowed,
    /// `crit` is present.
    #[error("the token's header has \"crit\"; no critical extension is understood")]
    CritUnsupported,
    /// `typ` is not the expected one.
    #[error("the token's \"typ\" is not the one that this verifier expects")]
    TypMismatch,
    /// `kid` names none of the keys.
    #[error("the token's \"kid\" names none of this verifier's keys")]
    KeyUnknown,
    /// The HMAC does not hold.
    #[error("the token's signature does not hold under this key")]
    SignatureInvalid,
    /// `exp` is at or before now, or the token is older than allowed.
    #[error("the token has expired by its \"{claim}\" claim")]
    Expired {
        /// `exp`, or `iat` where `max_token_age` decided.
        claim: &'static str,
    },
    /// `nbf` or `iat` lies in the future.
    #[error("the token is not valid yet by its \"{claim}\" claim")]
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
        /// What is wrong with it, without its value.
        reason: &'static str,
    },
    /// The token holds, and its claims do not fit the caller's own type.
    #[error("the token's claims do not fit the type that they are read as")]
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

    /// The claim at fault, where one is.
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
        /// What is wrong with it, without its value.
        reason: &'static str,
    },
    /// The claims do not serialize to a JSON object.
    #[error("the claims are not a JSON object of at most 32 levels")]
    NotAnObject,
    /// The key is not for this algorithm.
    #[error("the key does not allow this algorithm; name it where the key is made")]
    AlgNotAllowed,
    /// The claims already carry what an option sets.
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

    /// The claim at fault, where one is.
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

/// Why a password was not hashed or could not be checked. A wrong password is
/// not an error: it is `false`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// Longer than the algorithm reads, or than the cap.
    #[error("the password is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// There is nothing to hash.
    #[error("the password is empty")]
    Empty,
    /// The stored hash is of no known format or is damaged.
    #[error("the stored hash {reason}")]
    HashInvalid {
        /// What is wrong, without any of the hash's text.
        reason: &'static str,
    },
    /// A parameter, ours or a stored hash's, is not one that the algorithm has
    /// or asks for too much memory or time.
    #[error("the {param} parameter must be from {min} to {max}")]
    ParamsRefused {
        /// The parameter's name.
        param: &'static str,
        /// The smallest value allowed.
        min: u32,
        /// The largest value allowed.
        max: u64,
    },
    /// A parameter for new hashes is below its floor.
    #[error(
        "the {param} parameter must be at least {min}; less is for tests alone, and must be asked for"
    )]
    ParamsTooWeak {
        /// The parameter's name.
        param: &'static str,
        /// The floor.
        min: u32,
    },
    /// A peppered hash whose key is not there.
    #[error("the stored hash names a pepper key that is not among those given")]
    PepperUnknown,
}

impl PasswordError {
    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::TooLong { .. } => ErrorCode::PasswordTooLong,
            Self::Empty => ErrorCode::PasswordInvalid,
            Self::HashInvalid { .. } => ErrorCode::PasswordHashInvalid,
            Self::ParamsRefused { .. } | Self::ParamsTooWeak { .. } => {
                ErrorCode::PasswordParamsRefused
            }
            Self::PepperUnknown => ErrorCode::KeyUnknown,
        }
    }
}
