//! The programs that cargo has built beside this one.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Find a program of this workspace, as built with the tests.
///
/// # Panics
/// If it was not built, or if one of its sources is younger: cargo builds the programs of the packages that it tests, and no others.
pub fn program(name: &str) -> PathBuf {
    let here = std::env::current_exe().expect("a program");
    let directory = here.ancestors().nth(2).expect("target/<profile>/deps");
    let program = directory.join(name);
    let hint = "build all of the workspace: cargo build --workspace";
    let built = modified(&program).unwrap_or_else(|| panic!("there is no {name}; {hint}"));
    // What cargo writes beside each program: `program: source source`.
    let sources = std::fs::read_to_string(directory.join(format!("{name}.d"))).unwrap_or_default();
    let sources = sources.split_once(": ").map_or("", |(_, sources)| sources);
    for source in sources.replace("\\ ", "\0").split_whitespace() {
        let source = source.replace('\0', " ");
        assert!(
            modified(Path::new(&source)).is_none_or(|changed| changed <= built),
            "{name} is older than {source}; {hint}"
        );
    }
    program
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path)
        .and_then(|data| data.modified())
        .ok()
}
