//! The failures of `billmanager-protocol.md` 10, mgrctl's own failures, and a host that is told to do nothing.

use harness::{Job, Order};
use mock_dcim::PanelAction;

use super::Shop;

/// What a run calls that has something to save, and gives its operation to staff at the first failure (section 7).
const TO_STAFF: [&str; 5] = [
    "service.saveparam",
    "runningoperation.edit",
    "task.gettype",
    "task.edit",
    "runningoperation.setmanual",
];

impl Shop {
    /// What a run called, beside where its database is.
    fn calls_of(&self, pid: u32) -> Vec<String> {
        let calls = self.host.root.calls();
        let of_run = calls
            .into_iter()
            .filter(|call| call.parent == pid && call.function != "paramlist");
        of_run.map(|call| call.function).collect()
    }

    async fn tries(&self, operation: u64, tries: u64) {
        let sql = "UPDATE runningoperation SET trycount = ?, began = 'on' WHERE id = ?";
        self.host.database.run(sql, &[&tries, &operation]).await;
    }

    /// A service that staff put on a server long ago.
    pub(super) async fn put_on(&self, server: u64) -> u64 {
        let item = self.order().await;
        let (email, _) = self.host.mock.admin();
        assert_ne!(email, "former@client.example");
        let user = self.host.mock.world(|world| {
            world
                .user_by_email("former@client.example")
                .expect("a user")
                .id
        });
        self.host
            .mock
            .act(PanelAction::Owner {
                server,
                owner: Some(user),
            })
            .expect("a free server");
        for (name, value) in [
            ("dcim6_server", server.to_string()),
            ("dcim6_user", user.to_string()),
            ("dcim6_stage", "installed".to_owned()),
        ] {
            self.host.set_parameter(item, name, &value).await;
        }
        self.host.set_status(item, 2).await;
        item
    }
}

/// Failure A: no exact server, "By server type" off.
#[tokio::test]
async fn an_order_nobody_can_serve_exactly_goes_to_staff_at_once() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let tariff = shop
        .host
        .tariff("i9-9900K-32Gb-2x1024NVMe", &[shop.instance])
        .await;
    let item = shop.host.order(&Order::of(tariff)).await;
    let (operation, ran) = shop.host.once("open", item).await;
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.out.starts_with("<doc><error type=\"similar_server\""),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("RAM 64 GB instead of 32 GB"),
        "{}",
        ran.out
    );
    assert_eq!(shop.calls_of(ran.pid), TO_STAFF);
    let row = shop.host.operation(operation).await.expect("it waits");
    assert!(row.manual && row.errorxml.is_some());
    let tasks = shop.host.tasks().await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert!(
        tasks[0].params.contains("RAM 64 GB instead of 32 GB"),
        "{tasks:?}"
    );
    assert_eq!(shop.host.parameters(item).await["dcim6_candidate"], "1");

    // Staff start it again with nothing changed: no second task.
    let ran = shop.host.task_start(operation).await;
    assert_eq!(ran.code, Some(1));
    assert_eq!(shop.host.tasks().await.len(), 1);
    // Nothing was written to DCImanager, and the judge has nothing to say.
    let writes: Vec<_> = shop
        .host
        .mock
        .journal()
        .into_iter()
        .filter(|entry| entry.method != "GET")
        .collect();
    assert!(
        writes.iter().all(|entry| entry.name == Some("auth_login")),
        "{writes:#?}"
    );
}

/// Failure B: DCImanager cannot be used; tries 1 to 9 stay automatic, the tenth goes to staff, and a rerun adds nothing.
#[tokio::test]
async fn a_dcimanager_that_is_down_is_a_problem_and_at_last_a_task() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.put_on(1).await;
    shop.host.set_status(item, 3).await;
    // No listener: the first read of each run fails four times, as often as the SDK tries.
    shop.host
        .set_instance_parameter(shop.instance, "url", "https://127.0.0.1:1")
        .await;
    let operation = shop.host.begin("resume", item).await;
    for (tries, manual) in [(1, false), (9, false), (10, true), (11, true)] {
        shop.tries(operation, tries - 1).await;
        let job = shop.host.next_run(operation).await;
        let ran = shop.host.command(job).await;
        assert_eq!(ran.code, Some(1));
        assert!(
            ran.out
                .starts_with("<doc><error type=\"client\" object=\"connect\""),
            "{}",
            ran.out
        );
        let row = shop.host.operation(operation).await.expect("it waits");
        assert_eq!((row.tries, row.manual), (tries, manual));
        let calls = shop.calls_of(ran.pid);
        let expected: &[&str] = match tries {
            10 => &[
                "runningoperation.edit",
                "task.gettype",
                "task.edit",
                "runningoperation.setmanual",
                "problems.register",
            ],
            11 => &[
                "runningoperation.edit",
                "runningoperation.setmanual",
                "problems.register",
            ],
            _ => &["runningoperation.edit", "problems.register"],
        };
        assert_eq!(calls, expected, "try {tries}");
        let document = row.errorxml.expect("an error for staff");
        assert!(document.contains("<log><![CDATA["), "{document}");
        assert!(
            document.contains("EXTINFO") || document.contains("INFO"),
            "{document}"
        );
    }
    assert_eq!(shop.host.tasks().await.len(), 1);
    let problems = shop.host.problems().await;
    assert!(
        problems
            .iter()
            .all(|problem| problem.name == "processingmodule_connect"),
        "{problems:?}"
    );
    shop.host.show_all().await;
    assert!(
        shop.host
            .mock
            .verdict()
            .promise("S7")
            .expect("judged")
            .stories
            .is_empty()
    );
}

/// Failure C: a server without data ports is not stopped.
#[tokio::test]
async fn a_server_without_data_ports_is_not_stopped() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    for server in [9, 10] {
        let item = shop.put_on(server).await;
        let (operation, ran) = shop.host.once("suspend", item).await;
        assert_eq!(ran.code, Some(1));
        assert!(
            ran.out.starts_with("<doc><error type=\"no_switch_port\""),
            "{}",
            ran.out
        );
        // The binding by hand is tied to its DCImanager before anything is refused.
        assert_eq!(shop.calls_of(ran.pid), TO_STAFF);
        assert!(
            shop.host
                .operation(operation)
                .await
                .expect("it waits")
                .manual
        );
        assert_eq!(shop.host.status(item).await, 2);
    }
}

/// `etc/billmgr.DoNothing`: a copy of a BILLmanager must not touch a server.
#[tokio::test]
async fn a_host_that_is_told_to_do_nothing_does_nothing() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.order().await;
    shop.host.root.do_nothing(true);
    for command in [
        "open",
        "reopen",
        "suspend",
        "resume",
        "close",
        "setparam",
        "prolong",
        "start",
        "stop",
        "reboot",
        "hardreboot",
        "changepassword",
        "addip",
        "delip",
        "sync_item",
    ] {
        let ran = shop.host.command(Job::command(command).item(item)).await;
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (Some(0), ""),
            "{command}: {ran:?}"
        );
    }
    for command in ["stat"] {
        let ran = shop
            .host
            .command(Job::command(command).module(shop.instance))
            .await;
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (Some(0), ""),
            "{command}: {ran:?}"
        );
    }
    assert!(
        shop.host.root.calls().is_empty(),
        "{:?}",
        shop.host.root.calls()
    );
    assert!(shop.host.mock.journal().is_empty());
    shop.host.root.do_nothing(false);
    shop.succeeds("open", item).await;
}
