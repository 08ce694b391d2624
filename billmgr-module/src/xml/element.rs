//! Reading XML: small documents, whole, by a parser without entities or document types.

use std::collections::BTreeMap;
use std::io::Read;

use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use super::sign::{entity, is_sign, unescape};
use crate::error::{Error, ErrorKind};

/// The largest document accepted on standard input (N21).
const MAX_BYTES: u64 = 1024 * 1024;
/// The deepest document accepted (N20).
const MAX_DEPTH: usize = 64;

/// An element with all that is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its attributes, as they came.
    pub attributes: Vec<(String, String)>,
    /// The elements in it.
    pub children: Vec<Element>,
    /// The text in it, between whatever elements there are.
    pub text: String,
}

/// Read standard input to its end.
///
/// # Errors
/// `xml` for more than 1 MiB, text that is not UTF-8, or a stream that breaks.
pub fn read_all(stdin: &mut dyn Read) -> Result<String, Error> {
    let mut text = String::new();
    let read = stdin.take(MAX_BYTES + 1).read_to_string(&mut text);
    match read {
        Ok(bytes) if bytes as u64 > MAX_BYTES => Err(bad("larger than 1 MiB")),
        Ok(_) => Ok(text),
        Err(error) => Err(bad(&error.to_string())),
    }
}

impl Element {
    /// Read a document.
    ///
    /// # Errors
    /// `xml`, object `stdin`, for anything that is not one whole document with this root (N15-N23).
    pub fn parse(text: &str, root: &str) -> Result<Self, Error> {
        if !text.chars().all(is_sign) {
            return Err(bad("a sign that XML does not have"));
        }
        let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
        // The elements that are open, outermost first, and the root once it is closed.
        let mut open: Vec<Self> = Vec::new();
        let mut whole: Option<Self> = None;
        loop {
            let event = reader
                .read_event()
                .map_err(|error| bad(&error.to_string()))?;
            let (element, is_closed) = match event {
                Event::Start(start) => (Self::begin(&start)?, false),
                Event::Empty(start) => (Self::begin(&start)?, true),
                Event::End(_) => {
                    close(&mut open, &mut whole);
                    continue;
                }
                Event::Text(part) if open.is_empty() && part.trim().is_empty() => continue,
                Event::Text(part) => {
                    append(&mut open, &part)?;
                    continue;
                }
                Event::CData(part) => {
                    append(&mut open, &part)?;
                    continue;
                }
                Event::GeneralRef(reference) => {
                    append(&mut open, entity(&reference)?.encode_utf8(&mut [0; 4]))?;
                    continue;
                }
                Event::DocType(_) => return Err(bad("a document type is not accepted")),
                Event::Eof => return whole.ok_or_else(|| bad("the document is not closed")),
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => continue,
            };
            if whole.is_some() || open.is_empty() && element.name != root {
                return Err(bad(&format!("the document is not <{root}>")));
            }
            if open.len() >= MAX_DEPTH {
                return Err(bad("nested too deeply"));
            }
            open.push(element);
            if is_closed {
                close(&mut open, &mut whole);
            }
        }
    }

