//! `pmdcim6 contract-check`: the exit code, and who gets to read what.

use std::fs;
use std::path::{Path, PathBuf};

use billmgr_module::provider::contract_check::{Trust, contract_check};
use dcim6_client::{Dialect, contract};
use serde_json::Value;
use tempfile::TempDir;

/// An install that takes a PUT where we send a POST.
const OTHER: &str = "[operations.server_diag]\nmethod = \"PUT\"\n";

struct Checked {
    code: u8,
    out: String,
    err: String,
}

struct Place {
    directory: TempDir,
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("etc")).unwrap();
        Self { directory }
    }

    fn root(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.root().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// The document of an install that speaks `dialect`.
    fn install(&self, dialect: &str) -> String {
        let dialect: Dialect = dialect.parse().unwrap();
        let path = self.write("swagger.json", &contract::openapi_in(&dialect).to_string());
        path.display().to_string()
    }

    fn check(&self, specs: &[&str], json: bool) -> Checked {
        let specs: Vec<String> = specs.iter().copied().map(str::to_owned).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = contract_check(
            self.root(),
            &specs,
            &Trust::default(),
            json,
            &mut out,
            &mut err,
        );
        Checked {
            code,
            out: String::from_utf8(out).unwrap(),
            err: String::from_utf8(err).unwrap(),
        }
    }
}

#[test]
fn an_install_as_assumed_is_0() {
    let place = Place::new();
    let checked = place.check(&[&place.install("")], false);
    assert_eq!((checked.code, checked.err.as_str()), (0, ""));
    let all = dcim6_client::ENDPOINTS.len();
    let counted = format!("{all} of {all} calls agree");
    assert!(checked.out.contains(&counted), "{}", checked.out);
}

#[test]
fn a_difference_is_1_and_the_dialect_file_mends_it() {
    let place = Place::new();
    let install = place.install(OTHER);
    let checked = place.check(&[&install], false);
    assert_eq!(checked.code, 1);
    for word in [
        "without the dialect file",
        "server_diag: method differs",
        "offered: PUT",
    ] {
        assert!(checked.out.contains(word), "{word}: {}", checked.out);
    }
    place.write("etc/pmdcim6.dialect.toml", OTHER);
    let checked = place.check(&[&install], false);
    assert_eq!(checked.code, 0, "{}", checked.out);
    assert!(checked.out.starts_with("with the dialect file"));
}

#[test]
fn json_is_one_document_for_programs() {
    let place = Place::new();
    let checked = place.check(&[&place.install(OTHER)], true);
    assert_eq!(checked.code, 1);
    let document: Value = serde_json::from_str(&checked.out).unwrap();
    assert_eq!(document["agrees"], false);
    assert_eq!(document["dialect"], false);
    let operations = document["operations"].as_array().unwrap();
    assert_eq!(operations.len(), dcim6_client::ENDPOINTS.len());
    let other = operations
        .iter()
        .find(|one| one["operation"] == "server_diag")
        .unwrap();
    assert_eq!(other["verdict"]["offered"], serde_json::json!(["PUT"]));
}

#[test]
fn what_cannot_be_used_is_2_and_named_on_standard_error() {
    let place = Place::new();
    let good = place.install("");
    let of = |name: &str, text: &str| place.write(name, text).display().to_string();
    let cases = [
        (
            place.root().join("nowhere.json").display().to_string(),
            "nowhere.json",
        ),
        (of("page.json", "<html>"), "not JSON"),
        (of("list.json", "[]"), "neither OpenAPI 3.x nor Swagger 2.0"),
        (of("bare.json", r#"{"openapi":"3.1.0"}"#), "has no paths"),
        (
            "ftp://dci.example.com/swagger/openapi.json".to_owned(),
            "must begin with https",
        ),
        (
            "http://dci.example.com/swagger/openapi.json".to_owned(),
            "loopback",
        ),
        (
            "https://dci.example.com/swagger/?name=main".to_owned(),
            "query",
        ),
        (
            "http://127.0.0.1:1/swagger/openapi.json".to_owned(),
            "connect",
        ),
    ];
    for (name, word) in cases {
        // Beside a good one: which of them is at fault is what has to be said.
        let checked = place.check(&[&good, &name], true);
        assert_eq!(checked.code, 2, "{name}");
        assert_eq!(checked.out, "", "{name}");
        assert!(
            checked.err.contains(&name) && checked.err.contains(word),
            "{name}: {}",
            checked.err
        );
    }
    place.write(
        "etc/pmdcim6.dialect.toml",
        "[operations.server_reinstall]\n",
    );
    let checked = place.check(&[&good], false);
    assert_eq!(checked.code, 2);
    for word in ["etc/pmdcim6.dialect.toml", "server_reinstall"] {
        assert!(checked.err.contains(word), "{word}: {}", checked.err);
    }
}
