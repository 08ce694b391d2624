//! Each public item is shown at work: a type or a function by an example of its own, a method by its own or by its type's.
//!
//! Read from the sources, since a list of what rustdoc sees needs a nightly compiler.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Stands for the example that a macro gives to each type it makes; the macro's own text is checked apart.
const OF_ITS_MACRO: &str = "``` ```";

/// What a source file defines for the outside, with its documentation.
#[derive(Debug, PartialEq)]
struct Item {
    /// The type it is a method of.
    owner: Option<String>,
    name: String,
    doc: String,
}

impl Item {
    fn has_example(&self) -> bool {
        self.doc.contains("```")
    }
}

/// The first word of a text.
fn word(text: &str) -> String {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
    text[..end.unwrap_or(text.len())].to_owned()
}

/// Whose methods `impl<T: Row> List<T> {` or `impl fmt::Debug for Client {` holds.
fn implemented(line: &str) -> String {
    let mut depth = 0;
    let plain: String = line["impl".len()..]
        .chars()
        .filter(|c| {
            depth += i32::from(*c == '<');
            let outside = depth == 0;
            depth -= i32::from(*c == '>');
            outside
        })
        .collect();
    let whose = plain.split(" for ").last().unwrap();
    word(whose.trim().trim_start_matches("dyn "))
}

fn items(text: &str) -> Vec<Item> {
    let mut found: Vec<Item> = Vec::new();
    let (mut doc, mut owner, mut makes, mut in_attribute) = (String::new(), None, false, false);
    for line in text.lines().take_while(|line| *line != "#[cfg(test)]") {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        if code.starts_with("///") || code.starts_with("#[doc = concat!") {
            doc.push_str(code);
            doc.push('\n');
            continue;
        }
        if in_attribute || code.starts_with("#[") {
            in_attribute = !code.ends_with(']');
            if code == "#[doc(hidden)]" {
                doc.clear();
            }
            continue;
        }
        let said = std::mem::take(&mut doc);
        let item = |owner: Option<&String>, name: String| Item {
            owner: owner.cloned(),
            name,
            doc: said.clone(),
        };
        if code == "}" && indent == 0 {
            (owner, makes) = (None, false);
        } else if code.starts_with("impl ") || code.starts_with("impl<") {
            // What is said of a block of methods is said of their type.
            let whose = implemented(code);
            found.push(item(None, whose.clone()));
            owner = Some(whose);
        } else if indent == 0 && (code == "open_enum! {" || code == "ids! {") {
            makes = true;
        } else if makes && indent == 4 && code.starts_with(char::is_uppercase) {
            let mut made = item(None, word(code));
            made.doc.push_str(OF_ITS_MACRO);
            found.push(made);
        } else {
            let public = code.strip_prefix("pub ");
            let rest = public.or(owner.as_ref().map(|_| code)).unwrap_or_default();
            let rest = rest.strip_prefix("const fn ").map_or_else(
                || rest.strip_prefix("async ").unwrap_or(rest).to_owned(),
                |rest| format!("fn {rest}"),
            );
            let Some((kind, name)) = rest.split_once(' ') else {
                continue;
            };
            let of_trait = owner
                .as_ref()
                .is_some_and(|owner| owner.starts_with("trait "));
            match kind {
                "struct" | "enum" | "type" | "const" if public.is_some() && owner.is_none() => {
                    found.push(item(None, word(name)));
                }
                "trait" if public.is_some() => {
                    found.push(item(None, word(name)));
                    owner = Some(format!("trait {}", word(name)));
                }
                "fn" if (public.is_some() || of_trait) && !said.is_empty() => {
                    let owner = owner
                        .as_ref()
                        .map(|owner| word(owner.trim_start_matches("trait ")));
                    found.push(item(owner.as_ref(), word(name)));
                }
                _ => {}
            }
        }
    }
    found
}

/// The names that `pub use` lends to the outside, as they are called where they are defined.
fn exported(text: &str) -> BTreeSet<String> {
    text.split("\npub use ")
        .skip(1)
        .filter_map(|rest| rest.split(';').next())
        .filter(|path| !path.starts_with("secrecy::"))
        .flat_map(|path| {
            let names = path.split_once('{').map_or(path, |(_, names)| names);
            let names = names.trim_end_matches('}').split(',').map(str::trim);
            let names = names.map(|name| word(name.rsplit("::").next().unwrap()));
            names.filter(|name| !name.is_empty()).collect::<Vec<_>>()
        })
        .collect()
}

/// What is for the outside and not shown at work.
fn unshown(items: &[Item], exported: &BTreeSet<String>) -> Vec<String> {
    let mut said: BTreeMap<&str, String> = BTreeMap::new();
    for item in items.iter().filter(|item| item.owner.is_none()) {
        said.entry(&item.name).or_default().push_str(&item.doc);
    }
    let mut missing: BTreeSet<String> = exported
        .iter()
        .filter(|name| {
            !said
                .get(name.as_str())
                .is_some_and(|doc| doc.contains("```"))
        })
        .cloned()
        .collect();
    for method in items.iter().filter(|item| !item.has_example()) {
        let Some(owner) = &method.owner else {
            continue;
        };
        let shown = said.get(owner.as_str()).is_some_and(|doc| {
            let code = doc.split("```").skip(1).step_by(2);
            let calls = [".", "::"].map(|joint| format!("{joint}{}(", method.name));
            let defines = ["(", "<"].map(|sign| format!("fn {}{sign}", method.name));
            let shows = [calls, defines].concat();
            code.into_iter()
                .any(|code| shows.iter().any(|sign| code.contains(sign)))
        });
        if exported.contains(owner) && !shown {
            missing.insert(format!("{owner}::{}", method.name));
        }
    }
    missing.into_iter().collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn every_public_item_is_shown_at_work() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&folder, &mut files);
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let names = |file: &str| exported(&read(&folder.join(file)));
    let mut public: BTreeSet<String> = &names("lib.rs") | &names("contract/mod.rs");
    public.extend(["openapi", "openapi_in"].map(str::to_owned));
    assert!(public.contains("ServerId") && public.contains("compare"));
    let all: Vec<Item> = files.iter().flat_map(|file| items(&read(file))).collect();
    assert_eq!(unshown(&all, &public), Vec::<String>::new());
    for file in ["id.rs", "open_enum.rs"] {
        let template = items(&read(&folder.join(file)));
        let made = BTreeSet::from(["$name".to_owned()]);
        assert_eq!(unshown(&template, &made), Vec::<String>::new(), "{file}");
    }
}

#[test]
fn what_is_not_shown_is_noticed() {
    let text = "
/// A.
///
/// ```
/// Shown::new().at_work();
/// ```
pub struct Shown;

impl Shown {
    /// B.
    pub fn new() -> Self {
        Self
    }

    /// C.
    pub fn at_work(&self) {}

    /// D.
    #[must_use]
    pub async fn idle(&self) {}
}

/// E.
pub struct Bare;

/// F.
pub(crate) struct Inside;
";
    let public = exported("\npub use a::{Shown, Bare as Naked};\npub use b::Forgotten;\n");
    let missing = unshown(&items(text), &public);
    assert_eq!(missing, ["Bare", "Forgotten", "Shown::idle"]);
}
