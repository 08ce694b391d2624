//! Every read of `billmanager-protocol.md` 8.2, word for word, by the user who may only read.

use sqlx::mysql::MySqlConnection;
use sqlx::{AssertSqlSafe, Connection, Row};

use super::Shop;

async fn rows(db: &mut MySqlConnection, sql: String) -> Vec<sqlx::mysql::MySqlRow> {
    sqlx::query(AssertSqlSafe(sql.clone()))
        .fetch_all(db)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

#[tokio::test]
async fn every_read_of_the_protocol_finds_its_columns() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let (item, tariff, instance) = (shop.item, shop.tariff, shop.instance);
    let mut db = shop.host.database.as_reader().await;
    for (sql, found) in [
        // Q1
        (
            format!(
                "SELECT i.id,i.name,i.account,i.pricelist,i.status,i.processingmodule,i.lastpricelist,i.autosuspend,i.employeesuspend,i.abusesuspend,pm.module FROM item i LEFT JOIN processingmodule pm ON pm.id=i.processingmodule WHERE i.id={item}"
            ),
            1,
        ),
        // Q2: ostempl and domain; no password was ordered
        (
            format!("SELECT intname,value FROM itemparam WHERE item={item}"),
            2,
        ),
        (
            format!("SELECT intname,value FROM itemcryptedparam WHERE item={item}"),
            0,
        ),
        (
            format!(
                "SELECT email FROM user WHERE account=(SELECT account FROM item WHERE id={item}) ORDER BY id LIMIT 1"
            ),
            1,
        ),
        // Q4
        (
            format!("SELECT intname,value FROM pricelistparam WHERE pricelist={tariff}"),
            1,
        ),
        // Q5: url, username, fingerprint; password
        (
            format!(
                "SELECT id,name,module,department,datacenter,config FROM processingmodule WHERE id={instance}"
            ),
            1,
        ),
        (
            format!("SELECT intname,value FROM processingparam WHERE processingmodule={instance}"),
            3,
        ),
        (
            format!(
                "SELECT intname,value FROM processingcryptedparam WHERE processingmodule={instance}"
            ),
            1,
        ),
        // Q6
        (
            format!(
                "SELECT ip.id,ip.name,ip.status,ip.mask,ip.gateway,ip.domain FROM ip JOIN item a ON a.id=ip.item WHERE a.parent={item}"
            ),
            1,
        ),
        // Q8, Q9
        (
            format!(
                "SELECT pm.id FROM processingmodule2pricelist x JOIN processingmodule pm ON pm.id=x.processingmodule WHERE x.pricelist={tariff} AND pm.module='pmdcim6' AND pm.active='on' AND pm.id NOT IN (99) ORDER BY pm.orderpriority,pm.ipmgr,pm.id"
            ),
            1,
        ),
        (
            format!(
                "SELECT COUNT(*) FROM processingmodule2pricelist WHERE processingmodule={instance}"
            ),
            1,
        ),
        // Q10: nothing is bound yet
        (
            format!(
                "SELECT v.value,u.value AS url FROM itemparam v JOIN item i ON i.id=v.item JOIN processingparam u ON u.processingmodule=i.processingmodule AND u.intname='url' WHERE v.intname IN ('dcim6_server','dcim6_candidate') AND i.status<>4 AND i.id<>{item}"
            ),
            0,
        ),
        // Q11, Q12
        ("SELECT * FROM datacenter WHERE id=1".to_owned(), 1),
        (format!("SELECT GET_LOCK('pmdcim6.item.{item}',0)"), 1),
        (format!("SELECT RELEASE_LOCK('pmdcim6.item.{item}')"), 1),
        // Q13
        (
            format!(
                "SELECT v.id,v.intname FROM itemtypeparamvalue v JOIN itemtypeparam p ON p.id=v.itemtypeparam JOIN itemtype t ON t.id=p.itemtype JOIN processingmodule2itemtypeparamvalue l ON l.itemtypeparamvalue=v.id WHERE t.intname='dedic' AND p.intname='ostempl' AND l.processingmodule={instance}"
            ),
            0,
        ),
    ] {
        assert_eq!(rows(&mut db, sql.clone()).await.len(), found, "{sql}");
    }
    db.close().await.unwrap();
}

