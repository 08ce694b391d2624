//! Pages and streams: to the end, and no further (N43, N46, N47).

use dcim6_client::*;
use serde_json::{Value, json};

use crate::support::{Act, Script, ok, scripted};

fn page(ids: std::ops::Range<u64>, size: Option<u64>) -> Act {
    let rows: Vec<Value> = ids.map(|id| json!({"id": id})).collect();
    ok(match size {
        Some(size) => json!({"list": rows, "size": size}),
        None => json!({"list": rows}),
    })
}

async fn all(acts: Vec<Act>) -> (Result<Vec<u64>, Error>, Vec<String>) {
    let script = Script::new(acts);
    let (client, _) = scripted(&script);
    let client = client.with_retry(Retry::never());
    let rows = client.servers().page_size(2).all().await;
    let queries = script.sent()[1..]
        .iter()
        .map(|request| request.url.split(['?', '&']).nth(1).unwrap().to_owned())
        .collect();
    (
        rows.map(|rows| rows.iter().map(|row| row.id.get()).collect()),
        queries,
    )
}

#[tokio::test]
async fn pages_are_fetched_to_the_end() {
    let (rows, queries) = all(vec![
        page(1..3, Some(5)),
        page(3..5, Some(5)),
        page(5..6, Some(5)),
    ])
    .await;
    assert_eq!(rows.unwrap(), [1, 2, 3, 4, 5]);
    assert_eq!(queries, ["limit=0,2", "limit=2,2", "limit=4,2"]);
    // Without `size` a short page is the last; a full one asks for more.
    let (rows, queries) = all(vec![page(1..3, None), page(3..3, None)]).await;
    assert_eq!((rows.unwrap(), queries.len()), (vec![1, 2], 2));
    // A panel with smaller pages than asked for.
    let (rows, _) = all(vec![page(1..2, Some(2)), page(2..3, Some(2))]).await;
    assert_eq!(rows.unwrap(), [1, 2]);
    // Rows that moved to a later page come once.
    let (rows, _) = all(vec![page(1..3, Some(4)), page(2..4, Some(4))]).await;
    assert_eq!(rows.unwrap(), [1, 2, 3]);
}

#[tokio::test]
async fn endless_pages_and_false_sizes_end_in_an_error() {
    let (rows, queries) = all(vec![page(1..3, None); 9]).await;
    assert!(
        rows.unwrap_err()
            .to_string()
            .contains("the same rows again")
    );
    assert_eq!(queries.len(), 2);
    let (rows, _) = all(vec![page(1..3, Some(9)); 9]).await;
    assert!(rows.unwrap_err().is_decode());
    let (rows, _) = all(vec![page(1..3, Some(1))]).await;
    assert!(rows.unwrap_err().to_string().contains("at size"));
    let (rows, _) = all(vec![page(1..3, Some(9)), page(1..1, Some(9))]).await;
    assert!(rows.unwrap_err().to_string().contains("at size"));
    let (rows, _) = all(vec![page(1..3, Some(9)), page(1..1, Some(2))]).await;
    assert_eq!(rows.unwrap(), [1, 2]); // they went away meanwhile
}

#[tokio::test]
async fn a_stream_is_unpin_and_a_futures_stream() {
    use futures_util::TryStreamExt;
    fn unpin<T: Unpin + Send>(stream: T) -> T {
        stream
    }
    let script = Script::new([page(1..3, Some(2))]);
    let mut stream = unpin(scripted(&script).0.servers().stream());
    assert_eq!(
        stream.try_next().await.unwrap().unwrap().id,
        ServerId::new(1)
    );
    let rest: Vec<Server> = stream.try_collect().await.unwrap();
    assert_eq!(rest.len(), 1);
}
