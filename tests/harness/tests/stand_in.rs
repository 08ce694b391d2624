//! The stand-in for mgrctl as a program. Cargo builds it because a test of this package runs it: the hosts of `tests/it` need it built.

use std::process::Command;

#[test]
fn outside_a_root_it_says_so_and_fails() {
    let program = env!("CARGO_BIN_EXE_mgrctl-stand-in");
    let said = Command::new(program).arg("paramlist").output().unwrap();
    assert_eq!(said.status.code(), Some(1));
    let why = String::from_utf8(said.stderr).unwrap();
    assert!(why.contains("is not in a BILLmanager"), "{why}");
}
