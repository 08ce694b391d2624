//! Which URLs are accepted (safety.md G, N67–N75).

use std::net::IpAddr;

use url::{Host, Url};

use crate::transport::is_link_local;

/// The panel's address, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    /// `https://host:port/api`, without a slash at the end.
    pub prefix: String,
    /// `host:port`, lower case, the port always there.
    pub panel: String,
    pub https: bool,
}

impl BaseUrl {
    pub fn parse(text: &str, plain_http: bool) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("is empty".into());
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err("must begin with https://".into());
        };
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err("must begin with https://".into()),
        };
        // Looked at as written: a parser repairs what should be refused.
        if rest
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '\\')
        {
            return Err("holds a space, a control character or a backslash".into());
        }
        if rest.contains(['?', '#']) {
            return Err("must not have a query or a fragment".into());
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        // Without this, the parser would take the next segment for the host.
        if authority.is_empty() {
            return Err("has no host".into());
        }
        if authority.contains('@') {
            return Err("must not hold a user or a password".into());
        }
        let url = Url::parse(text).map_err(|error| error.to_string())?;
        let host = url.host().ok_or("has no host")?;
        let address = check_host(&host, authority)?;
        if !https && !plain_http && !address.is_some_and(|address| address.is_loopback()) {
            return Err("plain http is accepted for a literal loopback address only".into());
        }
        let port = url.port_or_known_default().ok_or("has no port")?;
        let panel = format!("{host}:{port}");
        let scheme = if https { "https" } else { "http" };
        Ok(Self {
            prefix: format!("{scheme}://{panel}{}", check_path(path)?),
            panel,
            https,
        })
    }
}

/// Return the address, if the host is one. Host names stay names: the transport looks at what they lead to.
fn check_host(host: &Host<&str>, authority: &str) -> Result<Option<IpAddr>, String> {
    let address = match host {
        Host::Domain(name) => {
            if !authority.is_ascii() || name.split('.').any(|label| label.starts_with("xn--")) {
                // Letters that look like others: write the address, or a plain name.
                return Err("the host must be plain ASCII".into());
            }
            return Ok(None);
        }
        Host::Ipv4(v4) => {
            let written = authority
                .rsplit_once(':')
                .map_or(authority, |(host, _)| host);
            if written != v4.to_string() {
                return Err(format!("the host is {v4} in disguise: write it so"));
            }
            IpAddr::V4(*v4)
        }
        Host::Ipv6(v6) => IpAddr::V6(*v6),
    };
    if address.to_canonical() != address {
        return Err("the host is an IPv4 address in disguise".into());
    }
    if is_link_local(address) {
        return Err("a link-local address is never used".into());
    }
    if address.is_unspecified() || address.is_multicast() {
        return Err("the address is not one of a host".into());
    }
    Ok(Some(address))
}

/// A path takes the place of `/api`.
fn check_path(path: &str) -> Result<String, String> {
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() {
        return Ok("/api".into());
    }
    for segment in path.split('/') {
        if segment.is_empty() || segment == "." || segment == ".." {
            return Err("the path has an empty segment or dots".into());
        }
        if !segment
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.~".contains(c))
        {
            return Err("the path holds more than letters, digits and - _ . ~".into());
        }
    }
    Ok(format!("/{path}"))
}
