//! Words of a `where` expression.

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Open,
    Close,
    /// A field or a keyword.
    Word(String),
    Text(String),
    Number(i64),
}

pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, &'static str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            ' ' => {
                rest = &rest[1..];
                continue;
            }
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '\'' => quoted(rest)?,
            '-' | '0'..='9' => number(rest)?,
            'a'..='z' | 'A'..='Z' => {
                let length = rest
                    .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
                    .unwrap_or(rest.len());
                (Token::Word(rest[..length].to_owned()), length)
            }
            _ => return Err("unknown_character"),
        };
        found.push(token);
        rest = &rest[length..];
    }
    Ok(found)
}

/// A quoted text ends at the next quote: no escape is known, so a backslash is refused.
fn quoted(text: &str) -> Result<(Token, usize), &'static str> {
    let inside = &text[1..];
    let length = inside.find('\'').ok_or("open_quote")?;
    let value = &inside[..length];
    if value.contains('\\') {
        return Err("backslash");
    }
    Ok((Token::Text(value.to_owned()), length + 2))
}

fn number(text: &str) -> Result<(Token, usize), &'static str> {
    let sign = usize::from(text.starts_with('-'));
    let length = text[sign..]
        .find(|c: char| !c.is_ascii_digit())
        .map_or(text.len(), |length| length + sign);
    let value = text[..length].parse().map_err(|_| "not_a_number")?;
    Ok((Token::Number(value), length))
}
