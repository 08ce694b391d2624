//! The XML BILLmanager reads and writes. Written through a writer, read by a parser without entities or document types.

use std::collections::BTreeMap;
use std::io::Read;

use quick_xml::Reader;
use quick_xml::Writer;
use quick_xml::events::{BytesText, Event};

use crate::error::{Error, ErrorKind};

/// The largest document accepted on standard input (N21).
const MAX_BYTES: u64 = 1024 * 1024;
/// The deepest document accepted (N20).
const MAX_DEPTH: usize = 64;

/// Write the error document (`billmanager-protocol.md` 2.5).
pub fn error_document(error: &Error) -> String {
    let object = error.object().unwrap_or_default();
    document(|writer| {
        let element = writer.create_element("doc");
        element.write_inner_content(|writer| {
            writer
                .create_element("error")
                .with_attributes([("type", error.kind().as_str()), ("object", object)])
                .write_inner_content(|writer| {
                    let named = writer.create_element("param").with_attributes([
                        ("name", "object"),
                        ("type", "msg"),
                        ("msg", object),
                    ]);
                    named.write_text_content(BytesText::new(object))?;
                    writer
                        .create_element("param")
                        .with_attribute(("name", "value"))
                        .write_text_content(BytesText::new(error.value()))?;
                    Ok(())
                })?;
            Ok(())
        })?;
        Ok(())
    })
}

/// Write a document. Writing into memory cannot fail, and a writer escapes whatever it is given.
pub fn document(write: impl FnOnce(&mut Writer<Vec<u8>>) -> std::io::Result<()>) -> String {
    let mut writer = Writer::new(Vec::new());
    let written = write(&mut writer);
    debug_assert!(written.is_ok(), "writing into memory");
    let text = String::from_utf8(writer.into_inner()).unwrap_or_default();
    // XML 1.0 has no way to carry other control characters, escaped or not (N23, N37).
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
        .collect()
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

/// Read the leaf elements of `branch` below `root`; of duplicates the last counts.
///
/// # Errors
/// `xml`, object `stdin`, for anything that is not such a document (N15-N23).
pub fn leaves(text: &str, root: &str, branch: &str) -> Result<BTreeMap<String, String>, Error> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut path: Vec<String> = Vec::new();
    let mut found = BTreeMap::new();
    let mut content = String::new();
    let mut closed = false;
    loop {
        match reader
            .read_event()
            .map_err(|error| bad(&error.to_string()))?
        {
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                enter(&mut path, &name, root, closed)?;
                content.clear();
            }
            Event::Empty(start) => {
                let name = start.name().as_ref().to_owned();
                enter(&mut path, &name, root, closed)?;
                leave(&mut path, branch, &mut found, "");
                closed = path.is_empty();
            }
            Event::End(_) => {
                leave(&mut path, branch, &mut found, &content);
                content.clear();
                closed = path.is_empty();
            }
            Event::Text(part) => content.push_str(&part),
            Event::CData(part) => content.push_str(&part),
            Event::GeneralRef(reference) => content.push(entity(&reference)?),
            Event::DocType(_) => return Err(bad("a document type is not accepted")),
            Event::Eof if closed => return Ok(found),
            Event::Eof => return Err(bad("the document is not closed")),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
        }
    }
}

fn enter(path: &mut Vec<String>, name: &str, root: &str, closed: bool) -> Result<(), Error> {
    if closed || path.is_empty() && name != root {
        return Err(bad(&format!("the document is not <{root}>")));
    }
    if path.len() >= MAX_DEPTH {
        return Err(bad("nested too deeply"));
    }
    path.push(name.to_owned());
    Ok(())
}

fn leave(
    path: &mut Vec<String>,
    branch: &str,
    found: &mut BTreeMap<String, String>,
    content: &str,
) {
    if let [_, parent, leaf] = path.as_slice()
        && parent == branch
    {
        found.insert(leaf.clone(), content.to_owned());
    }
    path.pop();
}

/// The five entities XML itself has, and numbers; no others exist without a document type.
fn entity(reference: &quick_xml::events::BytesRef<'_>) -> Result<char, Error> {
    if let Some(number) = reference
        .resolve_char_ref()
        .map_err(|error| bad(&error.to_string()))?
    {
        return Ok(number);
    }
    match &**reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(bad("an entity is not accepted")),
    }
}

fn bad(why: &str) -> Error {
    Error::new(ErrorKind::Xml, "stdin", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_document_carries_its_parts_escaped() {
        let error = Error::new(ErrorKind::Value, "a\"b", "<x> & \u{1}y");
        let text = error_document(&error);
        assert_eq!(
            text,
            "<doc><error type=\"value\" object=\"a&quot;b\"><param name=\"object\" type=\"msg\" msg=\"a&quot;b\">a&quot;b</param>\
             <param name=\"value\">&lt;x&gt; &amp; y</param></error></doc>"
        );
    }

    #[test]
    fn leaves_are_read_with_their_entities() {
        let text = "<doc><processingmodule><url>a&amp;b&#x21;</url><empty/><password><![CDATA[p<]]></password></processingmodule><id>7</id></doc>";
        let found = leaves(text, "doc", "processingmodule").unwrap();
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
            "<!DOCTYPE d [<!ENTITY a 'b'>]><doc>&a;</doc>",
            "<doc>&a;</doc>",
            &deep,
        ] {
            let error = leaves(text, "doc", "processingmodule").unwrap_err();
            assert_eq!(
                (error.kind(), error.object()),
                (ErrorKind::Xml, Some("stdin")),
                "{text:.40}"
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
