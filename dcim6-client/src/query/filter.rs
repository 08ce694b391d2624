//! A condition on the rows of a list, put together with `&`, `|` and `!`.

use std::ops::{BitAnd, BitOr, Not};

/// A condition on the rows of a list. Combine with `&`, `|` and `!`.
///
/// What the grammar cannot carry makes the whole filter unusable; the call then fails with `is_config()` before anything is sent.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, _server| {
/// let filter = field("location_id").eq(1) & (field("is_new").eq(false) | !field("name").like("old-%"));
/// dcim.servers().filter(filter).all().await?;
///
/// let quote = field("name").eq("it's");
/// assert!(dcim.servers().filter(quote).all().await.is_err_and(|error| error.is_config()));
/// # Ok(()) });
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct Filter {
    text: Result<String, String>,
    shape: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Test,
    Not,
    And,
    Or,
}

impl Filter {
    pub(super) fn test(text: Result<String, String>) -> Self {
        Self {
            text,
            shape: Shape::Test,
        }
    }

    /// Parentheses around every operand: the precedence of the grammar is an assumption that need not be made.
    fn join(self, word: &str, shape: Shape, other: Self) -> Self {
        let text = match (self.operand(shape), other.operand(shape)) {
            (Ok(left), Ok(right)) => Ok(format!("{left} {word} {right}")),
            (Err(reason), _) | (_, Err(reason)) => Err(reason),
        };
        Self { text, shape }
    }

    fn operand(self, within: Shape) -> Result<String, String> {
        let text = self.text?;
        Ok(if self.shape == within {
            text
        } else {
            format!("({text})")
        })
    }

    pub(crate) fn into_text(self) -> Result<String, String> {
        self.text
    }
}

impl BitAnd for Filter {
    type Output = Self;

    fn bitand(self, rhs: Self) -> Self {
        self.join("AND", Shape::And, rhs)
    }
}

impl BitOr for Filter {
    type Output = Self;

    fn bitor(self, rhs: Self) -> Self {
        self.join("OR", Shape::Or, rhs)
    }
}

impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        let text = match self.shape {
            Shape::Test => self.text.map(|text| format!("NOT {text}")),
            _ => self.text.map(|text| format!("NOT ({text})")),
        };
        Self {
            text,
            shape: Shape::Not,
        }
    }
}

/// Shows no value: it may be an e-mail. `Display` does.
impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filter").finish_non_exhaustive()
    }
}

/// Shows the condition as the panel reads it, or what is wrong with it.
impl std::fmt::Display for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.text {
            Ok(text) | Err(text) => f.write_str(text),
        }
    }
}
