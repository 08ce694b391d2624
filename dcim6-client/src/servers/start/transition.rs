//! The panel's own suspension and its end.

use super::{After, Start, start};
use crate::body::Body;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::OperationId;
use crate::model::OperationKind;
use crate::servers::handle::ServerHandle;

impl ServerHandle {
    /// Suspend the server by the panel's own operation (R37). The processing module switches ports instead. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.suspend().start().await?.wait().await?;
    /// assert_eq!(server.get().await?.state, Some(ServerState::Suspended));
    /// # Ok(()) });
    /// ```
    pub fn suspend(&self) -> Transition {
        Transition::suspend(self.clone())
    }

    /// Resume a server suspended by the panel's own operation (R37). \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.suspend().start().await?.wait().await?;
    /// server.resume().start().await?.wait().await?;
    /// assert_eq!(server.get().await?.state, Some(ServerState::Active));
    /// # Ok(()) });
    /// ```
    pub fn resume(&self) -> Transition {
        Transition::resume(self.clone())
    }
}

/// Suspend or resume a server by the panel's own operation (R37).
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// server.suspend().start().await?.wait().await?;
/// server.resume().start().await?.wait().await?;
/// # Ok(()) });
/// ```
#[derive(Clone)]
#[must_use = "nothing is sent without `start`"]
pub struct Transition {
    start: Start,
}

start!(Transition);

impl Transition {
    pub(crate) fn suspend(server: ServerHandle) -> Self {
        Self {
            start: Start::new(server, Op::ServerSuspend, OperationKind::Suspend),
        }
    }

    pub(crate) fn resume(server: ServerHandle) -> Self {
        Self {
            start: Start::new(server, Op::ServerResume, OperationKind::Resume),
        }
    }

    #[allow(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "one signature for every start"
    )]
    fn body(&self) -> Result<Body, Error> {
        Ok(Body::default())
    }
}
