//! N27 to N31, and N38: services and orders as they stand in BILLmanager's tables.

use harness::{Job, Order};

use super::super::{CONFIGURATION, Shop};
use super::assert_refused;

impl Shop {
    /// Run a command on a service that a statement has spoilt first; `{}` stands for the service.
    async fn refuses_row(&self, command: &str, sql: &str, kind: &str, object: &str) {
        let item = self.order().await;
        let status = if command == "open" { 5 } else { 2 };
        self.host.set_status(item, status).await;
        let statement = sql.replace("{}", &item.to_string());
        let statement = sqlx::AssertSqlSafe(statement);
        self.host.database.run(statement, &[]).await;
        let case = format!("{command} after {sql}");
        self.refuses(&case, Job::command(command).item(item), kind, object)
            .await;
    }

    /// Open a service that was ordered with a parameter.
    async fn refuses_order(&self, order: Order, kind: &str, object: &str) {
        let item = self.host.order(&order).await;
        self.refuses_item(item, &format!("{order:?}"), kind, object)
            .await;
    }

    async fn refuses_item(&self, item: u64, case: &str, kind: &str, object: &str) {
        let (operation, ran) = self.host.once("open", item).await;
        assert_refused(case, &ran, kind, object);
        let row = self.host.operation(operation).await.unwrap();
        let shown = row.errorxml.expect("an error for staff");
        assert!(
            shown.contains(&format!("type=\"{kind}\" object=\"{object}\"")),
            "{case}: {shown}"
        );
    }
}

#[tokio::test]
async fn n27_n28_rows_that_are_gone_or_empty() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let deleted = "UPDATE item SET status = 4 WHERE id = {}";
    for command in ["open", "suspend", "resume", "setparam", "addip"] {
        shop.refuses_row(command, deleted, "missed", "item").await;
    }
    for (command, sql, kind, object) in [
        (
            "suspend",
            "DELETE FROM item WHERE id = {}",
            "missed",
            "item",
        ),
        (
            "open",
            "DELETE FROM user WHERE account = (SELECT account FROM item WHERE id = {})",
            "missed",
            "email",
        ),
        (
            "suspend",
            "UPDATE item SET account = NULL WHERE id = {}",
            "db",
            "account",
        ),
        (
            "open",
            "UPDATE item SET pricelist = NULL WHERE id = {}",
            "db",
            "pricelist",
        ),
        (
            "suspend",
            "UPDATE item SET processingmodule = NULL WHERE id = {}",
            "missed",
            "processingmodule",
        ),
        (
            "suspend",
            "UPDATE item SET status = 9 WHERE id = {}",
            "db",
            "item.status",
        ),
        (
            "suspend",
            "UPDATE itemparam SET value = NULL WHERE item = {}",
            "missed",
            "dcim6_server",
        ),
    ] {
        shop.refuses_row(command, sql, kind, object).await;
    }
    let operation = shop.host.begin("suspend", shop.order().await).await;
    let nobodys = "UPDATE runningoperation SET item = NULL WHERE id = ?";
    shop.host.database.run(nobodys, &[&operation]).await;
    let job = Job::command("suspend").item(shop.order().await);
    let job = job.operation(operation);
    shop.refuses("nobody's operation", job, "value", "runningoperation")
        .await;
    shop.assert_untouched().await;
}

