//! Names become addresses: `/etc/hosts` first, then DNS as `/etc/resolv.conf` says.
//!
//! The C library does this by modules that `/etc/nsswitch.conf` names (NSS), and loads them from the machine it runs on. A static program
//! dies of a signal when it loads one of another release, without a word to BILLmanager. So nothing here asks the C library.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use dcim6_client::{BoxFuture, Clock, Resolver, TokioClock};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::system_conf::read_system_conf;

const HOSTS: &str = "/etc/hosts";
/// How long DNS may take: less than a connection may, so that a name which nobody resolves is told from an address where nobody answers.
const DNS_LIMIT: Duration = Duration::from_secs(8);
/// How long one server of names may take, whatever `/etc/resolv.conf` says: another one has to have its turn within the limit.
const SERVER_LIMIT: Duration = Duration::from_secs(3);

/// The names of this machine and of its DNS.
#[derive(Debug, Clone, Copy)]
pub struct Names;

impl Resolver for Names {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(addresses(host))
    }
}

/// Find the addresses of a host, the first to be tried first. Files are read anew each time: a command may wait for hours.
///
/// # Errors
/// The name is not known, or DNS does not answer.
pub async fn addresses(host: &str) -> io::Result<Vec<IpAddr>> {
    if let Ok(address) = host.parse() {
        return Ok(vec![address]);
    }
    let host = host.trim_end_matches('.');
    // A machine without the file has no names of its own.
    let known = in_hosts(&std::fs::read(HOSTS).unwrap_or_default(), host);
    if !known.is_empty() {
        return Ok(known);
    }
    if is_this_machine(host) {
        return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
    }
    in_dns(host).await
}

/// `localhost` and what is under it never go to DNS (RFC 6761, section 6.3).
fn is_this_machine(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    last.eq_ignore_ascii_case("localhost")
}

/// Find a name in a file of hosts; what cannot be read in it is passed over.
fn in_hosts(file: &[u8], host: &str) -> Vec<IpAddr> {
    let text = String::from_utf8_lossy(file);
    let address_of = |line: &str| {
        let (line, _) = line.split_once('#').unwrap_or((line, ""));
        let mut words = line.split_whitespace();
        let address = words.next()?.parse().ok()?;
        let is_named = words.any(|name| name.trim_end_matches('.').eq_ignore_ascii_case(host));
        is_named.then_some(address)
    };
    text.lines().filter_map(address_of).collect()
}

async fn in_dns(host: &str) -> io::Result<Vec<IpAddr>> {
    // Without a word on where DNS is, it is on this machine, as for the C library.
    let (config, mut options) = read_system_conf().unwrap_or_else(|_| {
        let here = NameServerConfig::udp_and_tcp(Ipv4Addr::LOCALHOST.into());
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![here]);
        (config, ResolverOpts::default())
    });
    options.use_hosts_file = ResolveHosts::Never;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    options.timeout = options.timeout.min(SERVER_LIMIT);
    let resolver = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        .with_options(options)
        .build()
        .map_err(io::Error::other)?;
    let clock: &dyn Clock = &TokioClock;
    match clock.limit(DNS_LIMIT, resolver.lookup_ip(host)).await {
        Ok(found) => Ok(found.map_err(io::Error::other)?.iter().collect()),
        Err(_) => Err(io::Error::other("DNS does not answer")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = b"127.0.0.1 localhost\n::1\tlocalhost ip6-localhost # not.here\n\
        192.0.2.7  DCI.example.net dci\n# 192.0.2.8 dci\nfe80::1%eth0 dci\n\xff\xfe dci\n192.0.2.9 dci";

    #[test]
    fn a_file_of_hosts_is_read_as_the_system_reads_it() {
        let found = |host| {
            let found = in_hosts(FILE, host);
            found.iter().map(IpAddr::to_string).collect::<Vec<_>>()
        };
        assert_eq!(found("localhost"), ["127.0.0.1", "::1"]);
        assert_eq!(found("dci.example.net"), ["192.0.2.7"]);
        assert_eq!(found("dci"), ["192.0.2.7", "192.0.2.9"]);
        for unknown in ["not.here", "example.net", "192.0.2.7", ""] {
            assert!(found(unknown).is_empty(), "{unknown}");
        }
    }

    #[tokio::test]
    async fn this_machine_needs_neither_file_nor_dns() {
        assert!(is_this_machine("localhost") && is_this_machine("db.LOCALHOST"));
        assert!(!is_this_machine("localhost.example.net") && !is_this_machine("mylocalhost"));
        let found = addresses("nowhere-else.localhost.").await.unwrap();
        assert_eq!(found[0], IpAddr::V4(Ipv4Addr::LOCALHOST));
        let literal = addresses("2001:db8::1").await.unwrap();
        assert_eq!(literal, ["2001:db8::1".parse::<IpAddr>().unwrap()]);
    }
}
