//! The real BILLmanager: its command-line client for whatever changes something, its database for whatever is read.

mod claims;
mod crypt;
mod database;
mod lock;
mod mgrctl;
mod row;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use dcim6_client::Clock;
use sqlx::mysql::MySqlRow;

use self::crypt::Key;
use self::database::{Bind, Database};
use self::mgrctl::Mgrctl;
use self::row::Columns;
use super::{
    Answer, Call, CallError, Claim, DataCenter, Instance, IpSlot, Item, ItemStatus, ListValue,
    Lock, Panel, Parameters, RunningOperation, TariffOption,
};
use crate::error::{Error, ErrorKind};
use crate::interrupt::Interrupt;

/// The status of an address row that is an empty place (`billmanager-protocol.md` 8.1).
const EMPTY_SLOT: u64 = 1;
/// The one crypted parameter that the module reads, of services and of instances.
const PASSWORD: &str = "password";

/// The BILLmanager of a root directory such as `/usr/local/mgr5`.
pub struct LivePanel {
    root: PathBuf,
    mgrctl: Arc<Mgrctl>,
    database: Database,
}

impl LivePanel {
    /// Stand before the BILLmanager of `root`. Nothing is run or opened yet.
    pub fn new(root: PathBuf, clock: &Arc<dyn Clock>, interrupt: &Interrupt) -> Self {
        let mgrctl = Mgrctl::new(root.clone(), clock.clone(), interrupt.clone());
        let mgrctl = Arc::new(mgrctl);
        let database = Database::new(mgrctl.clone(), clock.clone(), interrupt.clone());
        Self {
            root,
            mgrctl,
            database,
        }
    }

    async fn one(&self, sql: &'static str, binds: &[Bind<'_>]) -> Result<Option<MySqlRow>, Error> {
        Ok(self.database.rows(sql, binds).await?.into_iter().next())
    }

    async fn pairs(&self, sql: &'static str, id: u64) -> Result<BTreeMap<String, String>, Error> {
        let rows = self.database.rows(sql, &[Bind::Id(id)]).await?;
        let pair = |row: &MySqlRow| Ok((row.text("intname")?, row.text("value")?));
        rows.iter().map(pair).collect()
    }

    /// Open the password among crypted parameters; other ones are none of our business.
    async fn opened(
        &self,
        sql: &'static str,
        id: u64,
    ) -> Result<BTreeMap<String, secrecy::SecretString>, Error> {
        let crypted = self.pairs(sql, id).await?;
        let Some(sealed) = crypted.get(PASSWORD) else {
            return Ok(BTreeMap::new());
        };
        let path = self.database.settings().await?.crypt_key.clone();
        let password = Key::read(&self.root.join(path))?.open(PASSWORD, sealed)?;
        Ok(BTreeMap::from([(PASSWORD.to_owned(), password)]))
    }
}

#[async_trait]
impl Panel for LivePanel {
    async fn item(&self, item: u64) -> Result<Option<Item>, Error> {
        // The columns that say who stopped a service are read by nobody here.
        let sql = "SELECT i.id,i.name,i.account,i.pricelist,i.status,i.processingmodule,i.lastpricelist,pm.module \
                   FROM item i LEFT JOIN processingmodule pm ON pm.id=i.processingmodule WHERE i.id=?";
        let Some(row) = self.one(sql, &[Bind::Id(item)]).await? else {
            return Ok(None);
        };
        let status = row.number("status")?;
        let known = i64::try_from(status).ok().and_then(ItemStatus::from_number);
        Ok(Some(Item {
            id: row.number("id")?,
            name: row.text("name")?,
            account: row.number("account")?,
            pricelist: row.number("pricelist")?,
            last_pricelist: row.some_number("lastpricelist")?.filter(|id| *id > 0),
            status: known.ok_or_else(|| {
                let why = format!("{status}: a state this module does not know");
                Error::new(ErrorKind::Db, "item.status", why)
            })?,
            instance: row.some_number("processingmodule")?,
            program: row.some_text("module")?,
        }))
    }

    async fn parameters(&self, item: u64) -> Result<Parameters, Error> {
        let plain = "SELECT intname,value FROM itemparam WHERE item=?";
        let crypted = "SELECT intname,value FROM itemcryptedparam WHERE item=?";
        let plain = self.pairs(plain, item).await?;
        let (secret, unreadable) = match self.opened(crypted, item).await {
            Ok(secret) => (secret, None),
            Err(error) if error.object() == Some(PASSWORD) => (BTreeMap::new(), Some(error)),
            Err(error) => return Err(error),
        };
        Ok(Parameters {
            plain,
            secret,
            unreadable,
        })
    }

