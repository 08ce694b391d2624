//! The names that others rely on, used by a stranger: `outside URL EMAIL PASSWORD` lives one life on the panel there.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use dcim6_client::{
    Client, Credentials, Delivery, Dialect, OperationHandle, PowerStatus, ServerId, TemplateKind, TokioClock, field,
};

fn unpin<T: Unpin>(stream: T) -> T {
    stream
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("usage: outside URL EMAIL PASSWORD");
    let (url, email, password) = (next()?, next()?, next()?);

    let pair: (String, String) = (email.clone(), password.clone());
    let plain = Client::builder(&url).credentials(pair).build()?;
    plain.auth().login().await?;

    let dcim = Client::builder(url)
        .credentials(Credentials::password(email, password))
        .clock(Arc::new(TokioClock))
        .seed(7)
        .dialect(Dialect::default())
        .build()?;
    let dcim = dcim.for_request("1204-551-1");

    let missing = dcim.server(ServerId::new(999_999)).get().await.err().ok_or("there is no such server")?;
    assert!(missing.is_not_found() && !missing.is_conflict());
    assert_eq!(missing.delivery(), Delivery::Answered);
    assert!(missing.request_id().is_some_and(|id| id.starts_with("1204-551-1-")));

    let free = field("owner_email").is_null() & field("location_id").eq(1);
    let mut free = unpin(dcim.servers().filter(free).stream());
    let server = loop {
        let server = free.next().await.ok_or("no free server")??;
        if server.power_status == PowerStatus::Off && server.data_ports().next().is_some() {
            break dcim.server(server.id);
        }
    };
    for port in server.switch_ports().await?.data() {
        port.up().verified().await?;
    }

    let templates = dcim.os_templates().all().await?;
    let system = templates.iter().find(|one| one.kind == Some(TemplateKind::Os)).ok_or("no system")?;
    let install = server.install(system.id).password("a long secret");
    let too_long = install.clone().timeout(Duration::from_secs(721 * 60)).start().await;
    assert!(too_long.is_err_and(|error| error.is_config() && error.delivery() == Delivery::NotSent));
    let install = install.timeout(Duration::from_secs(90 * 60)).start().await?;
    let saved = serde_json::to_string(&install.handle())?;
    let handle: OperationHandle = serde_json::from_str(&saved)?;
    let by_another = dcim.attach(handle).wait();
    install.wait().on_progress(|percent| println!("{percent} %")).await?;
    assert!(by_another.await?.status.is_ok());

    for port in server.switch_ports().await?.data() {
        port.down().await?;
    }
    println!("outside: server {} was installed and disconnected", server.id());
    Ok(())
}
