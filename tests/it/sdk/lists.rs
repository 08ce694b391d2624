//! The k-th page of a list: lost, spoiled, endless or lying. Rows are given once and in order, or an error says why not (N43, N46, N47).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dcim6_client::{BoxFuture, Client, Transport, TransportError, WireRequest, WireResponse};
use mock_dcim::{FaultRule, MockDcim};
use serde_json::{Value, json};
use standin::InProcess;

use super::Bench;

/// Forty servers on pages of ten: four reads.
const PAGE: u64 = 10;

/// The ids that came, and how the stream ended.
async fn read(client: &Client) -> (Vec<u64>, Option<dcim6_client::Error>) {
    let mut rows = client.servers().page_size(PAGE).stream();
    let mut ids = Vec::new();
    while let Some(row) = rows.next().await {
        match row {
            Ok(server) => ids.push(server.id.get()),
            Err(error) => {
                assert!(rows.next().await.is_none(), "an error is the end");
                return (ids, Some(error));
            }
        }
    }
    (ids, None)
}

fn first(count: u64) -> Vec<u64> {
    (1..=count).collect()
}

#[tokio::test]
async fn a_page_that_fails_once_is_read_again() {
    for effect in [
        "reset_after",
        "truncated",
        "bad_json",
        "503_n",
        "503_after",
        "500_after",
        "429",
    ] {
        for page in 0..4 {
            let bench = Bench::start(MockDcim::builder()).await;
            let rule = FaultRule::new("server_list", effect).skip(page).times(1);
            bench.mock.fault(rule).unwrap();
            let (ids, error) = read(&bench.client()).await;
            assert!(error.is_none(), "{effect} on page {page}: {error:?}");
            assert_eq!(ids, first(40), "{effect} on page {page}");
            assert_eq!(bench.asked("server_list"), 5, "{effect} on page {page}");
        }
    }
}

/// What was read before stays read; "no rows" is never made of a failed look (F07).
#[tokio::test]
async fn a_page_that_stays_spoiled_ends_the_stream_with_an_error() {
    for null in [false, true] {
        for page in 0..4 {
            let bench = Bench::start(MockDcim::builder()).await;
            let rule = FaultRule::new("server_list", "wrong_type").skip(page);
            let rule = rule.param("field", "list").param("null", null);
            bench.mock.fault(rule).unwrap();
            let (ids, error) = read(&bench.client()).await;
            assert_eq!(ids, first(u64::from(page) * PAGE));
            let error = error.unwrap();
            assert!(
                error.is_decode() && error.to_string().contains("at list"),
                "{error}"
            );
            // Read four times like anything that may pass, then no more.
            assert_eq!(
                (error.attempts(), bench.asked("server_list")),
                (4, page as usize + 4)
            );
        }
    }
}

/// Changes a request, and names the fields of its answer to be changed.
type Lie = fn(&mut WireRequest, &mut dyn FnMut(&str, Value));

/// Changes the k-th and every later page on its way.
#[derive(Debug)]
struct Lying {
    panel: InProcess,
    from: usize,
    pages: AtomicUsize,
    lie: Lie,
}

impl Transport for Lying {
    fn send(
        &self,
        mut request: WireRequest,
    ) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        let mut changes: Vec<(String, Value)> = Vec::new();
        if request.operation == "server_list"
            && self.pages.fetch_add(1, Ordering::SeqCst) >= self.from
        {
            (self.lie)(&mut request, &mut |field, value| {
                changes.push((field.to_owned(), value));
            });
        }
        Box::pin(async move {
            let mut response = self.panel.send(request).await?;
            if !changes.is_empty() {
                let mut body: Value = serde_json::from_slice(&response.body).unwrap();
                for (field, value) in changes {
                    body[field] = value;
                }
                response.body = body.to_string().into_bytes();
            }
            Ok(response)
        })
    }
}

/// Give the first page whatever was asked for.
fn same_page(request: &mut WireRequest, _: &mut dyn FnMut(&str, Value)) {
    let (before, query) = request.url.split_once("limit=").unwrap();
    let (_, rest) = query.split_once(',').unwrap();
    request.url = format!("{before}limit=0,{rest}");
}

#[tokio::test]
async fn a_list_that_goes_round_in_circles_or_lies_about_its_size_is_left() {
    let endless: Lie = |request, change| {
        same_page(request, change);
        change("size", json!(1_000_000));
    };
    let uncounted: Lie = |request, change| {
        same_page(request, change);
        change("size", Value::Null);
    };
    let empty: Lie = |_, change| change("list", json!([]));
    let fewer: Lie = |_, change| change("size", json!(3));
    let cases: [(&str, Lie, &str); 4] = [
        ("endless", endless, "at list"),
        ("uncounted", uncounted, "at list"),
        ("empty", empty, "at size"),
        ("fewer", fewer, "at size"),
    ];
    for (name, lie, place) in cases {
        for page in 1..4 {
            let bench = Bench::start(MockDcim::builder()).await;
            let lying = Lying {
                panel: InProcess(bench.mock.clone()),
                from: page,
                pages: AtomicUsize::new(0),
                lie,
            };
            let client = bench.builder().transport(Arc::new(lying)).build().unwrap();
            let (ids, error) = read(&client).await;
            assert_eq!(ids, first(page as u64 * PAGE), "{name} from page {page}");
            let error = error.unwrap();
            assert!(
                error.is_decode() && error.to_string().contains(place),
                "{name}: {error}"
            );
            assert_eq!(
                bench.asked("server_list"),
                page + 1,
                "{name}: it is left at once"
            );
        }
    }
}