    async fn client_email(&self, account: u64) -> Result<Option<String>, Error> {
        let sql = "SELECT email FROM user WHERE account=? ORDER BY id LIMIT 1";
        let row = self.one(sql, &[Bind::Id(account)]).await?;
        row.map_or(Ok(None), |row| row.some_text("email"))
    }

    async fn options(&self, item: u64, pricelist: u64) -> Result<Vec<TariffOption>, Error> {
        let sql = "SELECT COALESCE(NULLIF(p.intname,''),t.intname) AS k,COALESCE(ie.intname,pe.intname) AS e,\
                   CAST(COALESCE(i.addonlimit,p.addonlimit,0)+COALESCE(i.intvalue,0) AS SIGNED) AS n \
                   FROM pricelist p LEFT JOIN itemtype t ON t.id=p.itemtype \
                   LEFT JOIN item i ON i.pricelist=p.id AND i.parent=? \
                   LEFT JOIN enumerationitem ie ON ie.id=i.enumerationitem \
                   LEFT JOIN enumerationitem pe ON pe.id=p.enumerationitem \
                   WHERE p.parent=? AND (p.active='on' OR i.id IS NOT NULL) AND p.billtype NOT IN (4,10) \
                   AND (p.compound IS NULL OR i.id IS NOT NULL) ORDER BY k,p.id";
        let rows = self
            .database
            .rows(sql, &[Bind::Id(item), Bind::Id(pricelist)])
            .await?;
        let option = |row: &MySqlRow| {
            Ok(TariffOption {
                name: row.some_text("k")?.unwrap_or_default(),
                chosen: row.some_text("e")?,
                count: row.some_number("n")?.unwrap_or(0),
            })
        };
        rows.iter().map(option).collect()
    }

    async fn tariff(&self, pricelist: u64) -> Result<BTreeMap<String, String>, Error> {
        let sql = "SELECT intname,value FROM pricelistparam WHERE pricelist=?";
        self.pairs(sql, pricelist).await
    }

    async fn instance(&self, instance: u64) -> Result<Option<Instance>, Error> {
        let sql =
            "SELECT id,name,module,department,datacenter,config FROM processingmodule WHERE id=?";
        let Some(row) = self.one(sql, &[Bind::Id(instance)]).await? else {
            return Ok(None);
        };
        let plain = "SELECT intname,value FROM processingparam WHERE processingmodule=?";
        let crypted = "SELECT intname,value FROM processingcryptedparam WHERE processingmodule=?";
        Ok(Some(Instance {
            id: row.number("id")?,
            name: row.text("name")?,
            program: row.text("module")?,
            department: row.some_number("department")?,
            data_center: row.some_number("datacenter")?,
            settings: self.pairs(plain, instance).await?,
            secrets: self.opened(crypted, instance).await?,
            config: row.some_text("config")?,
        }))
    }

    async fn data_center(&self, data_center: u64) -> Result<Option<DataCenter>, Error> {
        // The two columns are assumed; where they have other names, the data center reads as unsuitable, and says so.
        let sql = "SELECT * FROM datacenter WHERE id=?";
        let Some(row) = self.one(sql, &[Bind::Id(data_center)]).await? else {
            return Ok(None);
        };
        Ok(Some(DataCenter {
            id: row.number("id")?,
            is_dcimanager6: row.optional_text("dcimanager6")?.as_deref() == Some("on"),
            location: row.optional_text("external_id")?,
        }))
    }

    async fn slots(&self, item: u64) -> Result<Vec<IpSlot>, Error> {
        let sql = "SELECT ip.id,ip.name,ip.status FROM ip JOIN item a ON a.id=ip.item WHERE a.parent=? ORDER BY ip.id";
        let rows = self.database.rows(sql, &[Bind::Id(item)]).await?;
        let slot = |row: &MySqlRow| {
            let empty = row.number("status")? == EMPTY_SLOT;
            let address = row.some_text("name")?.filter(|_| !empty);
            Ok(IpSlot {
                id: row.number("id")?,
                address: address.unwrap_or_default(),
            })
        };
        rows.iter().map(slot).collect()
    }

    async fn claims(&self, except_item: u64) -> Result<Vec<Claim>, Error> {
        let rows = self
            .database
            .rows(claims::OF_ALL, &[Bind::Id(except_item)])
            .await?;
        rows.iter().map(claims::read).collect()
    }

