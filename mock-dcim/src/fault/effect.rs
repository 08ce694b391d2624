//! The fault kinds of the safety specification, section C, and the parameters that each takes.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::world::refusal::Refusal;

/// Which certificate a connection gets (K04).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certificate {
    Good,
    /// Its time is over.
    Expired,
    /// It names another host.
    WrongHost,
    /// No authority that anybody knows has signed it.
    Untrusted,
}

/// Parameters of a fault kind.
pub(crate) type Params = Map<String, Value>;

#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::enum_variant_names, reason = "the specification calls them so")]
pub(crate) enum Effect {
    /// K01, for so many milliseconds of real time.
    Refused { ms: u64 },
    /// K03, for so many milliseconds of real time.
    ConnTimeout { ms: u64 },
    /// K04; only a mock with TLS has certificates.
    Tls { certificate: Certificate },
    /// K05.
    ResetBefore,
    /// K06.
    ResetNoEffect,
    /// K07.
    ResetAfter,
    /// K08, for so many milliseconds of real time.
    TimeoutAfter { ms: u64 },
    /// K09, a byte each so many milliseconds of real time.
    Drip { ms: u64 },
    /// K10; half of the body unless given.
    Truncated { at: Option<u64> },
    /// K11.
    BadJson { body: String },
    /// K12; the first field unless given.
    WrongType { field: Option<String>, null: bool },
    /// K13; the first status word unless given.
    UnknownEnum { field: Option<String> },
    /// K14.
    Asleep,
    /// K15.
    AsleepAfter,
    /// K16.
    TooMany { retry_after: Option<String> },
    /// K17.
    Auth { kind: AuthFault },
    /// K18.
    ErrorAfter { status: u16 },
    /// K19.
    Conflict { reason: String },
    /// K20.
    OkError,
    /// K21, for so many reads.
    Stale { reads: u32 },
    /// K22, the second time so many milliseconds of virtual time later.
    Duplicate { ms: u64 },
    /// K23.
    Redirect { status: u16, to: String },
    /// K24, so many bytes more.
    Oversized { bytes: usize },
    /// A world lever: the operation that begins is not seen by so many reads (F15).
    Unseen { reads: u32 },
    /// A world lever: success without any effect (F24).
    NoEffect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuthFault {
    Unauthorized,
    Forbidden,
    Code1000,
    /// All sessions end.
    Dead,
}

/// What becomes of connections while nobody accepts any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// K01.
    Refuse,
    /// K03.
    Ignore,
}

impl Effect {
    pub(crate) fn is_connection(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. } | Self::ConnTimeout { .. } | Self::Tls { .. } | Self::ResetBefore
        )
    }

    /// For how long nobody accepts connections, and whether they are refused meanwhile or left without an answer.
    pub(crate) fn pause(&self) -> Option<(Duration, Pause)> {
        match self {
            Self::Refused { ms } => Some((Duration::from_millis(*ms), Pause::Refuse)),
            Self::ConnTimeout { ms } => Some((Duration::from_millis(*ms), Pause::Ignore)),
            _ => None,
        }
    }

    /// Read an effect; an unknown name or parameter is refused.
    pub(crate) fn parse(name: &str, params: &Params) -> Result<Self, Refusal> {
        let mut take = Take {
            params,
            read: Vec::new(),
        };
        let effect = match name {
            "refused" => Self::Refused {
                ms: take.number("ms", 500)?,
            },
            "conn_timeout" => Self::ConnTimeout {
                ms: take.number("ms", 30_000)?,
            },
            "tls" => Self::Tls {
                certificate: take.certificate()?,
            },
            "reset_before" => Self::ResetBefore,
            "reset_no_effect" => Self::ResetNoEffect,
            "reset_after" => Self::ResetAfter,
            "timeout_after" => Self::TimeoutAfter {
                ms: take.number("ms", 600_000)?,
            },
            "drip" => Self::Drip {
                ms: take.number("ms", 1000)?,
            },
            "truncated" => Self::Truncated {
                at: take.optional_number("at")?,
            },
            "bad_json" => Self::BadJson {
                body: take.text("body")?.unwrap_or_else(|| "<html>".to_owned()),
            },
            "wrong_type" => Self::WrongType {
                field: take.text("field")?,
                null: take.boolean("null")?,
            },
            "unknown_enum" => Self::UnknownEnum {
                field: take.text("field")?,
            },
            "503_n" => Self::Asleep,
            "503_after" => Self::AsleepAfter,
            "429" => Self::TooMany {
                retry_after: take.text("retry_after")?,
            },
            "auth" => Self::Auth { kind: take.auth()? },
            "500_after" => Self::ErrorAfter {
                status: take.status(500, &[500, 502, 504])?,
            },
            "conflict" => Self::Conflict {
                reason: take.text("reason")?.unwrap_or_else(|| "busy".to_owned()),
            },
            "200_error" => Self::OkError,
            "stale" => Self::Stale {
                reads: u32::try_from(take.number("reads", 1)?).unwrap_or(u32::MAX),
            },
            "duplicate" => Self::Duplicate {
                ms: take.number("ms", 0)?,
            },
            "redirect" => Self::Redirect {
                status: take.status(302, &[301, 302, 307, 308])?,
                to: take
                    .text("to")?
                    .unwrap_or_else(|| "http://192.0.2.1/".to_owned()),
            },
            "oversized" => Self::Oversized {
                bytes: usize::try_from(take.number("bytes", 17 * 1024 * 1024)?)
                    .unwrap_or(usize::MAX)
                    .min(256 * 1024 * 1024),
            },
            "unseen" => Self::Unseen {
                reads: u32::try_from(take.number("reads", 1)?).unwrap_or(u32::MAX),
            },
            "no_effect" => Self::NoEffect,
            _ => return Err(Refusal::invalid("effect", "unknown")),
        };
        take.finish()?;
        Ok(effect)
    }
}

