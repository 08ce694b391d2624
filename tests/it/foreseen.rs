//! What `pmdcim6 plan` foresees is what the command then does: the writes to DCImanager, kind for kind and in order, and the end.
//!
//! The situations are those that a service can be left in: each command stopped after each of its exchanges, and a server that somebody
//! changed meanwhile in every combination.

mod refused;

use std::sync::Arc;

use billmgr_module::lifecycle::foresee::End;
use billmgr_module::lifecycle::step::{Step, Write};
use billmgr_module::panel::ItemStatus;
use billmgr_module::provider::foretell::{Foretold, foretell};
use billmgr_module::provider::{PlanGoal, Tool, run_tool};
use billmgr_module::{Error, Host};
use dcim6_client::Transport;
use mock_dcim::{PanelAction, PowerGoal};
use standin::{Meter, Ran};

use crate::ready::ready_for;
use crate::shop::{ITEM, Shop, short};

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

/// What the tool shows, from what both systems show now: the writes, the end, its exit code and its words.
async fn foreseen(
    shop: &Shop,
    dcim: Arc<dyn Transport>,
    command: &str,
) -> (Vec<String>, End, u8, String) {
    let goal = match command {
        "open" => PlanGoal::Open,
        "suspend" => PlanGoal::Suspend,
        "resume" => PlanGoal::Resume,
        _ => PlanGoal::Close,
    };
    let actor = shop.simulation.clock.participant();
    actor.begin().await;
    let host = Host::new(&shop.simulation.panel, actor.clock());
    let host = host.transport(dcim).seed(1);
    let mut out = Vec::new();
    let Foretold { steps, end, .. } = foretell(&host, goal, ITEM, &mut Vec::new()).await.unwrap();
    let tool = Tool::Plan { goal, item: ITEM };
    let code = run_tool(&host, tool, &mut out).await.unwrap();
    let writes = steps.iter().filter_map(|step| match step {
        Step::Write(write) => Some(name(write)),
        _ => None,
    });
    let words = String::from_utf8(out).unwrap();
    (writes.collect(), end, code, words)
}

/// Foresee a command, run it, and compare. Answers the end that was foreseen.
async fn compare(shop: &Shop, command: &'static str, operation: u64, case: &str) -> End {
    compare_by(shop, shop.direct(), command, operation, case).await
}

/// The same, with DCImanager reached by another way.
async fn compare_by(
    shop: &Shop,
    dcim: Arc<dyn Transport>,
    command: &'static str,
    operation: u64,
    case: &str,
) -> End {
    let (expected, end, code, words) = foreseen(shop, dcim.clone(), command).await;
    let before = shop.writes(operation).len();
    let job = shop.simulation.billmanager().transport(dcim);
    let ran: Ran = job.run(command, ITEM, Some(operation)).await;
    let writes = shop.writes(operation).split_off(before);
    // What is foreseen to be refused is not foreseen as done.
    let done = writes.iter().filter(|entry| entry.status < 400);
    let made: Vec<String> = done.map(short).collect();
    let case = format!(
        "{case}: foreseen {expected:?} and {end:?}, made {made:?}, {}\n{words}",
        ran.out
    );
    assert_eq!(code, u8::from(end != End::Complete), "{case}");
    match &end {
        End::Complete => {
            assert_eq!(ran.code, 0, "{case}");
            assert_eq!(made, expected, "{case}");
        }
        End::Fail(error) => {
            assert!(ran.code == 1 && is_told(&ran, error), "{case}");
            assert!(words.contains(&error.to_string()), "{case}");
            assert_eq!(made, expected, "{case}");
        }
        // Nobody can say what comes after.
        End::Wait(_) | End::Withdraw => assert!(made.starts_with(&expected), "{case}"),
    }
    // Whoever reads it sees whether the server would be touched.
    let says_nothing = words.contains("nothing would be done");
    let is_refused = expected.is_empty() && matches!(end, End::Fail(_));
    assert!(!is_refused || says_nothing, "{case}");
    assert!(expected.is_empty() || !says_nothing, "{case}");
    let contains = words.contains("switch off and cut off");
    assert!(!is_refused || !contains, "{case}");
    end
}

/// Whether the error document is of this error.
fn is_told(ran: &Ran, error: &Error) -> bool {
    let object = error.object().unwrap_or_default();
    let told = format!("type=\"{}\" object=\"{object}\"", error.kind().as_str());
    ran.out.contains(&told)
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
            let end = compare(&shop, command, operation, &case).await;
            good += usize::from(end == End::Complete);
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
