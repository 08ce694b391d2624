//! The command line as BILLmanager writes it (`billmanager-protocol.md` 2.1).

use std::collections::BTreeMap;
use std::ffi::OsString;

use crate::error::{Error, ErrorKind};

/// The options of one command. Unknown ones are passed over: BILLmanager may pass what this version does not know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    options: BTreeMap<&'static str, String>,
}

const OPTIONS: [(&str, &str); 23] = [
    ("--command", "command"),
    ("-c", "command"),
    ("--item", "item"),
    ("-i", "item"),
    ("--module", "module"),
    ("-m", "module"),
    ("--itemtype", "itemtype"),
    ("-t", "itemtype"),
    ("--lang", "lang"),
    ("-l", "lang"),
    ("--runningoperation", "runningoperation"),
    ("--userid", "userid"),
    ("--level", "level"),
    ("--param", "param"),
    ("--value", "value"),
    ("--password", "password"),
    // The names of the row of an address and of the key of a panel are assumed: every candidate is taken.
    ("--ip", "ip"),
    ("--ip_id", "ip_id"),
    ("--ipid", "ip_id"),
    ("--id", "ip_id"),
    ("--panelkey", "panelkey"),
    ("--panel_key", "panelkey"),
    ("--panel", "panelkey"),
];

/// The largest id BILLmanager's tables hold.
const MAX_ID: u64 = 2_147_483_647;

impl Arguments {
    /// Read the arguments after the program's name.
    ///
    /// # Errors
    /// `value` for text that is not UTF-8, `missed` for a known option without its value.
    pub fn parse(argv: &[OsString]) -> Result<Self, Error> {
        let mut arguments = Self::default();
        let texts: Vec<&str> = argv
            .iter()
            .map(|argument| {
                argument
                    .to_str()
                    .ok_or_else(|| Error::new(ErrorKind::Value, "arguments", "not UTF-8"))
            })
            .collect::<Result<_, _>>()?;
        let mut texts = texts.into_iter().peekable();
        while let Some(text) = texts.next() {
            let (name, attached) = match text.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value)),
                _ => (text, None),
            };
            let value = attached.map(str::to_owned).or_else(|| {
                texts
                    .next_if(|next| !next.starts_with("--"))
                    .map(str::to_owned)
            });
            let known = OPTIONS.iter().find(|(option, _)| *option == name);
            if known.is_none() && name.starts_with('-') {
                // The way to learn the names that are assumed (`billmanager-protocol.md` 12). Its value may be anything.
                tracing::info!(option = name, "an unknown option is passed over");
            }
            if let Some((_, key)) = known {
                let value = value.ok_or_else(|| {
                    Error::new(ErrorKind::Missed, *key, "the option has no value")
                })?;
                arguments.options.insert(key, value);
            }
        }
        Ok(arguments)
    }

    /// Give an option.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }

    /// Give an option that must be there.
    ///
    /// # Errors
    /// `missed`, naming it.
    pub fn required(&self, name: &'static str) -> Result<&str, Error> {
        self.get(name)
            .ok_or_else(|| Error::new(ErrorKind::Missed, name, "the option is required"))
    }

    /// Give an id that may be there.
    ///
    /// # Errors
    /// `value`, naming it, for anything but a whole number from 1 to 2147483647.
    pub fn id(&self, name: &'static str) -> Result<Option<u64>, Error> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let id = text
            .parse()
            .ok()
            .filter(|id| digits && (1..=MAX_ID).contains(id));
        id.map(Some).ok_or_else(|| {
            Error::new(
                ErrorKind::Value,
                name,
                format!("{text}: a whole number from 1 to {MAX_ID}"),
            )
        })
    }

    /// Give an id that may be there; 0 is how BILLmanager may write that there is none.
    ///
    /// # Errors
    /// As [`Arguments::id`].
    pub fn some_id(&self, name: &'static str) -> Result<Option<u64>, Error> {
        if self.get(name) == Some("0") {
            return Ok(None);
        }
        self.id(name)
    }

    /// Give an id that must be there.
    ///
    /// # Errors
    /// `missed` or `value`, naming it.
    pub fn required_id(&self, name: &'static str) -> Result<u64, Error> {
        self.required(name)?;
        self.id(name)?
            .ok_or_else(|| Error::new(ErrorKind::Missed, name, "the option is required"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, Error> {
        Arguments::parse(&words.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn options_come_in_any_order_and_both_forms() {
        let one = parse(&[
            "--command",
            "open",
            "--item",
            "12",
            "--runningoperation",
            "5",
        ])
        .unwrap();
        let other = parse(&["--runningoperation=5", "-i", "12", "--command=open"]).unwrap();
        assert_eq!(one, other);
        assert_eq!(one.required_id("item").unwrap(), 12);
    }

    #[test]
    fn an_unknown_option_and_its_value_are_ignored() {
        let arguments = parse(&["--new", "thing", "--flag", "--item", "12"]).unwrap();
        assert_eq!(arguments.required_id("item").unwrap(), 12);
    }

    #[test]
    fn an_id_is_a_whole_number_that_the_table_holds() {
        for wrong in [
            "0",
            "-1",
            "2147483648",
            "9223372036854775808",
            "1x",
            "+1",
            "",
            " 1",
            "1.0",
        ] {
            let error = parse(&["--item", wrong])
                .unwrap()
                .required_id("item")
                .unwrap_err();
            assert_eq!(
                (error.kind(), error.object()),
                (ErrorKind::Value, Some("item")),
                "{wrong}"
            );
        }
        assert_eq!(parse(&["--item"]).unwrap_err().kind(), ErrorKind::Missed);
        assert_eq!(
            parse(&[]).unwrap().required_id("item").unwrap_err().kind(),
            ErrorKind::Missed
        );
    }
}
