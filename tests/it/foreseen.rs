//! What `pmdcim6 plan` foresees is what the command then does: the writes to DCImanager, kind for kind and in order, and the end.
//!
//! The situations are those that a service can be left in: each command stopped after each of its exchanges, and a server that somebody
//! changed meanwhile in every combination.

use billmgr_module::lifecycle::engine::password;
use billmgr_module::lifecycle::foresee::{End, View, foresee};
use billmgr_module::lifecycle::lookup;
use billmgr_module::lifecycle::record::{Change, Record};
use billmgr_module::lifecycle::run::Run;
use billmgr_module::lifecycle::session::Goal;
use billmgr_module::lifecycle::situation::Order;
use billmgr_module::lifecycle::step::{Step, Write};
use billmgr_module::panel::{ItemStatus, Panel};
use billmgr_module::settings::Settings;
use billmgr_module::{Error, ErrorKind};
use dcim6_client::{Client, Clock, Credentials, OsTemplateId, ServerId};
use mock_dcim::{PanelAction, PowerGoal};
use standin::{Meter, Ran};

use crate::ready::ready_for;
use crate::shop::{CONFIGURATION, ITEM, Shop, short};

/// Long enough that nothing of a stopped run is still on its way.
const QUIET: std::time::Duration = std::time::Duration::from_mins(1);

fn name(write: &Write) -> String {
    match write {
        Write::Port(_, _, up) => format!("switch_port_set {}", if *up { "up" } else { "down" }),
        Write::Owner(None) => "server_owner_set null".to_owned(),
        Write::Maintenance(on) => format!("server_maintenance_set {on}"),
        Write::Diagnostics(_, _, level) => format!("server_diag {level}"),
        other => other.name().to_owned(),
    }
}

/// The first server that the first order would get.
fn lowest(shop: &Shop) -> u64 {
    shop.world(|world| {
        let fits = |found: &&mock_dcim::Server| {
            found.location == 1
                && found.configuration.as_deref() == Some(CONFIGURATION)
                && world.sellable(found)
        };
        let free = world.servers().filter(fits).map(|found| found.id);
        free.min().expect("a free server")
    })
}

/// What the tool would show, from what both systems show now.
async fn foreseen(shop: &Shop, command: &str) -> (Vec<String>, End) {
    let panel = &shop.simulation.panel;
    let item = panel.item(ITEM).await.unwrap().unwrap();
    let email = panel.client_email(item.account).await.unwrap().unwrap();
    let instance = panel.instance(7).await.unwrap().unwrap();
    let settings = Settings::read(&instance).unwrap();
    let parameters = panel.parameters(ITEM).await.unwrap();
    let mut record = Record::read(&parameters.plain).unwrap();
    let actor = shop.simulation.clock.participant();
    let client = Client::builder(shop.simulation.mock.url())
        .credentials(Credentials::from(shop.simulation.mock.admin()))
        .transport(shop.direct())
        .clock(actor.clock())
        .build()
        .unwrap();
    let mut run = Run::new(actor.now(), None, 0);
    run.has_password = password(&parameters).is_some();
    let goal = match command {
        "open" => {
            run.user = lookup::user(&client, &email).await.unwrap();
            Goal::Open(Order {
                email: email.clone(),
                configuration: CONFIGURATION.to_owned(),
                template: OsTemplateId::new(1),
                script: None,
                windows: false,
                limit: settings.install_linux,
                domain: parameters.plain.get("domain").cloned(),
                slots: panel.slots(ITEM).await.unwrap(),
                reopens: false,
            })
        }
        "suspend" => Goal::Suspend,
        "resume" => Goal::Resume,
        _ => {
            run.diagnostics = Some(lookup::diagnostics(&client).await);
            Goal::Close
        }
    };
    if record.server.is_none() && command == "open" {
        let claim = Change::claim(ServerId::new(lowest(shop)), client.panel());
        for change in &claim {
            record.apply(change);
        }
    }
    let Some(bound) = record.server else {
        let unbound = Error::new(ErrorKind::Missed, "dcim6_server", "");
        let end = match goal {
            Goal::Close => End::Complete,
            _ => End::Fail(unbound),
        };
        return (Vec::new(), end);
    };
    let view = View {
        item: &item,
        panel: client.panel(),
        record,
        settings: &settings,
        email: Some(&email),
        server: client.server(bound).get().await.unwrap(),
        now: actor.now(),
    };
    let (steps, end) = foresee(&view, &goal, run);
    let writes = steps.iter().filter_map(|step| match step {
        Step::Write(write) => Some(name(write)),
        _ => None,
    });
    (writes.collect(), end)
}

