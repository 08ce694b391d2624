//! The writes to DCImanager. No other file may send one: each takes a [`Cleared`], and a lint forbids the SDK's writes elsewhere.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the one file that writes to DCImanager (safety.md E3)"
)]

use dcim6_client::{
    Client, Delivery, Error as SdkError, IpFamily, NewUser, OperationHandle, Start,
};
use secrecy::SecretString;

use super::clearance::Cleared;
use super::run::{Accepted, Outcome};
use super::step::Write;
use crate::error::Error;

/// What a write did.
#[derive(Debug)]
pub struct Done {
    /// How it went.
    pub outcome: Outcome,
    /// The operation it started, if it starts one.
    pub accepted: Option<Accepted>,
    /// Whether DCImanager has no such call.
    pub unknown_call: bool,
}

/// What some writes need beside themselves, because it must not stand in a step.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// The client's e-mail.
    pub email: String,
    /// A number that names the order in notes.
    pub item: u64,
    /// The password of the ordered system.
    pub password: Option<SecretString>,
    /// A password nobody will know, for a new user, who signs in by key (R49).
    pub throw_away: Option<SecretString>,
}

/// Send one write, once.
///
/// # Errors
/// Only a refused log-in ends the run; every other failure is an outcome that the next look explains.
pub async fn perform(
    client: &Client,
    cleared: Cleared,
    write: &Write,
    secrets: &Secrets,
) -> Result<Done, Error> {
    let server = client.server(cleared.server());
    let result = match write {
        Write::CreateUser => {
            let user = NewUser::new(
                &secrets.email,
                secrets.throw_away.clone().unwrap_or_default(),
            );
            client.users().create(user).await.map(|_| None)
        }
        Write::Owner(Some(user)) => server.set_owner(*user).await.map(|()| None),
        Write::Owner(None) => server.clear_owner().await.map(|()| None),
        Write::Edit(domain) => {
            let notes = format!("BILLmanager service {}", secrets.item);
            server
                .edit()
                .notes(notes)
                .domain(domain)
                .send()
                .await
                .map(|()| None)
        }
        Write::Port(switch, port, true) => {
            client.switch_port(*switch, *port).up().await.map(|()| None)
        }
        Write::Port(switch, port, false) => client
            .switch_port(*switch, *port)
            .down()
            .await
            .map(|()| None),
        Write::Power(true) => server.power_on().await.map(|()| None),
        Write::Power(false) => server.power_off().await.map(|()| None),
        Write::Reset => server.power_reset().await.map(|()| None),
        Write::AddIps(count) => server
            .add_ip()
            .family(IpFamily::V4)
            .count(*count)
            .send()
            .await
            .map(|()| None),
        Write::DeleteIp(ip) => server.delete_ip(*ip).await.map(|()| None),
        Write::Maintenance(on) => server.set_maintenance(*on).await.map(|()| None),
        Write::Cancel(operation) => server.operation(*operation).cancel().await.map(|()| None),
        Write::Install(handle, template, domain, script) => {
            let mut install = server
                .install(*template)
                .password(secrets.password.clone().unwrap_or_default());
            if let Some(domain) = domain {
                install = install.domain(domain);
            }
            if let Some(script) = script {
                install = install.script(*script);
            }
            if let Some(limit) = handle.limit() {
                install = install.timeout(limit);
            }
            start(install, client, handle).await
        }
        Write::Diagnostics(handle, template, level) => {
            let mut diagnostics = server.diagnostics(*template).clear_hdd(level.clone());
            if let Some(limit) = handle.limit() {
                diagnostics = diagnostics.timeout(limit);
            }
            start(diagnostics, client, handle).await
        }
    };
    match result {
        Ok(accepted) => Ok(Done {
            outcome: Outcome::Accepted,
            accepted,
            unknown_call: false,
        }),
        Err(error) => {
            let unknown_call = matches!(write, Write::Maintenance(_)) && error.is_not_found();
            failed(write, &error).map(|outcome| Done {
                outcome,
                accepted: None,
                unknown_call,
            })
        }
    }
}

async fn start<K>(
    what: Start<K>,
    client: &Client,
    intent: &OperationHandle,
) -> Result<Option<Accepted>, SdkError> {
    let running = what.prepare(intent.previous())?.send().await?;
    Ok(Some(Accepted {
        sent_at: intent.sent_at(),
        operation: running.operation_id(),
        panel_at: client.panel_time(),
    }))
}

/// Read a failed write by safety.md H: what nobody knows, what is in the way, what staff must decide, and what the state will tell.
fn failed(write: &Write, error: &SdkError) -> Result<Outcome, Error> {
    if error.is_login_refused() || error.is_unauthenticated() {
        return Err(Error::from(error));
    }
    Ok(if error.delivery() == Delivery::Unknown {
        Outcome::Unknown
    } else if error.is_conflict() {
        Outcome::Conflict
    } else if error.is_protected() || error.is_licence() || error.is_forbidden() {
        Outcome::Refused(Error::from(error))
    } else {
        let error = Error::from(error);
        Outcome::Failed(Error::new(error.kind(), write.name(), error.value()))
    })
}
