//! The mock as a library.

use std::net::SocketAddr;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tokio::task::JoinHandle;

use crate::builder::{MockBuilder, StartError};
use crate::core::Core;
use crate::exchange::{Request, Response};
use crate::fault::{Fault, FaultRule};
use crate::journal::JournalEntry;
use crate::ledger::facts::Fact;
use crate::ledger::verdict::Verdict;
use crate::listener::Shared;
use crate::moment::Moment;
use crate::recording::Recording;
use crate::snapshot::Snapshot;
use crate::tls::Tls;
use crate::vary::Variation;
use crate::world::World;
use crate::world::actor::Person;
use crate::world::event::Fired;
use crate::world::lever::Lever;
use crate::world::person::PanelAction;
use crate::world::refusal::Refusal;
use crate::world::settings::DurationKind;

/// A running DCImanager 6 in this process. It stops when it is dropped.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use mock_dcim::{MockDcim, PanelAction};
/// use std::time::Duration;
///
/// let mock = MockDcim::start().await.unwrap();
/// let operation = mock.act(PanelAction::Recovery { server: 1 }).unwrap();
/// mock.advance(Duration::from_secs(300));
/// assert!(mock.world(|world| !world.operation(operation.unwrap()).unwrap().is_running()));
/// assert_eq!(mock.verdict().violations, 0);
/// # });
/// ```
#[derive(Debug)]
pub struct MockDcim {
    pub(crate) core: Shared,
    pub(crate) address: SocketAddr,
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) accepting: JoinHandle<()>,
}

impl MockDcim {
    /// Start a mock on a free port of 127.0.0.1, with the built-in fleet and a frozen clock.
    ///
    /// # Errors
    /// When no port of 127.0.0.1 can be listened on.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Start with something else than the defaults.
    pub fn builder() -> MockBuilder {
        MockBuilder::default()
    }

    /// Give the URL of the panel, without a path: `http://127.0.0.1:41234`.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Give the certificate of the authority that signed ours, as PEM; none without TLS.
    #[cfg(feature = "tls")]
    pub fn ca_pem(&self) -> Option<String> {
        self.tls.as_ref().map(|tls| tls.ca_pem.clone())
    }

    /// Give the SHA-256 fingerprint of our certificate in hexadecimal digits; none without TLS.
    #[cfg(feature = "tls")]
    pub fn pin(&self) -> Option<String> {
        self.tls.as_ref().map(|tls| tls.pin.clone())
    }

    /// Give e-mail and password of the administrator.
    pub fn admin(&self) -> (String, String) {
        let admin = self.core().config.admin.clone();
        (admin.email, admin.password)
    }

    /// Give the virtual time.
    pub fn now(&self) -> SystemTime {
        self.core().clock.now().into()
    }

    /// Advance virtual time; answers what happened meanwhile, in order.
    pub fn advance(&self, span: Duration) -> Vec<Fired> {
        let mut core = self.core();
        let to = core.clock.now() + span;
        core.advance_to(to)
    }

    /// Advance virtual time to an instant; one that has passed changes nothing.
    pub fn advance_to(&self, time: SystemTime) -> Vec<Fired> {
        self.core().advance_to(Moment::from(time))
    }

    /// Advance to the next due event and no further; nothing happens if none is due ever.
    pub fn advance_to_next(&self) -> Vec<Fired> {
        self.core().advance_to_next()
    }

    /// Give all exchanges so far, oldest first; the ring keeps the last 10,000.
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.core().journal.entries().cloned().collect()
    }

    /// Give the last exchange.
    pub fn last_call(&self) -> Option<JournalEntry> {
        self.core().journal.entries().next_back().cloned()
    }

    /// Give the whole world as JSON.
    pub fn state(&self) -> Value {
        self.core().state()
    }

    /// Give the ledger's judgement.
    pub fn verdict(&self) -> Verdict {
        self.core().ledger.verdict()
    }

    /// Tell the ledger what BILLmanager knows.
    pub fn fact(&self, fact: Fact) {
        self.core().fact(fact);
    }

    /// Act as a member of staff; answers the operation that it started.
    ///
    /// # Errors
    /// When DCImanager's own rules refuse it; nothing has changed.
    pub fn act(&self, action: PanelAction) -> Result<Option<u64>, Refusal> {
        self.act_as(Person::Staff, action)
    }

    /// Act as a certain person.
    ///
    /// # Errors
    /// When DCImanager's own rules refuse it; nothing has changed.
    pub fn act_as(&self, who: Person, action: PanelAction) -> Result<Option<u64>, Refusal> {
        self.core().act(who, action).map(|answer| answer.operation)
    }

    /// Change how the world behaves.
    ///
    /// # Errors
    /// When the lever names something that does not exist.
    pub fn lever(&self, lever: Lever) -> Result<(), Refusal> {
        self.core().pull(lever)
    }

    /// Set how long something takes on a server, or on all servers without a time of their own.
    ///
    /// # Errors
    /// When there is no such server.
    pub fn set_duration(
        &self,
        server: Option<u64>,
        of: DurationKind,
        span: Duration,
    ) -> Result<(), Refusal> {
        self.lever(Lever::Duration {
            server,
            of,
            seconds: span,
        })
    }

    /// Write answers as another release might, from now on (R39).
    pub fn vary(&self, how: Variation) {
        self.core().vary(how);
    }

    /// Spoil exchanges from now on; answers the id of the rule.
    ///
    /// # Errors
    /// When operation, effect or a parameter is unknown; nothing has changed.
    pub fn fault(&self, rule: FaultRule) -> Result<u64, Refusal> {
        self.core().add_fault(rule)
    }

    /// Give all fault rules and what they have done so far.
    pub fn faults(&self) -> Vec<Fault> {
        self.core().faults.list().to_vec()
    }

    /// Take a fault rule back.
    ///
    /// # Errors
    /// When there is no such rule.
    pub fn remove_fault(&self, id: u64) -> Result<(), Refusal> {
        self.core().remove_fault(id)
    }

    /// Read the world.
    pub fn world<T>(&self, read: impl FnOnce(&World) -> T) -> T {
        let mut core = self.core();
        core.catch_up();
        read(&core.world)
    }

    /// Give everything as it is now, so that another mock can go on from here.
    pub fn snapshot(&self) -> Snapshot {
        let mut core = self.core();
        core.catch_up();
        Snapshot::of(&core)
    }

    /// Give all that was done to it since it began, so that it can be done again.
    pub fn recording(&self) -> Recording {
        let mut core = self.core();
        core.catch_up();
        Recording::of(&core)
    }

    /// Begin again, as if just started.
    pub fn reset(&self) {
        self.core().reset();
    }

    /// Exchange a request for an answer without a socket, product and control API alike.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let mock = mock_dcim::MockDcim::start().await.unwrap();
    /// let answer = mock.exchange("GET", "/_mock/health", &[], b"");
    /// assert_eq!(answer.status, 200);
    /// # });
    /// ```
    pub fn exchange(
        &self,
        method: &str,
        path_and_query: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        let (path, query) = path_and_query
            .split_once('?')
            .unwrap_or((path_and_query, ""));
        let headers = headers
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()));
        self.core().exchange(&Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.collect(),
            body: body.to_vec(),
        })
    }

    fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for MockDcim {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
