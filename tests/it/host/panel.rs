//! The rest of mgrctl (`billmanager-protocol.md` 6): failures, instances, its command line, and what is written down or told of a call.

use std::process::Command;

use mock_dcim::PromiseState;
use serde_json::Value;

use super::{Shop, run};

#[tokio::test]
async fn a_failure_is_noted_given_to_staff_and_shown() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let (host, item) = (&shop.host, shop.item);
    let operation = host.pay(item).await;
    shop.mgrctl(&format!(
        "runningoperation.edit elid={operation} errorxml=<doc/> sok=ok"
    ))
    .await
    .is_ok();
    shop.mgrctl(&format!("runningoperation.setmanual elid={operation}"))
        .await
        .is_ok();
    let answer = shop.mgrctl("task.gettype operation=open").await;
    assert!(
        answer.out.contains("<task_type>postopen</task_type>"),
        "{answer:?}"
    );
    let task = format!(
        "task.edit item={item} type=postopen runningoperation={operation} params=what sok=ok"
    );
    shop.mgrctl(&task).await.is_ok();
    shop.mgrctl("task.simple.create elid=3 specification=look sok=ok")
        .await
        .is_ok();
    let problem =
        "problems.register name=processingmodule_connect id=7 param_pm_name=AMS level=error sok=ok";
    shop.mgrctl(problem).await.is_ok();

    let row = host.operation(operation).await.unwrap();
    assert_eq!(row.errorxml.as_deref(), Some("<doc/>"));
    assert!(row.manual);
    let tasks = host.tasks().await;
    let first = (
        tasks[0].kind.as_str(),
        tasks[0].item,
        tasks[0].operation,
        tasks[0].status,
    );
    assert_eq!(first, ("postopen", Some(item), Some(operation), 0));
    assert_eq!(
        (tasks[1].kind.as_str(), tasks[1].params.as_str()),
        ("simple", "look")
    );
    assert_eq!(tasks.len(), 2);
    let problems = host.problems().await;
    assert_eq!(
        (problems[0].name.as_str(), problems[0].object.as_str()),
        ("processingmodule_connect", "7")
    );
    assert_eq!(problems[0].params, "param_pm_name=AMS\nlevel=error");
    shop.mgrctl("runningoperation.setmanual elid=99")
        .await
        .is_refused("missed", "runningoperation");
}

#[tokio::test]
async fn configuration_values_and_usage_belong_to_an_instance() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let (host, module) = (&shop.host, shop.instance);
    shop.mgrctl(&format!("processing.setconfig elid={module} config=<doc/>"))
        .await
        .is_ok();
    assert_eq!(host.config(module).await.as_deref(), Some("<doc/>"));
    for name in [
        "Debian-12-x86_64",
        "Ubuntu-24.04-x86_64",
        "Debian-12-x86_64",
    ] {
        let words = format!(
            "itemtype.param.value.sync itemtype=dedic module={module} param=ostempl value={name} disablepricelists=on name={name} name_ru={name}"
        );
        shop.mgrctl(&words).await.is_ok();
    }
    assert_eq!(
        host.offered(module, "ostempl").await,
        ["Debian-12-x86_64", "Ubuntu-24.04-x86_64"]
    );
    let id: i32 =
        sqlx::query_scalar("SELECT id FROM itemtypeparamvalue WHERE intname = 'Debian-12-x86_64'")
            .fetch_one(&mut *host.database.line().await)
            .await
            .unwrap();
    let words = format!("itemtype.param.value.processing.suspend elid={module} plid={id}");
    shop.mgrctl(&words).await.is_ok();
    assert_eq!(
        host.offered(module, "ostempl").await,
        ["Ubuntu-24.04-x86_64"]
    );
    shop.mgrctl(&words)
        .await
        .is_refused("missed", "itemtypeparamvalue");
    shop.mgrctl(&format!("service.poststat elid={module} date=2026-01-09"))
        .await
        .is_ok();
    shop.mgrctl(&format!("service.poststat elid={module} date=today"))
        .await
        .is_refused("value", "date");
}

#[tokio::test]
async fn paramlist_says_how_to_read_the_database() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let answer = shop.mgrctl("paramlist").await;
    answer.is_ok();
    let database = &shop.host.database;
    for (name, value) in [
        ("DBHost", "localhost"),
        ("DBUser", &database.reader.name),
        ("DBPassword", &database.reader.password),
        ("DBName", &database.name),
        ("DBSocket", &database.socket.display().to_string()),
    ] {
        let element = format!("<elem><{name}>{value}</{name}></elem>");
        assert!(answer.out.contains(&element), "{name}: {answer:?}");
    }
    assert!(
        !answer.out.contains(&database.writer.password),
        "{answer:?}"
    );
}

