//! What a person calls, on the same real parts.

use std::process::Command;

use super::Shop;

impl Shop {
    /// Call a tool of the built program: exit code, standard output, standard error.
    async fn tool(&self, words: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(self.host.root.path("processing/pmdcim6"));
        command
            .args(words)
            .env("MGR5_ROOT", self.host.root.directory());
        let output = tokio::task::spawn_blocking(move || command.output().expect("a program"));
        let output = output.await.expect("an output");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (
            output.status.code().expect("an exit"),
            text(&output.stdout),
            text(&output.stderr),
        )
    }
}

#[tokio::test]
async fn plan_shows_each_step_and_changes_nothing() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.order().await;
    let number = item.to_string();
    let (code, out, err) = shop.tool(&["plan", "open", "--item", &number]).await;
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(
        out.contains("server 1 i9-9900K-64Gb-2x1024NVMe: it would do"),
        "{out}"
    );
    assert!(
        out.contains("server 7 E5-2690-128Gb-4x4000HDD: another configuration"),
        "{out}"
    );
    for effect in [
        "create the client's user",
        "make the new user the owner",
        "install template",
        "take 1 address from a pool",
    ] {
        assert!(out.contains(effect), "{effect}: {out}");
    }
    assert!(
        shop.host
            .mock
            .journal()
            .iter()
            .all(|entry| entry.method == "GET" || entry.name == Some("auth_login"))
    );
    assert!(
        shop.host
            .root
            .calls()
            .iter()
            .all(|call| call.function == "paramlist")
    );

    shop.succeeds("open", item).await;
    shop.succeeds("suspend", item).await;
    let before = shop.host.mock.journal().len();
    let (code, out, _) = shop.tool(&["plan", "close", "--item", &number]).await;
    assert_eq!(code, 0, "{out}");
    let lines: Vec<&str> = out.lines().map(str::trim).collect();
    let steps: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    assert_eq!(steps.len(), 8, "{out}");
    for (step, text) in steps.iter().zip([
        "1 enable the switch ports: raise port",
        "2 turn the server on if it is off: nothing to do",
        "3 stop a running operation: nothing to do",
        "4 remove the IP addresses: remove address 192.0.2.",
        "5 remove the owner: set maintenance; remove the owner",
        "6 diagnostics with disk clean-up: start diagnostics",
        "7 turn the server off: power off",
        "8 disable the switch ports: lower port",
    ]) {
        assert!(step.starts_with(text), "{step} is not {text}\n{out}");
    }
    assert!(
        out.contains("clear_hdd=quick, at most 60 min; wait until it has ended"),
        "{out}"
    );
    let more: Vec<_> = shop.host.mock.journal().into_iter().skip(before).collect();
    assert!(
        more.iter()
            .all(|entry| entry.method == "GET" || entry.name == Some("auth_login"))
    );
    assert!(!out.contains("client@a.test"), "{out}");

    // The plan is what the command then does.
    shop.succeeds("close", item).await;
    let (code, _, err) = shop.tool(&["plan", "close", "--item", &number]).await;
    assert_eq!(code, 1);
    assert!(err.contains("is deleted"), "{err}");
}

#[tokio::test]
async fn doctor_finds_what_is_wrong_on_either_side() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let module = shop.instance.to_string();
    let (odd, item) = (shop.order().await, shop.order().await);
    shop.succeeds("open", item).await;
    let (code, out, err) = shop.tool(&["doctor", "--module", &module]).await;
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(
        out.contains("ok      BILLmanager") && out.contains("0 problems"),
        "{out}"
    );

    // Staff take the server away, and the stored binding is of nobody now.
    let server = shop.host.server(item).await.expect("a server");
    shop.host
        .mock
        .act(mock_dcim::PanelAction::Owner {
            server,
            owner: None,
        })
        .expect("staff may");
    let (code, out, _) = shop.tool(&["doctor", "--module", &module, "--json"]).await;
    assert_eq!(code, 1, "{out}");
    let document: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(document["problems"], 1, "{out}");
    let texts = document["findings"].to_string();
    assert!(
        texts.contains(&format!(
            "service {item}: server {server} is not its client's"
        )),
        "{texts}"
    );

    // One service in a state that nobody knows keeps no other from being compared.
    let sql = "UPDATE item SET status = 7 WHERE id = ?";
    shop.host.database.run(sql, &[&odd]).await;
    let (code, out, _) = shop.tool(&["doctor", "--module", &module]).await;
    assert_eq!(code, 1);
    let odd = format!("PROBLEM service: service {odd}: db (item.status): 7");
    assert!(out.contains(&odd) && out.contains("2 problems"), "{out}");
    assert!(out.contains("is not its client's"), "{out}");

    shop.host
        .set_instance_parameter(shop.instance, "diagtimeout", "721")
        .await;
    let (code, out, _) = shop.tool(&["doctor", "--module", &module]).await;
    assert_eq!(code, 1);
    assert!(
        out.contains("PROBLEM stopped here: value (diagtimeout): 721"),
        "{out}"
    );
    let (code, out, _) = shop.tool(&["doctor", "--module", "999"]).await;
    assert_eq!(code, 1);
    assert!(out.contains("999 does not exist"), "{out}");
}