/// Reads parameters and remembers which, so that one nobody reads is refused.
struct Take<'a> {
    params: &'a Params,
    read: Vec<&'static str>,
}

impl Take<'_> {
    fn get(&mut self, name: &'static str) -> Option<&Value> {
        self.read.push(name);
        self.params.get(name).filter(|value| !value.is_null())
    }

    fn optional_number(&mut self, name: &'static str) -> Result<Option<u64>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value
                .as_u64()
                .map(Some)
                .ok_or_else(|| Refusal::invalid(format!("params.{name}"), "wrong_type")),
        }
    }

    fn number(&mut self, name: &'static str, default: u64) -> Result<u64, Refusal> {
        Ok(self.optional_number(name)?.unwrap_or(default))
    }

    fn text(&mut self, name: &'static str) -> Result<Option<String>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            // `"retry_after": 5` reads as well as `"5"`.
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(Refusal::invalid(format!("params.{name}"), "wrong_type")),
        }
    }

    fn boolean(&mut self, name: &'static str) -> Result<bool, Refusal> {
        match self.get(name) {
            None => Ok(false),
            Some(value) => value
                .as_bool()
                .ok_or_else(|| Refusal::invalid(format!("params.{name}"), "wrong_type")),
        }
    }

    fn status(&mut self, default: u16, allowed: &[u16]) -> Result<u16, Refusal> {
        let status = self.number("status", u64::from(default))?;
        u16::try_from(status)
            .ok()
            .filter(|status| allowed.contains(status))
            .ok_or_else(|| Refusal::invalid("params.status", "not_allowed"))
    }

    fn auth(&mut self) -> Result<AuthFault, Refusal> {
        match self.text("kind")?.as_deref() {
            None | Some("401") => Ok(AuthFault::Unauthorized),
            Some("403") => Ok(AuthFault::Forbidden),
            Some("1000") => Ok(AuthFault::Code1000),
            Some("dead") => Ok(AuthFault::Dead),
            Some(_) => Err(Refusal::invalid("params.kind", "not_allowed")),
        }
    }

    fn certificate(&mut self) -> Result<Certificate, Refusal> {
        match self.text("kind")?.as_deref() {
            None | Some("untrusted") => Ok(Certificate::Untrusted),
            Some("expired") => Ok(Certificate::Expired),
            Some("wrong_host") => Ok(Certificate::WrongHost),
            Some(_) => Err(Refusal::invalid("params.kind", "not_allowed")),
        }
    }

    fn finish(self) -> Result<(), Refusal> {
        let unknown = self
            .params
            .keys()
            .find(|name| !self.read.contains(&name.as_str()));
        match unknown {
            Some(name) => Err(Refusal::invalid(format!("params.{name}"), "unknown")),
            None => Ok(()),
        }
    }
}
