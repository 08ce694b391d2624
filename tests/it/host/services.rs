//! What mgrctl does to a service (`billmanager-protocol.md` 6).

use std::fs;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use harness::Order;

use super::{Shop, run};

#[tokio::test]
async fn parameters_are_saved_in_both_forms() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.item;
    let save = format!(
        "service.saveparam elid={item} dcim6_server=2 dcim6_stage=picked crypted=off sok=ok"
    );
    shop.mgrctl(&save).await.is_ok();
    let save = format!("service.saveparam elid={item} name=dcim6_user value=7 sok=ok");
    shop.mgrctl(&save).await.is_ok();
    let saved = shop.host.parameters(item).await;
    assert_eq!(saved["dcim6_server"], "2");
    assert_eq!(saved["dcim6_stage"], "picked");
    assert_eq!(saved["dcim6_user"], "7");
    assert_eq!(saved["ostempl"], "Debian-12-x86_64");
    assert!(!saved.contains_key("name"), "{saved:?}");
    assert_eq!(shop.host.server(item).await, Some(2));
}

#[tokio::test]
async fn a_crypted_parameter_is_opened_by_openssl() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.item;
    let secret = "pa$$ word <&> \u{43f}\u{430}\u{440}";
    let words = format!("service.saveparam elid={item} crypted=on sok=ok -e password=$S1");
    shop.mgrctl_with(&words, &[("S1", secret)]).await.is_ok();
    let empty = format!("service.saveparam elid={item} empty= crypted=on sok=ok");
    shop.mgrctl(&empty).await.is_ok();

    assert_eq!(shop.host.secrets(item).await["password"], secret);
    let stored: String = sqlx::query_scalar(
        "SELECT value FROM itemcryptedparam WHERE item = ? AND intname = 'password'",
    )
    .bind(item)
    .fetch_one(&mut *shop.host.database.line().await)
    .await
    .unwrap();
    let crypted = shop.host.root.path("var/crypted");
    fs::write(&crypted, STANDARD.decode(&stored).unwrap()).unwrap();
    let mut openssl = Command::new("openssl");
    openssl
        .args(["pkeyutl", "-decrypt", "-pkeyopt", "rsa_padding_mode:pkcs1"])
        .arg("-inkey")
        .arg(shop.host.root.path("etc/billmgr.pem"))
        .arg("-in")
        .arg(&crypted);
    if Command::new("openssl").arg("version").output().is_ok() {
        assert_eq!(run(openssl).await.out, secret);
    } else {
        harness::leave_out("openssl");
    }
    assert_eq!(shop.host.secrets(item).await["empty"], "");
}

#[tokio::test]
async fn a_completing_call_sets_the_status_and_ends_the_operation() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let (host, item) = (&shop.host, shop.item);
    let opening = host.pay(item).await;
    let words = format!(
        "dedic.open elid={item} sok=ok ip=192.0.2.1 domain=s.test username=root -e password=$S1"
    );
    shop.mgrctl_with(&words, &[("S1", "opened-password")])
        .await
        .is_ok();
    assert_eq!(host.status(item).await, 2);
    assert_eq!(host.operation(opening).await, None);
    assert_eq!(host.parameters(item).await["username"], "root");
    assert_eq!(host.secrets(item).await["password"], "opened-password");

    for (command, status) in [
        ("reopen", 2),
        ("suspend", 3),
        ("resume", 2),
        ("setparam", 2),
        ("prolong", 2),
        ("start", 2),
        ("stop", 2),
        ("reboot", 2),
        ("hardreboot", 2),
        ("close", 4),
    ] {
        let operation = host.begin(command, item).await;
        let other = host.begin("another", item).await;
        shop.mgrctl(&format!("service.post{command} elid={item} sok=ok"))
            .await
            .is_ok();
        assert_eq!(host.status(item).await, status, "{command}");
        assert_eq!(host.operation(operation).await, None, "{command}");
        assert!(host.operation(other).await.is_some(), "{command}");
    }
}

