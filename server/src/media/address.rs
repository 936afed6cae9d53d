//! Which addresses a file may be fetched from: public ones, by https. A link comes from outside,
//! and whoever wrote it must not make us ask machines that only we can reach.

use super::fetch::Refusal;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, ClientBuilder};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Origin, Url};

/// Why an address may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// It is public; if it is a name, what it stands for has yet to be looked at.
    Public,
    /// The operator allowed its origin.
    Allowed,
}

pub(crate) fn check(url: &Url, allowed: &[Origin]) -> Result<Trust, Refusal> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::BadAddress);
    }
    if allowed.contains(&url.origin()) {
        return Ok(Trust::Allowed);
    }
    if url.scheme() != "https" {
        return Err(Refusal::NotHttps);
    }
    let address = match url.host() {
        Some(Host::Domain(_)) => return Ok(Trust::Public),
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        None => return Err(Refusal::BadAddress),
    };
    is_public(address).then_some(Trust::Public).ok_or(Refusal::PrivateAddress)
}

pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        // This network, private, loopback, and from 224 on multicast, reserved and broadcast.
        (0 | 10 | 127 | 224.., _, _)
            // Shared by the customers of a provider.
            | (100, 64..=127, _)
            // Link-local, where clouds tell machines their secrets.
            | (169, 254, _)
            | (172, 16..=31, _)
            // Protocols, documentation, relays of 6to4.
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            // Measurements, documentation.
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let it = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match it {
        // Each stands for an IPv4 address: mapped, translated (NAT64), 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            v4(high, low)
        }
        // Protocols (Teredo among them) and documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Nothing else is given to anybody: unspecified, loopback, unique-local, link-local, multicast.
        [0x2000..=0x3fff, ..] => true,
        _ => false,
    }
}

/// Asks addresses that somebody else wrote: it follows nothing by itself, and tells nobody where it came from.
pub(crate) fn client(connect_within: Duration) -> ClientBuilder {
    // Fails only if a provider was installed before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // A proxy would look up names itself.
        .no_proxy()
        .connect_timeout(connect_within)
}

/// What a name stands for, as the machine says.
pub(crate) struct SystemNames;

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Keeps back addresses that are not public. The client connects to what it gets from here, so a
/// name cannot stand for one address when it is looked at and for another when it is asked.
pub(crate) struct PublicNames(pub Arc<dyn Resolve>);

#[derive(Debug, thiserror::Error)]
#[error("the name stands for no public address")]
pub(crate) struct NotPublic;

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.0.resolve(name);
        Box::pin(async move {
            let public: Vec<SocketAddr> = found.await?.filter(|it| is_public(it.ip())).collect();
            if public.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_may_be_asked() {
        for public in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "157.240.1.35",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2a03:2880:f12f:83:face:b00c:0:25de",
            "2001:4860:4860::8888",
            "::ffff:1.1.1.1",
            "64:ff9b::157.240.1.35",
            "2002:101:101::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for refused in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.8.9.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1.1.1.1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:a00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(refused.parse().unwrap()), "{refused}");
        }
    }

    #[test]
    fn an_address_is_checked_however_it_is_spelled() {
        let simulator = Url::parse("http://127.0.0.1:3001").unwrap().origin();
        let check = |url: &str| check(&Url::parse(url).unwrap(), std::slice::from_ref(&simulator));
        assert_eq!(check("https://scontent.xx.fbcdn.net/v/a.jpg?oh=1"), Ok(Trust::Public));
        assert_eq!(check("https://157.240.1.35/a"), Ok(Trust::Public));
        assert_eq!(check("http://127.0.0.1:3001/cdn/a.jpg"), Ok(Trust::Allowed));
        for private in [
            "https://127.0.0.1/a",
            "https://127.0.0.1:3001/a",
            "https://2130706433/a",
            "https://0x7f.1/a",
            "https://0177.0.0.1/a",
            "https://127.1./a",
            "https://[::1]/a",
            "https://[::ffff:10.0.0.1]/a",
            "https://１２７.0.0.1/a",
        ] {
            assert_eq!(check(private), Err(Refusal::PrivateAddress), "{private}");
        }
        for plain in ["http://scontent.xx.fbcdn.net/a", "http://127.0.0.1:3002/a", "file:///etc/passwd", "data:,a"] {
            assert_eq!(check(plain), Err(Refusal::NotHttps), "{plain}");
        }
        assert_eq!(check("https://mia:kiln@scontent.xx.fbcdn.net/a"), Err(Refusal::BadAddress));
    }
}
