//! The background job, and what it sees of the processes it spawns.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use harness::{Effect, Fault, Host, Job, Order};

use super::Shop;

/// Put a shell script in the module's place, so that the driver can be tried without the module.
fn replace_module(shop: &Shop, script: &str) {
    let place = shop.host.root.path("processing/pmdcim6");
    std::fs::remove_file(&place).unwrap();
    let text =
        format!("#!/bin/sh\ncase \"$*\" in *features*) echo '<doc/>'; exit 0;; esac\n{script}\n");
    // Written by another process: a file that a thread of ours still has open for writing cannot be run by another.
    let status = std::process::Command::new("sh")
        .args([
            "-c",
            "printf %s \"$1\" >\"$2\"; chmod 755 \"$2\"",
            "sh",
            &text,
        ])
        .arg(&place)
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(
        place.metadata().unwrap().permissions().mode() & 0o777,
        0o755
    );
}

#[tokio::test]
async fn the_built_module_tells_its_features() {
    let Some(host) = Host::start().await else {
        return;
    };
    let ran = host.features().await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("<feature name=\"open\"/>"), "{ran:?}");
    assert_eq!(ran.err, "");
    assert!(host.root.calls().is_empty());
}

#[tokio::test]
async fn a_broken_module_is_told_to_repair_itself() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let root = &shop.host.root;
    let place = root.path("processing/pmdcim6");
    let kept = root.path("src/pmdcim6/kept");
    std::fs::rename(&place, &kept).unwrap();
    root.write(
        "src/pmdcim6/Makefile",
        "install-only:\n\tcp -P kept ../../processing/pmdcim6\n",
    );
    let ran = shop.host.features().await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

/// Section 11, "Process": options in any order and both forms, nothing in the environment, a foreign directory, standard input open.
#[tokio::test]
async fn the_module_is_spawned_as_the_protocol_says() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    replace_module(&shop, "pwd; env; cat /proc/$$/cmdline");
    let mut orders = BTreeSet::new();
    for seed in 0..8 {
        let ran = shop
            .host
            .command(Job::command("start").item(5).seed(seed))
            .await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let mut lines = ran.out.lines();
        assert_eq!(lines.next(), Some("/"));
        for name in ["HOME=", "PATH=", "LANG="] {
            assert!(!ran.out.contains(&format!("\n{name}")), "{ran:?}");
        }
        assert!(ran.out.contains("MGR5_ROOT="), "{ran:?}");
        let words = ran.out.replace('=', "\0");
        assert!(words.contains("--command\0start"), "{ran:?}");
        assert!(words.contains("--item\x005"), "{ran:?}");
        assert!(words.contains("--newflag"), "{ran:?}");
        orders.insert(words);
    }
    assert!(orders.len() > 1, "always the same order");
}

#[tokio::test]
async fn standard_input_is_open_or_a_document() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    replace_module(&shop, "cat");
    let ran = shop
        .host
        .command(Job::command("check_param").stdin("<doc/>"))
        .await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "<doc/>"));
    let mut running = shop.host.spawn(Job::command("open")).await;
    let waiting = running.until(|_| false);
    let still = tokio::time::timeout(Duration::from_millis(100), waiting).await;
    assert!(still.is_err(), "standard input has ended");
    running.kill();
    assert_eq!(running.wait().await.signal, Some(9));
}

#[tokio::test]
async fn an_operation_is_tried_again_until_it_is_finished_or_with_staff() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let (host, item) = (&shop.host, shop.item);
    let mgrctl = "$MGR5_ROOT/sbin/mgrctl -m billmgr -o xml";
    // It fails twice, and completes the third time.
    replace_module(
        &shop,
        &format!(
            "echo x >>$MGR5_ROOT/var/runs\n[ $(/usr/bin/wc -l <$MGR5_ROOT/var/runs) -ge 3 ] || exit 1\n{mgrctl} dedic.open elid={item} sok=ok >/dev/null"
        ),
    );
    let operation = host.pay(item).await;
    let last = host.until_done(operation).await.unwrap();
    assert_eq!(last.code, Some(0), "{last:?}");
    assert_eq!(host.root.read("var/runs"), "x\nx\nx\n");
    assert_eq!(
        (host.operation(operation).await, host.status(item).await),
        (None, 2)
    );

    // It gives up at once, and works when staff start it again.
    let closing = host.begin("close", item).await;
    replace_module(
        &shop,
        &format!("{mgrctl} runningoperation.setmanual elid={closing} >/dev/null; exit 1"),
    );
    let last = host.until_done(closing).await.unwrap();
    assert_eq!(last.code, Some(1));
    assert!(host.operation(closing).await.unwrap().manual);
    replace_module(
        &shop,
        &format!("{mgrctl} service.postclose elid={item} sok=ok >/dev/null"),
    );
    host.task_start(closing).await;
    assert_eq!(
        (host.operation(closing).await, host.status(item).await),
        (None, 4)
    );
}