#[tokio::test]
async fn sync_reconciles_every_service_of_an_instance() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let module = shop.instance.to_string();
    let mut items = Vec::new();
    for _ in 0..3 {
        let item = shop.order().await;
        shop.succeeds("open", item).await;
        shop.forget_power(item).await;
        items.push(item);
    }
    let first = shop.host.server(items[0]).await.expect("a server");
    shop.host
        .mock
        .act(mock_dcim::PanelAction::Power {
            server: first,
            goal: mock_dcim::PowerGoal::Off,
        })
        .expect("a person may");
    // A power button takes its time in DCImanager too.
    while shop.is_on(first) {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let (code, out, err) = shop
        .tool(&["sync", "--module", &module, "--at-once", "2"])
        .await;
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert_eq!(
        out.trim(),
        "3 services reconciled, 0 left to whoever works on them, 0 failed"
    );
    assert!(shop.is_on(first));
    let log = shop.host.root.read("var/pmdcim6.log");
    assert!(log.contains("not as BILLmanager has it"), "{log}");
    shop.assert_unharmed().await;
}

#[tokio::test]
async fn staff_may_accept_fewer_disks_and_nobody_else() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.order().await;
    let number = item.to_string();
    shop.succeeds("open", item).await;
    let accept = [
        "accept-wipe",
        "--item",
        &number,
        "--by",
        "Ann",
        "--reason",
        "disk 2 died and was shredded",
    ];
    let (code, _, err) = shop.tool(&accept).await;
    assert_eq!(code, 1);
    assert!(err.contains("is not being deleted"), "{err}");

    // A disk is pulled while the server is wiped.
    let server = shop.host.server(item).await.expect("a server");
    let operation = shop.host.begin("close", item).await;
    let job = shop.host.next_run(operation).await;
    let mut running = shop.host.spawn(job).await;
    let wiping = |host: &harness::Host| {
        host.mock
            .journal()
            .iter()
            .any(|entry| entry.name == Some("server_diag"))
    };
    assert!(running.until(wiping).await);
    let serial = shop.host.mock.world(|world| {
        world.server(server).expect("a server").disks[1]
            .serial
            .clone()
    });
    shop.host
        .mock
        .act(mock_dcim::PanelAction::PullDisk { server, serial })
        .expect("a person may");
    let ran = running.wait().await;
    assert!(
        ran.out.starts_with("<doc><error type=\"wipe_unproven\""),
        "{}",
        ran.out
    );
    let again = shop.host.task_start(operation).await;
    assert!(
        again.out.starts_with("<doc><error type=\"wipe_unproven\""),
        "the same disk is still missing: {}",
        again.out
    );

    let (code, out, err) = shop.tool(&accept).await;
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(shop.host.parameters(item).await["dcim6_wipe"].contains("\"by\":\"Ann\""));
    // The judge hears it from the person too.
    shop.host.mock.fact(mock_dcim::Fact::AcceptWipe { item });
    let ran = shop.host.task_start(operation).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(shop.host.status(item).await, 4);
    shop.assert_unharmed().await;
}

#[tokio::test]
async fn help_reads_well_and_bad_words_are_refused() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let (code, out, err) = shop.tool(&["--help"]).await;
    assert_eq!((code, err.as_str()), (0, ""));
    for tool in [
        "install",
        "uninstall",
        "doctor",
        "plan",
        "sync",
        "accept-wipe",
        "contract-check",
    ] {
        assert!(
            out.lines().any(|line| line.trim_start().starts_with(tool)),
            "{tool}: {out}"
        );
    }
    for words in [
        &["nonesuch"][..],
        &["plan", "open"],
        &["plan", "fly", "--item", "1"],
        &["doctor", "--module", "x"],
        &["sync", "--module", "1", "--at-once", "0"],
    ] {
        let (code, out, err) = shop.tool(words).await;
        assert_eq!((code, out.as_str()), (2, ""), "{words:?}");
        assert!(err.contains("error:"), "{err}");
    }
}

/// The panel's own description is read over TLS by its pin, and nobody is signed in for it.
#[tokio::test]
async fn contract_check_reads_from_the_panel_itself() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let url = format!("{}/swagger/openapi.json", shop.host.mock.url());
    let pin = shop.host.mock.pin().expect("TLS");
    let (code, out, err) = shop
        .tool(&["contract-check", "--spec", &url, "--fingerprint", &pin])
        .await;
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(
        shop.host
            .mock
            .journal()
            .iter()
            .all(|entry| entry.name != Some("auth_login"))
    );
    let (code, out, err) = shop.tool(&["contract-check", "--spec", &url]).await;
    assert_eq!((code, out.as_str()), (2, ""));
    let shown = err.replace(':', "").to_lowercase();
    assert!(
        shown.contains(&pin.replace(':', "").to_lowercase()),
        "{err}"
    );
}
