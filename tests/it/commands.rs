//! The command line, standard input and the documents BILLmanager reads (`billmanager-protocol.md` 2 and 3).

use std::ffi::OsString;

use billmgr_module::Host;
use standin::Ran;

use crate::shop::Shop;

async fn run(shop: &Shop, argv: &[&str], stdin: &str) -> Ran {
    let actor = shop.simulation.clock.participant();
    let argv: Vec<OsString> = argv.iter().map(OsString::from).collect();
    let mut out = Vec::new();
    let host = Host::new(&shop.simulation.panel, actor.clock());
    let code = host.run(&argv, &mut stdin.as_bytes(), &mut out).await;
    Ran {
        code,
        out: String::from_utf8(out).unwrap(),
    }
}

fn form(url: &str, username: &str, password: &str) -> String {
    format!(
        "<doc><processingmodule><url>{url}</url><username>{username}</username><password>{password}</password></processingmodule></doc>"
    )
}

#[tokio::test]
async fn the_features_document() {
    let shop = Shop::new().await;
    let ran = run(&shop, &["--command", "features"], "").await;
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!("features", ran.out.replace("><", ">\n<"));
    assert_eq!(shop.simulation.mock.journal().len(), 0);
}

#[test]
fn the_xml_description() {
    insta::assert_snapshot!("description", billmgr_module::description::DESCRIPTION);
}

#[tokio::test]
async fn check_connection_logs_in_and_lists() {
    let shop = Shop::new().await;
    let (email, password) = shop.simulation.mock.admin();
    let ran = run(
        &shop,
        &["--command", "check_connection"],
        &form(&shop.simulation.mock.url(), &email, &password),
    )
    .await;
    assert_eq!((ran.code, ran.out.as_str()), (0, "<doc/>"));
    let names: Vec<_> = shop
        .simulation
        .mock
        .journal()
        .iter()
        .filter_map(|entry| entry.name)
        .collect();
    assert_eq!(
        names,
        [
            "auth_login",
            "server_list",
            "server_configuration_list",
            "user_list",
            "os_template_list",
            "script_list",
            "location_list",
            "rack_list",
            "ip_pool_list"
        ]
    );
}

#[tokio::test]
async fn check_connection_says_what_is_wrong() {
    let shop = Shop::new().await;
    let url = shop.simulation.mock.url();
    let (email, password) = shop.simulation.mock.admin();
    for (stdin, kind, object) in [
        (
            form(&url, &email, "wrong"),
            "invalid_login_or_passwd",
            "username",
        ),
        (form("", &email, &password), "missed", "url"),
        (form(&url, "", &password), "missed", "username"),
        (form(&url, &email, ""), "missed", "password"),
        (
            form("http://dci.a.test", &email, &password),
            "value",
            "connection",
        ),
        (
            form("ftp://dci.a.test", &email, &password),
            "value",
            "connection",
        ),
        (
            form("https://169.254.1.1", &email, &password),
            "value",
            "connection",
        ),
        (String::new(), "xml", "stdin"),
        ("<doc><processingmodule>".to_owned(), "xml", "stdin"),
        ("<!DOCTYPE doc><doc/>".to_owned(), "xml", "stdin"),
    ] {
        let ran = run(&shop, &["--command", "check_connection"], &stdin).await;
        let expected = format!("type=\"{kind}\" object=\"{object}\"");
        assert_eq!(ran.code, 1, "{stdin}");
        assert!(ran.out.contains(&expected), "{stdin}: {}", ran.out);
        assert!(
            !ran.out.contains(&password) && !ran.out.contains("wrong"),
            "no secret in the error"
        );
    }
}

/// N01-N14: an error document and exit 1, and nothing touched.
#[tokio::test]
async fn bad_command_lines_are_refused() {
    let shop = Shop::new().await;
    for (argv, kind, object) in [
        (vec![], "missed", "command"),
        (vec!["--command"], "missed", "command"),
        (vec!["--command", "nonesuch"], "not_supported", "command"),
        (vec!["--command", "open"], "missed", "item"),
        (vec!["--command", "open", "--item"], "missed", "item"),
        (vec!["--command", "open", "--item", "0"], "value", "item"),
        (vec!["--command", "close", "--item", "-1"], "value", "item"),
        (
            vec!["--command", "suspend", "--item", "2147483648"],
            "value",
            "item",
        ),
        (
            vec!["--command", "resume", "--item", "99999999999999999999"],
            "value",
            "item",
        ),
        (
            vec!["--command", "sync_item", "--item", "1x"],
            "value",
            "item",
        ),
        (
            vec![
                "--command",
                "open",
                "--item",
                "1204",
                "--runningoperation",
                "x",
            ],
            "value",
            "runningoperation",
        ),
        (vec!["--command", "open", "--item", "77"], "missed", "item"),
        (
            vec!["--command", "sync_item", "--item", "77"],
            "missed",
            "item",
        ),
    ] {
        let ran = run(&shop, &argv, "").await;
        let expected = format!("type=\"{kind}\" object=\"{object}\"");
        assert_eq!(ran.code, 1, "{argv:?}");
        assert!(ran.out.contains(&expected), "{argv:?}: {}", ran.out);
    }
    assert_eq!(shop.simulation.mock.journal().len(), 0);
}