/// Q3: one address in the tariff's price, and as many more as were ordered.
#[tokio::test]
async fn the_add_ons_say_how_many_addresses_were_ordered() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let order = harness::Order::of(shop.tariff).addresses(3);
    let item = shop.host.order(&order).await;
    let mut db = shop.host.database.as_reader().await;
    let sql = format!(
        "SELECT COALESCE(NULLIF(p.intname,''),t.intname) k,p.addontype,p.billtype,COALESCE(ie.intname,pe.intname) e,COALESCE(i.boolvalue,p.addonbool) b,COALESCE(i.addonlimit,p.addonlimit,0)+COALESCE(i.intvalue,0) n FROM pricelist p LEFT JOIN itemtype t ON t.id=p.itemtype LEFT JOIN item i ON i.pricelist=p.id AND i.parent={item} LEFT JOIN enumerationitem ie ON ie.id=i.enumerationitem LEFT JOIN enumerationitem pe ON pe.id=p.enumerationitem WHERE p.parent={} AND (p.active='on' OR i.id IS NOT NULL) AND p.billtype NOT IN (4,10) AND (p.compound IS NULL OR i.id IS NOT NULL)",
        shop.tariff
    );
    let found = rows(&mut db, sql).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].get::<String, _>("k"), "ip");
    assert_eq!(found[0].get::<i64, _>("n"), 3);
    assert_eq!(shop.host.slots(item).await.len(), 3);
    db.close().await.unwrap();
}

/// Q7, and what the driver counts.
#[tokio::test]
async fn an_operation_counts_its_runs() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let operation = shop.host.pay(shop.item).await;
    assert_eq!(shop.host.status(shop.item).await, 5);
    let mut db = shop.host.database.as_reader().await;
    let mut tries = Vec::new();
    for _ in 0..3 {
        drop(shop.host.next_run(operation).await);
        let sql = format!("SELECT trycount FROM runningoperation WHERE id={operation}");
        tries.push(rows(&mut db, sql).await[0].get::<i32, _>(0));
    }
    assert_eq!(tries, [1, 2, 3]);
    for (sql, count) in [
        (
            format!("SELECT COUNT(*) FROM task WHERE runningoperation={operation}"),
            0,
        ),
        (
            format!(
                "SELECT COUNT(*) FROM runningoperation WHERE item={}",
                shop.item
            ),
            1,
        ),
    ] {
        assert_eq!(rows(&mut db, sql).await[0].get::<i64, _>(0), count);
    }
    db.close().await.unwrap();
}

#[tokio::test]
async fn the_module_may_only_read_and_lock() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let mut db = shop.host.database.as_reader().await;
    for sql in [
        "UPDATE item SET status=2",
        "DELETE FROM itemparam",
        "INSERT INTO task (type) VALUES ('x')",
        "DROP TABLE item",
    ] {
        let refused = sqlx::query(sql).execute(&mut db).await.unwrap_err();
        assert!(refused.to_string().contains("denied"), "{sql}: {refused}");
    }
    db.close().await.unwrap();
}

/// Whoever reads by position would read nonsense.
#[tokio::test]
async fn no_table_begins_with_what_its_read_begins_with() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let mut db = shop.host.database.as_reader().await;
    for (table, first) in [
        ("item", "id"),
        ("itemparam", "intname"),
        ("processingmodule", "id"),
        ("datacenter", "id"),
        ("ip", "id"),
    ] {
        let columns = rows(&mut db, format!("SHOW COLUMNS FROM {table}")).await;
        assert_ne!(columns[0].get::<String, _>("Field"), first, "{table}");
    }
    db.close().await.unwrap();
}
