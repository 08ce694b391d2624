//! Rows one by one, page by page; a list that lies or goes round in circles ends in an error.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::{BoxStream, Stream, StreamExt, try_unfold};

use super::List;
use crate::error::{Delivery, Error, ErrorKind};
use crate::model::Row;
use crate::query::asc;

/// No panel has this many pages; one that goes on is going round in circles (N47).
const MOST_PAGES: u32 = 10_000;

struct Paging<T> {
    list: List<T>,
    from: u64,
    pages: u32,
    seen: HashSet<u64>,
}

impl<T: Row> Paging<T> {
    async fn next_page(mut self) -> Result<Option<(Vec<T>, Option<Self>)>, Error> {
        let count = self.list.page_size;
        let page = self.list.page(self.from, count).await?;
        let received = page.items.len() as u64;
        // The panel counts rows that it does not give, or gives rows that it does not count (N46).
        if page
            .total
            .is_some_and(|total| received > total || (received == 0 && total > self.from))
        {
            return Err(self.wrong("size", "disagrees with the rows"));
        }
        self.from += received;
        self.pages += 1;
        let rows: Vec<T> = page
            .items
            .into_iter()
            .filter(|row| self.seen.insert(row.row_key()))
            .collect();
        if received == 0 {
            return Ok(None);
        }
        if rows.is_empty() || self.pages > MOST_PAGES {
            return Err(self.wrong("list", "the same rows again on a further page"));
        }
        // Without `size`, a short page is the last one.
        let more = match page.total {
            Some(total) => self.from < total,
            None => received >= count,
        };
        Ok(Some((rows, more.then_some(self))))
    }

    fn wrong(&self, path: &str, reason: &str) -> Error {
        let kind = ErrorKind::Decode {
            path: path.into(),
            reason: reason.into(),
        };
        Error::new(kind, Delivery::Answered)
            .with(|inner| inner.operation = Some(self.list.call.op.endpoint().name))
    }
}

impl<T: Row> List<T> {
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

/// Give the rows of a list one by one. It is `Unpin`, and a [`Stream`] of `Result<T, Error>`.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, server| {
/// use futures_util::TryStreamExt;
///
/// let ids: Vec<ServerId> = dcim.servers().stream().map_ok(|server| server.id).try_collect().await?;
/// assert_eq!(ids.len(), 40);
///
/// let mut racks = dcim.racks().stream();
/// while let Some(rack) = racks.next().await {
///     println!("{:?}", rack?.name);
/// }
/// # Ok(()) });
/// ```
#[must_use]
pub struct RowStream<T> {
    rows: BoxStream<'static, Result<T, Error>>,
}

impl<T: Row> RowStream<T> {
    fn of(list: List<T>) -> Self {
        let state = Some(Paging {
            list,
            from: 0,
            pages: 0,
            seen: HashSet::new(),
        });
        let pages = try_unfold(state, |state| async move {
            match state {
                Some(paging) => paging.next_page().await,
                None => Ok(None),
            }
        });
        let rows = pages
            .map(|page| match page {
                Ok(rows) => {
                    futures_util::stream::iter(rows.into_iter().map(Ok).collect::<Vec<_>>())
                }
                Err(error) => futures_util::stream::iter(vec![Err(error)]),
            })
            .flatten();
        Self { rows: rows.boxed() }
    }
}

impl<T> RowStream<T> {
    /// Fetch the next row; none at the end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        self.rows.next().await
    }
}

impl<T> Stream for RowStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.rows.poll_next_unpin(context)
    }
}

impl<T> fmt::Debug for RowStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream").finish_non_exhaustive()
    }
}
