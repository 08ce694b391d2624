//! The commands of a service in use: buttons, addresses, reconcile.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use billmgr_module::panel::ItemStatus;
use mock_dcim::{FaultRule, JournalEntry};
use standin::Meter;

use super::{every_cut, run, run_again};
use crate::addresses::assert_exactly;
use crate::ready::{SECOND_SLOT, ready_for};

/// The power as the button says. A reset may have been carried out by the run that was stopped and again by the next one; never twice by one.
async fn button(command: &'static str, on: bool, resets: RangeInclusive<usize>) {
    every_cut(command, 7, ItemStatus::Active, |shop, server| {
        // A reset takes effect a moment after it is accepted (R15).
        shop.pass(Duration::from_mins(1));
        assert_eq!(shop.is_on(server), on);
        let journal = shop.simulation.mock.journal();
        let reset = |entry: &&JournalEntry| entry.name == Some("server_power_reset");
        let sent: Vec<_> = journal.iter().filter(reset).collect();
        assert!(resets.contains(&sent.len()), "{sent:?}");
        let run = |id: &String| id.rsplit_once('-').map(|(run, _)| run.to_owned());
        let runs: BTreeSet<_> = sent
            .iter()
            .filter_map(|entry| run(entry.request_id.as_ref()?))
            .collect();
        assert_eq!(runs.len(), sent.len(), "one reset a run: {sent:?}");
    })
    .await;
}

#[tokio::test]
async fn start_survives_being_stopped_after_every_exchange() {
    button("start", true, 0..=0).await;
}

#[tokio::test]
async fn stop_survives_being_stopped_after_every_exchange() {
    button("stop", false, 0..=0).await;
}

#[tokio::test]
async fn reboot_survives_being_stopped_after_every_exchange() {
    button("reboot", true, 1..=2).await;
}

/// safety.md D, "other 6": the order of an address, its commit, its removal, the completing call. Nothing is ordered twice (L5), and no
/// address is lost between the two systems (L3).
async fn addresses(command: &'static str, at_least: usize, count: usize) {
    every_cut(command, at_least, ItemStatus::Active, |shop, _| {
        assert_exactly(shop, count, command);
        if command != "delip" {
            let commit = format!("service.ip.add.commit elid={SECOND_SLOT} sok=ok");
            assert!(shop.simulation.panel.calls().contains(&commit));
        }
    })
    .await;
}

#[tokio::test]
async fn addip_survives_being_stopped_after_every_exchange() {
    addresses("addip", 12, 2).await;
}

#[tokio::test]
async fn delip_survives_being_stopped_after_every_exchange() {
    addresses("delip", 8, 1).await;
}

#[tokio::test]
async fn setparam_survives_being_stopped_after_every_exchange() {
    addresses("setparam", 12, 2).await;
}

/// safety.md D, "other 6": the power and the ports of a reconcile.
#[tokio::test]
async fn a_reconcile_survives_being_stopped_after_every_exchange() {
    every_cut("sync_item", 8, ItemStatus::Stopped, |shop, server| {
        assert_eq!(shop.data_ports(server), [false, false]);
        assert!(!shop.is_on(server));
    })
    .await;
}

/// K21 on top: the address ordered by the run that was stopped does not show for a while. It is waited for, not ordered again.
#[tokio::test]
async fn an_order_that_does_not_show_yet_is_not_repeated() {
    for command in ["addip", "setparam"] {
        let exchanges = run(&ready_for(command).await, command, Meter::new())
            .await
            .1
            .expect("not cut");
        for cut in 1..=exchanges {
            let shop = ready_for(command).await;
            let stale = FaultRule::new("server_ip_add", "stale").param("reads", 5);
            shop.simulation.mock.fault(stale).unwrap();
            let (operation, _) = run(&shop, command, Meter::cutting_after(cut)).await;
            run_again(&shop, command, operation).await;
            let case = format!("cut {cut} of {command}");
            assert_exactly(&shop, 2, &case);
            let writes = shop.writes(operation.expect("an operation"));
            let ordered = writes
                .iter()
                .filter(|entry| entry.name == Some("server_ip_add"));
            assert_eq!(ordered.count(), 1, "{case}");
            shop.simulation.rest();
            let verdict = shop.simulation.mock.verdict();
            assert_eq!(verdict.violations, 0, "{case}: {verdict:#?}");
        }
    }
}
