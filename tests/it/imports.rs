//! No import goes in a circle, between files or between folders of a crate (docs/architecture.md).
//!
//! An import is a `use` of, or a path into, another file; `mod` lines and `pub use` re-exports do not count, and a name that is re-exported
//! belongs to the file that it comes from. What goes in circles today stands in `imports/`, one list a crate, which may only shrink.

mod circles;
mod sources;

use std::collections::BTreeSet;
use std::path::Path;

use sources::Crate;

/// Compare the imports of a crate that are part of a circle with the list of exceptions.
fn only_known_circles(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = Crate::read(&root.join(name).join("src"));
    assert!(read.files() > 20, "{name}: only {} files", read.files());
    let imports = read.imports();
    assert!(
        imports.len() > read.files(),
        "{name}: nothing was understood"
    );
    let files = circles::within(&imports);
    let folders = circles::within(&circles::folders(&imports));
    let found: BTreeSet<String> = files
        .iter()
        .map(|(from, to)| format!("{from} -> {to}"))
        .chain(
            folders
                .iter()
                .map(|(from, to)| format!("folder {from} -> {to}")),
        )
        .collect();

    let list = root.join(format!("tests/it/imports/{name}.txt"));
    let text = std::fs::read_to_string(&list).unwrap_or_default();
    let known: BTreeSet<String> = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    let new: Vec<_> = found.difference(&known).collect();
    assert!(
        new.is_empty(),
        "{name}: these imports go in a circle; turn one of them around: {new:#?}"
    );
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(
        gone.is_empty(),
        "{name}: these do not go in a circle any more; take them out of {}: {gone:#?}",
        list.display()
    );
}

#[test]
fn of_the_sdk() {
    only_known_circles("dcim6-client");
}

#[test]
fn of_the_mock() {
    only_known_circles("mock-dcim");
}

#[test]
fn of_the_module() {
    only_known_circles("billmgr-module");
}

/// A crate of three files, two of which import each other.
#[test]
fn a_circle_is_found_however_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let circle = || {
        let found = circles::within(&Crate::read(folder.path()).imports());
        found.into_iter().map(|(from, _)| from).collect::<Vec<_>>()
    };
    write("lib.rs", "mod a;\nmod b;\npub use b::deep::Kept;\n");
    write("b/mod.rs", "pub mod deep;\n");
    write("b/deep.rs", "pub struct Kept;\nuse crate::a::Thing;\n");
    // By a path, by a grouped `use`, by the re-export of another file, by a module that was imported.
    for way in [
        "pub struct Thing(crate::b::deep::Kept);",
        "use crate::{b::{deep::{self, Kept}}};\npub struct Thing;",
        "use crate::Kept;\npub struct Thing;",
        "use super::Kept as Other;\npub struct Thing;",
    ] {
        write("a.rs", way);
        assert_eq!(circle(), ["a.rs", "b/deep.rs"], "{way}");
    }
    // Neither a comment, nor a text, nor a test, nor a re-export is an import.
    for none in [
        "// crate::b::deep::Kept\npub struct Thing;",
        "pub struct Thing; const TEXT: &str = \"crate::b::deep::Kept\";",
        "pub struct Thing;\n#[cfg(test)]\nmod tests { use crate::b::deep::Kept; }",
        "pub use crate::b::deep::Kept;\npub struct Thing;",
    ] {
        write("a.rs", none);
        assert_eq!(circle(), [""; 0], "{none}");
    }
}
