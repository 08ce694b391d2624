//! N01 to N14: the command line.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use harness::Job;

use super::super::Shop;
use super::assert_clean;

/// Numbers that are no id: N06 to N10.
const NO_IDS: [&str; 16] = [
    "0",
    "00",
    "-1",
    "-0",
    "2147483648",
    "4294967297",
    "9223372036854775808",
    "99999999999999999999999999",
    "1x",
    "+1",
    "",
    " 1",
    "1.0",
    "0x1",
    "1e3",
    "\u{661}",
];

#[tokio::test]
async fn n01_n02_n05_a_command_that_is_missing_or_unknown() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let lines: [(&[&str], &str, &str); 13] = [
        (&[], "missed", "command"),
        (&["--item", "5"], "missed", "command"),
        (&["--lang=en"], "missed", "command"),
        (&["--newflag"], "missed", "command"),
        (&["--command", "opened"], "not_supported", "command"),
        (&["--command", "OPEN"], "not_supported", "command"),
        (&["--command="], "not_supported", "command"),
        (
            &["--command", "open;reboot\n<x>"],
            "not_supported",
            "command",
        ),
        (&["--command"], "missed", "command"),
        (&["--command", "open", "--item"], "missed", "item"),
        (
            &["--command", "open", "--item", "--module", "7"],
            "missed",
            "item",
        ),
        (
            &["--command", "check_param", "--value", "x", "--param"],
            "missed",
            "param",
        ),
        (&["-c", "sync_server", "-m"], "missed", "module"),
    ];
    for (line, kind, object) in lines {
        let job = Job::words(line);
        shop.refuses(&format!("{line:?}"), job, kind, object).await;
    }
    shop.assert_untouched().await;
}

/// N03, N04: tolerated.
#[tokio::test]
async fn n03_n04_what_a_later_billmanager_may_pass_is_passed_over() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = format!("--item={}", shop.order().await);
    let lines: [&[&str]; 6] = [
        &["--command", "features", "--new", "option"],
        &["--command=features", "--new=option", "--flag"],
        &["-x", "y", "-c", "features", "--new", ""],
        &["--command=features", "--new==<&>", "stray"],
        &["--command=sync_item", &item, "--new", "ö"],
        &["--new=1", &item, "--command", "sync_item", "--newflag"],
    ];
    for line in lines {
        let ran = shop.host.command(Job::words(line)).await;
        assert_eq!(ran.code, Some(0), "{line:?}: {ran:?}");
        assert!(!ran.out.contains("<error"), "{line:?}: {ran:?}");
        assert_clean(&format!("{line:?}"), &ran);
    }
    shop.assert_untouched().await;
}

#[tokio::test]
async fn n06_to_n10_a_number_that_is_no_id() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.order().await;
    for number in NO_IDS {
        for (command, option, object) in [
            ("open", "--item", "item"),
            ("sync_server", "--module", "module"),
            ("close", "--runningoperation", "runningoperation"),
            ("setparam", "--userid", "userid"),
            ("delip", "--ipid", "ip_id"),
        ] {
            // Of what may be absent, 0 is how BILLmanager may write that it is.
            if number == "0" && matches!(option, "--runningoperation" | "--userid") {
                continue;
            }
            let mut job = Job::command(command).option(option, number);
            if option != "--item" {
                job = job.item(item);
            }
            let case = format!("{command} {option} {number:?}");
            shop.refuses(&case, job, "value", object).await;
        }
    }
    shop.assert_untouched().await;
}

#[tokio::test]
async fn n11_words_that_are_not_utf8() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let bytes = |bytes: &'static [u8]| OsStr::from_bytes(bytes).to_owned();
    let lines: [Vec<OsString>; 4] = [
        vec!["--command".into(), bytes(b"op\xffen")],
        vec!["--command=sync_item".into(), bytes(b"--item=\xc3")],
        vec![
            "--command=sync_item".into(),
            "--new".into(),
            bytes(b"\xed\xa0\x80"),
        ],
        vec!["--command=features".into(), bytes(b"--\xfe\xfe")],
    ];
    for line in lines {
        let job = Job::words(&line);
        shop.refuses(&format!("{line:?}"), job, "value", "arguments")
            .await;
    }
    shop.assert_untouched().await;
}

#[tokio::test]
async fn n12_to_n14_what_is_not_there_or_another_s() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let mut foreign = shop.host.connection();
    "pmother".clone_into(&mut foreign.module);
    let foreign = shop.host.instance(&foreign).await;
    let (theirs, ours) = (shop.order().await, shop.order().await);
    let sql = "UPDATE item SET processingmodule = ?, status = 2 WHERE id = ?";
    shop.host.database.run(sql, &[&foreign, &theirs]).await;
    for command in ["open", "suspend", "close", "sync_item", "addip", "setparam"] {
        let job = Job::command(command);
        let case = format!("{command} of a service that is not there");
        let absent = job.clone().item(2_147_483_647);
        shop.refuses(&case, absent, "missed", "item").await;
        // A service that is active needs no opening, whosever it is.
        let command = if command == "open" { "reopen" } else { command };
        let case = format!("{command} of another program's service");
        let job = Job::command(command).item(theirs);
        shop.refuses(&case, job, "unsupported_module", "processingmodule")
            .await;
    }
    for command in ["get_server_config", "sync_server", "stat"] {
        for (module, kind) in [(foreign, "unsupported_module"), (2_147_483_647, "missed")] {
            let job = Job::command(command).module(module);
            let case = format!("{command} of module {module}");
            shop.refuses(&case, job, kind, "processingmodule").await;
        }
    }
    let operation = shop.host.begin("open", ours).await;
    let item = shop.order().await;
    for command in ["open", "suspend", "close", "setparam", "addip"] {
        let job = Job::command(command).item(item).operation(operation);
        let case = format!("{command} with another service's operation");
        shop.refuses(&case, job, "value", "runningoperation").await;
    }
    let row = shop.host.operation(operation).await.unwrap();
    assert_eq!((row.errorxml, row.manual), (None, false), "left alone");
    shop.assert_untouched().await;
}
