//! What orders may choose, the forms, the order of instances, and the client's way into DCImanager.

use harness::Job;

use super::{CONFIGURATION, Shop};

#[tokio::test]
async fn the_config_button_stores_and_offers_what_dcimanager_has() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let module = || Job::command("get_server_config").module(shop.instance);
    let ran = shop.host.command(module()).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{ran:?}");
    let config = shop
        .host
        .config(shop.instance)
        .await
        .expect("a configuration");
    assert!(
        config.contains(&format!(
            "<configuration name=\"{CONFIGURATION}\" free=\"6\"/>"
        )),
        "{config}"
    );
    assert!(
        config.contains("<os name=\"Debian-12-x86_64\"/>")
            && config.contains("<script name=\"lamp\"/>"),
        "{config}"
    );
    let systems = shop.host.offered(shop.instance, "ostempl").await;
    assert!(
        systems.contains(&"Debian-12-x86_64".to_owned()),
        "{systems:?}"
    );
    assert_eq!(shop.host.offered(shop.instance, "recipe").await, ["lamp"]);

    // What DCImanager no longer has is no longer offered.
    shop.host.offer(shop.instance, "recipe", "gone").await;
    assert_eq!(shop.host.offered(shop.instance, "recipe").await.len(), 2);
    let ran = shop
        .host
        .command(Job::command("sync_server").module(shop.instance))
        .await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(shop.host.offered(shop.instance, "recipe").await, ["lamp"]);

    // Forms are filled from what is stored, without asking DCImanager.
    let before = shop.host.mock.journal().len();
    let form = Job::command("pricelist_dynamic_settings_tune")
        .module(shop.instance)
        .option("--itemtype", "dedic");
    let ran = shop
        .host
        .command(form.stdin("<doc><name>a &amp; b</name></doc>"))
        .await;
    assert!(
        ran.out
            .starts_with("<doc><name>a &amp; b</name><slist name=\"configuration\">"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains(&format!(
            "<val key=\"{CONFIGURATION}\">{CONFIGURATION} (free: 6)</val>"
        )),
        "{}",
        ran.out
    );
    let item = shop.order().await;
    for (param, value, good) in [
        ("ostempl", "Debian-12-x86_64", true),
        ("ostempl", "Plan-9", false),
        ("recipe", "lamp", true),
        ("recipe", "nonesuch", false),
        ("domain", "s.a.test", true),
        ("domain", "not a name", false),
        ("anything", "else", true),
    ] {
        let job = Job::command("check_param")
            .item(item)
            .option("--param", param)
            .option("--value", value);
        let ran = shop.host.command(job.stdin("<doc><item/></doc>")).await;
        let expected = if good {
            "<doc><ok/></doc>".to_owned()
        } else {
            format!("<doc><error type=\"value\" object=\"{param}\"")
        };
        assert!(
            ran.out.starts_with(&expected),
            "{param}={value}: {}",
            ran.out
        );
        assert_eq!(ran.code, Some(i32::from(!good)));
    }
    assert_eq!(shop.host.mock.journal().len(), before);
}

#[tokio::test]
async fn the_instance_with_the_lowest_sort_value_comes_first() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let first = shop
        .host
        .instance(&shop.host.connection().priority(-5))
        .await;
    let last = shop
        .host
        .instance(&shop.host.connection().priority(9))
        .await;
    let tariff = shop
        .host
        .tariff(CONFIGURATION, &[last, shop.instance, first])
        .await;
    let ask = |skip: &str| {
        let stdin = format!("<doc><item><pricelist>{tariff}</pricelist></item>{skip}</doc>");
        shop.host
            .command(Job::command("get_suitable_module").stdin(&stdin))
    };
    let answer = |ids: &[u64]| {
        let rows: Vec<_> = ids
            .iter()
            .map(|id| format!("<module id=\"{id}\"/>"))
            .collect();
        let rows = rows.concat();
        format!("<doc><modules>{rows}</modules></doc>")
    };
    assert_eq!(ask("").await.out, answer(&[first, shop.instance, last]));
    assert_eq!(
        ask(&format!("<skip_modules>{first},{last}</skip_modules>"))
            .await
            .out,
        answer(&[shop.instance])
    );
    let ran = shop
        .host
        .command(Job::command("get_suitable_module").stdin("<doc><item/></doc>"))
        .await;
    assert!(
        ran.out
            .starts_with("<doc><error type=\"value\" object=\"pricelist\""),
        "{}",
        ran.out
    );
}

