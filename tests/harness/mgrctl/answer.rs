//! What is answered, in the forms of `billmanager-protocol.md` 5 and 6.

use std::fmt::Write;

use crate::request::Request;

/// An answer of BILLmanager.
#[derive(Debug)]
pub enum Answer {
    /// Done. The XML that stands before `<ok/>`.
    Ok(String),
    /// Refused, with an error document.
    Refused {
        /// The error's type.
        kind: String,
        /// The error's object.
        object: String,
        /// The value that it is about.
        value: String,
    },
}

/// Why a function has no success to answer.
#[derive(Debug)]
pub enum Trouble {
    /// BILLmanager refuses.
    Refused(Answer),
    /// BILLmanager itself is broken: nobody knows what was done.
    Broken(String),
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// Refuse a call.
pub fn refuse(kind: &str, object: &str, value: &str) -> Trouble {
    Trouble::Refused(Answer::refused(kind, object, value))
}

impl Answer {
    /// Refuse with an error document.
    pub fn refused(kind: &str, object: &str, value: &str) -> Self {
        Self::Refused {
            kind: kind.to_owned(),
            object: object.to_owned(),
            value: value.to_owned(),
        }
    }

    /// Give it in a few words, for the journal.
    pub fn in_short(&self) -> String {
        match self {
            Self::Ok(_) => "ok".to_owned(),
            Self::Refused { kind, object, .. } => format!("error {kind} {object}"),
        }
    }

    /// Write it as XML or, as mgrctl does unless asked otherwise, as text.
    pub fn render(&self, request: &Request) -> String {
        if !request.is_xml {
            return match self {
                Self::Ok(_) => "OK \n".to_owned(),
                Self::Refused { kind, object, .. } => format!("ERROR {kind}({object})\n"),
            };
        }
        let head = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<doc lang=\"en\" func=\"{}\" binary=\"/billmgr\">",
            escape(&request.function)
        );
        match self {
            Self::Ok(more) => format!("{head}{more}<ok/></doc>\n"),
            Self::Refused {
                kind,
                object,
                value,
            } => {
                let (kind, object, value) = (escape(kind), escape(object), escape(value));
                format!(
                    "{head}<error type=\"{kind}\" object=\"{object}\" lang=\"en\" code=\"1\">\
                     <param name=\"object\" type=\"msg\" msg=\"{object}\">{object}</param>\
                     <param name=\"value\">{value}</param><msg>{kind}: {object} {value}</msg></error></doc>\n"
                )
            }
        }
    }
}

/// Write an element with a text in it.
pub fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escape(text))
}

fn escape(text: &str) -> String {
    let mut written = String::new();
    for sign in text.chars() {
        match sign {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            control if control.is_control() && !matches!(control, '\n' | '\t') => {
                // Writing to a string cannot fail; XML has no such sign.
                let _ = write!(written, "?");
            }
            other => written.push(other),
        }
    }
    written
}
