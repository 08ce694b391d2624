//! What each command does, call by call: a reader's view of the module, kept as snapshots (`tests/it/snapshots/`).
//!
//! Reads in a row are one line with a count; BILLmanager's tables are read between them and not shown.

use std::fmt::Write;
use std::time::Duration;

use mock_dcim::{PanelAction, PowerGoal};
use standin::{Meter, Ran, exchange::Line};

use crate::ready::{LATER, ready_for, told};
use crate::shop::{ITEM, Shop};

/// A service command, with what BILLmanager tells it.
async fn sequence(shop: &Shop, command: &'static str) -> String {
    let meter = Meter::new();
    let job = shop.simulation.billmanager().metered(meter.clone());
    let job = told(job, command);
    let ran = if command == "sync_item" {
        job.run(command, ITEM, None).await
    } else {
        job.once(command, ITEM).await.1
    };
    written(shop, &meter, &ran)
}

/// A command about an instance or a form.
async fn of_instance(shop: &Shop, command: &str, options: &[(&str, &str)], stdin: &str) -> String {
    let meter = Meter::new();
    let job = shop.simulation.billmanager().metered(meter.clone());
    let job = options
        .iter()
        .fold(job, |job, (name, value)| job.option(name, value));
    let ran = job.command(command, stdin).await;
    written(shop, &meter, &ran)
}

fn written(shop: &Shop, meter: &Meter, ran: &Ran) -> String {
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
            for secret in ["password", "key"] {
                if let Some(value) = body.get_mut(secret) {
                    *value = "***".into();
                }
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
async fn the_calls_from_order_to_deletion() {
    let shop = Shop::new().await;
    insta::assert_snapshot!("open", sequence(&shop, "open").await);
    insta::assert_snapshot!("suspend", sequence(&shop, "suspend").await);
    shop.pass(Duration::from_mins(10));
    insta::assert_snapshot!("sync_item", sequence(&shop, "sync_item").await);
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

/// The commands of a service in use, each from where it has something to do.
#[tokio::test]
async fn the_calls_for_a_service_in_use() {
    for command in [
        "start",
        "stop",
        "reboot",
        "hardreboot",
        "setparam",
        "addip",
        "delip",
        "prolong",
        "changepassword",
    ] {
        let shop = ready_for(command).await;
        insta::assert_snapshot!(command, sequence(&shop, command).await);
    }
}

/// A finished server that is off, one of its ports down: it comes back as it was sold (S8).
#[tokio::test]
async fn the_calls_of_a_reopening() {
    let (shop, server) = Shop::with_active().await;
    let goal = PowerGoal::Off;
    let off = PanelAction::Power { server, goal };
    shop.simulation.mock.act(off).unwrap();
    let port = shop.world(|world| world.data_ports_of(server).next().unwrap().id);
    let down = PanelAction::Port { port, up: false };
    shop.simulation.mock.act(down).unwrap();
    shop.pass(LATER);
    insta::assert_snapshot!("reopen", sequence(&shop, "reopen").await);
}

/// The rollback comes first, then the report.
#[tokio::test]
async fn the_calls_of_a_tariff_that_cannot_be() {
    let shop = Shop::with(|shop| shop.tariff(33, "E5-2690-128Gb-4x4000HDD")).await;
    shop.once("open", ITEM).await;
    shop.simulation.panel.change_tariff(ITEM, 33);
    let calls = sequence(&shop, "setparam").await;
    insta::assert_snapshot!("setparam_other_configuration", calls);
}

/// The commands that belong to an instance, or to nothing but a form.
#[tokio::test]
async fn the_calls_about_an_instance() {
    let (shop, _) = Shop::with_active().await;
    let (url, (email, password)) = (shop.simulation.mock.url(), shop.simulation.mock.admin());
    let connection = format!(
        "<doc><id>7</id><processingmodule><url>{url}</url><username>{email}</username><password>{password}</password></processingmodule></doc>"
    );
    let module = [("--module", "7")];
    let item = [("--item", "1204")];
    let tariff = [("--module", "7"), ("--itemtype", "dedic")];
    let system = [
        ("--item", "1204"),
        ("--param", "ostempl"),
        ("--value", "Debian-12-x86_64"),
    ];
    let order = "<doc><item><pricelist>31</pricelist></item></doc>";
    for (command, options, stdin) in [
        ("features", &[][..], ""),
        ("check_connection", &[], connection.as_str()),
        (
            "tune_connection",
            &[],
            "<doc><func>processing.add.user</func></doc>",
        ),
        ("get_server_config", &module, ""),
        ("sync_server", &module, ""),
        ("stat", &module, ""),
        ("check_param", &system, "<doc><item/></doc>"),
        ("get_suitable_module", &[], order),
        ("transition_controlpanel", &item, ""),
        ("pricelist_dynamic_settings_tune", &tariff, "<doc/>"),
    ] {
        let calls = of_instance(&shop, command, options, stdin).await;
        insta::assert_snapshot!(command, calls);
    }
}

/// A command that the module declares, or answers undeclared, has its calls on record here.
#[test]
fn no_command_is_without_its_calls() {
    let argv = ["--command".into(), "features".into()];
    let features = billmgr_module::offline(&argv, &mut std::io::empty());
    let features = features.unwrap().unwrap();
    let declared = features.split("<feature name=\"").skip(1);
    let mut commands: Vec<&str> = declared.filter_map(|rest| rest.split('"').next()).collect();
    // Two are properties of the module, not commands; two are answered and cannot keep a promise.
    commands.retain(|name| !matches!(*name, "datacenter" | "pricelist_dynamic_settings"));
    commands.extend(["features", "stat", "changepassword"]);
    assert!(commands.len() > 20, "{commands:?}");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots");
    for command in commands {
        let snapshot = |suffix: &str| format!("{folder}/it__sequences__{command}{suffix}.snap");
        let known = ["", "_from_stopped_and_off"].map(snapshot);
        let exists = |path: &String| std::path::Path::new(path).exists();
        assert!(known.iter().any(exists), "{command} has no snapshot");
    }
}
