//! S7: no secret leaves its place. Words planted in place of secrets are looked for in everything that comes out.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::Ledger;
use crate::journal::JournalEntry;
use crate::moment::Moment;

/// A word as short as this stands in any text by chance.
const TOO_SHORT: usize = 4;
/// How many of the tokens and keys that DCImanager gave out are looked for, the last ones.
const ISSUED: usize = 64;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Secrets {
    told: Vec<Secret>,
    /// DCImanager knows its own tokens and keys without being told.
    issued: VecDeque<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Secret {
    name: String,
    /// The secret as it is, and as URLs, XML and JSON write it.
    faces: BTreeSet<String>,
    in_dcimanager: bool,
}

impl Secrets {
    pub(super) fn learn(&mut self, name: String, value: &str, in_dcimanager: bool) {
        let is_known = |known: &Secret| known.name == name && known.faces.contains(value);
        if value.len() < TOO_SHORT || self.told.iter().any(is_known) {
            return;
        }
        let faces = BTreeSet::from([
            value.to_owned(),
            in_url(value),
            in_xml(value),
            in_json(value),
        ]);
        self.told.push(Secret {
            name,
            faces,
            in_dcimanager,
        });
    }

    fn found_in(&self, text: &str, is_journal: bool) -> Vec<String> {
        let told = self
            .told
            .iter()
            .filter(|secret| !(is_journal && secret.in_dcimanager))
            .filter(|secret| secret.faces.iter().any(|face| text.contains(face)))
            .map(|secret| secret.name.clone());
        let issued = self.issued.iter().any(|token| text.contains(token));
        told.chain(issued.then(|| "a token or key of DCImanager".to_owned()))
            .collect()
    }
}

impl Ledger {
    /// DCImanager gave a token or a key to somebody.
    pub(crate) fn issued(&mut self, token: &str) {
        let issued = &mut self.secrets.issued;
        if issued.len() == ISSUED {
            issued.pop_front();
        }
        issued.push_back(token.to_owned());
    }

    /// How many secrets were told.
    pub(crate) fn secrets_told(&self) -> usize {
        self.secrets.told.len()
    }

    /// Look for secrets in something that came out.
    pub(super) fn scan_output(&mut self, at: Moment, place: &str, text: &str) {
        if !self.secrets.told.is_empty() {
            self.judges("S7");
        }
        for name in self.secrets.found_in(text, false) {
            self.leaked(at, None, &name, place);
        }
    }

    /// Look for secrets in an exchange as the journal keeps it: what belongs there is hidden by then.
    pub(crate) fn scan_exchange(&mut self, entry: &JournalEntry) {
        if self.secrets.told.is_empty() {
            return;
        }
        let text = serde_json::to_string(entry).unwrap_or_default();
        for name in self.secrets.found_in(&text, true) {
            let call = entry.name.unwrap_or("unknown");
            let place = format!("the journal, {} {call}", entry.method);
            self.leaked(entry.at, entry.server, &name, &place);
        }
    }

    fn leaked(&mut self, at: Moment, server: Option<u64>, name: &str, place: &str) {
        let wrong = format!("{name} stands in {place}");
        self.violated("S7", at, server.unwrap_or_default(), &wrong);
    }
}

fn in_url(text: &str) -> String {
    let written = text.bytes().map(|byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    written.collect()
}

fn in_xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn in_json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    quoted.trim_matches('"').to_owned()
}
