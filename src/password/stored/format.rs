/// The systems and standards whose formats are read. The order is that of `FORMATS` in
/// `pkg-template/src/inspect.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// crypt(3): bcrypt, scrypt as `$7$`, and SHA-crypt.
    Crypt,
    /// The PHC string format, in any spelling.
    Phc,
    Passlib,
    BetterAuth,
    Django,
    Werkzeug,
    /// A prehash in front of another format, as a conversion writes it.
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
