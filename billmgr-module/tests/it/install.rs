//! `pmdcim6 install` and `uninstall`, in directories that look like BILLmanager's.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Command;

use billmgr_module::ErrorKind;
use billmgr_module::description::DESCRIPTION;
use billmgr_module::provider::install::install;

use crate::real_parts::have;
use crate::scratch::{PLACED, PROGRAM, Panel, lines};

#[test]
fn everything_is_in_its_place_with_its_mode() {
    let panel = Panel::new();
    let said = panel.install();
    panel.assert_placed();
    assert_eq!(lines(&said, "installed"), 5, "{said}");
    assert!(
        said.trim_end().ends_with("mgr5/sbin/mgrctl -R"),
        "the last word is how to restart: {said}"
    );
    // Nothing else, and nothing half written.
    let mut expected: Vec<_> = PLACED.map(|(name, _)| name.to_owned()).into();
    expected.extend(["processing/pmother".to_owned(), "sbin/mgrctl".to_owned()]);
    expected.sort();
    assert_eq!(panel.files(), expected);
}

/// This test binary, again, with only the test above, under other masks.
#[test]
fn the_umask_decides_nothing() {
    for mask in ["000", "027", "077"] {
        let output = Command::new("/bin/sh")
            .args(["-c", &format!("umask {mask}; exec \"$0\" \"$@\"")])
            .arg(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "install::everything_is_in_its_place_with_its_mode",
            ])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains(" 1 passed"), "umask {mask}: {said}");
        assert!(output.status.success(), "umask {mask}: {said}");
    }
}

#[test]
fn twice_changes_nothing_and_says_so() {
    let panel = Panel::new();
    panel.install();
    let inodes = || PLACED.map(|(name, _)| fs::metadata(panel.root().join(name)).unwrap().ino());
    let before = inodes();
    let said = panel.install();
    assert_eq!(lines(&said, "unchanged"), 5, "{said}");
    assert_eq!(inodes(), before);
}

#[test]
fn an_upgrade_leaves_running_modules_their_file() {
    use std::io::Read;

    let panel = Panel::new();
    panel.install();
    let placed = panel.root().join("processing/pmdcim6");
    let mut running = fs::File::open(&placed).unwrap();
    fs::write(panel.program(), "the next version").unwrap();
    let said = panel.install();
    assert_eq!(
        (lines(&said, "replaced"), lines(&said, "unchanged")),
        (2, 3)
    );
    assert_eq!(fs::read(&placed).unwrap(), b"the next version");
    let mut still = Vec::new();
    running.read_to_end(&mut still).unwrap();
    assert_eq!(still, PROGRAM);
}

