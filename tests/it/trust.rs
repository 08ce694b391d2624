//! Whom the module sends its password to: what the connection form says of certificates, against a DCImanager over TLS (safety.md G).

use billmgr_module::Host;
use billmgr_module::provider::{Tool, run_tool};
use mock_dcim::MockDcim;
use standin::Simulation;
use standin::memory::MemoryPanel;

const MODULE: u64 = 7;

/// A BILLmanager whose instance reaches the mock over TLS.
async fn over_tls(ca_certificate: &str, fingerprint: &str) -> Simulation {
    let mock = MockDcim::builder().tls(true).start().await.unwrap();
    let or_own = |given: &str, own: Option<String>| match given {
        "own" => own.unwrap(),
        given => given.to_owned(),
    };
    let panel = MemoryPanel::builder()
        .datacenter(1, 1)
        .instance(MODULE, mock.url(), mock.admin())
        .setting(
            MODULE,
            "ca_certificate",
            &or_own(ca_certificate, mock.ca_pem()),
        )
        .setting(MODULE, "fingerprint", &or_own(fingerprint, mock.pin()));
    Simulation::between(mock, panel.build())
}

/// Whether anything was sent at all: the password goes with the first request.
fn is_silent(simulation: &Simulation) -> bool {
    simulation.mock.journal().is_empty()
}

async fn doctor(simulation: &Simulation) -> (u8, String) {
    let actor = simulation.clock.participant();
    let host = Host::new(&simulation.panel, actor.clock());
    let (mut out, json) = (Vec::new(), false);
    let tool = Tool::Doctor {
        module: MODULE,
        json,
    };
    let code = run_tool(&host, tool, &mut out).await.unwrap();
    (code, String::from_utf8(out).unwrap())
}

/// The connection form, as it is stored.
async fn check_connection(simulation: &Simulation) -> String {
    let setting = |name: &str| simulation.panel.setting(MODULE, name).unwrap_or_default();
    let (email, password) = simulation.mock.admin();
    let fields = ["url", "ca_certificate", "fingerprint"]
        .map(|name| format!("<{name}>{}</{name}>", setting(name)))
        .concat();
    let form = format!(
        "<doc><processingmodule>{fields}<username>{email}</username><password>{password}</password></processingmodule></doc>"
    );
    let job = simulation.billmanager();
    job.command("check_connection", &form).await.out
}

#[tokio::test]
async fn a_certificate_with_both_the_authority_and_the_fingerprint_is_accepted() {
    let simulation = over_tls("own", "own").await;
    assert_eq!(check_connection(&simulation).await, "<doc/>");
    let (code, out) = doctor(&simulation).await;
    assert_eq!(code, 0, "{out}");
    assert!(
        out.contains("is accepted, if the module's own CA certificate vouches for it"),
        "{out}"
    );
}

#[tokio::test]
async fn one_of_the_two_is_not_enough_and_the_password_stays_here() {
    let other = MockDcim::builder().tls(true).start().await.unwrap();
    let (other_ca, no_pin) = (other.ca_pem().unwrap(), "0".repeat(64));
    for (ca, pin) in [("own", no_pin.as_str()), (other_ca.as_str(), "own")] {
        let simulation = over_tls(ca, pin).await;
        let out = check_connection(&simulation).await;
        assert!(
            out.starts_with("<doc><error type=\"client\" object=\"tls\""),
            "{out}"
        );
        let (code, out) = doctor(&simulation).await;
        assert_eq!(code, 1, "{out}");
        assert!(out.contains("stopped here: client (tls)"), "{out}");
        assert!(is_silent(&simulation), "{:?}", simulation.mock.journal());
    }
}

/// What is no fingerprint, or no certificate, is named before anything is sent; `doctor` does not say that it holds.
#[tokio::test]
async fn a_field_that_cannot_be_used_is_named() {
    let short = "AB".repeat(31);
    for (ca, pin, field) in [
        ("", "not a fingerprint", "fingerprint"),
        ("own", short.as_str(), "fingerprint"),
        ("-----BEGIN nothing", "own", "ca_certificate"),
    ] {
        let simulation = over_tls(ca, pin).await;
        let out = check_connection(&simulation).await;
        let expected = format!("<doc><error type=\"value\" object=\"{field}\"");
        assert!(out.starts_with(&expected), "{out}");
        let (code, out) = doctor(&simulation).await;
        assert_eq!(code, 1, "{out}");
        assert!(
            out.contains(&format!("stopped here: value ({field})")),
            "{out}"
        );
        assert!(!out.contains("TLS"), "{out}");
        assert!(is_silent(&simulation), "{:?}", simulation.mock.journal());
    }
}
