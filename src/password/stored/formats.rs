//! A table of the formats that can be read. Each row is one way to write a hash.
//!
//! A pattern is text with fields in brackets. A field has a fixed width, or ends before the
//! character that follows it in the pattern. [`pattern`](super::pattern) describes the fields.

use super::format::Format;
use super::prehash::Prehash;
use crate::password::scheme::{Argon2Variant, Argon2Version, BcryptQuirk, PhpassHash, Scheme, Sha};

pub(super) struct Row {
    pub(super) pattern: &'static str,
    pub(super) format: Format,
    pub(super) prehash: Prehash,
    pub(super) function: Function,
}

/// The function that derives the key, using the costs in the string.
#[derive(Clone, Copy)]
pub(super) enum Function {
    Bcrypt(BcryptQuirk),
    Argon2(Argon2Variant, Argon2Version),
    Scrypt,
    /// scrypt with p = 1. The string omits p.
    ScryptOfOne,
    Pbkdf2(Sha),
    ShaCrypt(Sha),
    Phpass(PhpassHash),
    /// The string doesn't contain the costs.
    Fixed(Scheme),
}

/// The formats that new hashes use come first.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // bcrypt.
    row("$2b$[cost two]$[salt bcrypt 22][key bcrypt 31]", Format::Crypt, BCRYPT),
    // Verified like `$2b$`, without the countermeasure that crypt_blowfish added to `$2a$` for
    // a few 8-bit passwords.
    row("$2a$[cost two]$[salt bcrypt 22][key bcrypt 31]", Format::Crypt, BCRYPT),
    row("$2y$[cost two]$[salt bcrypt 22][key bcrypt 31]", Format::Crypt, BCRYPT),
    row("$2x$[cost two]$[salt bcrypt 22][key bcrypt 31]", Format::Crypt, Function::Bcrypt(BcryptQuirk::SignExtended)),
    row("$2$[cost two]$[salt bcrypt 22][key bcrypt 31]", Format::Crypt, Function::Bcrypt(BcryptQuirk::TwoKeys)),
    // The `@phc/bcrypt` npm package: 98 is the character code of `b`, and 97 is that of `a`.
    row("$bcrypt$v=98$[=r]$[salt b64 22]$[key b64 31]", Format::Phc, BCRYPT),
    row("$bcrypt$v=97$[=r]$[salt b64 22]$[key b64 31]", Format::Phc, BCRYPT),
    changed("$bcrypt-sha256$2a,[cost]$[salt bcrypt 22]$[key bcrypt 31]", Format::Passlib, Prehash::Sha256Base64, BCRYPT),
    changed("$bcrypt-sha256$2b,[cost]$[salt bcrypt 22]$[key bcrypt 31]", Format::Passlib, Prehash::Sha256Base64, BCRYPT),
    changed("$bcrypt-sha256$v=2,t=2b,r=[cost]$[salt bcrypt 22]$[key bcrypt 31]", Format::Passlib, Prehash::HmacSha256Base64, BCRYPT),
    // The PHC string format.
    row("$argon2id$v=19$[=m,t,p]$[salt b64]$[key b64]", Format::Phc, argon2(Argon2Variant::Id, Argon2Version::V13)),
    row("$argon2i$v=19$[=m,t,p]$[salt b64]$[key b64]", Format::Phc, argon2(Argon2Variant::I, Argon2Version::V13)),
    row("$argon2d$v=19$[=m,t,p]$[salt b64]$[key b64]", Format::Phc, argon2(Argon2Variant::D, Argon2Version::V13)),
    row("$argon2id$v=16$[=m,t,p]$[salt b64]$[key b64]", Format::Phc, argon2(Argon2Variant::Id, Argon2Version::V10)),
    row("$argon2i$v=16$[=m,t,p]$[salt b64]$[key b64]", Format::Phc, argon2(Argon2Variant::I, Argon2Version::V10)),
    row("$argon2d$v=16$[=m,t,p]$[salt b64]$[key b64]", Format::Phc, argon2(Argon2Variant::D, Argon2Version::V10)),
    row("$argon2id$[=m,t,p]$[salt b64]$[key b64]", Format::Phc, argon2(Argon2Variant::Id, Argon2Version::V10)),
    row("$argon2i$[=m,t,p]$[salt b64]$[key b64]", Format::Phc, argon2(Argon2Variant::I, Argon2Version::V10)),
    row("$argon2d$[=m,t,p]$[salt b64]$[key b64]", Format::Phc, argon2(Argon2Variant::D, Argon2Version::V10)),
    row("$scrypt$[=ln,r,p]$[salt b64]$[key b64]", Format::Phc, Function::Scrypt),
    // AdonisJS writes N itself, not its logarithm.
    row("$scrypt$[=n,r,p]$[salt b64]$[key b64]", Format::Phc, Function::Scrypt),
    row("$pbkdf2-sha256$[=i,l]$[salt b64]$[key b64]", Format::Phc, PBKDF2_SHA256),
    row("$pbkdf2-sha512$[=i,l]$[salt b64]$[key b64]", Format::Phc, PBKDF2_SHA512),
    row("$pbkdf2-sha1$[=i,l]$[salt b64]$[key b64]", Format::Phc, PBKDF2_SHA1),
    // The `@phc/pbkdf2` npm package omits the length.
    row("$pbkdf2-sha256$[=i]$[salt b64]$[key b64]", Format::Phc, PBKDF2_SHA256),
    row("$pbkdf2-sha512$[=i]$[salt b64]$[key b64]", Format::Phc, PBKDF2_SHA512),
    row("$pbkdf2-sha1$[=i]$[salt b64]$[key b64]", Format::Phc, PBKDF2_SHA1),
    row("$pbkdf2$f=SHA256,[=w,l]$[salt b64]$[key b64]", Format::Mattermost, PBKDF2_SHA256),
    row("$pbkdf2$f=SHA512,[=w,l]$[salt b64]$[key b64]", Format::Mattermost, PBKDF2_SHA512),
    // passlib.
    row("$pbkdf2$[cost]$[salt b64]$[key b64]", Format::Passlib, PBKDF2_SHA1),
    row("$pbkdf2-sha1$[cost]$[salt b64]$[key b64]", Format::Passlib, PBKDF2_SHA1),
    row("$pbkdf2-sha256$[cost]$[salt b64]$[key b64]", Format::Passlib, PBKDF2_SHA256),
    row("$pbkdf2-sha512$[cost]$[salt b64]$[key b64]", Format::Passlib, PBKDF2_SHA512),
    // crypt(3) and formats that resemble it.
    row("$5$rounds=[cost]$[salt]$[key crypt 43]", Format::Crypt, Function::ShaCrypt(Sha::Sha256)),
    row("$6$rounds=[cost]$[salt]$[key crypt 86]", Format::Crypt, Function::ShaCrypt(Sha::Sha512)),
    row("$5$[salt]$[key crypt 43]", Format::Crypt, fixed_sha_crypt(Sha::Sha256)),
    row("$6$[salt]$[key crypt 86]", Format::Crypt, fixed_sha_crypt(Sha::Sha512)),
    row("$7$[log crypt 1][second crypt 5][third crypt 5][salt]$[key crypt]", Format::Crypt, Function::Scrypt),
    row("$P$[log crypt 1][salt text 8][key crypt 22]", Format::Phpass, Function::Phpass(PhpassHash::Md5)),
    row("$H$[log crypt 1][salt text 8][key crypt 22]", Format::Phpass, Function::Phpass(PhpassHash::Md5)),
    row("$S$[log crypt 1][salt text 8][key drupal 43]", Format::Drupal, Function::Phpass(PhpassHash::Sha512)),
    changed("U$S$[log crypt 1][salt text 8][key drupal 43]", Format::Drupal, Prehash::Md5Hex, Function::Phpass(PhpassHash::Sha512)),
    changed("U$P$[log crypt 1][salt text 8][key crypt 22]", Format::Drupal, Prehash::Md5Hex, Function::Phpass(PhpassHash::Md5)),
    changed("U$H$[log crypt 1][salt text 8][key crypt 22]", Format::Drupal, Prehash::Md5Hex, Function::Phpass(PhpassHash::Md5)),
    changed("$wp$2y$[cost two]$[salt bcrypt 22][key bcrypt 31]", Format::WordPress, Prehash::WordPress, BCRYPT),
    // Better Auth and Lucia.
    changed("[salt digits 32]:[key hex 128]", Format::BetterAuth, Prehash::Nfkc, LUCIA),
    changed("s2:[salt]:[key hex 128]", Format::Lucia, Prehash::Nfkc, LUCIA),
    // Django and Clerk.
    row("pbkdf2_sha256$[cost]$[salt]$[key padded 44]", Format::Django, PBKDF2_SHA256),
    row("pbkdf2_sha1$[cost]$[salt]$[key padded 28]", Format::Django, PBKDF2_SHA1),
    row("scrypt$[N]$[salt]$[second]$[third]$[key padded]", Format::Django, Function::Scrypt),
    row("pbkdf2_sha512$[cost]$[salt]$[key hex]", Format::Clerk, PBKDF2_SHA512),
    row("pbkdf2_sha512$[cost]$[salt]$[key b64]", Format::Clerk, PBKDF2_SHA512),
    row("pbkdf2_sha256$[cost]$[salt]$[key hex]", Format::Clerk, PBKDF2_SHA256),
    row("pbkdf2_sha1$[cost]$[salt]$[key hex]", Format::Clerk, PBKDF2_SHA1),
    row("pbkdf2_sha1$[cost]$[salt]$[key hex]$[length]", Format::Clerk, PBKDF2_SHA1),
    // Werkzeug.
    row("pbkdf2:sha256:[cost]$[salt]$[key hex]", Format::Werkzeug, PBKDF2_SHA256),
    row("pbkdf2:sha512:[cost]$[salt]$[key hex]", Format::Werkzeug, PBKDF2_SHA512),
    row("pbkdf2:sha1:[cost]$[salt]$[key hex]", Format::Werkzeug, PBKDF2_SHA1),
    row("scrypt:[N]:[second]:[third]$[salt]$[key hex]", Format::Werkzeug, Function::Scrypt),
    // Spring Security: the salt comes before the key.
    row("{pbkdf2}[salt hex 16][key hex 64]", Format::Spring, fixed_pbkdf2(Sha::Sha1, 185_000)),
    row("{pbkdf2@SpringSecurity_v5_5}[salt hex 16][key hex 64]", Format::Spring, fixed_pbkdf2(Sha::Sha1, 185_000)),
    row("{pbkdf2@SpringSecurity_v5_8}[salt hex 32][key hex 64]", Format::Spring, fixed_pbkdf2(Sha::Sha256, 310_000)),
    row("{pbkdf2@SpringSecurity_v5_8}[salt+key padded 64]", Format::Spring, fixed_pbkdf2(Sha::Sha256, 310_000)),
    row("$[packed]$[salt padded]$[key padded]", Format::Spring, Function::Scrypt),
    // Lambdaworks' library for Java, whose format Spring shortened.
    row("$s0$[packed]$[salt padded]$[key padded]", Format::Spring, Function::Scrypt),
    // LDAP and Dovecot.
    row("{SSHA}[key+salt b64]", Format::Ldap, salted(Sha::Sha1)),
    row("{SSHA256}[key+salt b64]", Format::Ldap, salted(Sha::Sha256)),
    row("{SSHA512}[key+salt b64]", Format::Ldap, salted(Sha::Sha512)),
    row("{SSHA.b64}[key+salt b64]", Format::Ldap, salted(Sha::Sha1)),
    row("{SSHA256.b64}[key+salt b64]", Format::Ldap, salted(Sha::Sha256)),
    row("{SSHA512.b64}[key+salt b64]", Format::Ldap, salted(Sha::Sha512)),
    row("{SSHA.base64}[key+salt b64]", Format::Ldap, salted(Sha::Sha1)),
    row("{SSHA256.base64}[key+salt b64]", Format::Ldap, salted(Sha::Sha256)),
    row("{SSHA512.base64}[key+salt b64]", Format::Ldap, salted(Sha::Sha512)),
    row("{SSHA.hex}[key+salt hex]", Format::Ldap, salted(Sha::Sha1)),
    row("{SSHA256.hex}[key+salt hex]", Format::Ldap, salted(Sha::Sha256)),
    row("{SSHA512.hex}[key+salt hex]", Format::Ldap, salted(Sha::Sha512)),
    row("{PBKDF2}$1$[salt]$[cost]$[key hex]", Format::Ldap, PBKDF2_SHA1),
    row("{PBKDF2}[cost]$[salt b64]$[key b64]", Format::Ldap, PBKDF2_SHA1),
    row("{PBKDF2-SHA1}[cost]$[salt b64]$[key b64]", Format::Ldap, PBKDF2_SHA1),
    row("{PBKDF2-SHA256}[cost]$[salt b64]$[key b64]", Format::Ldap, PBKDF2_SHA256),
    row("{PBKDF2-SHA512}[cost]$[salt b64]$[key b64]", Format::Ldap, PBKDF2_SHA512),
    // Atlassian.
    row("{PKCS5S2}[salt+key padded 64]", Format::Ldap, fixed_pbkdf2(Sha::Sha1, 10_000)),
    // MediaWiki.
    row(":pbkdf2:sha512:[cost]:[length]:[salt b64]:[key b64]", Format::MediaWiki, PBKDF2_SHA512),
    row(":pbkdf2:sha256:[cost]:[length]:[salt b64]:[key b64]", Format::MediaWiki, PBKDF2_SHA256),
    row(":bcrypt:[cost]$[salt bcrypt 22]$[key bcrypt 31]", Format::MediaWiki, BCRYPT),
    row("grub.pbkdf2.sha512.[cost].[salt HEX].[key HEX]", Format::Grub, PBKDF2_SHA512),
    // Firebase's scrypt, as Supabase, Kratos and Clerk spell it.
    row("$fbscrypt$v=1,n=[log],r=[second],p=[third],ss=[separator b64],sk=[signer b64]$[salt b64]$[key b64]", Format::Firebase, Function::Scrypt),
    row("$fbscrypt$v=1,n=[log],r=[second],p=[third],ss=[separator b64],keyid=[keyid]$[salt b64]$[key b64]", Format::Firebase, Function::Scrypt),
    row("$firescrypt$[=ln,r,p]$[salt b64]$[key b64]$[separator b64]$[signer b64]", Format::Firebase, Function::Scrypt),
    row("[key padded]$[salt padded]$[signer padded]$[separator padded]$[second]$[log]", Format::Firebase, Function::ScryptOfOne),
    row("[N hex]$[second hex]$[third hex]$[salt hex]$[key hex]", Format::RubyScrypt, Function::Scrypt),
];

