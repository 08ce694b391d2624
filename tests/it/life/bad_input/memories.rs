//! N32 to N37: what the module remembered, its settings and secrets, and names.

use harness::Job;

use super::super::Shop;
use super::{assert_clean, assert_refused};

#[tokio::test]
async fn n32_to_n34_memories_that_cannot_be_read() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.put_on(1).await;
    let sound = shop.host.parameters(item).await;
    for (name, values) in [
        (
            "dcim6_stage",
            ["installed2", "close9", "PICKED", "\u{1f600}"],
        ),
        ("dcim6_operation", ["x", "{}", "[1]", "{\"id\":-1}"]),
        ("dcim6_ports", ["x", "7", "{}", "[{\"id\":\"<\"}]"]),
        ("dcim6_power", ["x", "yesterday", "\"yesterday\"", "{}"]),
        ("dcim6_wipe", ["x", "[]", "7", "{\"disks\":1}"]),
        (
            "dcim6_server",
            ["x", "-1", "99999999999999999999", "1 OR 1"],
        ),
        ("dcim6_user", ["x", "-1", "1.5", "'"]),
    ] {
        for value in values {
            shop.host.set_parameter(item, name, value).await;
            for command in ["suspend", "close", "sync_item"] {
                let job = Job::command(command).item(item);
                let case = format!("{command} with {name}={value}");
                shop.refuses(&case, job, "value", name).await;
            }
        }
        let again = sound.get(name).map_or("", String::as_str);
        shop.host.set_parameter(item, name, again).await;
    }
    shop.assert_untouched().await;
}

#[tokio::test]
async fn n35_n36_settings_and_secrets_that_cannot_be_used() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.put_on(1).await;
    let suspend = || Job::command("suspend").item(item);
    for name in [
        "diagtimeout",
        "installtimeout_linux",
        "installtimeout_windows",
    ] {
        for value in ["0", "721", "1h", "-1", "60.5", "\u{661}"] {
            shop.host
                .set_instance_parameter(shop.instance, name, value)
                .await;
            let case = format!("{name}={value}");
            shop.refuses(&case, suspend(), "value", name).await;
        }
        shop.host
            .set_instance_parameter(shop.instance, name, "60")
            .await;
    }
    let sealed = shop.host.encrypt("x");
    let turned: String = sealed.chars().rev().collect();
    for table in [
        "REPLACE INTO itemcryptedparam (item, intname, value) VALUES (?, 'password', ?)",
        "REPLACE INTO processingcryptedparam (processingmodule, intname, value) VALUES (?, 'password', ?)",
    ] {
        // A stop needs no password of the client's; what hands the server over does.
        let (id, command) = if table.contains("itemcrypted") {
            (item, "reopen")
        } else {
            (shop.instance, "suspend")
        };
        for value in ["in clear", "AAAA", "=", &turned] {
            shop.host.database.run(table, &[&id, &value]).await;
            let case = format!("{table}: {value}");
            let job = Job::command(command).item(item);
            shop.refuses(&case, job, "value", "password").await;
        }
        // An empty one stays empty.
        shop.host.database.run(table, &[&id, &""]).await;
    }
    shop.refuses("no password", suspend(), "missed", "password")
        .await;
    let sql = "UPDATE processingcryptedparam SET value = ?";
    shop.host.database.run(sql, &[&sealed]).await;
    for key in [
        "",
        "no key",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ] {
        shop.host.root.write("etc/billmgr.pem", key);
        shop.refuses(key, suspend(), "db", "CryptKey").await;
    }
    std::fs::remove_file(shop.host.root.path("etc/billmgr.pem")).unwrap();
    shop.refuses("no key", suspend(), "db", "CryptKey").await;
    // Nobody can open what stands in these tables, so the judge is shown no more of them.
    shop.assert_unwritten();
    assert_eq!(shop.host.mock.verdict().violations, 0);
}

/// N37: whatever a name holds, what is written of it is XML, and what is done is the same.
#[tokio::test]
async fn n37_names_with_quotes_lines_and_markup() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    for name in [
        "'; DROP TABLE item; --",
        "a\nb\r\n\tc",
        "<b>\"&amp;\"</b>]]>",
        "$(reboot) `x` \\ %s \u{1f600}",
        "--item=1",
    ] {
        let item = shop.put_on(9).await;
        let sql = "UPDATE processingmodule SET name = ?";
        shop.host.database.run(sql, &[&name]).await;
        let sql = "UPDATE item SET name = ? WHERE id = ?";
        shop.host.database.run(sql, &[&name, &item]).await;
        let (operation, ran) = shop.host.once("suspend", item).await;
        assert_refused(name, &ran, "no_switch_port", "server");
        assert_clean(name, &ran);
        let row = shop.host.operation(operation).await.unwrap();
        let document = row.errorxml.expect("an error for staff");
        // The module's own reader is a strict one: what it takes is a document.
        let job = Job::command("tune_connection").stdin(&document);
        let echo = shop.host.command(job).await;
        assert_eq!(echo.code, Some(0), "{name:?}: {document}: {echo:?}");
        assert!(row.manual, "{name:?}");
        shop.host.set_status(item, 4).await;
        let owner = mock_dcim::PanelAction::Owner {
            server: 9,
            owner: None,
        };
        shop.host.mock.act(owner).unwrap();
    }
    shop.assert_untouched().await;
}
