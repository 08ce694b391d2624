//! What goes wrong with mgrctl on purpose (`billmanager-protocol.md` 11).

use std::time::{Duration, Instant};

use harness::{Effect, Fault};

use super::Shop;

fn spoil(shop: &Shop, fault: Fault) {
    shop.host.root.spoil(&[fault]);
}

#[tokio::test]
async fn it_fails_so_often_and_then_works() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let words = format!("service.postsuspend elid={} sok=ok", shop.item);
    spoil(
        &shop,
        Fault::of("service.postsuspend", Effect::Exit).times(2),
    );
    shop.mgrctl(&words).await.is_broken();
    shop.mgrctl("paramlist").await.is_ok();
    shop.mgrctl(&words).await.is_broken();
    assert_eq!(shop.host.status(shop.item).await, 1);
    shop.mgrctl(&words).await.is_ok();
    assert_eq!(shop.host.status(shop.item).await, 3);
}

#[tokio::test]
async fn it_refuses_answers_nonsense_and_loses_its_answer() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let words = format!("service.postsuspend elid={} sok=ok", shop.item);
    let refusal = Effect::Refuse {
        kind: "client".to_owned(),
        object: "open".to_owned(),
    };
    spoil(&shop, Fault::of("", refusal).skip(1));
    shop.mgrctl("paramlist").await.is_ok();
    shop.mgrctl(&words).await.is_refused("client", "open");
    spoil(&shop, Fault::of("", Effect::Garbage));
    let garbage = shop.mgrctl(&words).await;
    assert_eq!(garbage.code, Some(0));
    assert!(!garbage.out.contains('<'), "{garbage:?}");
    assert_eq!(shop.host.status(shop.item).await, 1);
    spoil(&shop, Fault::of("", Effect::Lost));
    shop.mgrctl(&words).await.is_broken();
    assert_eq!(shop.host.status(shop.item).await, 3);
    let answers: Vec<String> = shop
        .host
        .root
        .calls()
        .into_iter()
        .map(|call| call.answer)
        .collect();
    assert_eq!(answers, ["ok", "error client open", "not run", "ok"]);
}

#[tokio::test]
async fn it_is_slow() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    spoil(&shop, Fault::of("paramlist", Effect::Slow(300)));
    let begun = Instant::now();
    shop.mgrctl("paramlist").await.is_ok();
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn only_the_older_form_and_no_task_type() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.item;
    spoil(
        &shop,
        Fault::of("service.saveparam", Effect::OlderForm).times(9),
    );
    shop.mgrctl(&format!(
        "service.saveparam elid={item} dcim6_stage=picked sok=ok"
    ))
    .await
    .is_ok();
    assert!(!shop.host.parameters(item).await.contains_key("dcim6_stage"));
    let older = format!("service.saveparam elid={item} name=dcim6_stage value=picked sok=ok");
    shop.mgrctl(&older).await.is_ok();
    assert_eq!(shop.host.parameters(item).await["dcim6_stage"], "picked");
    spoil(&shop, Fault::of("task.gettype", Effect::EmptyTaskType));
    let answer = shop.mgrctl("task.gettype operation=open").await;
    answer.is_ok();
    assert!(answer.out.contains("<task_type></task_type>"), "{answer:?}");
}

/// A call that hangs ends with its caller, before or after its effect.
#[tokio::test]
async fn it_hangs_while_its_caller_lives() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    for (effect, status) in [(Effect::Hang, 1), (Effect::HangAfter, 3)] {
        spoil(&shop, Fault::of("service.postsuspend", effect));
        let before = shop.host.root.calls().len();
        let line = format!(
            "{} -m billmgr -o xml service.postsuspend elid={} sok=ok; exit 1",
            shop.host.root.path("sbin/mgrctl").display(),
            shop.item
        );
        let mut caller = tokio::process::Command::new("sh")
            .args(["-c", &line])
            .stdout(std::process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut out = caller.stdout.take().unwrap();
        while shop.host.root.calls().len() == before {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert!(caller.try_wait().unwrap().is_none());
        caller.kill().await.unwrap();
        // The pipe closes when the call, too, has ended.
        let mut text = String::new();
        tokio::io::AsyncReadExt::read_to_string(&mut out, &mut text)
            .await
            .unwrap();
        assert_eq!(text, "");
        assert_eq!(shop.host.status(shop.item).await, status);
    }
}
