//! The two ports with something in between: counted, recorded, cut off.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use billmgr_module::Error;
use billmgr_module::panel::{
    Answer, Call, CallError, Claim, DataCenter, Instance, IpSlot, Item, ListValue, Lock, Panel,
    Parameters, RunningOperation, TariffOption,
};
use dcim6_client::{
    BoxFuture, Transport, TransportError, TransportFailure, WireRequest, WireResponse,
};
use mock_dcim::{Cut, MockDcim};
use tokio::sync::Notify;

/// Counts the exchanges of one command with both systems, and can stop the command for good after the k-th: the answer is lost, the effect
/// is not.
#[derive(Debug, Default)]
pub struct Meter {
    count: AtomicUsize,
    cut_after: Option<usize>,
    refuses: Option<&'static str>,
    ignores: Option<&'static str>,
    cut: Notify,
    /// The calls of BILLmanager's functions that mgrctl fails at, without effect: by number, counted from 1.
    fails: Range<usize>,
    calls: AtomicUsize,
    /// The call whose next answer is lost.
    lost: Mutex<Option<&'static str>>,
    lines: Mutex<Vec<Line>>,
    bindings: AtomicUsize,
}

/// One exchange, in the order the command made them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A call of a BILLmanager function, as a person would type it.
    Billmanager(String),
    /// A request to DCImanager, by the name of its operation, with its body.
    Dcimanager(&'static str, Option<Vec<u8>>),
}

impl Meter {
    /// Count only.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Stop the command after its `exchange`-th exchange, counted from 1.
    pub fn cutting_after(exchange: usize) -> Arc<Self> {
        Arc::new(Self {
            cut_after: Some(exchange),
            ..Self::default()
        })
    }

    /// Let BILLmanager refuse a function, whoever calls it.
    pub fn refusing(function: &'static str) -> Arc<Self> {
        Arc::new(Self {
            refuses: Some(function),
            ..Self::default()
        })
    }

    /// Let BILLmanager say yes to a function and do nothing.
    pub fn ignoring(function: &'static str) -> Arc<Self> {
        Arc::new(Self {
            ignores: Some(function),
            ..Self::default()
        })
    }

    /// Let mgrctl fail at these calls of BILLmanager's functions, counted from 1 (`mgrctl -R`).
    pub fn failing_at(calls: Range<usize>) -> Arc<Self> {
        Arc::new(Self {
            fails: calls,
            ..Self::default()
        })
    }

    /// Lose the answer of the next call of a BILLmanager function: it takes effect, and mgrctl fails.
    pub fn lose_answer_of(&self, function: &'static str) {
        *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(function);
    }

    fn loses(&self, function: &str) -> bool {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.take_if(|lost| *lost == function).is_some()
    }

    /// How many exchanges there were.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    /// How often the bindings of all services were fetched.
    pub fn fetched_all_bindings(&self) -> usize {
        self.bindings.load(Ordering::SeqCst)
    }