    async fn claims_on(&self, server: u64, except_item: u64) -> Result<Vec<Claim>, Error> {
        let binds = [Bind::Id(except_item), Bind::Id(server)];
        let rows = self.database.rows(claims::ON_ONE, &binds).await?;
        let mut claims: Vec<Claim> = rows.iter().map(claims::read).collect::<Result<_, _>>()?;
        // What is no number at all, and only begins with one, is nobody's server.
        claims.retain(|claim| claim.number() == Some(server));
        Ok(claims)
    }

    async fn running_operation(&self, operation: u64) -> Result<Option<RunningOperation>, Error> {
        // All columns: whether there is one called `manual` is an assumption that no read may depend on.
        let sql = "SELECT * FROM runningoperation WHERE id=?";
        let Some(row) = self.one(sql, &[Bind::Id(operation)]).await? else {
            return Ok(None);
        };
        let tasks = "SELECT COUNT(*) AS n FROM task WHERE runningoperation=?";
        Ok(Some(RunningOperation {
            item: row.some_number("item")?.unwrap_or(0),
            tries: row.some_number("trycount")?.unwrap_or(0),
            tasks: self.database.count(tasks, operation).await?,
            is_manual: row.optional_text("manual")?.as_deref() == Some("on"),
        }))
    }

    async fn operations(&self, item: u64) -> Result<Vec<u64>, Error> {
        let sql = "SELECT id FROM runningoperation WHERE item=? ORDER BY id";
        let rows = self.database.rows(sql, &[Bind::Id(item)]).await?;
        rows.iter().map(|row| row.number("id")).collect()
    }

    async fn pending_operations(&self, item: u64) -> Result<u64, Error> {
        let sql = "SELECT COUNT(*) AS n FROM runningoperation WHERE item=?";
        self.database.count(sql, item).await
    }

    async fn suitable(&self, pricelist: u64, skip: &[u64]) -> Result<Vec<u64>, Error> {
        // The few instances of a tariff are filtered here, so that the statement stays one that can be prepared.
        let sql = "SELECT pm.id FROM processingmodule2pricelist x JOIN processingmodule pm ON pm.id=x.processingmodule \
                   WHERE x.pricelist=? AND pm.module='pmdcim6' AND pm.active='on' ORDER BY pm.orderpriority,pm.ipmgr,pm.id";
        let rows = self.database.rows(sql, &[Bind::Id(pricelist)]).await?;
        let ids: Vec<u64> = rows
            .iter()
            .map(|row| row.number("id"))
            .collect::<Result<_, _>>()?;
        Ok(ids.into_iter().filter(|id| !skip.contains(id)).collect())
    }

    async fn tariff_count(&self, instance: u64) -> Result<u64, Error> {
        let sql = "SELECT COUNT(*) AS n FROM processingmodule2pricelist WHERE processingmodule=?";
        self.database.count(sql, instance).await
    }

    async fn list_values(&self, instance: u64, param: &str) -> Result<Vec<ListValue>, Error> {
        let sql = "SELECT v.id,v.intname FROM itemtypeparamvalue v JOIN itemtypeparam p ON p.id=v.itemtypeparam \
                   JOIN itemtype t ON t.id=p.itemtype \
                   JOIN processingmodule2itemtypeparamvalue l ON l.itemtypeparamvalue=v.id \
                   WHERE t.intname='dedic' AND p.intname=? AND l.processingmodule=? ORDER BY v.id";
        let rows = self
            .database
            .rows(sql, &[Bind::Text(param), Bind::Id(instance)])
            .await?;
        let value = |row: &MySqlRow| {
            Ok(ListValue {
                id: row.number("id")?,
                name: row.text("intname")?,
            })
        };
        rows.iter().map(value).collect()
    }

    async fn services(&self, instance: u64, after: u64, most: u32) -> Result<Vec<u64>, Error> {
        let sql = "SELECT id FROM item WHERE processingmodule=? AND id>? AND status NOT IN (1,4) ORDER BY id LIMIT ?";
        let binds = [Bind::Id(instance), Bind::Id(after), Bind::Id(most.into())];
        let rows = self.database.rows(sql, &binds).await?;
        rows.iter().map(|row| row.number("id")).collect()
    }

    fn does_nothing(&self) -> bool {
        self.root.join("etc/billmgr.DoNothing").exists()
    }

    async fn try_lock(&self, name: &str) -> Result<Option<Box<dyn Lock>>, Error> {
        lock::try_take(&self.database, name).await
    }

    async fn call(&self, call: &Call) -> Result<Answer, CallError> {
        self.mgrctl.run(call).await
    }
}
