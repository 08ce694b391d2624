//! Diagnostics, which is also how disks are cleaned.

use super::Start;
use crate::body::Body;
use crate::endpoint::Op;
use crate::id::OsTemplateId;
use crate::model::OperationKind;
use crate::open_enum::open_enum;
use crate::servers::handle::ServerHandle;

impl ServerHandle {
    /// Run diagnostics, by a diagnostics template; disks are cleaned only with [`clear_hdd`](Start::clear_hdd). \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let wipe = server.diagnostics(OsTemplateId::new(4)).clear_hdd(ClearHdd::Quick);
    /// let done = wipe.start().await?.wait().await?;
    /// assert!(done.status.is_ok());
    /// # Ok(()) });
    /// ```
    pub fn diagnostics(&self, template: OsTemplateId) -> Start<Diagnose> {
        let what = Diagnose {
            template,
            clear_hdd: ClearHdd::default(),
        };
        let kind = OperationKind::Diagnostics;
        Start::new(self.clone(), Op::ServerDiag, kind, what, |what| {
            Ok(what.body())
        })
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
#[derive(Clone, Debug)]
pub struct Diagnose {
    template: OsTemplateId,
    clear_hdd: ClearHdd,
}

impl Start<Diagnose> {
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
        self.what.clear_hdd = how;
        self
    }
}

impl Diagnose {
    fn body(&self) -> Body {
        Body::default()
            .put("os_template", self.template.get())
            .put("clear_hdd", self.clear_hdd.as_str())
    }
}
