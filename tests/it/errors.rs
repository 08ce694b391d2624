//! Each error that a command can print, printed by a command that met it (`billmanager-protocol.md` 2.5 and 4).

use std::fmt::Write;
use std::time::Duration;

use billmgr_module::interrupt::Interrupt;
use billmgr_module::{ErrorKind, Host};
use mock_dcim::{DurationKind, FaultRule, Lever, MockDcim, PanelAction, WipeLever};
use standin::{Billmanager, Meter, Ran};

use crate::shop::{ITEM, ONLY_BMC_PORT, Shop};

/// What the nearest server has and is not asked for.
const NEARLY: &str = "i9-9900K-32Gb-2x1024NVMe";

fn job(shop: &Shop) -> Billmanager<'_> {
    shop.simulation.billmanager().transport(shop.direct())
}

/// An active service, and what is done to it before the command.
async fn active(command: &'static str, trouble: impl FnOnce(&Shop, u64)) -> (Shop, Ran) {
    let (shop, server) = Shop::with_active().await;
    trouble(&shop, server);
    let (_, ran) = shop.once(command, ITEM).await;
    (shop, ran)
}

/// An order in a shop of its own kind.
async fn ordered(shop: Shop) -> (Shop, Ran) {
    let (_, ran) = shop.once("open", ITEM).await;
    (shop, ran)
}

/// The connection form of the instance that is there already.
fn form(shop: &Shop, password: &str, more: &str) -> String {
    let (url, (email, _)) = (shop.simulation.mock.url(), shop.simulation.mock.admin());
    format!(
        "<doc><processingmodule>{more}<url>{url}</url><username>{email}</username><password>{password}</password></processingmodule></doc>"
    )
}

async fn checked(shop: Shop, stdin: String) -> (Shop, Ran) {
    let ran = job(&shop).command("check_connection", &stdin).await;
    (shop, ran)
}

fn act(shop: &Shop, action: PanelAction) {
    shop.simulation.mock.act(action).unwrap();
}

fn pull(shop: &Shop, lever: Lever) {
    shop.simulation.mock.lever(lever).unwrap();
}

fn spoil(shop: &Shop, call: &str, effect: &str) {
    let rule = FaultRule::new(call, effect);
    shop.simulation.mock.fault(rule).unwrap();
}

/// A DCImanager whose only location has no pool, and no pool is called public.
async fn without_pools() -> Shop {
    let fleet = r#"{"schema_version":1,"locations":[{"name":"loc-1"}]}"#;
    let mock = MockDcim::builder()
        .fleet(fleet.parse().unwrap())
        .start()
        .await
        .unwrap();
    let simulation = standin::Simulation::on(mock, |shop| shop);
    Shop { simulation }
}