    fn begin(start: &BytesStart<'_>) -> Result<Self, Error> {
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| bad(&error.to_string()))?;
            attributes.push((
                attribute.key.as_ref().to_owned(),
                unescape(&attribute.value)?,
            ));
        }
        Ok(Self {
            name: start.name().as_ref().to_owned(),
            attributes,
            ..Self::default()
        })
    }

    /// Give an attribute; empty if it is not there.
    pub fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// Give the text of the element in this one with a name.
    ///
    /// # Errors
    /// `value`, naming it, if it is there twice.
    pub fn leaf(&self, name: &str) -> Result<Option<&str>, Error> {
        let mut found = self.children.iter().filter(|child| child.name == name);
        let first = found.next();
        match found.next() {
            None => Ok(first.map(|child| child.text.as_str())),
            // N25: which one is meant, nobody can say.
            Some(_) => Err(Error::new(ErrorKind::Value, name, "given twice")),
        }
    }

    /// Give the leaves of these names in the element of a name. What else is in it may be there as often as it likes.
    ///
    /// # Errors
    /// `value`, naming what is there twice.
    pub fn leaves(&self, branch: &str, names: &[&str]) -> Result<BTreeMap<String, String>, Error> {
        let mut branches = Self::default();
        let found = self.children.iter().filter(|child| child.name == branch);
        branches.children = found.flat_map(|branch| branch.children.clone()).collect();
        let mut leaves = BTreeMap::new();
        for name in names {
            if let Some(text) = branches.leaf(name)? {
                leaves.insert((*name).to_owned(), text.to_owned());
            }
        }
        Ok(leaves)
    }

    /// Give all text in this element and what is in it.
    pub fn all_text(&self) -> String {
        let inner = self.children.iter().map(Self::all_text);
        inner.fold(self.text.clone(), |text, inner| text + " " + &inner)
    }

    /// Write this element again, with `more` after what is in it.
    pub fn write(
        &self,
        writer: &mut Writer<Vec<u8>>,
        more: &dyn Fn(&mut Writer<Vec<u8>>) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        let pairs = self
            .attributes
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let element = writer.create_element(&self.name).with_attributes(pairs);
        let written = element.write_inner_content(|writer| {
            if self.children.is_empty() {
                writer.write_event(Event::Text(BytesText::new(&self.text)))?;
            }
            self.children
                .iter()
                .try_for_each(|child| child.write(writer, &|_| Ok(())))?;
            more(writer)
        });
        written.map(drop)
    }
}

fn append(open: &mut [Element], text: &str) -> Result<(), Error> {
    let element = open
        .last_mut()
        .ok_or_else(|| bad("text outside the document"))?;
    element.text.push_str(text);
    Ok(())
}

fn close(open: &mut Vec<Element>, whole: &mut Option<Element>) {
    let Some(element) = open.pop() else { return };
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *whole = Some(element),
    }
}

pub(super) fn bad(why: &str) -> Error {
    Error::new(ErrorKind::Xml, "stdin", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_are_read_with_their_entities() {
        let text = "<doc><processingmodule><url>a&amp;b&#x21;</url><empty/><password><![CDATA[p<]]></password></processingmodule><id>7</id></doc>";
        let found = Element::parse(text, "doc")
            .unwrap()
            .leaves("processingmodule", &["url", "empty", "password", "none"])
            .unwrap();
        assert_eq!(found["url"], "a&b!");
        assert_eq!(found["empty"], "");
        assert_eq!(found["password"], "p<");
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn bad_documents_are_refused_and_named() {
        let deep = "<doc>".repeat(1_000);
        for text in [
            "",
            "<doc>",
            "<doc></other>",
            "<other/>",
            "<doc/><doc/>",
            "<doc/>more",
            "more<doc/>",
            "<doc>\u{1}</doc>",
            "<doc>&#1;</doc>",
            "<doc>\u{fffe}</doc>",
            "<!DOCTYPE d [<!ENTITY a 'b'>]><doc>&a;</doc>",
            "<doc>&a;</doc>",
            &deep,
        ] {
            let error = Element::parse(text, "doc").unwrap_err();
            assert_eq!(
                (error.kind(), error.object()),
                (ErrorKind::Xml, Some("stdin")),
                "{text:.40}"
            );
        }
    }

    #[test]
    fn what_is_read_is_there_once() {
        let text = "<doc><m><url>a</url><other/><other/><url>b</url></m><id>1</id><id>1</id></doc>";
        let document = Element::parse(text, "doc").unwrap();
        assert!(document.leaves("m", &["other2"]).unwrap().is_empty());
        for (error, object) in [
            (document.leaves("m", &["url"]).unwrap_err(), "url"),
            (document.leaf("id").unwrap_err(), "id"),
        ] {
            assert_eq!(
                (error.kind(), error.object()),
                (ErrorKind::Value, Some(object))
            );
        }
    }

    #[test]
    fn too_much_input_is_refused() {
        let large = vec![b' '; 2 * 1024 * 1024];
        assert_eq!(
            read_all(&mut large.as_slice()).unwrap_err().kind(),
            ErrorKind::Xml
        );
        assert_eq!(
            read_all(&mut [0xff_u8].as_slice()).unwrap_err().kind(),
            ErrorKind::Xml
        );
    }
}