/// Foresee a command, run it, and compare. Answers whether the foreseen end was a good one.
async fn compare(shop: &Shop, command: &'static str, operation: u64, case: &str) -> bool {
    let (expected, end) = foreseen(shop, command).await;
    let before = shop.writes(operation).len();
    let job = shop.simulation.billmanager().transport(shop.direct());
    let ran: Ran = job.run(command, ITEM, Some(operation)).await;
    let writes = shop.writes(operation).split_off(before);
    // What is foreseen to be refused is not foreseen as done.
    let done = writes.iter().filter(|entry| entry.status < 400);
    let made: Vec<String> = done.map(short).collect();
    let case = format!(
        "{case}: foreseen {expected:?} and {end:?}, made {made:?}, {}",
        ran.out
    );
    match &end {
        End::Complete => {
            assert_eq!(ran.code, 0, "{case}");
            assert_eq!(made, expected, "{case}");
        }
        End::Fail(error) => {
            let kind = format!("type=\"{}\"", error.kind().as_str());
            assert!(ran.code == 1 && ran.out.contains(&kind), "{case}");
            assert_eq!(made, expected, "{case}");
        }
        // Nobody can say what comes after.
        End::Wait(_) | End::Withdraw => assert!(made.starts_with(&expected), "{case}"),
    }
    end == End::Complete
}

/// Stop a command after an exchange. Answers its operation.
async fn stopped(shop: &Shop, command: &'static str, cut: usize) -> u64 {
    let meter = Meter::cutting_after(cut);
    let job = shop.simulation.billmanager().metered(meter.clone());
    let operation = job.begin(command, ITEM);
    tokio::select! {
        _ = job.run(command, ITEM, Some(operation)) => panic!("not cut at {cut}"),
        () = meter.stopped() => {}
    }
    shop.pass(QUIET);
    operation
}

/// How much has been changed so far, on either side.
fn effects(shop: &Shop) -> (usize, usize) {
    let journal = shop.simulation.mock.journal();
    let writes = journal.iter().filter(|entry| entry.method != "GET");
    (shop.simulation.panel.calls().len(), writes.count())
}

/// Stop `first` after each of its effects, foresee each of `next`, and run it. Reads in a row leave the same state behind.
async fn after_each_cut(first: &'static str, next: &[&'static str]) {
    let meter = Meter::new();
    let shop = ready_for(first).await;
    let job = shop.simulation.billmanager().metered(meter.clone());
    assert_eq!(job.once(first, ITEM).await.1.code, 0);
    let (mut before, mut tried, mut good) = (None, 0, 0);
    for cut in 1..meter.count() {
        let shop = ready_for(first).await;
        stopped(&shop, first, cut).await;
        let now = Some(effects(&shop));
        if now == before || shop.status(ITEM) == ItemStatus::Deleted {
            continue;
        }
        before = now;
        for command in next {
            let shop = ready_for(first).await;
            let mut operation = stopped(&shop, first, cut).await;
            if first == *command {
                shop.simulation.panel.retry(operation);
            } else {
                operation = shop.simulation.panel.begin(ITEM, command);
            }
            let case = format!("{command} after {first} stopped at {cut}");
            good += usize::from(compare(&shop, command, operation, &case).await);
            tried += 1;
        }
    }
    assert!(good >= tried / 2, "{good} of {tried} came to a good end");
    // The least there is: a list of ports, two ports, the report.
    assert!(tried >= 4 * next.len(), "{tried}");
}

#[tokio::test]
async fn what_follows_an_order_stopped_anywhere_is_foreseen() {
    after_each_cut("open", &["open", "close", "suspend"]).await;
}

#[tokio::test]
async fn what_follows_a_stop_stopped_anywhere_is_foreseen() {
    after_each_cut("suspend", &["suspend", "resume", "close"]).await;
}

#[tokio::test]
async fn what_follows_a_resume_stopped_anywhere_is_foreseen() {
    after_each_cut("resume", &["resume", "suspend", "close"]).await;
}

#[tokio::test]
async fn what_follows_a_deletion_stopped_anywhere_is_foreseen() {
    after_each_cut("close", &["close"]).await;
}

/// What somebody can have done to the server of an active service.
const TROUBLES: [&str; 5] = ["off", "port", "recovery", "maintenance", "protected"];

fn trouble(shop: &Shop, server: u64, what: &str) {
    let port = shop.world(|world| world.data_ports_of(server).next().unwrap().id);
    let (up, on, goal) = (false, true, PowerGoal::Off);
    let action = match what {
        "off" => PanelAction::PressPower { server, goal },
        "port" => PanelAction::Port { port, up },
        "recovery" => PanelAction::Recovery { server },
        "maintenance" => PanelAction::Maintenance { server, on },
        _ => PanelAction::Protection { server, on },
    };
    // A combination that DCImanager refuses is one that does not come about.
    let _ = shop.simulation.mock.act(action);
}

#[tokio::test]
async fn what_a_changed_server_needs_is_foreseen() {
    for command in ["suspend", "resume", "close"] {
        for chosen in 0..1_u32 << TROUBLES.len() {
            let (shop, server) = Shop::with_active().await;
            let troubles: Vec<_> = (0..TROUBLES.len())
                .filter(|bit| chosen >> bit & 1 == 1)
                .map(|bit| TROUBLES[bit])
                .collect();
            for what in &troubles {
                trouble(&shop, server, what);
            }
            let operation = shop.simulation.panel.begin(ITEM, command);
            let case = format!("{command} of a server with {troubles:?}");
            compare(&shop, command, operation, &case).await;
        }
    }
}
