//! Whose page asks: a browser says so, and a foreign page may not act here.

use std::net::IpAddr;

use crate::exchange::Request;

/// Whether a page of somebody else's sent this.
///
/// A program sends no `Origin`. A browser sends one with every write; ours is the host that was asked for. A name counts
/// only for a mock that listens to others too: any name can be made to lead to 127.0.0.1.
pub(crate) fn is_foreign(request: &Request, is_open: bool) -> bool {
    let Some(origin) = request.header("origin") else {
        return false;
    };
    let authority = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    let (Some(authority), Some(host)) = (authority, request.header("host")) else {
        return true;
    };
    !authority.eq_ignore_ascii_case(host) || !(is_open || is_here(authority))
}

/// Whether an authority cannot be a name that somebody else gives out.
fn is_here(authority: &str) -> bool {
    let has_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if has_port(port) => host,
        _ => authority,
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().is_ok() || host.eq_ignore_ascii_case("localhost")
}
