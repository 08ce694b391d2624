//! What a command refuses before, or instead of, its first step, and what it is allowed because of the operation it runs for: the tool says
//! the same.

use std::sync::Arc;

use billmgr_module::ErrorKind;
use billmgr_module::lifecycle::foresee::End;
use billmgr_module::panel::ItemStatus;
use dcim6_client::{BoxFuture, Transport, TransportError, WireRequest, WireResponse};
use mock_dcim::{Lever, PanelAction, WipeLever};
use serde_json::Value;
use standin::InProcess;

use super::{compare, compare_by, foreseen};
use crate::ready::ready_for;
use crate::shop::{CONFIGURATION, ITEM, Shop};

const COMMANDS: [&str; 4] = ["open", "suspend", "resume", "close"];

/// An active service with something in the way, for each command; the foreseen error is of this kind and about this.
async fn each_is_refused(kind: ErrorKind, object: &str, hinder: impl Fn(&Shop, u64)) {
    for command in COMMANDS {
        let shop =
            Shop::with(|shop| shop.order(1300, 31, "Debian-12-x86_64", "other@a.test")).await;
        assert_eq!(shop.once("open", ITEM).await.1.code, 0);
        let server = shop.server(ITEM).unwrap();
        hinder(&shop, server);
        let operation = match command {
            "open" => shop.simulation.panel.pay(ITEM),
            _ => shop.simulation.panel.begin(ITEM, command),
        };
        let case = format!("{command}: {object}");
        match compare(&shop, command, operation, &case).await {
            End::Fail(error) => {
                assert_eq!(
                    (error.kind(), error.object()),
                    (kind, Some(object)),
                    "{case}"
                );
            }
            end => panic!("{case}: {end:?}"),
        }
        assert_eq!(shop.writes(operation).len(), 0, "{case}");
    }
}

fn set(shop: &Shop, item: u64, name: &str, value: &str) {
    shop.simulation.panel.set_parameter(item, name, value);
}

/// safety.md 0: the same number in another DCImanager is another server.
#[tokio::test]
async fn a_server_of_another_dcimanager_is_foreseen() {
    each_is_refused(ErrorKind::OwnerMismatch, "dcim6_panel", |shop, _| {
        set(shop, ITEM, "dcim6_panel", "dci.elsewhere.test:443");
    })
    .await;
}

/// S1: two services that name one server.
#[tokio::test]
async fn a_server_that_another_service_holds_is_foreseen() {
    each_is_refused(ErrorKind::OwnerMismatch, "dcim6_server", |shop, server| {
        set(shop, 1300, "dcim6_server", &server.to_string());
        set(shop, 1300, "dcim6_stage", "installed");
    })
    .await;
}

/// S1: one that has written nothing yet gives it back, and takes another.
#[tokio::test]
async fn a_claim_that_is_given_back_is_foreseen() {
    let shop = Shop::with(|shop| shop.order(1300, 31, "Debian-12-x86_64", "other@a.test")).await;
    assert_eq!(shop.once("open", 1300).await.1.code, 0);
    let held = shop.server(1300).unwrap();
    set(&shop, ITEM, "dcim6_server", &held.to_string());
    set(&shop, ITEM, "dcim6_stage", "picked");
    let operation = shop.simulation.panel.pay(ITEM);
    let end = compare(&shop, "open", operation, "held by another").await;
    assert_eq!(end, End::Withdraw);
    assert_eq!(shop.status(ITEM), ItemStatus::Active);
    assert_ne!(shop.server(ITEM), Some(held));
}

/// The bound server is not in DCImanager any more.
#[tokio::test]
async fn a_server_that_is_gone_is_foreseen() {
    for command in ["suspend", "resume", "close"] {
        let (shop, _) = Shop::with_active().await;
        set(&shop, ITEM, "dcim6_server", "9999");
        let operation = shop.simulation.panel.begin(ITEM, command);
        match compare(&shop, command, operation, command).await {
            End::Fail(error) => assert_eq!(error.object(), Some("server"), "{command}"),
            end => panic!("{command}: {end:?}"),
        }
    }
}

