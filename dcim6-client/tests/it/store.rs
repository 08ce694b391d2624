//! Who reads the machine's certificate store: a client that trusts it, and no other (safety.md G).
//!
//! The store is a pipe: opening it for writing succeeds in the moment in which somebody opens it for reading. The environment that names it
//! belongs to a process, so each client is built in one of its own: this test again, told by a variable what to build.

#![cfg(target_os = "linux")]

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use dcim6_client::Client;

const TOLD: &str = "DCIM6_CLIENT_TEST_TRUST";
const CA: &str = include_str!("tls/ca.pem");

fn build(trust: &str) {
    let https = Client::builder("https://192.0.2.1");
    let built = match trust {
        "system" => https.build(),
        "ca" => https.ca_pem(CA).build(),
        "pin" => https.pin_sha256("ab".repeat(32)).build(),
        "anything" => https.danger_accept_any_certificate().build(),
        "plain" => Client::builder("http://127.0.0.1:1").build(),
        other => panic!("{other}"),
    };
    // An empty store is no store.
    assert_eq!(built.is_err(), trust == "system");
}

/// Build such a client in a process of its own; tell whether it opened the store.
fn reads(store: &Path, trust: &str) -> bool {
    let over = Arc::new(AtomicBool::new(false));
    let writer = thread::spawn({
        let (store, over) = (store.to_owned(), over.clone());
        move || {
            // Returns when somebody reads, who then waits for us; closing it at once shows an empty store.
            let file = File::options().write(true).open(store).unwrap();
            let read = !over.load(Ordering::SeqCst);
            drop(file);
            read
        }
    });
    let built = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "store::only_the_systems_roots_read_the_machines_store",
        ])
        .env(TOLD, trust)
        .env("SSL_CERT_FILE", store)
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    over.store(true, Ordering::SeqCst);
    // Lets a writer go that nobody has met; one that has gone already needs nobody.
    while !writer.is_finished() {
        let _ = nonblocking(store);
        thread::yield_now();
    }
    assert!(
        built.status.success(),
        "{trust}: {}",
        String::from_utf8_lossy(&built.stdout)
    );
    writer.join().unwrap()
}

/// Open the pipe for reading without waiting for a writer.
fn nonblocking(store: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    const O_NONBLOCK: i32 = 0o4000;
    File::options()
        .read(true)
        .custom_flags(O_NONBLOCK)
        .open(store)
}

#[test]
fn only_the_systems_roots_read_the_machines_store() {
    if let Ok(trust) = std::env::var(TOLD) {
        return build(&trust);
    }
    let folder = std::env::temp_dir().join(format!("dcim6-client-store-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let store = folder.join("roots.pem");
    let made = Command::new("mkfifo").arg(&store).status().unwrap();
    assert!(made.success());
    let found: Vec<(&str, bool)> = ["system", "ca", "pin", "anything", "plain"]
        .map(|trust| (trust, reads(&store, trust)))
        .into();
    std::fs::remove_dir_all(&folder).unwrap();
    let wanted = [
        ("system", true),
        ("ca", false),
        ("pin", false),
        ("anything", false),
        ("plain", false),
    ];
    assert_eq!(found, wanted);
}