#[test]
fn what_was_half_installed_is_completed() {
    let panel = Panel::new();
    let root = panel.root();
    // A run that was cut while it wrote, a file cut short, one with a wrong mode, a link, and a directory closed to others.
    fs::write(root.join("processing/.pmdcim6.new"), "half").unwrap();
    fs::create_dir_all(root.join("src/pmdcim6")).unwrap();
    fs::set_permissions(root.join("src/pmdcim6"), fs::Permissions::from_mode(0o700)).unwrap();
    fs::set_permissions(root.join("src"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(root.join("src/pmdcim6/pmdcim6"), &PROGRAM[..5]).unwrap();
    fs::write(root.join("etc/xml/billmgr_mod_pmdcim6.xml"), DESCRIPTION).unwrap();
    fs::set_permissions(
        root.join("etc/xml/billmgr_mod_pmdcim6.xml"),
        fs::Permissions::from_mode(0o666),
    )
    .unwrap();
    symlink(panel.program(), root.join("processing/pmdcim6")).unwrap();
    let said = panel.install();
    panel.assert_placed();
    assert_eq!(
        (lines(&said, "replaced"), lines(&said, "installed")),
        (3, 2),
        "{said}"
    );
    assert!(!root.join("processing/.pmdcim6.new").exists());
    // The link was replaced, not followed.
    assert_eq!(fs::read(panel.program()).unwrap(), PROGRAM);
}

#[test]
fn a_directory_that_is_not_billmanagers_is_refused_untouched() {
    let panel = Panel::new();
    fs::remove_file(panel.root().join("sbin/mgrctl")).unwrap();
    fs::remove_dir(panel.root().join("etc/xml")).unwrap();
    let before = panel.files();
    let error = install(&panel.root(), &panel.program(), &mut Vec::new()).unwrap_err();
    assert_eq!(
        (error.kind(), error.object()),
        (ErrorKind::Value, Some("root"))
    );
    for word in ["sbin/mgrctl and etc/xml missing", "--root"] {
        assert!(error.value().contains(word), "{error}");
    }
    assert_eq!(panel.files(), before);
    assert!(!panel.root().join("src").exists());
}

#[test]
fn what_cannot_be_read_or_written_is_named() {
    let panel = Panel::new();
    let nowhere = panel.directory.path().join("nowhere");
    let error = install(&panel.root(), &nowhere, &mut Vec::new()).unwrap_err();
    assert_eq!(
        (error.kind(), error.object()),
        (ErrorKind::Process, Some("program"))
    );
    assert!(error.value().contains("nowhere"), "{error}");

    fs::create_dir(panel.root().join("processing/pmdcim6")).unwrap();
    let error = install(&panel.root(), &panel.program(), &mut Vec::new()).unwrap_err();
    assert_eq!(
        (error.kind(), error.object()),
        (ErrorKind::Process, Some("processing/pmdcim6"))
    );
    assert!(!panel.root().join("processing/.pmdcim6.new").exists());
}

/// What BILLmanager does when a module does not answer (`billmanager-protocol.md` 1).
#[test]
fn make_install_only_brings_the_module_back() {
    if !have("make", "make") {
        return;
    }
    let panel = Panel::new();
    panel.install();
    for name in ["processing", "etc/xml"] {
        fs::remove_dir_all(panel.root().join(name)).unwrap();
        fs::create_dir(panel.root().join(name)).unwrap();
    }
    // A repair that was cut has left this; and BILLmanager's umask is not known.
    fs::write(panel.root().join("processing/.pmdcim6.new"), "half").unwrap();
    let output = Command::new("/bin/sh")
        .args(["-c", "umask 077; exec make install-only"])
        .current_dir(panel.root().join("src/pmdcim6"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    panel.assert_placed();
    assert!(!panel.root().join("processing/.pmdcim6.new").exists());
    // BILLmanager's repair and ours come to the same.
    assert_eq!(lines(&panel.install(), "unchanged"), 5);
}

#[test]
fn uninstall_takes_exactly_what_install_placed() {
    let panel = Panel::new();
    let before = panel.files();
    panel.install();
    for kept in ["var/pmdcim6.log", "etc/pmdcim6.dialect.toml"] {
        fs::write(panel.root().join(kept), "kept").unwrap();
    }
    let said = panel.uninstall();
    assert_eq!(lines(&said, "removed"), 5, "{said}");
    assert!(said.trim_end().ends_with("mgr5/sbin/mgrctl -R"), "{said}");
    let mut expected = before;
    expected.extend(["etc/pmdcim6.dialect.toml", "var/pmdcim6.log"].map(str::to_owned));
    expected.sort();
    assert_eq!(panel.files(), expected);
    assert!(!panel.root().join("src/pmdcim6").exists());

    let said = panel.uninstall();
    assert_eq!(lines(&said, "absent"), 5, "{said}");
}

#[test]
fn uninstall_leaves_what_others_put_beside_ours_and_needs_no_billmanager() {
    let panel = Panel::new();
    panel.install();
    let note = panel.root().join("src/pmdcim6/NOTES");
    fs::write(&note, "somebody's").unwrap();
    // Left over by an install that was cut.
    let half = panel.root().join("processing/.pmdcim6.new");
    fs::write(&half, "half").unwrap();
    panel.uninstall();
    assert_eq!(fs::read(&note).unwrap(), b"somebody's");
    assert!(!half.exists());

    fs::remove_dir_all(panel.root()).unwrap();
    assert_eq!(lines(&panel.uninstall(), "absent"), 5);
}
