//! The fault kinds, with the parameters that each takes and what to expect of it.

/// Name, parameters as an example, whether the call takes effect, what it does.
pub(super) const KINDS: [(&str, &str, Reach, &str); 23] = [
    (
        "reset_after",
        "",
        Reach::Applied,
        "the call takes effect, the connection is reset, no byte of the answer arrives",
    ),
    (
        "reset_no_effect",
        "",
        Reach::Untouched,
        "the request is read and dropped, the connection is reset",
    ),
    (
        "timeout_after",
        "{\"ms\":2000}",
        Reach::Applied,
        "the call takes effect, then silence",
    ),
    (
        "503_n",
        "",
        Reach::Untouched,
        "503, as if the service were asleep",
    ),
    (
        "503_after",
        "",
        Reach::Applied,
        "the call takes effect, the answer is 503",
    ),
    (
        "500_after",
        "{\"status\":502}",
        Reach::Applied,
        "the call takes effect, the answer is 500, 502 or 504",
    ),
    (
        "429",
        "{\"retry_after\":\"5\"}",
        Reach::Untouched,
        "too many requests, with or without Retry-After",
    ),
    (
        "auth",
        "{\"kind\":\"dead\"}",
        Reach::Untouched,
        "401, 403, 1000, or dead: all sessions end",
    ),
    (
        "conflict",
        "{\"reason\":\"busy\"}",
        Reach::Untouched,
        "409 with a reason",
    ),
    (
        "200_error",
        "",
        Reach::Untouched,
        "200 with an error inside",
    ),
    (
        "no_effect",
        "",
        Reach::Untouched,
        "success is answered, nothing happens",
    ),
    (
        "stale",
        "{\"reads\":3}",
        Reach::Applied,
        "the next reads show the state before this call",
    ),
    (
        "duplicate",
        "{\"ms\":1000}",
        Reach::Applied,
        "the request is carried out twice, answered once",
    ),
    (
        "truncated",
        "{\"at\":20}",
        Reach::Applied,
        "the body is cut",
    ),
    (
        "drip",
        "{\"ms\":1000}",
        Reach::Applied,
        "one byte at a time",
    ),
    (
        "bad_json",
        "{\"body\":\"<html>\"}",
        Reach::Applied,
        "200, and no JSON",
    ),
    (
        "wrong_type",
        "{\"field\":\"id\"}",
        Reach::Applied,
        "a field has another type, or is null",
    ),
    (
        "unknown_enum",
        "{\"field\":\"status\"}",
        Reach::Applied,
        "a status word that nobody knows",
    ),
    (
        "redirect",
        "{\"status\":307}",
        Reach::Untouched,
        "a redirect to another host",
    ),
    (
        "oversized",
        "{\"bytes\":17825792}",
        Reach::Applied,
        "an answer beyond every limit",
    ),
    (
        "refused",
        "{\"ms\":500}",
        Reach::Connection,
        "nobody listens for a while; this page waits too",
    ),
    (
        "reset_before",
        "",
        Reach::Connection,
        "reset before anything is read",
    ),
    (
        "tls",
        "{\"kind\":\"expired\"}",
        Reach::Connection,
        "a certificate that is untrusted, expired, or for another host",
    ),
];

/// How far a request gets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Applied,
    Untouched,
    /// Rules of this kind stand before every operation.
    Connection,
}

impl Reach {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Applied => "takes effect",
            Self::Untouched => "no effect",
            Self::Connection => "connection",
        }
    }
}
