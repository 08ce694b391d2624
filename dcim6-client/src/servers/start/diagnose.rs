//! Diagnostics, which is also how disks are cleaned.

use std::time::Duration;

use super::{After, Start, limited, start};
use crate::body::Body;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::{OperationId, OsTemplateId};
use crate::model::OperationKind;
use crate::open_enum::open_enum;
use crate::servers::handle::ServerHandle;

impl ServerHandle {
    /// Run diagnostics, by a diagnostics template; disks are cleaned only with [`clear_hdd`](Diagnose::clear_hdd). \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let wipe = server.diagnostics(OsTemplateId::new(4)).clear_hdd(ClearHdd::Quick);
    /// let done = wipe.start().await?.wait().await?;
    /// assert!(done.status.is_ok());
    /// # Ok(()) });
    /// ```
    pub fn diagnostics(&self, template: OsTemplateId) -> Diagnose {
        Diagnose::new(self.clone(), template)
    }
}

open_enum! {
    /// Choose how diagnostics cleans the disks.
    ClearHdd default None {
        /// Not at all
        None = "none",
        /// Boot areas only: data can be recovered
        Quick = "quick",
        /// Everything; hours on large disks
        Full = "full",
    }
}

/// Run diagnostics, with or without cleaning the disks.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let wipe = server.diagnostics(OsTemplateId::new(4)).clear_hdd(ClearHdd::Full);
/// let started = wipe.timeout(Duration::from_secs(12 * 3600)).start().await?;
/// let done = started.wait().await?;
/// println!("clean since {:?}", done.finished_at);
/// # Ok(()) });
/// ```
#[derive(Clone)]
#[must_use = "nothing is sent without `start`"]
pub struct Diagnose {
    start: Start,
    template: OsTemplateId,
    clear_hdd: ClearHdd,
}

start!(Diagnose);
limited!(Diagnose);

impl Diagnose {
    pub(crate) fn new(server: ServerHandle, template: OsTemplateId) -> Self {
        Self {
            start: Start::new(server, Op::ServerDiag, OperationKind::Diagnostics),
            template,
            clear_hdd: ClearHdd::default(),
        }
    }

    /// Clean the disks. Clean means: this operation ended `ok`, uncut, before its limit (R21). Not at all by default.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let wipe = server.diagnostics(OsTemplateId::new(4)).clear_hdd(ClearHdd::Quick);
    /// assert!(wipe.start().await?.wait().await?.status.is_ok());
    /// # Ok(()) });
    /// ```
    pub fn clear_hdd(mut self, how: ClearHdd) -> Self {
        self.clear_hdd = how;
        self
    }

    #[allow(clippy::unnecessary_wraps, reason = "one signature for every start")]
    fn body(&self) -> Result<Body, Error> {
        Ok(Body::default()
            .put("os_template", self.template.get())
            .put("clear_hdd", self.clear_hdd.as_str()))
    }
}
