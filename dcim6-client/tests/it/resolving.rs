//! Names that the program resolves itself.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use dcim6_client::*;
use mock_dcim::MockDcim;

const NAME: &str = "dcim.a.test";

/// Knows one name, and keeps what it was asked for.
#[derive(Debug, Default)]
struct Book {
    addresses: Vec<IpAddr>,
    asked: Mutex<Vec<String>>,
}

impl Resolver for Book {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        self.asked.lock().unwrap().push(host.to_owned());
        let found = match host {
            NAME => Ok(self.addresses.clone()),
            _ => Err(io::Error::other("not in the book")),
        };
        Box::pin(std::future::ready(found))
    }
}

/// Log in to the mock under a name, by a book in which that name has these addresses.
async fn log_in(name: &str, addresses: &[&str]) -> (Result<(), Error>, Vec<String>) {
    let mock = MockDcim::start().await.unwrap();
    let addresses = addresses.iter().map(|address| address.parse().unwrap());
    let book = Arc::new(Book {
        addresses: addresses.collect(),
        ..Book::default()
    });
    let dcim = Client::builder(mock.url().replace("127.0.0.1", name))
        .allow_plain_http()
        .credentials(mock.admin())
        .retry(Retry::never())
        .resolver(book.clone())
        .build()
        .unwrap();
    let result = dcim.auth().login().await.map(drop);
    let asked = book.asked.lock().unwrap().clone();
    (result, asked)
}

#[tokio::test]
async fn the_given_resolver_is_asked_and_nobody_else() {
    let (result, asked) = log_in(NAME, &["127.0.0.1"]).await;
    assert!(result.is_ok(), "{result:?}");
    assert_eq!(asked, [NAME]);
    // The system knows this one; the book does not.
    let (result, asked) = log_in("localhost", &["127.0.0.1"]).await;
    assert_eq!(result.unwrap_err().delivery(), Delivery::NotSent);
    assert_eq!(asked, ["localhost"]);
}

#[tokio::test]
async fn an_address_is_not_resolved() {
    let (result, asked) = log_in("127.0.0.1", &[]).await;
    assert!(result.is_ok(), "{result:?}");
    assert!(asked.is_empty(), "{asked:?}");
}

/// safety.md G: no name may lead to a metadata service, whoever resolves it.
#[tokio::test]
async fn link_local_addresses_are_left_out() {
    for addresses in [
        &["169.254.169.254"][..],
        &["fe80::1", "::ffff:169.254.169.254"],
        &[],
    ] {
        let (result, _) = log_in(NAME, addresses).await;
        let error = result.unwrap_err();
        assert!(error.is_connect() && error.delivery() == Delivery::NotSent);
    }
    let (result, _) = log_in(NAME, &["169.254.169.254", "127.0.0.1"]).await;
    assert!(result.is_ok(), "{result:?}");
}
