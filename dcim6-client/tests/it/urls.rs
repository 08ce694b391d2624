//! Which panels a client can be built for (safety.md G, N67–N75), and how they are named.

use dcim6_client::Client;

fn panel(url: &str) -> Result<String, String> {
    match Client::builder(url).pin_sha256("00".repeat(32)).build() {
        Ok(client) => Ok(client.panel().to_owned()),
        Err(error) => {
            assert!(error.is_config());
            Err(error.to_string())
        }
    }
}

#[test]
fn good_urls_and_their_panels() {
    for (url, wanted) in [
        ("https://dcim.a.test", "dcim.a.test:443"),
        ("https://DCIM.A.test/", "dcim.a.test:443"),
        ("HTTPS://dcim.a.test:443", "dcim.a.test:443"),
        ("  https://dcim.a.test:1500/  ", "dcim.a.test:1500"), // N75
        ("https://dcim.a.test/api/", "dcim.a.test:443"),
        ("https://192.0.2.7", "192.0.2.7:443"),
        ("https://[2001:db8::7]:1500", "[2001:db8::7]:1500"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://127.8.9.10", "127.8.9.10:80"),
        ("http://[::1]:8080", "[::1]:8080"),
    ] {
        assert_eq!(panel(url).as_deref(), Ok(wanted), "{url}");
    }
}

#[test]
fn refused_urls() {
    for url in [
        // N67
        "",
        "   ",
        "dcim.a.test",
        "/api",
        "//dcim.a.test",
        "https://",
        "https:///api",
        // N68
        "ftp://dcim.a.test",
        "file:///etc/passwd",
        // N69
        "http://dcim.a.test",
        "http://localhost:8080",
        "http://192.0.2.7",
        "http://[2001:db8::1]",
        // N70
        "https://admin@dcim.a.test",
        "https://admin:secret@dcim.a.test",
        // N71
        "https://dcim.a.test/?x=1",
        "https://dcim.a.test/#x",
        // N72
        "https://dcim.a.test/../api",
        "https://dcim.a.test/a/%2e%2e/b",
        "https://dcim.a.test//api",
        "https://dcim.a.test/a\\b",
        // N73
        "https://169.254.169.254",
        "http://169.254.169.254",
        "https://[fe80::1]",
        "https://[::ffff:169.254.169.254]",
        // N74
        "https://0x7f.1",
        "https://2130706433",
        "http://127.1",
        "http://0177.0.0.1",
        "http://[::ffff:127.0.0.1]",
        "https://0.0.0.0",
        "https://dçim.test",
        "https://xn--dim-7ma.test",
        // inside
        "https://dcim.a.test /api",
        "https://dcim.a.test/a\nb",
        "https://dcim.a.test:99999",
    ] {
        let refused = panel(url).expect_err(url);
        assert!(refused.starts_with("url: "), "{url}: {refused}");
        assert!(!refused.contains("secret"));
    }
}

#[test]
fn plain_http_needs_to_be_allowed() {
    let client = Client::builder("http://dcim.a.test")
        .allow_plain_http()
        .build()
        .unwrap();
    assert_eq!(client.panel(), "dcim.a.test:80");
}

#[test]
fn other_settings_are_named_when_they_are_wrong() {
    let built = |builder: dcim6_client::ClientBuilder| builder.build().unwrap_err().to_string();
    let builder = || Client::builder("https://dcim.a.test");
    assert_eq!(
        built(builder().ca_pem("no PEM at all")),
        "ca_pem: holds no certificate"
    );
    assert!(built(builder().pin_sha256("12:34")).starts_with("pin_sha256: "));
    assert!(built(builder().pin_sha256("zz".repeat(32))).starts_with("pin_sha256: "));
    assert!(
        built(builder().request_timeout(std::time::Duration::ZERO))
            .starts_with("request_timeout: ")
    );
    builder()
        .pin_sha256(format!("SHA256:{}", ["Ab"; 32].join(":")))
        .build()
        .unwrap();
}