#[tokio::test]
async fn n28_settings_that_are_null() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    // One table after the other, emptied and filled again.
    let pin = shop.host.mock.pin().expect("a certificate");
    let (admin, password) = shop.host.mock.admin();
    let (url, password) = (shop.host.mock.url(), shop.host.encrypt(&password));
    let setting = |name| format!("processingparam SET value = ? WHERE intname = '{name}'");
    for (table, value, kind, object) in [
        (
            "user SET email = ?".to_owned(),
            "client@a.test",
            "missed",
            "email",
        ),
        (
            "pricelistparam SET value = ?".to_owned(),
            CONFIGURATION,
            "missed",
            "configuration",
        ),
        (setting("url"), &*url, "missed", "url"),
        (setting("username"), &*admin, "missed", "username"),
        (
            "processingcryptedparam SET value = ?".to_owned(),
            &*password,
            "missed",
            "password",
        ),
        (
            "datacenter SET external_id = ?".to_owned(),
            "1",
            "datacenter_unsuitable",
            "datacenter",
        ),
        (
            "datacenter SET dcimanager6 = ?".to_owned(),
            "on",
            "datacenter_unsuitable",
            "datacenter",
        ),
    ] {
        let sql = || sqlx::AssertSqlSafe(format!("UPDATE {table}"));
        let item = shop.order().await;
        let nothing = sqlx::AssertSqlSafe(format!("UPDATE {table}").replace('?', "NULL"));
        shop.host.database.run(nothing, &[]).await;
        shop.refuses_item(item, &table, kind, object).await;
        shop.host.database.run(sql(), &[&value]).await;
    }
    let no_certificate = "UPDATE processingparam SET value = NULL WHERE intname = 'fingerprint'";
    shop.host.database.run(no_certificate, &[]).await;
    let order = Order::of(shop.tariff);
    shop.refuses_order(order, "client", "tls").await;
    shop.host
        .set_instance_parameter(shop.instance, "fingerprint", &pin)
        .await;
    let sql = "UPDATE processingmodule SET datacenter = NULL, department = NULL, name = NULL";
    shop.host.database.run(sql, &[]).await;
    let order = Order::of(shop.tariff);
    shop.refuses_order(order, "datacenter_unsuitable", "datacenter")
        .await;
    shop.assert_untouched().await;
}

#[tokio::test]
async fn n29_n30_n38_orders_that_cannot_be_served() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let order = || Order::of(shop.tariff);
    // N29
    for system in ["Plan-9", "debian-12-x86_64", "' OR 1=1 -- ", "<b>\"&\n"] {
        let order = order().with("ostempl", system);
        shop.refuses_order(order, "value", "ostempl").await;
    }
    let empty = order().with("ostempl", " ");
    shop.refuses_order(empty, "missed", "ostempl").await;
    // N30: nothing is near to what has no size.
    for configuration in [
        "i9-9900K-64Parsec-2x1024NVMe",
        "i9-9900K-99999999999999999999Gb-2x1024NVMe",
        "----",
        "i9-9900K-0Gb-0x0NVMe",
        "<b>\"&'",
    ] {
        let tariff = shop.host.tariff(configuration, &[shop.instance]).await;
        let item = shop.host.order(&Order::of(tariff)).await;
        let (_, ran) = shop.host.once("open", item).await;
        let is_near = ran.out.contains("type=\"similar_server\"");
        let kind = if is_near {
            "similar_server"
        } else {
            "no_free_server"
        };
        assert_refused(configuration, &ran, kind, "configuration");
    }
    // N38
    let long = format!("{}.test", "a.".repeat(200));
    for domain in [
        "host",
        "a b.test",
        "-a.test",
        "a.test\nb",
        "<x>.test",
        &long,
    ] {
        let order = order().with("domain", domain);
        shop.refuses_order(order, "value", "domain").await;
    }
    // A word that stands nowhere else: the judge looks for it everywhere.
    for email in [
        "nobody-at-all",
        "a b@c.test",
        "a@b@c.test",
        "<a@b.test>",
        "a@b",
        "a@b.test\n",
    ] {
        let order = order().client(email);
        shop.refuses_order(order, "value", "email").await;
    }
    shop.assert_untouched().await;
}

#[tokio::test]
async fn n31_a_server_that_two_services_name_is_nobody_s() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let (one, other) = (shop.put_on(1).await, shop.put_on(2).await);
    let bound = shop.host.parameters(one).await;
    for name in ["dcim6_server", "dcim6_user", "dcim6_stage"] {
        shop.host.set_parameter(other, name, &bound[name]).await;
    }
    for command in ["suspend", "close", "stop", "reboot"] {
        let job = Job::command(command).item(other);
        let ran = shop.host.command(job).await;
        assert_refused(command, &ran, "owner_mismatch", "dcim6_server");
    }
    // That two services name it is the tables' doing; what the module makes of it is judged by what it wrote.
    shop.assert_unwritten();
}
