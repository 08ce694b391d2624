//! Reading columns by name, whatever the exact type that a version of BILLmanager gives them.

use sqlx::mysql::MySqlRow;
use sqlx::{Column, Row, TypeInfo, ValueRef};

use crate::error::{Error, ErrorKind};

/// Columns read by name.
pub trait Columns {
    /// Read a number; `None` for NULL.
    ///
    /// # Errors
    /// `db`, naming the column, for one that is not there or holds something else.
    fn some_number(&self, name: &str) -> Result<Option<u64>, Error>;
    /// Read text; `None` for NULL.
    ///
    /// # Errors
    /// As [`Columns::some_number`].
    fn some_text(&self, name: &str) -> Result<Option<String>, Error>;
    /// Say whether there is such a column.
    fn has(&self, name: &str) -> bool;

    /// Read text of a column that not every BILLmanager may have; `None` for NULL and for no column.
    ///
    /// # Errors
    /// As [`Columns::some_number`], of a column that is there.
    fn optional_text(&self, name: &str) -> Result<Option<String>, Error> {
        if self.has(name) {
            self.some_text(name)
        } else {
            Ok(None)
        }
    }

    /// Read a number that must be there.
    ///
    /// # Errors
    /// As [`Columns::some_number`], and for NULL (N28).
    fn number(&self, name: &str) -> Result<u64, Error> {
        self.some_number(name)?.ok_or_else(|| bad(name, "NULL"))
    }

    /// Read text; NULL is empty.
    ///
    /// # Errors
    /// As [`Columns::some_number`].
    fn text(&self, name: &str) -> Result<String, Error> {
        Ok(self.some_text(name)?.unwrap_or_default())
    }
}

impl Columns for MySqlRow {
    fn some_number(&self, name: &str) -> Result<Option<u64>, Error> {
        let Some(text) = self.some_text(name)? else {
            return Ok(None);
        };
        let number = text.trim().parse();
        number
            .map(Some)
            .map_err(|_| bad(name, "not a whole number"))
    }

    fn some_text(&self, name: &str) -> Result<Option<String>, Error> {
        let value = self
            .try_get_raw(name)
            .map_err(|_| bad(name, "no such column"))?;
        if value.is_null() {
            return Ok(None);
        }
        let kind = value.type_info().name().to_owned();
        let unreadable = |_| bad(name, "cannot be read");
        if kind.contains("UNSIGNED") || kind == "BIT" || kind == "YEAR" {
            let number: u64 = self.try_get_unchecked(name).map_err(unreadable)?;
            return Ok(Some(number.to_string()));
        }
        if kind.contains("INT") || kind == "BOOLEAN" {
            let number: i64 = self.try_get_unchecked(name).map_err(unreadable)?;
            return Ok(Some(number.to_string()));
        }
        let bytes: Vec<u8> = self.try_get_unchecked(name).map_err(unreadable)?;
        String::from_utf8(bytes)
            .map(Some)
            .map_err(|_| bad(name, "not UTF-8"))
    }

    fn has(&self, name: &str) -> bool {
        self.columns().iter().any(|column| column.name() == name)
    }
}

fn bad(name: &str, why: &str) -> Error {
    Error::new(ErrorKind::Db, name, why)
}