#[tokio::test]
async fn a_completing_call_needs_its_service_and_sok_but_no_operation() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.item;
    for function in ["dedic.open", "service.postsuspend", "service.postclose"] {
        shop.mgrctl(&format!("{function} sok=ok"))
            .await
            .is_refused("missed", "elid");
        shop.mgrctl(&format!("{function} elid={item}"))
            .await
            .is_refused("missed", "sok");
        shop.mgrctl(&format!("{function} elid=x sok=ok"))
            .await
            .is_refused("value", "elid");
        shop.mgrctl(&format!("{function} elid=99 sok=ok"))
            .await
            .is_refused("missed", "item");
    }
    assert_eq!(shop.host.status(item).await, 1);
    shop.mgrctl("service.postnonesuch elid=1 sok=ok")
        .await
        .is_refused("missed", "func");
    shop.mgrctl(&format!("service.postsuspend elid={item} sok=ok"))
        .await
        .is_ok();
    assert_eq!(shop.host.status(item).await, 3);
}

#[tokio::test]
async fn an_address_fills_its_row_counts_and_goes() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let slot = shop.host.slots(shop.item).await.remove(0);
    assert_eq!((slot.address.as_str(), slot.status), ("", 1));
    let row = slot.id;
    shop.mgrctl(&format!("service.ip.add.commit elid={row} sok=ok"))
        .await
        .is_refused("value", "ip");
    let add = format!(
        "service.ip.add elid={row} ip=192.0.2.10 mask=255.255.255.0 gateway=192.0.2.1 domain=s.test sok=ok"
    );
    let answer = shop.mgrctl(&add).await;
    answer.is_ok();
    assert!(
        answer.out.contains(&format!("<ip.id>{row}</ip.id>")),
        "{answer:?}"
    );
    let slot = shop.host.slots(shop.item).await.remove(0);
    assert_eq!(
        (slot.address.as_str(), slot.gateway.as_str(), slot.status),
        ("192.0.2.10", "192.0.2.1", 5)
    );
    shop.mgrctl(&format!("service.ip.add.commit elid={row} sok=ok"))
        .await
        .is_ok();
    assert_eq!(shop.host.slots(shop.item).await[0].status, 2);
    shop.mgrctl(&format!("service.ip.del elid={row} sok=ok"))
        .await
        .is_ok();
    assert_eq!(shop.host.slots(shop.item).await, []);
    shop.mgrctl(&format!("service.ip.del elid={row} sok=ok"))
        .await
        .is_refused("missed", "ip");
    shop.mgrctl("service.ip.add elid=88 ip=nonsense sok=ok")
        .await
        .is_refused("missed", "ip");
}

#[tokio::test]
async fn the_next_module_is_the_one_that_comes_after() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let host = &shop.host;
    let last = host.instance(&host.connection().priority(20)).await;
    let middle = host.instance(&host.connection().priority(10)).await;
    let tariff = host.tariff("E5", &[last, middle, shop.instance]).await;
    let item = host.order(&Order::of(tariff)).await;
    let current = || async {
        let id: i32 = sqlx::query_scalar("SELECT processingmodule FROM item WHERE id = ?")
            .bind(item)
            .fetch_one(&mut *host.database.line().await)
            .await
            .unwrap();
        u64::try_from(id).unwrap()
    };
    let mut seen = vec![current().await];
    for _ in 0..2 {
        shop.mgrctl(&format!("service.getnextmodule elid={item}"))
            .await
            .is_ok();
        seen.push(current().await);
    }
    assert_eq!(seen, [shop.instance, middle, last]);
    let none = shop
        .mgrctl(&format!("service.getnextmodule elid={item}"))
        .await;
    none.is_refused("missed", "processingmodule");
    assert_eq!(current().await, last);
}

#[tokio::test]
async fn a_tariff_goes_back_once() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let (host, item) = (&shop.host, shop.item);
    let other = host.tariff("E5", &[shop.instance]).await;
    let sql = "UPDATE item SET lastpricelist = pricelist, pricelist = ? WHERE id = ?";
    host.database.run(sql, &[&other, &item]).await;
    let words = format!("service.changepricelist.rollback elid={item} userid=1 sok=ok");
    shop.mgrctl(&words).await.is_ok();
    let now: (i32, Option<i32>) =
        sqlx::query_as("SELECT pricelist, lastpricelist FROM item WHERE id = ?")
            .bind(item)
            .fetch_one(&mut *host.database.line().await)
            .await
            .unwrap();
    assert_eq!(now, (i32::try_from(shop.tariff).unwrap(), None));
    shop.mgrctl(&words)
        .await
        .is_refused("value", "lastpricelist");
}
