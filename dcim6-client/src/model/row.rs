//! What a list can be a list of.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

/// A row of a list: what [`List`](crate::List) can be a list of.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// async fn count<T: Row>(list: List<T>) -> Result<usize, Error> {
///     Ok(list.all().await?.len())
/// }
///
/// assert_eq!(count(dcim.servers()).await?, 40);
/// assert_eq!(count(dcim.locations()).await?, 2);
/// # Ok(()) });
/// ```
pub trait Row: DeserializeOwned + JsonSchema + Send + 'static {
    /// Tell rows apart, so that a panel that sends the same page for ever is noticed.
    #[doc(hidden)]
    fn row_key(&self) -> u64;

    /// Whether rows can be ordered by `id`.
    #[doc(hidden)]
    const HAS_ID: bool = true;
}
