//! Lists: one page, all rows, or a stream of rows.

mod row;
mod stream;

use std::fmt;
use std::sync::atomic::Ordering;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Op;
use crate::error::Error;
use crate::query::{Filter, OrderBy, asc, query_string};

pub use row::Row;
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
    call: Call,
    filter: Option<Filter>,
    order: Option<OrderBy>,
    page_size: u64,
    row: std::marker::PhantomData<fn() -> T>,
}

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

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Answer<T> {
    /// Neither missing nor null is read as "no rows": a failed look must not pass for "there is none" (F07).
    list: Vec<T>,
    #[serde(default)]
    size: Option<u64>,
    #[serde(default)]
    last_notify: Option<u64>,
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            call: self.call.clone(),
            filter: self.filter.clone(),
            order: self.order.clone(),
            page_size: self.page_size,
            row: self.row,
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
    pub(crate) fn new(client: Client, op: Op) -> Self {
        Self::of(client, Call::new(op))
    }

    pub(crate) fn of(client: Client, call: Call) -> Self {
        Self {
            client,
            call,
            filter: None,
            order: None,
            page_size: PAGE,
            row: std::marker::PhantomData,
        }
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
        let mut call = self.call.clone().query(query);
        let fallen_back = &self.client.shared.ip_service;
        if call.op == Op::IpmgrIpList && fallen_back.load(Ordering::Relaxed) {
            call.op = Op::IpServiceIpList;
        }
        let answer: Answer<T> = match self.client.call(call.clone()).await {
            // The addresses live in a service of their own there (dcim6-api.md section 3).
            Err(error) if error.is_not_found() && call.op == Op::IpmgrIpList => {
                call.op = Op::IpServiceIpList;
                let answer = self.client.call(call).await?;
                fallen_back.store(true, Ordering::Relaxed);
                answer
            }
            other => other?,
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

    /// Fetch all rows.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// assert_eq!(dcim.servers().all().await?.len(), 40);
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// As [`page`](List::page), of the first page that fails; and `is_decode()` if the panel sends the same rows for ever.
    pub async fn all(&self) -> Result<Vec<T>, Error> {
        let mut rows = self.clone().stream();
        let mut all = Vec::new();
        while let Some(row) = rows.next().await {
            all.push(row?);
        }
        Ok(all)
    }

    /// Fetch rows one by one, page by page as they are asked for.
    ///
    /// Rows that come or go meanwhile may be missed or, if they move to a later page, left out the second time. After an error the stream ends.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let mut servers = dcim.servers().stream();
    /// while let Some(server) = servers.next().await {
    ///     println!("{}", server?.id);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn stream(mut self) -> RowStream<T> {
        if self.order.is_none() && T::HAS_ID {
            self.order = Some(asc("id"));
        }
        RowStream::of(self)
    }
}