    /// The exchanges that show what a command does: calls and requests, no reads of tables.
    pub fn lines(&self) -> Vec<Line> {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Wait until the command has been stopped.
    pub async fn stopped(&self) {
        self.cut.notified().await;
    }

    async fn pass<T>(&self, line: Option<Line>, exchange: impl Future<Output = T>) -> T {
        if let Some(line) = line {
            self.lines
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
        let answer = exchange.await;
        let number = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        if Some(number) == self.cut_after {
            self.cut.notify_one();
            std::future::pending::<()>().await;
        }
        answer
    }
}

/// BILLmanager with a meter on the line.
pub struct MeteredPanel<'a> {
    panel: &'a dyn Panel,
    meter: Arc<Meter>,
}

impl<'a> MeteredPanel<'a> {
    /// Put `meter` before `panel`.
    pub fn new(panel: &'a dyn Panel, meter: Arc<Meter>) -> Self {
        Self { panel, meter }
    }
}

#[async_trait]
impl Panel for MeteredPanel<'_> {
    async fn item(&self, item: u64) -> Result<Option<Item>, Error> {
        self.meter.pass(None, self.panel.item(item)).await
    }
    async fn parameters(&self, item: u64) -> Result<Parameters, Error> {
        self.meter.pass(None, self.panel.parameters(item)).await
    }
    async fn client_email(&self, account: u64) -> Result<Option<String>, Error> {
        self.meter
            .pass(None, self.panel.client_email(account))
            .await
    }
    async fn options(&self, item: u64, pricelist: u64) -> Result<Vec<TariffOption>, Error> {
        self.meter
            .pass(None, self.panel.options(item, pricelist))
            .await
    }
    async fn suitable(&self, pricelist: u64, skip: &[u64]) -> Result<Vec<u64>, Error> {
        self.meter
            .pass(None, self.panel.suitable(pricelist, skip))
            .await
    }
    async fn tariff_count(&self, instance: u64) -> Result<u64, Error> {
        self.meter
            .pass(None, self.panel.tariff_count(instance))
            .await
    }
    async fn list_values(&self, instance: u64, param: &str) -> Result<Vec<ListValue>, Error> {
        self.meter
            .pass(None, self.panel.list_values(instance, param))
            .await
    }
    async fn services(&self, instance: u64, after: u64, most: u32) -> Result<Vec<u64>, Error> {
        self.meter
            .pass(None, self.panel.services(instance, after, most))
            .await
    }
    fn does_nothing(&self) -> bool {
        self.panel.does_nothing()
    }
    async fn tariff(&self, pricelist: u64) -> Result<BTreeMap<String, String>, Error> {
        self.meter.pass(None, self.panel.tariff(pricelist)).await
    }
    async fn instance(&self, instance: u64) -> Result<Option<Instance>, Error> {
        self.meter.pass(None, self.panel.instance(instance)).await
    }
    async fn data_center(&self, data_center: u64) -> Result<Option<DataCenter>, Error> {
        self.meter
            .pass(None, self.panel.data_center(data_center))
            .await
    }
    async fn slots(&self, item: u64) -> Result<Vec<IpSlot>, Error> {
        self.meter.pass(None, self.panel.slots(item)).await
    }
    async fn claims(&self, except_item: u64) -> Result<Vec<Claim>, Error> {
        self.meter.bindings.fetch_add(1, Ordering::SeqCst);
        self.meter.pass(None, self.panel.claims(except_item)).await
    }
    async fn claims_on(&self, server: u64, except_item: u64) -> Result<Vec<Claim>, Error> {
        self.meter
            .pass(None, self.panel.claims_on(server, except_item))
            .await
    }
    async fn running_operation(&self, operation: u64) -> Result<Option<RunningOperation>, Error> {
        self.meter
            .pass(None, self.panel.running_operation(operation))
            .await
    }
    async fn operations(&self, item: u64) -> Result<Vec<u64>, Error> {
        self.meter.pass(None, self.panel.operations(item)).await
    }
    async fn pending_operations(&self, item: u64) -> Result<u64, Error> {
        self.meter
            .pass(None, self.panel.pending_operations(item))
            .await
    }
    async fn try_lock(&self, name: &str) -> Result<Option<Box<dyn Lock>>, Error> {
        self.meter.pass(None, self.panel.try_lock(name)).await
    }
    async fn call(&self, call: &Call) -> Result<Answer, CallError> {
        let line = Some(Line::Billmanager(call.to_string()));
        if self.meter.refuses == Some(call.function) {
            let (kind, object) = ("value".to_owned(), "elid".to_owned());
            let refused = std::future::ready(Err(CallError::Refused { kind, object }));
            return self.meter.pass(line, refused).await;
        }
        if self.meter.ignores == Some(call.function) {
            let ignored = std::future::ready(Ok(Answer::default()));
            return self.meter.pass(line, ignored).await;
        }
        let number = self.meter.calls.fetch_add(1, Ordering::SeqCst) + 1;
        if self.meter.fails.contains(&number) {
            let failed = std::future::ready(Err(CallError::Transport("restarting".to_owned())));
            return self.meter.pass(line, failed).await;
        }
        let answer = self.meter.pass(line, self.panel.call(call)).await;
        if self.meter.loses(call.function) {
            return Err(CallError::Transport("the answer is lost".to_owned()));
        }
        answer
    }
}

/// DCImanager with a meter on the line.
#[derive(Debug)]
pub struct MeteredTransport {
    transport: Arc<dyn Transport>,
    meter: Arc<Meter>,
}

impl MeteredTransport {
    /// Put `meter` before `transport`.
    pub fn new(transport: Arc<dyn Transport>, meter: Arc<Meter>) -> Self {
        Self { transport, meter }
    }
}

impl Transport for MeteredTransport {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        let line = Line::Dcimanager(request.operation, request.body.clone());
        Box::pin(self.meter.pass(Some(line), self.transport.send(request)))
    }
}

/// A mock reached in the same process, without a socket.
pub struct InProcess(pub Arc<MockDcim>);

impl std::fmt::Debug for InProcess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InProcess")
    }
}

impl Transport for InProcess {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        let url = request.url.as_str();
        let path = url
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
        let headers: Vec<(&str, &str)> = request
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let body = request.body.as_deref().unwrap_or_default();
        let answer = self
            .0
            .exchange(request.method.as_str(), path.unwrap_or("/"), &headers, body);
        let result = match answer.cut {
            // One byte at a time is an answer all the same.
            None | Some(Cut::Drip(_)) => Ok(WireResponse {
                status: answer.status,
                headers: answer.headers,
                body: answer.body,
            }),
            Some(Cut::Silence(_)) => Err(TransportError::new(TransportFailure::Timeout)),
            Some(Cut::Reset | Cut::Truncate(_)) => {
                Err(TransportError::new(TransportFailure::Broken))
            }
        };
        Box::pin(std::future::ready(result))
    }
}
