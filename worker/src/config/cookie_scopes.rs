//! The scopes that a cookie can have on one host: only that host, or a `Domain` that
//! the host belongs to (RFC 6265 §5.1.3).

/// The scope in which cookies are set, and all others in which a cookie with the same
/// name may have been set: before `COOKIE_DOMAIN` changed, or by another host of the
/// same site.
pub(crate) struct Scopes {
    own: Option<String>,
    others: Vec<Option<String>>,
}

impl Scopes {
    /// Finds the scopes of the host that browsers see. `domain` is `COOKIE_DOMAIN`. IP
    /// addresses and single-label names don't have a parent domain.
    pub(crate) fn new(host: Option<&str>, domain: Option<String>) -> Self {
        let mut all = vec![None];
        let mut rest = host.filter(|host| host.contains('.'));
        while let Some(parent) = rest.filter(|parent| parent.contains('.')) {
            all.push(Some(parent.to_owned()));
            rest = parent.split_once('.').map(|(_, parent)| parent);
        }
        let others = all.into_iter().filter(|scope| *scope != domain).collect();
        Self {
            own: domain,
            others,
        }
    }

    /// Returns the `Domain` of the cookies that the Worker sets. `None` means only this host.
    pub(crate) fn own(&self) -> Option<&str> {
        self.own.as_deref()
    }

    /// Returns every other scope. `None` means only this host.
    pub(crate) fn others(&self) -> impl Iterator<Item = Option<&str>> {
        self.others.iter().map(Option::as_deref)
    }
}

#[cfg(test)]
mod tests {
    use super::Scopes;

    #[test]
    fn every_scope_of_a_host_is_its_own_or_another() {
        let others = |host, domain: Option<&str>| {
            let scopes = Scopes::new(host, domain.map(str::to_owned));
            let found: Vec<_> = scopes
                .others()
                .map(|one| one.unwrap_or("-").to_owned())
                .collect();
            found.join(" ")
        };
        let host = Some("a.app.example.org");
        assert_eq!(
            others(host, None),
            "a.app.example.org app.example.org example.org"
        );
        assert_eq!(
            others(host, Some("example.org")),
            "- a.app.example.org app.example.org"
        );
        assert_eq!(
            others(host, Some("a.app.example.org")),
            "- app.example.org example.org"
        );
        assert_eq!(others(Some("localhost"), None), "");
        assert_eq!(others(Some("localhost"), Some("localhost")), "-");
        assert_eq!(others(None, None), "");
    }
}
