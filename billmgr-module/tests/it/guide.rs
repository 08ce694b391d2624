//! `docs/deploy.md` stays complete: every error that the panel can show, every call that a role must allow.

use std::collections::BTreeSet;

use billmgr_module::ErrorKind;
use dcim6_client::ENDPOINTS;

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The part of the guide between two marks.
fn part(name: &str) -> String {
    let guide = read("../docs/deploy.md");
    let (_, after) = guide
        .split_once(&format!("<!-- {name}: begin -->"))
        .unwrap();
    let (part, _) = after.split_once(&format!("<!-- {name}: end -->")).unwrap();
    part.to_owned()
}

/// Everything between backticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_error_is_explained_once() {
    let table = part("errors");
    let rows: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    let mut explained = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 3, "{row}");
        assert!(cells.iter().all(|cell| !cell.is_empty()), "{row}");
        let word = quoted(cells[0]).remove(0);
        assert!(explained.insert(word.clone()), "{word} stands twice");
    }
    let words = ErrorKind::ALL.iter().map(|kind| kind.as_str().to_owned());
    assert_eq!(explained, words.collect());
}

#[test]
fn every_call_is_either_needed_or_not() {
    let mut named = quoted(&part("role"));
    named.extend(quoted(&part("not needed")));
    named.sort();
    let mut all: Vec<String> = ENDPOINTS.iter().map(|one| one.name.to_owned()).collect();
    all.sort();
    assert_eq!(named, all);
}

/// The parameters in the guide are those of the `features` document, with their defaults.
#[test]
fn every_parameter_has_its_default() {
    let features = ["--command".into(), "features".into()];
    let features = billmgr_module::offline(&features, &mut std::io::empty());
    let features = features.unwrap().unwrap();
    let guide = read("../docs/deploy.md");
    let mut seen = 0;
    for custom in features.split("<customparam name=\"").skip(1) {
        let mut parts = custom.split('"');
        let (name, default) = (parts.next().unwrap(), parts.nth(1).unwrap());
        let row = guide
            .lines()
            .find(|line| {
                line.starts_with("| `")
                    && line
                        .split('|')
                        .nth(1)
                        .unwrap()
                        .contains(&format!("`{name}`"))
            })
            .unwrap_or_else(|| panic!("{name} is not in the guide"));
        let cell = row.split('|').nth(2).unwrap().trim().trim_matches('`');
        assert_eq!(cell, default, "{name}");
        seen += 1;
    }
    assert_eq!(seen, 6);
}
