//! The network address of the client, for limits and logs.

use std::net::{IpAddr, Ipv6Addr};

use crate::config::Config;
use crate::http::Request;
use crate::log::{self, Dropped};
use crate::token::verify_seal;

/// Set by Cloudflare, which overwrites any value that a client sends.
const CONNECTING_IP: &str = "cf-connecting-ip";
/// Set by `edgeseal/next` on requests that it rewrites to this Worker. For those
/// requests, the connecting address is that of the Next.js server.
const SEAL: &str = "x-edgeseal-seal";

/// The client that sent a request.
pub(crate) struct Client {
    address: Option<IpAddr>,
}

impl Client {
    pub(crate) fn new(request: &Request, config: &Config, now: u64) -> Self {
        let headers = request.headers();
        let sealed = headers
            .get(SEAL)
            .and_then(|seal| verify_seal(seal, config, now))
            .filter(|seal| {
                let is_for = seal.is_for(request.method_name(), request.url());
                if !is_for {
                    log::dropped(Dropped::Seal, "ANOTHER_REQUEST", None, || None, now);
                }
                is_for
            })
            .and_then(|seal| seal.ip);
        let address = sealed.as_deref().or_else(|| headers.get(CONNECTING_IP));
        Self {
            address: address.and_then(parse),
        }
    }

    /// Returns the address, if known.
    pub(crate) const fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// Returns the /48 block of an IPv6 address, which is usually the largest block
    /// that a single site gets (RFC 6177).
    pub(crate) fn site(&self) -> Option<String> {
        match self.address? {
            IpAddr::V4(_) => None,
            IpAddr::V6(address) => {
                let [a, b, c, ..] = address.segments();
                Some(format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)))
            }
        }
    }

    /// Returns the network that the limits count as one client. This is an IPv4 address
    /// or an IPv6 /64 block, the smallest that a customer gets (RFC 6177). All unknown
    /// addresses count as a single client.
    pub(crate) fn network(&self) -> String {
        match self.address {
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            None => "unknown".to_owned(),
        }
    }
}

/// Parses an address. All notations of an address give the same result: for example, an
/// IPv4-mapped IPv6 address becomes an IPv4 address.
fn parse(text: &str) -> Option<IpAddr> {
    let address: IpAddr = text.trim().parse().ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> String {
        let address = parse(text);
        Client { address }.network()
    }

    #[test]
    fn spellings_of_one_client_are_one() {
        for text in [
            "192.0.2.7",
            " 192.0.2.7 ",
            "::ffff:192.0.2.7",
            "::FFFF:c000:207",
        ] {
            assert_eq!(network(text), "192.0.2.7", "{text}");
        }
        for text in [
            "2001:db8:0:1::1",
            "2001:DB8::1:ffff:0:0:1",
            "2001:db8:0:1:2:3:4:5",
        ] {
            assert_eq!(network(text), "2001:db8:0:1::/64", "{text}");
        }
        assert_ne!(network("2001:db8:0:2::1"), network("2001:db8:0:1::1"));
        for text in ["", "192.0.2.7, 10.0.0.1", "nobody", "192.0.2.7:80"] {
            assert_eq!(network(text), "unknown", "{text}");
        }
    }
}
