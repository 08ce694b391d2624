//! Words of the wire that may grow: an unknown word is kept and written back unchanged.

macro_rules! open_enum {
    (
        $(#[$doc:meta])*
        $name:ident $(default $default:ident)? {
            $($(#[$vdoc:meta])* $variant:ident = $word:literal $(| $alias:literal)*,)*
        }
    ) => {
        $(#[$doc])*
        ///
        /// Case is ignored when reading. A word not listed here is kept in `Other` and written back unchanged.
        ///
        /// ```
        #[doc = concat!("use dcim6_client::", stringify!($name), ";")]
        ///
        #[doc = concat!("let known = ", stringify!($name), "::from(", stringify!($name), "::KNOWN[0]);")]
        #[doc = concat!("assert_eq!(known.as_str(), ", stringify!($name), "::KNOWN[0]);")]
        #[doc = concat!("let new = ", stringify!($name), "::from(\"Brand-New\");")]
        #[doc = concat!("assert_eq!(new, ", stringify!($name), "::Other(\"Brand-New\".to_owned()));")]
        /// assert_eq!(new.as_str(), "Brand-New");
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* #[doc = concat!(" (`", $word, "`)")] $variant,)*
            /// Any other word, as the panel wrote it.
            Other(String),
        }

        impl $name {
            /// The words that have a name of their own, as they are written.
            pub const KNOWN: &'static [&'static str] = &[$($word),*];

            /// Return the word as it is written on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                $(
                    if word.eq_ignore_ascii_case($word) $(|| word.eq_ignore_ascii_case($alias))* {
                        return Self::$variant;
                    }
                )*
                Self::Other(word.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Ok(word.into())
            }
        }

        $(impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        })?

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Ok(Self::from(word.as_ref()))
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                // Open on purpose: the known words are examples, not a closed list.
                schemars::json_schema!({"type": "string", "examples": Self::KNOWN})
            }
        }

        impl From<$name> for $crate::FilterValue {
            fn from(word: $name) -> Self {
                word.as_str().into()
            }
        }
    };
}

pub(crate) use open_enum;
