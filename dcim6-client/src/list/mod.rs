//! Lists: one page, all rows, or a stream of rows.

mod stream;

use std::fmt;

use crate::call::Call;
use crate::client::Client;
use crate::clock::BoxFuture;
use crate::endpoint::Op;
use crate::error::Error;
use crate::model::{Listed, Row};
use crate::query::{Filter, OrderBy, query_string};

pub use stream::RowStream;

/// How many rows a page has unless told otherwise.
const PAGE: u64 = 100;

/// Where counting ends: a signed number of 64 bits, as databases count rows.
const MOST_ROWS: u64 = i64::MAX as u64;

/// Ask for rows: narrow, order, then take a page, the first, all, or a stream.
///
/// Nothing is sent until then.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = mock_dcim::MockDcim::start().await?;
/// # let dcim = dcim6_client::Client::builder(mock.url()).credentials(mock.admin()).build()?;
/// use dcim6_client::{asc, field};
///
/// let mut free = dcim
///     .servers()
///     .filter(field("owner_email").is_null() & field("location_id").eq(1))
///     .order_by(asc("id"))
///     .stream();
/// while let Some(server) = free.next().await {
///     assert!(!server?.has_owner());
/// }
/// assert_eq!(dcim.servers().all().await?.len(), 40);
/// # Ok(()) }
/// ```
#[must_use]
pub struct List<T> {
    pub(crate) client: Client,
    call: Call<Listed<T>>,
    fetch: Option<Fetch<T>>,
    filter: Option<Filter>,
    order: Option<OrderBy>,
    page_size: u64,
}

/// Makes the call of one page, where there is more to it than making it.
pub(crate) type Fetch<T> = fn(&Client, Call<Listed<T>>) -> BoxFuture<'_, Result<Listed<T>, Error>>;

/// Hold one page of a list.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, _server| {
/// let page = dcim.servers().page(0, 10).await?;
/// assert_eq!((page.items.len(), page.total), (10, Some(40)));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// How many rows match in all, if the panel said.
    pub total: Option<u64>,
    /// The panel's notification mark, if it sent one.
    pub last_notify: Option<u64>,
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            call: self.call.clone(),
            fetch: self.fetch,
            filter: self.filter.clone(),
            order: self.order.clone(),
            page_size: self.page_size,
        }
    }
}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("operation", &self.call.op.endpoint().name)
            .finish_non_exhaustive()
    }
}

impl<T> List<T> {
    pub(crate) fn new(client: Client, op: Op<Listed<T>>) -> Self {
        Self::of(client, Call::new(op))
    }

    pub(crate) fn of(client: Client, call: Call<Listed<T>>) -> Self {
        Self {
            client,
            call,
            fetch: None,
            filter: None,
            order: None,
            page_size: PAGE,
        }
    }

    /// Have each page fetched so.
    pub(crate) fn fetched_by(mut self, fetch: Fetch<T>) -> Self {
        self.fetch = Some(fetch);
        self
    }

    /// Keep matching rows only; a second filter narrows further.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let here = dcim.servers().filter(field("location_id").eq(1));
    /// let here_and_off = here.filter(field("power_status").eq(PowerStatus::Off));
    /// assert!(here_and_off.first().await?.is_some());
    /// # Ok(()) });
    /// ```
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(match self.filter {
            Some(before) => before & filter,
            None => filter,
        });
        self
    }

    /// Order the rows. Without it, [`all`](List::all) and [`stream`](List::stream) order by id, so that pages do not overlap.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let last = dcim.servers().order_by(desc("id")).first().await?;
    /// assert_eq!(last.map(|server| server.id), Some(ServerId::new(40)));
    /// # Ok(()) });
    /// ```
    pub fn order_by(mut self, order: OrderBy) -> Self {
        self.order = Some(order);
        self
    }

    /// Fetch this many rows with each call; 100 by default, at least 1.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let before = mock.journal().len();
    /// assert_eq!(dcim.servers().page_size(10).all().await?.len(), 40);
    /// assert_eq!(mock.journal().len() - before, 4); // calls
    /// # Ok(()) });
    /// ```
    pub fn page_size(mut self, rows: u64) -> Self {
        self.page_size = rows.max(1);
        self
    }
}

impl<T: Row> List<T> {
    /// Fetch `count` rows, beginning with row `from`, which counts from 0; together at most 2^63 - 1.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let second = dcim.servers().order_by(asc("id")).page(10, 10).await?;
    /// assert_eq!(second.items[0].id, ServerId::new(11));
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_config()`: the filter, the order or the page cannot be written in the panel's grammar, and nothing was sent. `is_invalid()`: the
    /// panel does not know a field. Otherwise as for any read: see [`Error`].
    pub async fn page(&self, from: u64, count: u64) -> Result<Page<T>, Error> {
        let config = |reason| {
            Error::config(reason).with(|inner| inner.operation = Some(self.call.op.endpoint().name))
        };
        let filter = self
            .filter
            .clone()
            .map(Filter::into_text)
            .transpose()
            .map_err(config)?;
        let order = self
            .order
            .clone()
            .map(OrderBy::into_text)
            .transpose()
            .map_err(config)?;
        // No panel counts further (N63); without this, the last row asked for would have no number.
        if from.checked_add(count).is_none_or(|end| end > MOST_ROWS) {
            return Err(config("limit: beyond the last row there can be".into()));
        }
        let query = query_string(from, count, order.as_deref(), filter.as_deref());
        let call = self.call.clone().query(query);
        let answer = match self.fetch {
            Some(fetch) => fetch(&self.client, call).await?,
            None => self.client.call(call).await?,
        };
        Ok(Page {
            items: answer.list,
            total: answer.size,
            last_notify: answer.last_notify,
        })
    }

    /// Fetch the first row, if there is one.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let free = dcim.servers().filter(field("owner_email").is_null()).first().await?;
    /// assert!(free.is_some());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// As [`page`](List::page).
    pub async fn first(&self) -> Result<Option<T>, Error> {
        Ok(self.page(0, 1).await?.items.into_iter().next())
    }
}
