//! S7: no secret leaves its place. Words planted in place of secrets are looked for in everything that comes out.

use serde::{Deserialize, Serialize};

use super::Ledger;
use crate::journal::JournalEntry;
use crate::moment::Moment;

/// A word as short as this stands in any text by chance.
const TOO_SHORT: usize = 4;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Secrets(Vec<Secret>);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Secret {
    name: String,
    /// The secret as it is, and as URLs, XML and JSON write it.
    faces: Vec<String>,
}

impl Secrets {
    pub(super) fn learn(&mut self, name: String, value: &str) {
        if value.len() < TOO_SHORT {
            return;
        }
        let mut faces = vec![
            value.to_owned(),
            in_url(value),
            in_xml(value),
            in_json(value),
        ];
        faces.sort_unstable();
        faces.dedup();
        self.0.push(Secret { name, faces });
    }

    fn found_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        let stands = |secret: &&Secret| secret.faces.iter().any(|face| text.contains(face));
        self.0
            .iter()
            .filter(stands)
            .map(|secret| secret.name.as_str())
    }
}

impl Ledger {
    /// Look for secrets in something that came out.
    pub(super) fn scan(&mut self, at: Moment, server: Option<u64>, place: &str, text: &str) {
        if self.secrets.0.is_empty() {
            return;
        }
        self.judges("S7");
        let found: Vec<String> = self.secrets.found_in(text).map(str::to_owned).collect();
        for name in found {
            let wrong = format!("{name} stands in {place}");
            self.violated("S7", at, server.unwrap_or_default(), &wrong);
        }
    }

    /// Look for secrets in an exchange as the journal keeps it: what belongs there is hidden by then.
    pub(crate) fn scan_exchange(&mut self, entry: &JournalEntry) {
        if self.secrets.0.is_empty() {
            return;
        }
        let text = serde_json::to_string(entry).unwrap_or_default();
        let place = format!(
            "the journal, {} {}",
            entry.method,
            entry.name.unwrap_or("unknown")
        );
        self.scan(entry.at, entry.server, &place, &text);
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
