//! Why a panel answers 403, as far as it says so (safety.md H, row "403 words"). Codes that begin with 94 are placeholders: the words
//! are all there is to tell protection, licence and missing rights apart, and all three from a session that has ended.

use serde_json::Value;

use crate::error::{ErrorKind, PanelError};

/// Pieces of text and what they speak of, in the order in which they are looked for.
const WORDS: &str = include_str!("forbidden.txt");

/// A function that is closed to this user: a real code of the platform (dcim6-api.md section 2).
const CLOSED_FUNCTION: i64 = 3001;

/// Return what was refused and why; none if the panel does not say, and it may be the session that has ended.
pub(crate) fn reason(panel: &PanelError) -> Option<ErrorKind> {
    if panel.code == Some(CLOSED_FUNCTION) {
        return Some(ErrorKind::Forbidden);
    }
    let named = |name: &str| panel.value.as_ref()?.get(name).filter(|it| !it.is_null());
    let (reason, field) = (named("reason"), named("field"));
    let texts = [reason, field].into_iter().flatten();
    let texts = texts
        .filter_map(Value::as_str)
        .chain(panel.message.as_deref());
    // A refusal that names a reason or a field is about the request, in whatever words.
    let other = (reason.is_some() || field.is_some()).then_some(ErrorKind::Forbidden);
    texts.into_iter().find_map(spoken_of).or(other)
}

fn spoken_of(text: &str) -> Option<ErrorKind> {
    let text = text.to_lowercase();
    rows().find_map(|(word, subject)| text.contains(word).then(|| kind(subject)))
}

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = WORDS.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.trim().split_once(char::is_whitespace))
}

fn kind(subject: &str) -> ErrorKind {
    match subject.trim_start() {
        "protection" => ErrorKind::Protected,
        "licence" => ErrorKind::Licence,
        _ => ErrorKind::Forbidden,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_list_is_that_of_the_specification() {
        let words: Vec<_> = rows().map(|(word, _)| word).collect();
        let specified = [
            "protect",
            "licen",
            "permission",
            "unauthorized",
            "access",
            "right",
        ];
        assert_eq!(words, specified);
        for (_, subject) in rows() {
            assert!(["protection", "licence", "rights"].contains(&subject.trim_start()));
        }
    }

    #[test]
    fn code_then_value_then_message() {
        let said = |code, message: &str, value| {
            reason(&PanelError {
                code,
                message: Some(message.to_owned()),
                value,
            })
        };
        let rights = Some(ErrorKind::Forbidden);
        let protected = Some(ErrorKind::Protected);
        assert_eq!(said(Some(3001), "Server is protected", None), rights);
        for name in ["reason", "field"] {
            let value = |text: &str| Some(json!({ name: text }));
            assert_eq!(said(None, "Licence", value("is_PROTECTED")), protected);
            assert_eq!(said(None, "Server is protected", value("mode")), protected);
            assert_eq!(said(None, "No", value("maintenance")), rights);
            assert_eq!(said(None, "No", Some(json!({ name: null }))), None);
        }
        assert_eq!(
            said(
                Some(9403),
                "Server is PROTECTED",
                Some(json!({"server": 1}))
            ),
            protected
        );
        assert_eq!(
            said(None, "Licence has expired", None),
            Some(ErrorKind::Licence)
        );
        assert_eq!(
            said(None, "Invalid license", None),
            Some(ErrorKind::Licence)
        );
        for message in [
            "Permission denied",
            "UNAUTHORIZED",
            "No access",
            "No rights",
        ] {
            assert_eq!(said(None, message, None), rights, "{message}");
        }
        for message in ["", "Forbidden", "Session expired", "Too many log-ins"] {
            assert_eq!(said(None, message, None), None, "{message}");
        }
    }
}
