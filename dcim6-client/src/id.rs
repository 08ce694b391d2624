//! Ids: one type for each kind of object, so that a user's id cannot be given where a server's is meant.

use std::fmt;

use serde::de::{Error, Unexpected, Visitor};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        ///
        /// On the wire it is a number, from 0 to 2^64 - 1; a number in quotes is read as well.
        ///
        /// ```
        #[doc = concat!("use dcim6_client::", stringify!($name), ";")]
        ///
        #[doc = concat!("let id: ", stringify!($name), " = \"12\".parse()?;")]
        #[doc = concat!("assert_eq!(id, ", stringify!($name), "::new(12));")]
        /// assert_eq!((id.get(), id.to_string()), (12, "12".to_owned()));
        /// # Ok::<(), dcim6_client::InvalidId>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// Make an id from its number.
            pub const fn new(id: u64) -> Self {
                Self(id)
            }

            /// Return the number.
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::id::parse(text).map(Self).ok_or($crate::id::InvalidId)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u64(self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any($crate::id::IdVisitor).map(Self)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "integer", "minimum": 0})
            }
        }

        impl From<$name> for $crate::FilterValue {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }
    )*};
}

ids! {
    /// Name a server.
    ServerId
    /// Name a user of the panel.
    UserId
    /// Name an operation: an install, a diagnostics, …
    OperationId
    /// Name a switch.
    SwitchId
    /// Name a port of a switch.
    PortId
    /// Name an IP address record.
    IpId
    /// Name a pool of IP addresses.
    PoolId
    /// Name a location (a data centre).
    LocationId
    /// Name a rack.
    RackId
    /// Name an OS template; diagnostics and recovery images are templates too.
    OsTemplateId
    /// Name a script run after an install.
    ScriptId
    /// Name an entry of a server's history.
    HistoryId
    /// Name a network of the address manager (`ipnet`).
    NetworkId
    /// Name a connection between a server and a switch or a PDU.
    ConnectionId
    /// Name a power distribution unit.
    PduId
    /// Name a port of a power distribution unit.
    PduPortId
}

/// Say that a text is not an id: decimal digits only, below 2^64.
///
/// ```
/// use dcim6_client::{InvalidId, ServerId};
///
/// assert_eq!("srv-12".parse::<ServerId>(), Err(InvalidId));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected decimal digits")]
pub struct InvalidId;

/// Read digits and nothing else: `u64::from_str` alone would let a plus sign through.
fn parse(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id (a whole number, not negative)")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<u64, E> {
        u64::try_from(value).map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<u64, E> {
        parse(value).ok_or_else(|| E::custom("expected an id in the text, found something else"))
    }
}
