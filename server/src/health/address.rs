//! Whether people and Meta can reach us under the public address.

use crate::config::PublicUrl;
use crate::media::address::is_public;
use crate::start::chain;
use model::health::Finding;
use std::net::IpAddr;
use std::time::Duration;
use url::Host;

const PATIENCE: Duration = Duration::from_secs(5);

/// Endings of names that nobody outside can look up.
const OWN_ENDINGS: [&str; 10] =
    ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa", "test"];

const ABOUT: &str = "Public address";

/// Asks under the address, and looks at what it stands for.
pub async fn look(url: Option<&PublicUrl>) -> Vec<Finding> {
    let Some(url) = url else {
        return vec![Finding::warning(
            ABOUT,
            "not set (SWITCHBOARD_PUBLIC_URL); people on this machine only, and not Meta",
        )];
    };
    if !url.is_https() && !url.is_local() {
        let words = format!("{url} is not https: passwords would travel in the open, and Meta refuses it");
        return vec![Finding::broken(ABOUT, words)];
    }
    let answering = match answers(url).await {
        Ok(()) => Finding::good(ABOUT, format!("{url} answers")),
        Err(why) => Finding::warning(ABOUT, format!("{url} does not answer from here ({why}); is the server running?")),
    };
    let mut findings = vec![answering];
    findings.extend(reach(url).await);
    findings
}

/// What is wrong for Meta, which calls us and fetches files from us.
async fn reach(url: &PublicUrl) -> Option<Finding> {
    let host = url.host()?;
    if let Some(why) = out_of_reach(&host) {
        let words = format!("Meta cannot reach {url}: {why}");
        // Without https it is a trial on this machine.
        return Some(if url.is_https() { Finding::broken(ABOUT, words) } else { Finding::warning(ABOUT, words) });
    }
    let Host::Domain(name) = host else { return None };
    let looking = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((name, 443)));
    let found: Vec<IpAddr> = looking.await.ok()?.ok()?.map(|it| it.ip()).collect();
    let private = found.first().filter(|_| !found.iter().any(|it| is_public(*it)))?;
    let words = format!("{name} stands for {private} here; Meta reaches it only if it is public elsewhere");
    Some(Finding::warning(ABOUT, words))
}

fn out_of_reach(host: &Host<&str>) -> Option<String> {
    let address = match host {
        Host::Ipv4(address) => IpAddr::V4(*address),
        Host::Ipv6(address) => IpAddr::V6(*address),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            let is_own = OWN_ENDINGS.iter().any(|it| name.strip_suffix(it).is_some_and(|rest| rest.ends_with('.')));
            let is_bare = !name.contains('.');
            return (is_own || is_bare).then(|| format!("{name} is a name for this machine or network only"));
        }
    };
    (!is_public(address)).then(|| format!("{address} is an address for this machine or network only"))
}

async fn answers(url: &PublicUrl) -> Result<(), String> {
    // Fails only if a provider was installed before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(PATIENCE).build().map_err(|error| chain(&error))?;
    let response = client.get(url.join("/healthz")).send().await.map_err(|error| chain(&error))?;
    let status = response.status();
    if status.is_success() { Ok(()) } else { Err(format!("/healthz answers {status}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::health::Level;

    fn is_out_of_reach(url: &str) -> bool {
        out_of_reach(&url.parse::<PublicUrl>().unwrap().host().unwrap()).is_some()
    }

    #[test]
    fn meta_reaches_public_names_and_addresses() {
        for public in ["https://inbox.luna-ceramics.com", "https://luna.co.uk:8443", "https://157.240.1.35"] {
            assert!(!is_out_of_reach(public), "{public}");
        }
        for own in [
            "https://localhost",
            "https://inbox",
            "https://inbox.",
            "https://inbox.local",
            "https://inbox.luna.internal",
            "https://inbox.home.arpa",
            "https://127.0.0.1",
            "https://10.0.0.5",
            "https://192.168.1.20:8443",
            "https://169.254.1.1",
            "https://100.64.0.7",
            "https://0.0.0.0",
            "https://[::1]",
            "https://[fe80::1]",
            "https://[fd12::1]",
        ] {
            assert!(is_out_of_reach(own), "{own}");
        }
        assert!(!is_out_of_reach("https://notlocal.com") && !is_out_of_reach("https://mylocal.shop"));
    }

    #[tokio::test]
    async fn a_trial_on_this_machine_is_no_fault_and_https_out_of_reach_is() {
        let reach = async |url: &str| reach(&url.parse().unwrap()).await;
        assert_eq!(reach("http://127.0.0.1:3000").await.unwrap().level, Level::Warning);
        let found = reach("https://10.0.0.5").await.unwrap();
        let expected = "Meta cannot reach https://10.0.0.5: 10.0.0.5 is an address for this machine or network only";
        assert_eq!((found.level, found.words.as_str()), (Level::Broken, expected));
        assert!(reach("https://157.240.1.35").await.is_none());
    }
}
