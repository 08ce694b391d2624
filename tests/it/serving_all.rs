//! `pmdcim6 sync`: one odd server, or one odd service, stops only itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use billmgr_module::Host;
use billmgr_module::provider::{Tool, run_tool};
use dcim6_client::{
    BoxFuture, Transport, TransportError, TransportFailure, WireRequest, WireResponse,
};
use mock_dcim::{PanelAction, PowerGoal};
use standin::InProcess;

use crate::ready::LATER;
use crate::shop::{CONFIGURATION, ITEM, Shop};

/// In what way a server, or all of DCImanager, is odd.
#[derive(Debug, Clone, Copy)]
enum Oddity {
    /// A field of another type than it should be.
    Undecodable,
    /// This status, whatever is asked.
    Status(u16),
    /// No connection.
    Away,
    /// The certificate is not trusted.
    Untrusted,
}

/// A DCImanager some of whose servers are odd.
#[derive(Debug)]
struct Odd {
    inner: InProcess,
    servers: BTreeMap<u64, Oddity>,
}

impl Odd {
    fn of(&self, request: &WireRequest) -> Option<Oddity> {
        let (_, rest) = request.url.as_str().split_once("/server/")?;
        let id = rest.split(['/', '?']).next()?.parse().ok()?;
        self.servers.get(&id).copied()
    }
}

impl Transport for Odd {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        let oddity = self.of(&request);
        let listed: Vec<u64> = self.servers.keys().copied().collect();
        let is_list = request.operation == "server_list";
        Box::pin(async move {
            match oddity {
                Some(Oddity::Away) => return Err(TransportError::new(TransportFailure::NotSent)),
                Some(Oddity::Untrusted) => return Err(TransportError::new(TransportFailure::Tls)),
                Some(Oddity::Status(status)) => {
                    return Ok(WireResponse {
                        status,
                        ..WireResponse::default()
                    });
                }
                Some(Oddity::Undecodable) | None => {}
            }
            let mut answer = self.inner.send(request).await?;
            if is_list || matches!(oddity, Some(Oddity::Undecodable)) {
                let mut body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
                let spoil = |server: &mut serde_json::Value| server["ip"] = "none".into();
                match body.get_mut("list") {
                    Some(list) => list
                        .as_array_mut()
                        .unwrap()
                        .iter_mut()
                        .filter(|server| listed.iter().any(|id| server["id"] == *id))
                        .for_each(spoil),
                    None => spoil(&mut body),
                }
                answer.body = body.to_string().into_bytes();
            }
            Ok(answer)
        })
    }
}

/// A shop with so many active services, whose servers are off. Answers their servers.
async fn with_services(count: u64) -> (Shop, Vec<u64>) {
    let shop = Shop::with(|mut shop| {
        for more in 1..count {
            let email = format!("client{more}@a.test");
            shop = shop.order(ITEM + more, 31, "Debian-12-x86_64", &email);
        }
        shop.tariff(31, CONFIGURATION)
    })
    .await;
    let mut servers = Vec::new();
    for item in ITEM..ITEM + count {
        let (_, ran) = shop.once("open", item).await;
        assert_eq!(ran.code, 0, "{}", ran.out);
        let server = shop.server(item).unwrap();
        let goal = PowerGoal::Off;
        let off = PanelAction::Power { server, goal };
        shop.simulation.mock.act(off).unwrap();
        servers.push(server);
    }
    shop.pass(LATER);
    (shop, servers)
}

async fn tool(shop: &Shop, servers: BTreeMap<u64, Oddity>, tool: Tool) -> (u8, String) {
    let actor = shop.simulation.clock.participant();
    let inner = InProcess(shop.simulation.mock.clone());
    let host = Host::new(&shop.simulation.panel, actor.clock())
        .seed(1)
        .transport(Arc::new(Odd { inner, servers }));
    let mut out = Vec::new();
    let code = run_tool(&host, tool, &mut out).await;
    (code.unwrap(), String::from_utf8(out).unwrap())
}

async fn sync(shop: &Shop, servers: BTreeMap<u64, Oddity>) -> (u8, String) {
    let (module, at_once) = (7, 1);
    tool(shop, servers, Tool::Sync { module, at_once }).await
}

/// The first in line, and the first of DCImanager's own list too.
#[tokio::test]
async fn one_odd_server_stops_only_itself() {
    for oddity in [
        Oddity::Undecodable,
        Oddity::Status(500),
        Oddity::Status(429),
        Oddity::Away,
        Oddity::Untrusted,
    ] {
        let (shop, servers) = with_services(3).await;
        let (code, out) = sync(&shop, BTreeMap::from([(servers[0], oddity)])).await;
        assert_eq!(code, 1, "{oddity:?}: {out}");
        let end = "2 services reconciled, 0 left to whoever works on them, 1 failed\n";
        assert!(out.ends_with(end), "{oddity:?}: {out}");
        let on: Vec<bool> = servers.iter().map(|server| shop.is_on(*server)).collect();
        assert_eq!(on, [false, true, true], "{oddity:?}");
        // The next run has nothing in its way.
        let (code, out) = sync(&shop, BTreeMap::new()).await;
        assert_eq!(code, 0, "{out}");
        assert!(shop.is_on(servers[0]));
        shop.assert_unharmed();
    }
}

/// Every server odd, and none of them says that DCImanager is away.
#[tokio::test]
async fn odd_servers_stop_nobody_however_many_they_are() {
    let (shop, servers) = with_services(5).await;
    let odd = servers[..4].iter().map(|id| (*id, Oddity::Status(500)));
    let (code, out) = sync(&shop, odd.collect()).await;
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains("1 services reconciled") && out.ends_with("4 failed\n"),
        "{out}"
    );
    assert!(shop.is_on(servers[4]));
}

/// What is not reached in a row of three ends the run, and the rest is counted.
#[tokio::test]
async fn a_dcimanager_that_is_away_is_not_asked_for_every_service() {
    for oddity in [Oddity::Away, Oddity::Untrusted] {
        let (shop, servers) = with_services(6).await;
        let away = servers.iter().map(|id| (*id, oddity));
        let (code, out) = sync(&shop, away.clone().collect()).await;
        assert_eq!(code, 1, "{out}");
        assert!(
            out.contains("stopped: DCImanager cannot be used\n"),
            "{out}"
        );
        let end =
            "0 services reconciled, 0 left to whoever works on them, 3 failed, 3 not reached\n";
        assert!(out.ends_with(end), "{out}");
        // Two, one that is reached, and three.
        let but_third = away.filter(|(id, _)| *id != servers[2]);
        let (code, out) = sync(&shop, but_third.collect()).await;
        assert_eq!(code, 1, "{out}");
        let end = "1 services reconciled, 0 left to whoever works on them, 5 failed\n";
        assert!(out.ends_with(end), "{out}");
        assert!(shop.is_on(servers[2]));
    }
}

/// A log-in that is refused is refused for all (safety.md H, row A).
#[tokio::test]
async fn a_refused_log_in_ends_the_run() {
    let (shop, servers) = with_services(2).await;
    let rule = mock_dcim::FaultRule::new("auth_login", "auth").skip(1);
    shop.simulation.mock.fault(rule).unwrap();
    let (code, out) = sync(&shop, BTreeMap::new()).await;
    assert_eq!(code, 1, "{out}");
    assert!(out.ends_with("1 failed, 1 not reached\n"), "{out}");
    assert!(servers.iter().all(|server| !shop.is_on(*server)));
}