/// What stands in an argument or an open environment is seen, in the children too, and S7 is broken.
#[tokio::test]
async fn a_secret_on_a_command_line_is_found() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let host = &shop.host;
    host.tell_secret("a canary", "canary-in-argv");
    replace_module(&shop, "/bin/sh -c '/bin/sleep 0.2; : canary-in-argv'");
    let ran = host.command(Job::command("open")).await;
    assert!(ran.seen.len() >= 2, "{ran:?}");
    let verdict = host.mock.verdict();
    let stories = &verdict.promise("S7").unwrap().stories;
    assert!(!stories.is_empty(), "{verdict:#?}");
}

#[tokio::test]
async fn a_secret_that_came_by_e_is_not_found() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let host = &shop.host;
    host.tell_secret("a canary", "canary-by-e");
    replace_module(
        &shop,
        &format!(
            "S1=canary-by-e $MGR5_ROOT/sbin/mgrctl -m billmgr -o xml service.saveparam elid={} crypted=on sok=ok -e 'password=$S1' >/dev/null",
            shop.item
        ),
    );
    let ran = host.command(Job::command("open")).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(host.secrets(shop.item).await["password"], "canary-by-e");
    host.show_all().await;
    let verdict = host.mock.verdict();
    assert_eq!(
        verdict.promise("S7").unwrap().stories.len(),
        0,
        "{verdict:#?}"
    );
}

/// SIGKILL at a chosen moment: mgrctl has taken effect and has not answered.
#[tokio::test]
async fn a_run_is_killed_at_a_chosen_call() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let (host, item) = (&shop.host, shop.item);
    replace_module(
        &shop,
        &format!(
            "$MGR5_ROOT/sbin/mgrctl -m billmgr -o xml service.saveparam elid={item} dcim6_server=2 sok=ok\necho survived"
        ),
    );
    let fault = Fault::of("service.saveparam", Effect::HangAfter);
    host.root.spoil(&[fault]);
    let operation = host.pay(item).await;
    let job = host.next_run(operation).await;
    let mut running = host.spawn(job).await;
    assert!(
        running
            .until(|host| host.root.calls_of("service.saveparam") == 1)
            .await
    );
    running.kill();
    let ran = running.wait().await;
    assert_eq!(
        (ran.code, ran.signal, ran.out.as_str()),
        (None, Some(9), "")
    );
    assert_eq!(host.server(item).await, Some(2));
    assert!(host.operation(operation).await.is_some());
}

#[tokio::test]
async fn a_host_may_have_its_database_behind_a_port() {
    let Some(host) = Host::builder().over_tcp().start().await else {
        return;
    };
    let port = host.database.port.unwrap();
    let options = sqlx::mysql::MySqlConnectOptions::new()
        .host("127.0.0.1")
        .port(port)
        .username(&host.database.reader.name)
        .password(&host.database.reader.password)
        .database(&host.database.name)
        .ssl_mode(sqlx::mysql::MySqlSslMode::Disabled);
    let mut line = <sqlx::mysql::MySqlConnection as sqlx::Connection>::connect_with(&options)
        .await
        .unwrap();
    let one: i32 = sqlx::query_scalar("SELECT COUNT(*) = 1 FROM department")
        .fetch_one(&mut line)
        .await
        .unwrap();
    assert_eq!(one, 1);
    assert!(
        host.root
            .read("etc/billmgr.conf")
            .contains(&format!("DBHost 127.0.0.1:{port}\n"))
    );
}

/// Services are opened, stopped and deleted side by side; no call has to wait for a dead lock.
#[tokio::test]
async fn calls_for_many_services_go_side_by_side() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let host = &shop.host;
    replace_module(
        &shop,
        "m=\"$MGR5_ROOT/sbin/mgrctl -m billmgr -o xml\"\nfor w; do case $w in --item=*) i=${w#--item=};; esac; [ \"$last\" = --item ] && i=$w; last=$w; done\n\
         for n in 1 2 3 4 5; do $m service.saveparam elid=$i dcim6_stage=$n crypted=off sok=ok || exit 1; done\n$m dedic.open elid=$i sok=ok || exit 1",
    );
    let mut operations = Vec::new();
    for _ in 0..6 {
        let item = host.order(&Order::of(shop.tariff)).await;
        operations.push((item, host.pay(item).await));
    }
    let runs = operations.iter().map(|(_, operation)| host.run(*operation));
    for ran in futures_util::future::join_all(runs).await {
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(!ran.out.contains("<error"), "{ran:?}");
    }
    for (item, operation) in operations {
        assert_eq!(
            (host.operation(operation).await, host.status(item).await),
            (None, 2)
        );
        assert_eq!(host.parameters(item).await["dcim6_stage"], "5");
    }
}
