//! What each command does, call by call: a reader's view of the module, kept as snapshots (`tests/it/snapshots/`).
//!
//! Reads in a row are one line with a count; BILLmanager's tables are read between them and not shown.

use std::fmt::Write;
use std::time::Duration;

use dcim6::{Meter, exchange::Line};

use crate::shop::{ITEM, Shop};

async fn sequence(shop: &Shop, command: &'static str) -> String {
    let meter = Meter::new();
    let job = shop.simulation.billmanager().metered(meter.clone());
    let ran = if command == "sync_item" {
        job.run(command, ITEM, None).await
    } else {
        job.once(command, ITEM).await.1
    };
    let mut text = String::new();
    for group in meter
        .lines()
        .chunk_by(|one, next| one == next && is_read(one))
    {
        let times = if group.len() > 1 {
            format!(" x{}", group.len())
        } else {
            String::new()
        };
        writeln!(text, "{}{times}", show(&group[0])).unwrap();
    }
    writeln!(text, "exit {}", ran.code).unwrap();
    // The one thing that differs from run to run.
    let url = shop.simulation.mock.url();
    text.replace(url.trim_start_matches("http://"), "127.0.0.1:PORT")
}

fn is_read(line: &Line) -> bool {
    matches!(line, Line::Dcimanager(name, _) if name.ends_with("_get") || name.ends_with("_list"))
}

fn show(line: &Line) -> String {
    match line {
        Line::Billmanager(call) => format!("billmanager  {call}"),
        Line::Dcimanager(name, body) => {
            let mut body: serde_json::Value = body
                .as_deref()
                .map(|body| serde_json::from_slice(body).unwrap())
                .unwrap_or_default();
            if let Some(password) = body.get_mut("password") {
                *password = "***".into();
            }
            let body = if body.is_null() {
                String::new()
            } else {
                format!(" {body}")
            };
            format!("dcimanager   {name}{body}")
        }
    }
}

/// One service from order to deletion, by way of a stop, a reconcile and a resume.
#[tokio::test]
async fn the_calls_of_every_command() {
    let shop = Shop::new().await;
    insta::assert_snapshot!("open", sequence(&shop, "open").await);
    insta::assert_snapshot!("suspend", sequence(&shop, "suspend").await);
    shop.pass(Duration::from_mins(10));
    insta::assert_snapshot!("sync_stopped", sequence(&shop, "sync_item").await);
    insta::assert_snapshot!("resume", sequence(&shop, "resume").await);
    shop.once("suspend", ITEM).await;
    shop.pass(Duration::from_mins(10));
    shop.sync(ITEM).await;
    insta::assert_snapshot!("close_from_stopped_and_off", sequence(&shop, "close").await);
    shop.assert_unharmed();
}

#[tokio::test]
async fn the_calls_of_an_order_nobody_can_serve() {
    let shop = Shop::with(|shop| shop.tariff(31, "i9-9900K-32Gb-2x1024NVMe")).await;
    insta::assert_snapshot!("open_similar", sequence(&shop, "open").await);
}

#[tokio::test]
async fn the_calls_of_a_refused_stop() {
    let shop = Shop::with_service_on(crate::shop::ONLY_BMC_PORT).await;
    insta::assert_snapshot!("suspend_refused", sequence(&shop, "suspend").await);
}