#[tokio::test]
async fn the_command_line_is_mgrctls() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let program = shop.host.root.path("sbin/mgrctl");
    let call = |words: &'static [&'static str]| {
        let mut command = Command::new(&program);
        command
            .args(words)
            .env_clear()
            .env("S1", "x")
            .current_dir("/");
        run(command)
    };
    call(&["paramlist", "-l", "ru", "-o", "xml", "-m", "billmgr"])
        .await
        .is_ok();
    let text = call(&["-m", "billmgr", "paramlist"]).await;
    assert_eq!((text.code, text.out.as_str()), (Some(0), "OK \n"));
    for wrong in [
        &["-o", "xml", "paramlist"][..],
        &["-m", "billmgr"],
        &["-m", "billmgr", "paramlist", "-x"],
        &["-m", "billmgr", "paramlist", "word"],
        &["-m", "billmgr", "paramlist", "-e", "password=plain"],
        &["-m", "billmgr", "paramlist", "-e", "password=$NONE"],
    ] {
        call(wrong).await.is_broken();
    }
    call(&["-m", "billmgr", "-R"]).await;
    call(&["-m", "billmgr", "-o", "xml", "-i", "dedic.open", "lang=en"])
        .await
        .is_ok();
}

#[tokio::test]
async fn the_journal_has_every_call_and_no_secret() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.item;
    let words = format!("service.saveparam elid={item} crypted=on sok=ok -e password=$S1");
    let environment = [("S1", "hidden-password"), ("SSH_CONNECTION", "pmdcim6")];
    shop.mgrctl_with(&words, &environment).await.is_ok();
    shop.mgrctl("service.postclose sok=ok")
        .await
        .is_refused("missed", "elid");
    let calls = shop.host.root.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(
        calls[0].to_string(),
        format!("service.saveparam elid={item} crypted=on sok=ok -e password")
    );
    assert_eq!(
        (calls[0].answer.as_str(), calls[1].answer.as_str()),
        ("ok", "error missed elid")
    );
    assert_eq!(calls[0].environ, ["SSH_CONNECTION=pmdcim6"]);
    assert_eq!(calls[0].parent, std::process::id());
    assert!(
        !shop
            .host
            .root
            .read("var/mgrctl.journal")
            .contains("hidden-password")
    );
    shop.host.tell_secret("the password", "hidden-password");
    shop.host.show_all().await;
    let verdict = shop.host.mock.verdict();
    assert_eq!(
        verdict.promise("S7").map(|one| one.state),
        Some(PromiseState::Held)
    );
}

/// A binding and a deletion are the judge's as soon as the call has answered: a write to DCImanager for a service that has the server is
/// right, and the same write for the deleted service is not (S3).
#[tokio::test]
async fn the_judge_hears_of_bindings_and_deletions_at_once() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let (host, item) = (&shop.host, shop.item);
    let (email, password) = host.mock.admin();
    let login = format!(r#"{{"email":"{email}","password":"{password}"}}"#);
    let answer = host
        .mock
        .exchange("POST", "/api/auth/v4/public/token", &[], login.as_bytes());
    let token = answer.to_json()["token"].as_str().unwrap().to_owned();
    let run = format!("{item}-551-1-1");
    let call = |method: &str, body: &str| -> Value {
        let headers = [
            ("x-xsrf-token", token.as_str()),
            ("x-request-id", run.as_str()),
        ];
        let answer = host
            .mock
            .exchange(method, "/api/dci/v3/server/3", &headers, body.as_bytes());
        assert_eq!(answer.status, 200);
        answer.to_json()
    };
    let judged = || host.mock.verdict().promise("S3").map(|one| one.state);

    assert_eq!(judged(), Some(PromiseState::NotJudged));
    let bind = format!("service.saveparam elid={item} dcim6_server=3 crypted=off sok=ok");
    shop.mgrctl(&bind).await.is_ok();
    call("GET", "");
    call("POST", r#"{"name":"bound"}"#);
    assert_eq!(judged(), Some(PromiseState::Held));
    shop.mgrctl(&format!("service.postclose elid={item} sok=ok"))
        .await
        .is_ok();
    call("POST", r#"{"name":"deleted"}"#);
    assert_eq!(judged(), Some(PromiseState::Broken));
}

/// What the judge cannot be told does not happen: the transaction is rolled back, and mgrctl fails.
#[tokio::test]
async fn nothing_changes_that_the_judge_has_not_heard() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let ear = shop.host.root.path("var/facts.sock");
    std::fs::remove_file(&ear).unwrap();
    std::fs::write(&ear, "nobody listens").unwrap();
    let words = format!("service.postclose elid={} sok=ok", shop.item);
    shop.mgrctl(&words).await.is_broken();
    assert_eq!(shop.host.status(shop.item).await, 1);
}
