//! BILLmanager's own settings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::answer::Trouble;
use crate::crypt;
use crate::wire::SETTINGS;

/// `etc/billmgr.conf` of a root directory.
pub struct Settings {
    root: PathBuf,
    values: BTreeMap<String, String>,
}

impl Settings {
    /// Read them.
    pub fn read(root: &Path) -> Result<Self, Trouble> {
        let text = std::fs::read_to_string(root.join(SETTINGS))
            .map_err(|error| Trouble::Broken(format!("{SETTINGS}: {error}")))?;
        let pair = |line: &str| {
            line.split_once(' ')
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        Ok(Self {
            root: root.to_owned(),
            values: text.lines().filter_map(pair).collect(),
        })
    }

    /// Give a setting; empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Give those that `paramlist` shows: what begins with `DB`, and the key's place.
    pub fn shown(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .filter(|(name, _)| name.starts_with("DB") || *name == "CryptKey")
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Encrypt as the panel does; empty stays empty.
    pub fn encrypt(&self, text: &str) -> Result<String, Trouble> {
        let place = match self.get("CryptKey") {
            "" => "etc/billmgr.pem",
            place => place,
        };
        std::fs::read_to_string(self.root.join(place))
            .map_err(|error| error.to_string())
            .and_then(|pem| crypt::encrypt(&pem, text))
            .map_err(|why| Trouble::Broken(format!("{place}: {why}")))
    }
}
