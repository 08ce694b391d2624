//! Percent-decoding that refuses what it cannot read instead of guessing.

/// Decode one part of a query: `+` and `%20` are both a space.
pub(crate) fn query(text: &str) -> Result<String, &'static str> {
    decode(text, true)
}

/// Decode one segment of a path: `+` is itself.
pub(crate) fn segment(text: &str) -> Result<String, &'static str> {
    decode(text, false)
}

fn decode(text: &str, plus_is_space: bool) -> Result<String, &'static str> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = (rest.next().and_then(hex), rest.next().and_then(hex));
                let (Some(high), Some(low)) = digits else {
                    return Err("broken_percent");
                };
                bytes.push(high * 16 + low);
            }
            b'+' if plus_is_space => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    if bytes.contains(&0) {
        return Err("nul");
    }
    String::from_utf8(bytes).map_err(|_| "not_utf8")
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_refused() {
        assert_eq!(query("a+b%20c%2B"), Ok("a b c+".to_owned()));
        assert_eq!(segment("a+b%40c"), Ok("a+b@c".to_owned()));
        assert_eq!(query("%"), Err("broken_percent"));
        assert_eq!(query("%4"), Err("broken_percent"));
        assert_eq!(query("%zz"), Err("broken_percent"));
        assert_eq!(query("%00"), Err("nul"));
        assert_eq!(query("%ff"), Err("not_utf8"));
    }
}