/// D2, R34: of a deletion that writes nothing the tool says that nothing would be done, and no step.
#[tokio::test]
async fn a_deletion_that_touches_nothing_is_foreseen() {
    for trouble in ["foreign", "nobody", "protected"] {
        let (shop, server) = Shop::with_active().await;
        let other = shop.world(|world| world.user_by_email("former@example.com").unwrap().id);
        let owner = |owner| PanelAction::Owner { server, owner };
        let action = match trouble {
            "foreign" => owner(Some(other)),
            "nobody" => owner(None),
            _ => PanelAction::Protection { server, on: true },
        };
        shop.simulation.mock.act(action).unwrap();
        let (_, _, code, words) = foreseen(&shop, shop.direct(), "close").await;
        assert_eq!(code, 1, "{trouble}");
        assert!(
            words.contains("nothing would be done\nthen it would go to staff"),
            "{words}"
        );
        assert!(!words.contains("diagnostics with disk clean-up"), "{words}");
        let operation = shop.simulation.panel.begin(ITEM, "close");
        let end = compare(&shop, "close", operation, trouble).await;
        assert!(matches!(end, End::Fail(_)), "{trouble}: {end:?}");
        assert_eq!(shop.writes(operation).len(), 0, "{trouble}");
    }
}

/// D7: staff who start the operation again that was given to them want another wipe; the tool shows it before they do.
#[tokio::test]
async fn another_wipe_by_staff_is_foreseen() {
    let (shop, server) = Shop::with_active().await;
    let wipe = |how| shop.simulation.mock.lever(Lever::Wipe { server, how });
    wipe(WipeLever::Fails).unwrap();
    let (operation, ran) = shop.once("close", ITEM).await;
    assert!(ran.out.contains("wipe_unproven"), "{}", ran.out);
    wipe(WipeLever::Normal).unwrap();

    let (writes, end, code, words) = foreseen(&shop, shop.direct(), "close").await;
    assert_eq!((&end, code), (&End::Complete, 0), "{words}");
    assert!(
        writes.contains(&"server_diag quick".to_owned()),
        "{writes:?}"
    );
    assert!(words.contains("is with staff"), "{words}");
    assert!(words.contains("start diagnostics"), "{words}");

    assert!(shop.simulation.panel.retry(operation));
    assert_eq!(
        compare(&shop, "close", operation, "by staff").await,
        End::Complete
    );
    assert_eq!(shop.status(ITEM), ItemStatus::Deleted);
}

/// D7: another operation is not theirs: once the first is gone, nothing wipes again, and the tool says so.
#[tokio::test]
async fn a_deletion_by_another_operation_is_foreseen() {
    let (shop, server) = Shop::with_active().await;
    let how = WipeLever::Fails;
    shop.simulation
        .mock
        .lever(Lever::Wipe { server, how })
        .unwrap();
    let (first, _) = shop.once("close", ITEM).await;
    shop.simulation.panel.finish(first);
    let second = shop.simulation.panel.begin(ITEM, "close");
    match compare(&shop, "close", second, "another operation").await {
        End::Fail(error) => assert_eq!(error.kind(), ErrorKind::WipeUnproven),
        end => panic!("{end:?}"),
    }
}

/// R7: a DCImanager in which another server has the MAC address of each that is asked about.
#[derive(Debug)]
struct SharedMac(InProcess);

impl Transport for SharedMac {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        Box::pin(async move {
            let is_of_mac = request.operation == "server_list" && request.url.contains("mac");
            let mut answer = self.0.send(request).await?;
            if is_of_mac && let Ok(mut page) = serde_json::from_slice::<Value>(&answer.body) {
                let twin = page["list"].get(0).cloned();
                if let (Some(mut twin), Some(list)) = (twin, page["list"].as_array_mut()) {
                    twin["id"] = 9_999.into();
                    list.push(twin);
                    page["size"] = list.len().into();
                }
                answer.body = page.to_string().into_bytes();
            }
            Ok(answer)
        })
    }
}

/// Neither the order nor the tool takes a server whose MAC address another has too.
#[tokio::test]
async fn a_mac_address_that_two_servers_have_is_foreseen() {
    for by_type in ["on", "off"] {
        let shop = ready_for("open").await;
        shop.simulation
            .panel
            .set_setting(7, "by_server_type", by_type);
        let dcim = Arc::new(SharedMac(InProcess(shop.simulation.mock.clone())));
        let (_, _, _, words) = foreseen(&shop, dcim.clone(), "open").await;
        let why = format!("{CONFIGURATION}: another server has its MAC address");
        assert!(words.contains(&why), "{words}");
        assert!(!words.contains("it would do"), "{words}");
        let operation = shop.simulation.panel.pay(ITEM);
        match compare_by(&shop, dcim, "open", operation, by_type).await {
            End::Fail(error) => assert_eq!(error.object(), Some("configuration"), "{by_type}"),
            end => panic!("{by_type}: {end:?}"),
        }
        assert_eq!(shop.server(ITEM), None);
        assert_eq!(shop.writes(operation).len(), 0);
    }
}
