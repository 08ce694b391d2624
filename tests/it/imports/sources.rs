//! The files of a crate and what they import, read from the text: enough of Rust for `use` and for paths.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::circles::Imports;

/// The files of a crate.
#[derive(Default)]
pub struct Crate {
    /// By module, such as `["lifecycle", "open"]`; the crate itself is the empty one.
    files: BTreeMap<Vec<String>, File>,
}

struct File {
    /// Below `src`.
    name: String,
    /// `use` and other paths.
    paths: BTreeSet<Vec<String>>,
    /// What it passes on with `pub use`: the name here, and where it comes from.
    passed_on: BTreeMap<String, Vec<String>>,
}

impl Crate {
    /// Read all files of a `src` folder.
    pub fn read(src: &Path) -> Self {
        let mut read = Self::default();
        let mut open = vec![(src.to_owned(), Vec::<String>::new())];
        while let Some((folder, module)) = open.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
                let mut inner = module.clone();
                if path.is_dir() {
                    inner.push(stem);
                    open.push((path, inner));
                } else if path.extension().is_some_and(|end| end == "rs") {
                    if !["mod", "lib", "main"].contains(&stem.as_str()) {
                        inner.push(stem.clone());
                    }
                    let text = std::fs::read_to_string(&path).unwrap();
                    let name = path.strip_prefix(src).unwrap().to_str().unwrap();
                    // A program beside the library is a crate of its own.
                    if name != "main.rs" {
                        read.files.insert(inner, File::understand(name, &text));
                    }
                }
            }
        }
        read
    }

    /// Count the files.
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// Find who imports whom.
    pub fn imports(&self) -> Imports {
        let mut imports = Imports::new();
        for (module, file) in &self.files {
            for path in &file.paths {
                if let Some(target) = self.file_of(module, path, 0)
                    && target != file.name
                {
                    imports.insert((file.name.clone(), target.to_owned()));
                }
            }
        }
        imports
    }

    /// Find the file that a path leads into from a module, through re-exports.
    fn file_of(&self, module: &[String], path: &[String], depth: usize) -> Option<&str> {
        let mut place = module.to_vec();
        let mut rest = path.iter().map(String::as_str).peekable();
        match *rest.peek()? {
            "crate" => {
                rest.next();
                place.clear();
            }
            "self" => {
                rest.next();
            }
            "super" => {
                while rest.next_if_eq(&"super").is_some() {
                    place.pop()?;
                }
            }
            // Relative: a module below this one, or a library.
            child => {
                let mut below = place.clone();
                below.push(child.to_owned());
                self.files.get(&below)?;
            }
        }
        while let Some(name) = rest.peek() {
            let mut below = place.clone();
            below.push((*name).to_owned());
            if self.files.contains_key(&below) {
                place = below;
                rest.next();
                continue;
            }
            let here = self.files.get(&place)?;
            if let Some(origin) = here.passed_on.get(*name)
                && depth < 8
            {
                let mut onward = origin.clone();
                rest.next();
                onward.extend(rest.map(ToOwned::to_owned));
                return self
                    .file_of(&place, &onward, depth + 1)
                    .or(Some(&here.name));
            }
            break;
        }
        self.files.get(&place).map(|file| file.name.as_str())
    }
}

impl File {
    fn understand(name: &str, text: &str) -> Self {
        let words = without_tests(&words(text));
        let mut file = Self {
            name: name.to_owned(),
            paths: BTreeSet::new(),
            passed_on: BTreeMap::new(),
        };
        let mut at = 0;
        while at < words.len() {
            let is_public = words[at] == "pub";
            let mut after = at + usize::from(is_public);
            // pub(crate), pub(super)
            if is_public && words.get(after).is_some_and(|word| word == "(") {
                after += words[after..]
                    .iter()
                    .take_while(|word| *word != ")")
                    .count()
                    + 1;
            }
            if words.get(after).is_some_and(|word| word == "use") {
                let end = after
                    + words[after..]
                        .iter()
                        .take_while(|word| *word != ";")
                        .count();
                let mut found = Vec::new();
                tree(&words[after + 1..end], &mut 0, &[], &mut found);
                for (path, known_as) in found {
                    if is_public {
                        file.passed_on.insert(known_as, path);
                    } else {
                        file.paths.insert(path);
                    }
                }
                at = end;
            } else if is_word(&words[at])
                && words.get(at + 1).is_some_and(|word| word == "::")
                && (at == 0 || words[at - 1] != "::")
            {
                let mut path = vec![words[at].clone()];
                while words.get(at + 1).is_some_and(|word| word == "::")
                    && words.get(at + 2).is_some_and(|word| is_word(word))
                {
                    path.push(words[at + 2].clone());
                    at += 2;
                }
                file.paths.insert(path);
            }
            at += 1;
        }
        file
    }
}

