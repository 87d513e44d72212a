/// The systems and standards whose formats can be read, in the same order as `FORMATS` in
/// `pkg-template/src/inspect.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// crypt(3): bcrypt, scrypt (`$7$`) and SHA-crypt.
    Crypt,
    /// The PHC string format, in any spelling.
    Phc,
    Passlib,
    BetterAuth,
    Django,
    Werkzeug,
    /// A prehash's name in front of another format, as a conversion writes it.
    Prehashed,
    /// phpass: `WordPress` before 6.8, and `phpBB`.
    Phpass,
    WordPress,
    Drupal,
    AspNet,
    Spring,
    /// LDAP and Dovecot: `{SSHA}`.
    Ldap,
    Lucia,
    Nextcloud,
    Jupyter,
    Mattermost,
    MediaWiki,
    Clerk,
    ScryptKdf,
    Firebase,
    RubyScrypt,
    Grub,
}
