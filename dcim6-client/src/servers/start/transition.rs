//! The panel's own suspension and its end.

use super::Start;
use crate::body::Body;
use crate::endpoint::Op;
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
    pub fn suspend(&self) -> Start<Transition> {
        let (op, kind) = (Op::ServerSuspend, OperationKind::Suspend);
        Start::new(self.clone(), op, kind, Transition, |_| Ok(Body::default()))
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
    pub fn resume(&self) -> Start<Transition> {
        let (op, kind) = (Op::ServerResume, OperationKind::Resume);
        Start::new(self.clone(), op, kind, Transition, |_| Ok(Body::default()))
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
#[derive(Clone, Copy, Debug)]
pub struct Transition;
