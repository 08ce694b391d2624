//! An operation whose id our own accepted answer named is ours, whatever words and units DCImanager describes it with (safety.md D5).

use std::sync::Arc;
use std::time::Duration;

use billmgr_module::panel::ItemStatus;
use dcim6_client::{BoxFuture, Transport, TransportError, WireRequest, WireResponse};
use mock_dcim::{FaultRule, Lever, WipeLever};
use serde_json::{Value, json};
use standin::{InProcess, Ran};

use crate::close::assert_quarantined;
use crate::shop::{ITEM, Shop, short};

/// How a DCImanager describes its operations.
#[derive(Debug, Clone, Copy)]
enum Dialect {
    /// By other words than the assumed ones.
    Words,
    /// With the limit in seconds.
    Seconds,
    /// With the limit cut to its own (R19).
    Clamped,
    /// As started by hand.
    Origin,
}

const ALL: [Dialect; 4] = [
    Dialect::Words,
    Dialect::Seconds,
    Dialect::Clamped,
    Dialect::Origin,
];

impl Dialect {
    /// Rewrite every operation in an answer.
    fn edit(self, value: &mut Value) {
        match value {
            Value::Array(values) => values.iter_mut().for_each(|value| self.edit(value)),
            Value::Object(fields) => {
                if fields.contains_key("progress_info") {
                    match self {
                        Self::Words => {
                            let name = fields["name"].as_str().unwrap_or_default();
                            fields["name"] = json!(name.trim_start_matches("server_"));
                        }
                        Self::Seconds => {
                            fields["timeout"] = json!(fields["timeout"].as_u64().map(|m| m * 60));
                        }
                        Self::Clamped => fields["timeout"] = json!(45),
                        Self::Origin => fields["origin"] = json!("panel"),
                    }
                }
                fields.values_mut().for_each(|value| self.edit(value));
            }
            _ => {}
        }
    }
}

/// A DCImanager whose operations are described in another way; it may also not name the one it has accepted.
#[derive(Debug)]
struct Edited {
    inner: InProcess,
    dialect: Dialect,
    unnamed: bool,
}

impl Transport for Edited {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        Box::pin(async move {
            let is_start = request.operation == "server_diag";
            let mut answer = self.inner.send(request).await?;
            if let Ok(mut document) = serde_json::from_slice(&answer.body) {
                self.dialect.edit(&mut document);
                if is_start && self.unnamed {
                    let fields = document.as_object_mut().expect("an object");
                    fields.remove("operation");
                }
                answer.body = document.to_string().into_bytes();
            }
            Ok(answer)
        })
    }
}

async fn run(shop: &Shop, dialect: Dialect, unnamed: bool, command: &str, operation: u64) -> Ran {
    let inner = InProcess(shop.simulation.mock.clone());
    let edited = Arc::new(Edited {
        inner,
        dialect,
        unnamed,
    });
    let job = shop.simulation.billmanager().transport(edited);
    job.run(command, ITEM, Some(operation)).await
}

fn diagnostics(shop: &Shop, operation: u64) -> usize {
    let writes = shop.writes(operation);
    let names = writes.iter().map(short);
    names.filter(|name| name == "server_diag quick").count()
}

/// D5: only the id counts; a whole life goes well, with one installation and one wipe.
#[tokio::test]
async fn an_operation_that_our_answer_named_is_ours_by_its_id() {
    for dialect in ALL {
        let shop = Shop::new().await;
        let operation = shop.simulation.panel.pay(ITEM);
        let ran = run(&shop, dialect, false, "open", operation).await;
        assert_eq!(ran.code, 0, "{dialect:?}: {}", ran.out);
        let installs = shop.writes(operation).into_iter();
        let installs = installs.filter(|entry| entry.name == Some("server_install"));
        assert_eq!(installs.count(), 1, "{dialect:?}");

        let operation = shop.simulation.panel.begin(ITEM, "close");
        let ran = run(&shop, dialect, false, "close", operation).await;
        assert_eq!(
            (ran.code, shop.status(ITEM)),
            (0, ItemStatus::Deleted),
            "{dialect:?}: {}",
            ran.out
        );
        assert_eq!(diagnostics(&shop, operation), 1, "{dialect:?}");
        let noted = shop.simulation.panel.parameter(ITEM, "dcim6_wipe").unwrap();
        assert!(noted.contains("\"evidence\""), "{dialect:?}: {noted}");
        shop.assert_unharmed();
    }
}

/// D5, D6: the id makes it ours, and proves nothing by itself: it still has to end well.
#[tokio::test]
async fn a_named_wipe_that_fails_proves_nothing() {
    for dialect in ALL {
        let (shop, server) = Shop::with_active().await;
        let how = WipeLever::Fails;
        let lever = Lever::Wipe { server, how };
        shop.simulation.mock.lever(lever).unwrap();
        let operation = shop.simulation.panel.begin(ITEM, "close");
        let ran = run(&shop, dialect, false, "close", operation).await;
        assert_quarantined(&shop, server, operation, &ran.out);
    }
}

/// H, class X: where the answer named none, what DCImanager says of the operation has to fit; a wipe of unknown author is no proof.
#[tokio::test]
async fn an_operation_that_no_answer_named_has_to_fit() {
    for dialect in ALL {
        let (shop, _) = Shop::with_active().await;
        let operation = shop.simulation.panel.begin(ITEM, "close");
        let ran = run(&shop, dialect, true, "close", operation).await;
        assert_eq!(ran.code, 1, "{dialect:?}: {}", ran.out);
        let noted = shop.simulation.panel.parameter(ITEM, "dcim6_wipe").unwrap();
        assert!(!noted.contains("\"evidence\""), "{dialect:?}: {noted}");
        assert_ne!(shop.status(ITEM), ItemStatus::Deleted);
    }
}

/// An answer lost with its process names nothing: the wipe that was on its way is not taken for proof, and another one is.
#[tokio::test]
async fn a_wipe_whose_answer_was_lost_is_done_again() {
    let (shop, _) = Shop::with_active().await;
    let operation = shop.simulation.panel.begin(ITEM, "close");
    let lost = FaultRule::new("server_diag", "reset_after").times(1);
    shop.simulation.mock.fault(lost).unwrap();
    let ran = run(&shop, Dialect::Words, false, "close", operation).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(diagnostics(&shop, operation), 2);
    shop.pass(Duration::from_mins(1));
    shop.assert_unharmed();
}