/// Unfold a `use` tree into paths and the name under which each is known.
fn tree(
    words: &[String],
    at: &mut usize,
    before: &[String],
    found: &mut Vec<(Vec<String>, String)>,
) {
    let mut path = before.to_vec();
    while let Some(word) = words.get(*at) {
        *at += 1;
        match word.as_str() {
            "::" => {}
            "{" => {
                loop {
                    tree(words, at, &path, found);
                    match words.get(*at).map(String::as_str) {
                        Some(",") => *at += 1,
                        _ => break,
                    }
                }
                *at += 1;
                return;
            }
            "," | "}" => {
                *at -= 1;
                break;
            }
            "as" => {
                let known_as = words.get(*at).cloned().unwrap_or_default();
                *at += 1;
                found.push((path, known_as));
                return;
            }
            "self" if !path.is_empty() => {}
            word => path.push(word.to_owned()),
        }
    }
    if path.len() > before.len()
        || words
            .get(at.wrapping_sub(1))
            .is_some_and(|word| word == "self")
    {
        let known_as = path.last().cloned().unwrap_or_default();
        found.push((path, known_as));
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
}

/// Take out `#[cfg(test)]` and what it stands before: an item with a body, or up to a semicolon.
fn without_tests(words: &[String]) -> Vec<String> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        if words[at..].iter().take(MARK.len()).eq(MARK.iter()) {
            let mut depth = 0_usize;
            while at < words.len() {
                match words[at].as_str() {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    _ => {}
                }
                at += 1;
                if depth == 0 && matches!(words[at - 1].as_str(), "}" | ";") {
                    break;
                }
            }
        } else {
            kept.push(words[at].clone());
            at += 1;
        }
    }
    kept
}

/// Split a source into words and signs, without comments, texts, single characters and lifetimes.
fn words(text: &str) -> Vec<String> {
    let signs: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    let starts = |at: usize, what: &str| {
        what.chars()
            .enumerate()
            .all(|(n, sign)| signs.get(at + n) == Some(&sign))
    };
    while at < signs.len() {
        let sign = signs[at];
        if starts(at, "//") {
            at += signs[at..].iter().take_while(|sign| **sign != '\n').count();
        } else if starts(at, "/*") {
            while at < signs.len() && !starts(at, "*/") {
                at += 1;
            }
            at += 2;
        } else if sign == '"' {
            at += 1;
            while at < signs.len() && signs[at] != '"' {
                at += 1 + usize::from(signs[at] == '\\');
            }
            at += 1;
        } else if sign == 'r' && (starts(at, "r\"") || starts(at, "r#\"") || starts(at, "r##\"")) {
            let fence = signs[at + 1..]
                .iter()
                .take_while(|sign| **sign == '#')
                .count();
            let end = format!("\"{}", "#".repeat(fence));
            at += 2 + fence;
            while at < signs.len() && !starts(at, &end) {
                at += 1;
            }
            at += end.len();
        } else if sign == '\'' {
            // A character, or a lifetime.
            let is_character = signs.get(at + 1) == Some(&'\\') || signs.get(at + 2) == Some(&'\'');
            if is_character {
                at += 2 + usize::from(signs[at + 1] == '\\');
                while at < signs.len() && signs[at] != '\'' {
                    at += 1;
                }
            }
            at += 1;
        } else if sign.is_alphanumeric() || sign == '_' {
            let length = signs[at..]
                .iter()
                .take_while(|sign| sign.is_alphanumeric() || **sign == '_')
                .count();
            words.push(signs[at..at + length].iter().collect());
            at += length;
        } else if starts(at, "::") {
            words.push("::".to_owned());
            at += 2;
        } else {
            if !sign.is_whitespace() {
                words.push(sign.to_string());
            }
            at += 1;
        }
    }
    words
}
