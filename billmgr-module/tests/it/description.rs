//! The XML description against the schema that the project keeps of it (`xml/description.rng`), by libxml2.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use billmgr_module::description::DESCRIPTION;

use crate::real_parts::have;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/xml/description.rng");

/// What libxml2 says of `text`: nothing, or why it is no description.
fn refusal(text: &str) -> Option<String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("description.xml");
    fs::write(&path, text).unwrap();
    let output = Command::new("xmllint")
        .args(["--nonet", "--noout", "--relaxng", SCHEMA])
        .arg(&path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.code() {
        Some(0) => None,
        // 1: not well-formed, 3: not valid. Anything else is trouble with the schema or the file.
        Some(1 | 3) => Some(said),
        other => panic!("xmllint ended with {other:?}: {said}"),
    }
}

fn have_xmllint() -> bool {
    have("xmllint", "libxml2-utils")
}

#[test]
fn the_description_is_valid() {
    if have_xmllint() {
        assert_eq!(refusal(DESCRIPTION), None);
    }
}

/// A schema that takes everything would pass the test above.
#[test]
fn planted_mistakes_are_found() {
    if !have_xmllint() {
        return;
    }
    let start = DESCRIPTION
        .find("<messages name=\"pricelist.pmdcim6\">")
        .unwrap();
    let end = DESCRIPTION[start..].find("</messages>").unwrap() + "</messages>".len();
    let group = &DESCRIPTION[start..start + end];
    let russian = &DESCRIPTION[DESCRIPTION.find("<lang name=\"ru\">").unwrap()..];
    let mistakes = [
        (
            "a bare domain refused",
            "name=\"url\" required",
            "name=\"url\" check=\"url\" required",
        ),
        ("a password shown", " private=\"yes\"", ""),
        ("a password readable", "type=\"password\"", "type=\"text\""),
        (
            "an input of another name",
            "<input type=\"checkbox\" name=\"by_server_type\"/>",
            "<input type=\"checkbox\" name=\"type\"/>",
        ),
        (
            "another module",
            "<plugin name=\"pmdcim6\">",
            "<plugin name=\"pmdcim5\">",
        ),
        (
            "another product",
            "<type name=\"dedic\"/>",
            "<type name=\"vds\"/>",
        ),
        (
            "another page",
            "<page name=\"connect\">",
            "<page name=\"main\">",
        ),
        ("a group missing in one language", group, ""),
        ("a language missing", russian, "</mgrdata>"),
        (
            "a value without its colon",
            "No free server: __value__",
            "No free server __value__",
        ),
        (
            "a colon without its value",
            "No free server: __value__",
            "No free server:",
        ),
        (
            "a value of another name",
            "No free server: __value__",
            "No free server: __name__",
        ),
        (
            "an error under a wrong name",
            "msg_error_busy",
            "error_busy",
        ),
        (
            "a value in a label",
            "<msg name=\"url\">URL</msg>",
            "<msg name=\"url\">URL __value__</msg>",
        ),
        (
            "an empty message",
            "<msg name=\"msg_error_busy\">Busy</msg>",
            "<msg name=\"msg_error_busy\"/>",
        ),
        (
            "an unclosed element",
            "<msg name=\"connect\">Connection</msg>",
            "<msg name=\"connect\">Connection",
        ),
    ];
    for (what, right, wrong) in mistakes {
        let planted = DESCRIPTION.replacen(right, wrong, 1);
        assert_ne!(planted, DESCRIPTION, "{what}: nothing was planted");
        assert!(refusal(&planted).is_some(), "{what}: the schema takes it");
    }
}

/// What the schema language cannot say: no name stands twice in a group, where the second would silently win.
#[test]
fn no_message_stands_twice() {
    for group in DESCRIPTION.split("<messages ").skip(1) {
        let group = group.split("</messages>").next().unwrap();
        let mut seen = BTreeSet::new();
        for message in group.split("<msg name=\"").skip(1) {
            let name = message.split('"').next().unwrap();
            assert!(seen.insert(name), "{name} stands twice in {group}");
        }
        assert!(!seen.is_empty());
    }
}

/// The errors of `billmanager-protocol.md` 4, with the value that some of them show. BILLmanager has its own words for the types that
/// all modules share (`client`, `missed`, …): `msgerror` is one group for the whole panel, and ours would take the place of theirs.
#[test]
fn every_error_of_our_own_has_its_message_and_no_other() {
    const WITH_VALUE: [&str; 11] = [
        "no_free_server",
        "similar_server",
        "no_switch_port",
        "owner_mismatch",
        "datacenter_unsuitable",
        "location_missing",
        "configuration_change",
        "wipe_unproven",
        "pool_missing",
        "operation_failed",
        "timeout",
    ];
    const WITHOUT: [&str; 4] = [
        "by_server_type_locked",
        "busy",
        "not_supported",
        "terminated",
    ];
    let groups: Vec<&str> = DESCRIPTION
        .split("<messages name=\"msgerror\">")
        .skip(1)
        .map(|group| group.split("</messages>").next().unwrap())
        .collect();
    assert_eq!(groups.len(), 2, "one for each language");
    for group in groups {
        let mut expected = BTreeSet::new();
        expected.extend(WITH_VALUE.map(|word| (format!("msg_error_{word}"), true)));
        expected.extend(WITHOUT.map(|word| (format!("msg_error_{word}"), false)));
        let found: BTreeSet<(String, bool)> = group
            .split("<msg name=\"")
            .skip(1)
            .map(|message| {
                let (name, text) = message.split_once('"').unwrap();
                (name.to_owned(), text.contains(": __value__</msg>"))
            })
            .collect();
        assert_eq!(found, expected);
    }
}
