//! Which services hold or keep which servers (Q10).

use sqlx::mysql::MySqlRow;

use super::row::Columns;
use crate::error::Error;
use crate::panel::Claim;

macro_rules! statement {
    ($server:literal) => {
        concat!(
            "SELECT v.item,v.intname,v.value,p.value AS panel,u.value AS url FROM itemparam v \
             JOIN item i ON i.id=v.item \
             LEFT JOIN itemparam p ON p.item=v.item AND p.intname='dcim6_panel' \
             LEFT JOIN processingparam u ON u.processingmodule=i.processingmodule AND u.intname='url' \
             WHERE v.intname IN ('dcim6_server','dcim6_candidate') AND v.value<>'' AND i.status<>4 AND i.id<>? ",
            $server,
            "ORDER BY v.item,v.intname DESC"
        )
    };
}

/// All of them, except those of one service.
pub const OF_ALL: &str = statement!("");
/// Those that name one server. As a number: staff may have typed a blank before it, and whoever holds it holds it all the same (S1).
pub const ON_ONE: &str = statement!("AND CAST(v.value AS UNSIGNED)=? ");

/// Read one row of either.
///
/// # Errors
/// `db`, naming the column.
pub fn read(row: &MySqlRow) -> Result<Claim, Error> {
    Ok(Claim {
        item: row.number("item")?,
        server: row.text("value")?,
        is_candidate: row.text("intname")? == "dcim6_candidate",
        panel: row.some_text("panel")?.filter(|panel| !panel.is_empty()),
        url: row.some_text("url")?,
    })
}
