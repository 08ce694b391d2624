//! A directory that looks like BILLmanager's, with nothing in it of ours.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use billmgr_module::description::DESCRIPTION;
use billmgr_module::provider::install::{install, uninstall};
use tempfile::TempDir;

pub const PROGRAM: &[u8] = b"\x7fELF, as far as these tests look";

pub const PLACED: [(&str, u32); 5] = [
    ("processing/pmdcim6", 0o755),
    ("etc/xml/billmgr_mod_pmdcim6.xml", 0o644),
    ("src/pmdcim6/Makefile", 0o644),
    ("src/pmdcim6/pmdcim6", 0o755),
    ("src/pmdcim6/billmgr_mod_pmdcim6.xml", 0o644),
];

/// A BILLmanager with nothing of ours, and a program to install.
pub struct Panel {
    pub directory: TempDir,
}

impl Panel {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let panel = Self { directory };
        for name in ["sbin", "processing", "etc/xml", "var"] {
            fs::create_dir_all(panel.root().join(name)).unwrap();
        }
        fs::write(panel.root().join("sbin/mgrctl"), "").unwrap();
        fs::write(panel.root().join("processing/pmother"), "other").unwrap();
        fs::write(panel.program(), PROGRAM).unwrap();
        panel
    }

    pub fn root(&self) -> PathBuf {
        self.directory.path().join("mgr5")
    }

    pub fn program(&self) -> PathBuf {
        self.directory.path().join("pmdcim6")
    }

    pub fn install(&self) -> String {
        let mut out = Vec::new();
        install(&self.root(), &self.program(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    pub fn uninstall(&self) -> String {
        let mut out = Vec::new();
        uninstall(&self.root(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Every file below the root.
    pub fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![self.root()];
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    found.push(below(&self.root(), &path));
                }
            }
        }
        found.sort();
        found
    }

    /// What is placed is whole, and has its mode.
    pub fn assert_placed(&self) {
        for (name, mode) in PLACED {
            let path = self.root().join(name);
            let found = fs::symlink_metadata(&path).unwrap();
            assert!(found.is_file(), "{name}");
            assert_eq!(found.mode() & 0o7777, mode, "{name}");
            let contents = fs::read(&path).unwrap();
            if mode == 0o755 {
                assert_eq!(contents, PROGRAM, "{name}");
            } else if !name.ends_with("Makefile") {
                assert_eq!(contents, DESCRIPTION.as_bytes(), "{name}");
            }
        }
        for name in ["src", "src/pmdcim6"] {
            let found = fs::metadata(self.root().join(name)).unwrap();
            assert_eq!(found.mode() & 0o7777, 0o755, "{name}");
        }
    }
}

fn below(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap().display().to_string()
}

/// How many lines begin with `word`.
pub fn lines(text: &str, word: &str) -> usize {
    text.lines().filter(|line| line.starts_with(word)).count()
}
