//! Fleets: what a world holds when it begins.

mod build;
pub(crate) mod builtin;
mod check;
mod file;
mod machines;
mod raise;
mod unique;

use std::fmt;

use serde_json::Value;

use crate::moment::Moment;
use crate::world::World;
use builtin::Admin;
use file::FleetFile;

/// A fleet read from a file.
///
/// ```
/// use mock_dcim::Fleet;
///
/// let fleet: Fleet = r#"{
///     "schema_version": 1,
///     "locations": [{"name": "DC-1"}],
///     "racks": [{"name": "R1", "location": "DC-1"}],
///     "servers": [{"rack": "R1", "count": 40, "configuration": "i9-9900K-64Gb-2x1024NVMe"}]
/// }"#
/// .parse()
/// .unwrap();
/// let wrong = r#"{"schema_version": 1, "servers": [{"rack": "R9"}]}"#.parse::<Fleet>().unwrap_err();
/// assert_eq!(wrong.to_string(), "servers[0].rack: there is no `R9`");
/// ```
#[derive(Clone, Debug)]
pub struct Fleet(FleetFile);

/// Say what is wrong with a fleet file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetError {
    place: String,
    why: String,
}

impl fmt::Display for FleetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.why)
    }
}

impl std::error::Error for FleetError {}

impl std::str::FromStr for Fleet {
    type Err = FleetError;

    fn from_str(text: &str) -> Result<Self, FleetError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let file: FleetFile = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let place = error.path().to_string();
            FleetError {
                place: if place == "." {
                    "file".to_owned()
                } else {
                    place
                },
                why: error.into_inner().to_string(),
            }
        })?;
        reader.end().map_err(|error| FleetError {
            place: "file".to_owned(),
            why: error.to_string(),
        })?;
        check::check(&file).map_err(|(place, why)| FleetError { place, why })?;
        Ok(Self(file))
    }
}

impl Fleet {
    /// Give the JSON schema of the fleet file.
    pub fn schema() -> Value {
        schemars::schema_for!(FleetFile).into()
    }

    pub(crate) fn build(&self, now: Moment, seed: u64, admin: &Admin) -> World {
        raise::raise(&self.0, now, seed, admin)
    }
}
