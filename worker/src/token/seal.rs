//! Seals, which `edgeseal/next` uses to vouch for requests that its proxy let through.

use edgeseal::Validation;
use serde::Deserialize;
use worker::Url;

use super::verify::verified;
use crate::config::Config;
use crate::log::Dropped;

const TYP: &str = "edgeseal-seal+jwt";

/// The claims of a seal, which describe the request that the seal was made for.
#[derive(Deserialize)]
pub(crate) struct Seal {
    htm: String,
    htu: String,
    base: String,
    pub(crate) ip: Option<String>,
}

impl Seal {
    /// Returns whether the seal is for this request. The path in the seal may start
    /// with `basePath`, because Next.js reports the path before it removes `basePath`.
    pub(crate) fn is_for(&self, method: &str, url: &Url) -> bool {
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let is_path = self.htu == path || self.htu.strip_prefix(&self.base) == Some(&path);
        self.htm == method && is_path
    }
}

/// Returns a seal's claims, if the seal is valid. Seals are valid for 60 seconds and
/// have their own key. They may arrive up to `CLOCK_TOLERANCE` late, because Next.js and
/// this Worker run on different machines.
pub(crate) fn verify_seal(token: &str, config: &Config, now: u64) -> Option<Seal> {
    let validation = Validation::new()
        .typ(TYP)
        .leeway(config.clock_tolerance as f64);
    let keys = &config.secrets.proxy;
    let verified = verified(Dropped::Seal, token, keys, validation, config, now)?;
    Some(verified.into_claims())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_for_one_request() {
        let seal = |htu: &str, base: &str| Seal {
            htm: "POST".to_owned(),
            htu: htu.to_owned(),
            base: base.to_owned(),
            ip: None,
        };
        let url = Url::parse("https://app.example/api/x?q=1").unwrap();
        assert!(seal("/api/x?q=1", "").is_for("POST", &url));
        assert!(seal("/app/api/x?q=1", "/app").is_for("POST", &url));
        assert!(!seal("/api/x?q=1", "").is_for("GET", &url));
        assert!(!seal("/api/x", "").is_for("POST", &url));
        assert!(!seal("/other/api/x?q=1", "/app").is_for("POST", &url));
    }
}
