//! The XML BILLmanager reads and writes. Written through a writer, read by a parser without entities or document types.

mod element;
mod sign;

use quick_xml::Writer;
use quick_xml::events::BytesText;

pub use element::{Element, read_all};

use crate::error::Error;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

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
}
