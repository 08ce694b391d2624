//! Switching a port, and seeing it switched (R31).

use std::future::IntoFuture;
use std::time::Duration;

use super::port::SwitchPort;
use crate::body::Body;
use crate::call::Call;
use crate::clock::BoxFuture;
use crate::endpoint::Op;
use crate::error::{Delivery, Error, ErrorKind};
use crate::model::PortStatus;

/// How often [`SetPort::verified`] looks, and for how long. The panel's own delay is not known; the mock's is 5 s (R31).
const LOOK_EVERY: Duration = Duration::from_secs(2);
const LOOK_FOR: Duration = Duration::from_secs(60);

impl SwitchPort {
    /// Enable the port. Await it to send once; [`verified`](SetPort::verified) also waits until it shows. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.switch_ports().await?.data()[0].up().await?;
    /// # Ok(()) });
    /// ```
    pub fn up(&self) -> SetPort {
        self.set(PortStatus::Up)
    }

    /// Disable the port. Await it to send once; [`verified`](SetPort::verified) also waits until it shows. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.switch_ports().await?.data()[0].down().await?;
    /// # Ok(()) });
    /// ```
    pub fn down(&self) -> SetPort {
        self.set(PortStatus::Down)
    }

    fn set(&self, goal: PortStatus) -> SetPort {
        SetPort::new(self.clone(), goal)
    }
}

/// Switch a port: await it to send once.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let port = &server.switch_ports().await?.data()[0];
/// port.down().await?;
/// # Ok(()) });
/// ```
///
/// # Errors
/// The call is harmless to repeat (class I), so after an unknown delivery: read, and send again only if the port is not as wanted.
/// `is_protected()`: the server on it is protected (R34).
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct SetPort {
    port: SwitchPort,
    goal: PortStatus,
}

impl SetPort {
    fn new(port: SwitchPort, goal: PortStatus) -> Self {
        Self { port, goal }
    }

    /// Also wait until a re-read shows the port as set (R31): every 2 s, for at most 60 s.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let port = &server.switch_ports().await?.data()[0];
    /// port.down().verified().await?;
    /// assert_eq!(port.read_admin_status().await?, PortStatus::Down);
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// As [`SetPort`], where it was not accepted. An unknown delivery also if it was accepted and then could not be read, or
    /// (`is_timeout()`) does not show within 60 s.
    pub async fn verified(self) -> Result<(), Error> {
        self.send().await?;
        let accepted = Op::SwitchPortSet.endpoint().name;
        let clock = self.port.client.clock();
        let until = clock.now() + LOOK_FOR;
        loop {
            let shown = self.port.read_admin_status().await;
            if shown.map_err(|error| error.after_write(accepted))? == self.goal {
                return Ok(());
            }
            if clock.now() + LOOK_EVERY > until {
                let unseen = Error::new(ErrorKind::Timeout, Delivery::Unknown);
                return Err(unseen.after_write(accepted));
            }
            clock.sleep(LOOK_EVERY).await;
        }
    }

    async fn send(&self) -> Result<(), Error> {
        let call = Call::new(Op::SwitchPortSet)
            .id("switch_id", self.port.switch.get())
            .id("port_id", self.port.id.get())
            .body(Body::default().put("admin_status", self.goal.as_str()));
        self.port.client.send(call).await
    }
}

impl IntoFuture for SetPort {
    type Output = Result<(), Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.send().await })
    }
}