/// Let a command meet one trouble.
#[expect(clippy::too_many_lines, reason = "one arm for each kind of error")]
async fn story(kind: ErrorKind) -> (Shop, Ran) {
    match kind {
        ErrorKind::Client => {
            active("suspend", |shop, _| spoil(shop, "server_get", "bad_json")).await
        }
        ErrorKind::Auth => {
            let panel = Shop::on_panel(|builder, url, (email, _)| {
                let wrong = (email, "wrong".to_owned());
                builder.datacenter(1, 1).instance(7, url, wrong)
            });
            ordered(panel.await).await
        }
        ErrorKind::InvalidLogin => {
            let shop = Shop::new().await;
            let stdin = form(&shop, "wrong", "");
            checked(shop, stdin).await
        }
        ErrorKind::Missed => {
            let shop = Shop::new().await;
            let ran = job(&shop).command("open", "").await;
            (shop, ran)
        }
        ErrorKind::Value => {
            let limit = Shop::with(|shop| shop.setting(7, "installtimeout_linux", "721"));
            ordered(limit.await).await
        }
        ErrorKind::Xml => checked(Shop::new().await, "<doc><url>".to_owned()).await,
        ErrorKind::Db => {
            let (shop, _) = Shop::with_active().await;
            let forgetful = Meter::ignoring("service.saveparam");
            let job = shop.simulation.billmanager().metered(forgetful);
            let (_, ran) = job.once("suspend", ITEM).await;
            (shop, ran)
        }
        ErrorKind::Process => {
            let (shop, _) = Shop::with_active().await;
            let refusing = Meter::refusing("service.postprolong");
            let job = shop.simulation.billmanager().metered(refusing);
            let (_, ran) = job.once("prolong", ITEM).await;
            (shop, ran)
        }
        ErrorKind::UnsupportedModule => {
            let panel = Shop::on_panel(|builder, url, admin| {
                let builder = builder.datacenter(1, 1).instance(7, url, admin);
                builder.program(7, "pmother")
            });
            ordered(panel.await).await
        }
        ErrorKind::NoFreeServer => {
            let by_type =
                Shop::with(|shop| shop.tariff(31, NEARLY).setting(7, "by_server_type", "on"));
            ordered(by_type.await).await
        }
        ErrorKind::SimilarServer => ordered(Shop::with(|shop| shop.tariff(31, NEARLY)).await).await,
        ErrorKind::NoSwitchPort => {
            let shop = Shop::with_service_on(ONLY_BMC_PORT).await;
            let (_, ran) = shop.once("suspend", ITEM).await;
            (shop, ran)
        }
        ErrorKind::OwnerMismatch => {
            active("suspend", |shop, server| {
                act(
                    shop,
                    PanelAction::Owner {
                        server,
                        owner: None,
                    },
                );
            })
            .await
        }
        ErrorKind::DatacenterUnsuitable => {
            let panel = Shop::on_panel(|builder, url, admin| {
                builder.other_datacenter(2).instance(7, url, admin)
            });
            ordered(panel.await).await
        }
        ErrorKind::LocationMissing => {
            let panel = Shop::on_panel(|builder, url, admin| {
                builder.datacenter(1, 99).instance(7, url, admin)
            });
            ordered(panel.await).await
        }
        ErrorKind::WipeUnproven => {
            active("close", |shop, server| {
                let how = WipeLever::Canceled;
                pull(shop, Lever::Wipe { server, how });
            })
            .await
        }
        ErrorKind::OperationFailed => {
            active("reboot", |shop, _| {
                spoil(shop, "server_power_reset", "reset_after");
            })
            .await
        }
        ErrorKind::Timeout => {
            active("stop", |shop, server| {
                pull(shop, Lever::PowerUnknown { server, on: true });
            })
            .await
        }
        ErrorKind::Busy => {
            active("reboot", |shop, server| {
                let (of, seconds) = (DurationKind::Recovery, Duration::from_hours(1));
                let server_only = Some(server);
                pull(
                    shop,
                    Lever::Duration {
                        server: server_only,
                        of,
                        seconds,
                    },
                );
                act(shop, PanelAction::Recovery { server });
            })
            .await
        }
        ErrorKind::Refused => {
            active("stop", |shop, server| {
                act(shop, PanelAction::Protection { server, on: true });
            })
            .await
        }
        ErrorKind::NotSupported => active("changepassword", |_, _| {}).await,
        ErrorKind::ConfigurationChange => {
            let shop = Shop::with(|shop| shop.tariff(33, "E5-2690-128Gb-4x4000HDD")).await;
            assert_eq!(shop.once("open", ITEM).await.1.code, 0);
            shop.simulation.panel.change_tariff(ITEM, 33);
            let (_, ran) = shop.once("setparam", ITEM).await;
            (shop, ran)
        }
        ErrorKind::ByServerTypeLocked => {
            let shop = Shop::new().await;
            let (_, password) = shop.simulation.mock.admin();
            let more = "<id>7</id><by_server_type>on</by_server_type>";
            let stdin = form(&shop, &password, more);
            checked(shop, stdin).await
        }
        ErrorKind::PoolMissing => {
            let shop = without_pools().await;
            let ran = job(&shop)
                .option("--module", &7)
                .command("get_server_config", "")
                .await;
            (shop, ran)
        }
        ErrorKind::Terminated => {
            let (shop, _) = Shop::with_active().await;
            let ran = terminated(&shop).await;
            (shop, ran)
        }
        unknown => panic!("no story prints {unknown:?}"),
    }
}

/// A command that is told to stop before its first exchange with DCImanager.
async fn terminated(shop: &Shop) -> Ran {
    let interrupt = Interrupt::default();
    interrupt.stop();
    let actor = shop.simulation.clock.participant();
    let host = Host::new(&shop.simulation.panel, actor.clock()).interrupt(interrupt);
    let host = host.transport(shop.direct());
    let argv = ["--command", "suspend", "--item", "1204"].map(Into::into);
    let mut out = Vec::new();
    let code = host.run(&argv, &mut std::io::empty(), &mut out).await;
    let out = String::from_utf8(out).unwrap();
    Ran { code, out }
}

/// One document for each kind: exit 1, the kind's word, an object, and no secret. A kind without a story fails.
#[tokio::test]
async fn every_error_has_its_document() {
    let mut documents = String::new();
    for kind in ErrorKind::ALL {
        let (shop, ran) = story(*kind).await;
        assert_eq!(ran.code, 1, "{kind:?}: {}", ran.out);
        let word = format!("<doc><error type=\"{}\" object=\"", kind.as_str());
        assert!(ran.out.starts_with(&word), "{kind:?}: {}", ran.out);
        let (_, password) = shop.simulation.mock.admin();
        assert!(!ran.out.contains(&password), "{kind:?}: {}", ran.out);
        // The one thing that differs from run to run.
        let url = shop.simulation.mock.url();
        let out = ran
            .out
            .replace(url.trim_start_matches("http://"), "127.0.0.1:PORT");
        writeln!(documents, "{kind:?}\n{out}\n").unwrap();
    }
    insta::assert_snapshot!("documents", documents);
}