#[tokio::test]
async fn the_client_signs_in_as_the_client() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.order().await;
    let link = || Job::command("transition_controlpanel").item(item);
    let ran = shop.host.command(link()).await;
    assert!(
        ran.out
            .starts_with("<doc><error type=\"value\" object=\"item\""),
        "not active yet: {}",
        ran.out
    );
    shop.succeeds("open", item).await;
    let ran = shop.host.command(link().option("--panelkey", "dci6")).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let url = ran
        .out
        .split_once("<url>")
        .and_then(|(_, rest)| rest.split_once("</url>"))
        .expect("a link")
        .0;
    assert!(
        url.starts_with(&format!("{}/auth/key-v4/", shop.host.mock.url())),
        "{url}"
    );
    assert!(ran.out.ends_with(
        "<panelcount>1</panelcount><panelname keyname=\"dci6\">DCImanager 6</panelname></doc>"
    ));
    let key = url.rsplit_once('/').expect("a key").1.to_owned();
    shop.host.tell_secret("a sign-in key", &key);
    shop.host.show_all().await;
    let verdict = shop.host.mock.verdict();
    // The command's own output is the one place where the link belongs.
    assert!(
        verdict.promise("S7").expect("judged").stories.is_empty(),
        "{verdict:#?}"
    );
    let ran = shop
        .host
        .command(link().option("--panel_key", "other"))
        .await;
    assert!(
        ran.out
            .starts_with("<doc><error type=\"value\" object=\"panelkey\""),
        "{}",
        ran.out
    );
}

#[tokio::test]
async fn the_connection_form_is_checked() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let (email, password) = shop.host.mock.admin();
    let (url, pin) = (shop.host.mock.url(), shop.host.mock.pin().expect("TLS"));
    let form = |extra: &str, password: &str, pin: &str| {
        format!(
            "<doc>{extra}<processingmodule><url>{url}</url><username>{email}</username><password>{password}</password><fingerprint>{pin}</fingerprint></processingmodule></doc>"
        )
    };
    let check = async |stdin: String| {
        shop.host
            .command(Job::command("check_connection").stdin(&stdin))
            .await
            .out
    };
    assert_eq!(check(form("", &password, &pin)).await, "<doc/>");
    assert!(
        check(form("", "wrong", &pin))
            .await
            .contains("invalid_login_or_passwd")
    );
    let other = "0".repeat(64);
    let out = check(form("", &password, &other)).await;
    assert!(
        out.starts_with("<doc><error type=\"client\" object=\"tls\""),
        "{out}"
    );
    let shown = out.replace(':', "").to_lowercase();
    assert!(
        shown.contains(&pin.replace(':', "").to_lowercase()),
        "{out}"
    );
    // On an edit the place is looked at, and the option stands while a tariff sells through the module.
    let id = format!("<id>{}</id>", shop.instance);
    assert_eq!(check(form(&id, &password, &pin)).await, "<doc/>");
    let locked =
        form(&id, &password, &pin).replace("<url>", "<by_server_type>on</by_server_type><url>");
    let out = check(locked).await;
    assert!(
        out.starts_with("<doc><error type=\"by_server_type_locked\""),
        "{out}"
    );
    let ran = shop
        .host
        .command(
            Job::command("tune_connection")
                .stdin("<doc><func>processing.add.user</func><url>x</url></doc>"),
        )
        .await;
    assert_eq!(
        ran.out,
        "<doc><func>processing.add.user</func><url>x</url><by_server_type>on</by_server_type></doc>"
    );
    let ran = shop
        .host
        .command(Job::command("stat").module(shop.instance))
        .await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
}
