//! Names are found without the C library, whose resolver loads modules of the machine (NSS): a static program dies of a signal when one of
//! them is of another release. `scripts/package-check` shows the same of the static program, with modules that break whoever loads them.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use dcim6_client::Client;
use harness::{Host, Job, Order, leave_out};

use super::{CONFIGURATION, Shop};

/// Stands before the C library, and ends whoever asks it for what a module of the machine would have to answer.
const TRAP: &str = "
void abort(void);
#define TRAP(name) long name(void) { abort(); return 0; }
TRAP(getaddrinfo) TRAP(getnameinfo) TRAP(gethostbyname) TRAP(gethostbyname2) TRAP(gethostbyname_r) TRAP(gethostbyname2_r)
TRAP(gethostbyaddr) TRAP(gethostbyaddr_r) TRAP(getservbyname) TRAP(getservbyname_r) TRAP(getpwnam) TRAP(getpwnam_r)
TRAP(getpwuid) TRAP(getpwuid_r) TRAP(getgrnam) TRAP(getgrnam_r) TRAP(getgrgid) TRAP(getgrgid_r) TRAP(getgrouplist)
TRAP(initgroups) TRAP(iconv_open) TRAP(setlocale)
";
/// Shows that the trap is set.
const VICTIM: &str = "
#include <netdb.h>
int main(void) { struct addrinfo *found; return getaddrinfo(\"localhost\", 0, 0, &found); }
";

/// Compile a text of C; `None` where there is no compiler.
fn compile(directory: &Path, name: &str, text: &str, options: &[&str]) -> Option<PathBuf> {
    let (source, result) = (directory.join(format!("{name}.c")), directory.join(name));
    std::fs::write(&source, text).unwrap();
    let mut compiler = Command::new("cc");
    let compiler = compiler.args(["-w", "-fno-builtin"]).args(options);
    match compiler.arg("-o").arg(&result).arg(&source).status() {
        Err(_) => {
            leave_out("cc");
            None
        }
        Ok(status) => {
            assert!(status.success(), "{name}.c");
            Some(result)
        }
    }
}

/// The trap, tried on a program that walks into it.
fn trap(directory: &Path) -> Option<String> {
    let trap = compile(directory, "trap.so", TRAP, &["-shared", "-fPIC"])?;
    let victim = compile(directory, "victim", VICTIM, &[])?;
    let run = |preload: &str| {
        let mut victim = Command::new(&victim);
        victim.env("LD_PRELOAD", preload).status().unwrap()
    };
    let trap = trap.to_str().unwrap().to_owned();
    assert_eq!(run("").code(), Some(0));
    assert!(run(&trap).signal().is_some(), "the trap is not set");
    Some(trap)
}

/// DCImanager and the database by name, for a whole life.
#[tokio::test]
async fn no_name_is_asked_of_the_c_library() {
    let directory = tempfile::tempdir().unwrap();
    let Some(trap) = trap(directory.path()) else {
        return;
    };
    let Some(host) = Host::builder().over_tcp().start().await else {
        return;
    };
    // No socket is looked for under this name, and no machine needs a line for it.
    let settings = host.root.read("etc/billmgr.conf");
    let by_name = settings.replace("DBHost 127.0.0.1:", "DBHost db.localhost:");
    assert_ne!(by_name, settings);
    host.root.write("etc/billmgr.conf", &by_name);
    let data_center = host.data_center(1).await;
    let url = host.mock.url().replace("127.0.0.1", "localhost");
    let connection = host.connection().in_data_center(data_center);
    let instance = host.instance(&connection.with("url", &url)).await;
    let tariff = host.tariff(CONFIGURATION, &[instance]).await;
    let shop = Shop {
        host,
        instance,
        tariff,
    };
    let item = shop.host.order(&Order::of(tariff)).await;
    for command in ["open", "suspend", "resume", "close"] {
        let operation = match command {
            "open" => shop.host.pay(item).await,
            _ => shop.host.begin(command, item).await,
        };
        let job = shop.host.next_run(operation).await;
        let ran = shop.host.command(job.env("LD_PRELOAD", &trap)).await;
        let ended = (ran.code, ran.signal, ran.err.as_str());
        assert_eq!(ended, (Some(0), None, ""), "{command}: {ran:?}");
    }
    let panel = Client::builder(&url).build().unwrap().panel().to_owned();
    let remembered = shop.host.parameters(item).await;
    assert_eq!(remembered["dcim6_panel"], panel, "reached by its name");
}

/// A name that leads nowhere is an error document, whatever the machine's resolver would do.
#[tokio::test]
async fn an_unknown_name_is_an_error_document() {
    let directory = tempfile::tempdir().unwrap();
    let Some(trap) = trap(directory.path()) else {
        return;
    };
    let Some(shop) = Shop::open().await else {
        return;
    };
    let port = shop.host.mock.url();
    let port = port.rsplit(':').next().unwrap();
    for (name, code) in [("localhost", 0), ("no-such-host.invalid", 1)] {
        let (email, password) = shop.host.mock.admin();
        let pin = shop.host.mock.pin().unwrap();
        let stdin = format!(
            "<doc><processingmodule><url>https://{name}:{port}</url><username>{email}</username>\
             <password>{password}</password><fingerprint>{pin}</fingerprint></processingmodule></doc>"
        );
        let job = Job::command("check_connection").stdin(stdin);
        let ran = shop.host.command(job.env("LD_PRELOAD", &trap)).await;
        assert_eq!(
            (ran.code, ran.signal),
            (Some(code), None),
            "{name}: {ran:?}"
        );
        let is_refused = ran.out.contains("type=\"client\" object=\"connect\"");
        assert_eq!(is_refused, code == 1, "{name}: {}", ran.out);
    }
}
