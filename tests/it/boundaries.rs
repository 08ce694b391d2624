//! Who may know whom (docs/architecture.md): what makes a green test mean something.

use std::collections::{BTreeMap, BTreeSet};

/// Everything a package of the lock file depends on, tests included.
fn reaches(package: &str) -> BTreeSet<String> {
    let lock =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock")).unwrap();
    let mut needs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for block in lock.split("[[package]]").skip(1) {
        let quoted = |line: &'_ str| {
            line.split('"')
                .nth(1)
                .map(|text| text.split(' ').next().unwrap_or_default().to_owned())
        };
        let name = block
            .lines()
            .find(|line| line.starts_with("name = "))
            .and_then(|line| line.split('"').nth(1))
            .unwrap();
        let list = block
            .split("dependencies = [")
            .nth(1)
            .unwrap_or_default()
            .split(']')
            .next()
            .unwrap_or_default();
        let names = list
            .lines()
            .filter(|line| quoted(line).is_some())
            .filter_map(|line| line.split('"').nth(1)?.split(' ').next());
        needs.entry(name).or_default().extend(names);
    }
    let mut found = BTreeSet::new();
    let mut open = vec![package];
    while let Some(name) = open.pop() {
        for next in needs
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not in the lock file"))
        {
            if found.insert((*next).to_owned()) {
                open.push(next);
            }
        }
    }
    found
}

/// The mock and the SDK read the specification by themselves; two readings are what the mock's judgement rests on.
#[test]
fn the_mock_does_not_know_the_sdk_or_the_module() {
    let mock = reaches("mock-dcim");
    assert!(mock.contains("hyper"), "the lock file was understood");
    for forbidden in ["dcim6-client", "billmgr-module", "reqwest"] {
        assert!(!mock.contains(forbidden), "mock-dcim reaches {forbidden}");
    }
}

#[test]
fn the_module_knows_only_the_sdk() {
    let module = reaches("billmgr-module");
    assert!(module.contains("dcim6-client"));
}

/// Who imports the SDK gets the system's resolver, or brings one; the program that is static brings its own.
#[test]
fn only_the_module_brings_a_resolver() {
    assert!(reaches("billmgr-module").contains("hickory-resolver"));
    assert!(!reaches("dcim6-client").contains("hickory-resolver"));
}

/// The BILLmanager of the tests is a second reading of its protocol: nothing of the module is in it.
#[test]
fn the_host_of_the_tests_does_not_know_the_module() {
    let harness = concat!(env!("CARGO_MANIFEST_DIR"), "/../harness");
    let mut open = vec![format!("{harness}/src"), format!("{harness}/mgrctl")];
    let mut read = 0;
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path.display().to_string());
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(!text.contains("billmgr_module"), "{}", path.display());
                read += 1;
            }
        }
    }
    assert!(read > 20, "only {read} files were read");
}
