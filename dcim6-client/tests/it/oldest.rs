//! The oldest compiler that Cargo.toml promises: no dependency asks for a newer one.
//!
//! What the crate itself uses of the standard library is held to it by clippy (`incompatible_msrv`).

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

fn output(program: &str, arguments: &[&str]) -> String {
    let ran = Command::new(program).args(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{program}: {error}");
    String::from_utf8(ran.stdout).unwrap()
}

/// What cargo knows of every package that is built on this machine.
fn metadata() -> Value {
    let compiler = output(&std::env::var("RUSTC").unwrap_or("rustc".into()), &["-vV"]);
    let host = compiler
        .lines()
        .find_map(|line| line.strip_prefix("host: "));
    let text = output(
        env!("CARGO"),
        &[
            "metadata",
            "--format-version=1",
            "--locked",
            "--offline",
            "--filter-platform",
            host.unwrap(),
            "--manifest-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        ],
    );
    serde_json::from_str(&text).unwrap()
}

fn version(text: &str) -> Vec<u32> {
    text.split('.').map(|part| part.parse().unwrap()).collect()
}

#[test]
fn no_dependency_needs_a_newer_compiler_than_is_promised() {
    let metadata = metadata();
    let by_id = |list: &Value| -> BTreeMap<String, Value> {
        let list = list.as_array().unwrap().iter();
        list.map(|one| (one["id"].as_str().unwrap().to_owned(), one.clone()))
            .collect()
    };
    let packages = by_id(&metadata["packages"]);
    let nodes = by_id(&metadata["resolve"]["nodes"]);
    let ours = packages
        .values()
        .find(|package| package["name"] == env!("CARGO_PKG_NAME"))
        .unwrap();
    let promised = version(ours["rust_version"].as_str().unwrap());

    // All but what only the tests need.
    let mut found = vec![ours["id"].as_str().unwrap()];
    let mut next = 0;
    while let Some(id) = found.get(next) {
        for dependency in nodes[*id]["deps"].as_array().unwrap() {
            let mut kinds = dependency["dep_kinds"].as_array().unwrap().iter();
            let id = dependency["pkg"].as_str().unwrap();
            if kinds.any(|kind| kind["kind"] != "dev") && !found.contains(&id) {
                found.push(id);
            }
        }
        next += 1;
    }
    let names: Vec<_> = found.iter().map(|id| &packages[*id]["name"]).collect();
    assert!(names.iter().any(|name| *name == "reqwest"));
    assert!(names.iter().all(|name| *name != "proptest"));

    let newer: Vec<_> = found
        .iter()
        .filter_map(|id| {
            let needed = packages[*id]["rust_version"].as_str()?;
            (version(needed) > promised).then(|| format!("{id} needs {needed}"))
        })
        .collect();
    assert_eq!(newer, Vec::<String>::new());
}