/// A name in front of another row's format.
pub(super) struct Wrapper {
    pub(super) name: &'static str,
    /// How the other format begins.
    pub(super) start: &'static str,
    pub(super) format: Format,
    pub(super) prehash: Prehash,
}

#[rustfmt::skip]
pub(super) const WRAPPERS: &[Wrapper] = &[
    wrapper("argon2", "$argon2", Format::Django, Prehash::None),
    wrapper("bcrypt$", "$2", Format::Django, Prehash::None),
    wrapper("bcrypt_sha256$", "$2", Format::Django, Prehash::Sha256Hex),
    wrapper("argon2:", "$argon2", Format::Jupyter, Prehash::None),
    wrapper(":argon2:", "$argon2", Format::MediaWiki, Prehash::None),
    wrapper("1|", "$2", Format::Nextcloud, Prehash::None),
    wrapper("2|", "$argon2", Format::Nextcloud, Prehash::None),
    wrapper("3|", "$argon2", Format::Nextcloud, Prehash::None),
    wrapper("{bcrypt}", "$2", Format::Spring, Prehash::None),
    wrapper("{argon2}", "$argon2", Format::Spring, Prehash::None),
    wrapper("{argon2@SpringSecurity_v5_2}", "$argon2", Format::Spring, Prehash::None),
    wrapper("{argon2@SpringSecurity_v5_8}", "$argon2", Format::Spring, Prehash::None),
    wrapper("{scrypt}", "$", Format::Spring, Prehash::None),
    wrapper("{scrypt@SpringSecurity_v4_1}", "$", Format::Spring, Prehash::None),
    wrapper("{scrypt@SpringSecurity_v5_8}", "$", Format::Spring, Prehash::None),
    wrapper("{ldap}", "{S", Format::Spring, Prehash::None),
    wrapper("{CRYPT}", "$", Format::Ldap, Prehash::None),
    wrapper("{BLF-CRYPT}", "$2", Format::Ldap, Prehash::None),
    wrapper("{SHA256-CRYPT}", "$5$", Format::Ldap, Prehash::None),
    wrapper("{SHA512-CRYPT}", "$6$", Format::Ldap, Prehash::None),
    wrapper("{ARGON2}", "$argon2", Format::Ldap, Prehash::None),
    wrapper("{ARGON2I}", "$argon2i$", Format::Ldap, Prehash::None),
    wrapper("{ARGON2ID}", "$argon2id$", Format::Ldap, Prehash::None),
    // What a conversion puts in front of a hash: see docs/guide/passwords.md.
    wrapper("$md5-hex", "$", Format::Prehashed, Prehash::Md5Hex),
    wrapper("$sha1-hex", "$", Format::Prehashed, Prehash::Sha1Hex),
    wrapper("$sha256-hex", "$", Format::Prehashed, Prehash::Sha256Hex),
    wrapper("$sha512-hex", "$", Format::Prehashed, Prehash::Sha512Hex),
    wrapper("$sha384-base64", "$2", Format::Prehashed, Prehash::Sha384Base64),
    wrapper("$hmac-sha512-base64", "$", Format::Prehashed, Prehash::HmacSha512Base64),
    wrapper("$suffix", "$", Format::Prehashed, Prehash::Suffix),
];

