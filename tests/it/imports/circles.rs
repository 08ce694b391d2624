//! Circles in a graph of imports.

use std::collections::{BTreeMap, BTreeSet};

/// Who imports whom.
pub type Imports = BTreeSet<(String, String)>;

/// Keep the imports that are part of a circle: whose end leads back to their beginning.
pub fn within(imports: &Imports) -> Imports {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in imports {
        next.entry(from).or_default().push(to);
    }
    let leads_to = |start: &str, goal: &str| {
        let mut seen = BTreeSet::new();
        let mut open = vec![start];
        while let Some(place) = open.pop() {
            if place == goal {
                return true;
            }
            if seen.insert(place) {
                open.extend(next.get(place).into_iter().flatten());
            }
        }
        false
    };
    imports
        .iter()
        .filter(|(from, to)| leads_to(to, from))
        .cloned()
        .collect()
}

/// Give the same imports between the folders of the files. Files at the top belong to no folder: they are the crate itself.
pub fn folders(imports: &Imports) -> Imports {
    let folder = |file: &str| {
        file.rsplit_once('/')
            .map(|(folder, _)| folder.to_owned())
            .filter(|folder| !folder.is_empty())
    };
    imports
        .iter()
        .filter_map(|(from, to)| Some((folder(from)?, folder(to)?)))
        .filter(|(from, to)| from != to)
        .collect()
}