const BCRYPT: Function = Function::Bcrypt(BcryptQuirk::None);
const PBKDF2_SHA1: Function = Function::Pbkdf2(Sha::Sha1);
const PBKDF2_SHA256: Function = Function::Pbkdf2(Sha::Sha256);
const PBKDF2_SHA512: Function = Function::Pbkdf2(Sha::Sha512);
const LUCIA: Function = Function::Fixed(Scheme::Scrypt {
    log_n: 14,
    r: 16,
    p: 1,
});

const fn argon2(variant: Argon2Variant, version: Argon2Version) -> Function {
    Function::Argon2(variant, version)
}

const fn fixed_sha_crypt(hash: Sha) -> Function {
    Function::Fixed(Scheme::ShaCrypt { hash, rounds: 5000 })
}

const fn fixed_pbkdf2(hash: Sha, iterations: u32) -> Function {
    Function::Fixed(Scheme::Pbkdf2 { hash, iterations })
}

const fn salted(hash: Sha) -> Function {
    Function::Fixed(Scheme::SaltedSha { hash })
}

const fn row(pattern: &'static str, format: Format, function: Function) -> Row {
    changed(pattern, format, Prehash::None, function)
}

const fn changed(
    pattern: &'static str,
    format: Format,
    prehash: Prehash,
    function: Function,
) -> Row {
    Row {
        pattern,
        format,
        prehash,
        function,
    }
}

const fn wrapper(
    name: &'static str,
    start: &'static str,
    format: Format,
    prehash: Prehash,
) -> Wrapper {
    Wrapper {
        name,
        start,
        format,
        prehash,
    }
}
