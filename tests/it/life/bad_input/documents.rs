//! N15 to N26: the document on standard input.

use harness::Job;

use super::super::Shop;
use super::assert_refused;

impl Shop {
    /// The five commands that read standard input.
    fn readers(&self) -> [Job; 5] {
        let param = Job::command("check_param")
            .option("--param", "domain")
            .option("--value", "s.a.test");
        [
            Job::command("tune_connection"),
            Job::command("check_connection"),
            param,
            Job::command("get_suitable_module"),
            Job::command("pricelist_dynamic_settings_tune").module(self.instance),
        ]
    }

    async fn refuses_documents(&self, documents: &[&[u8]]) {
        for document in documents {
            let shown = document[..document.len().min(60)].escape_ascii();
            for job in self.readers() {
                let case = format!("{job:?}, {shown}");
                let job = job.stdin(document);
                self.refuses(&case, job, "xml", "stdin").await;
            }
        }
        self.assert_untouched().await;
    }
}

#[tokio::test]
async fn n15_n17_n18_no_document_or_another() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    shop.refuses_documents(&[
        // N15
        b"",
        b" \n\t ",
        b"<?xml version=\"1.0\"?>",
        b"<!-- nothing -->",
        // N17
        b"<doc>",
        b"<doc><a></doc></a>",
        b"<doc>a & b</doc>",
        b"<doc/>more",
        b"doc",
        b"<doc a=b/>",
        // N18
        b"<other/>",
        b"<DOC/>",
        b"<a><doc/></a>",
        b"<doc/><doc/>",
    ])
    .await;
}

/// N16: an input that is never closed, with nothing in it, a part of a document, a whole one, or more than enough.
#[tokio::test]
async fn n16_an_input_that_is_never_closed() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let wait = async |document: &str, number: usize| {
        let job = shop.readers()[number].clone();
        let job = job.stdin(document).stdin_stays_open();
        let ran = shop.host.command(job).await;
        assert_refused(&format!("{number}, {document:?}"), &ran, "xml", "stdin");
        assert!(ran.out.contains("not closed within 10 s"), "{ran:?}");
    };
    tokio::join!(
        wait("", 0),
        wait("", 1),
        wait("<doc>", 2),
        wait("<doc/>", 3),
        wait("<doc/>", 4),
    );
    shop.assert_untouched().await;
}

#[tokio::test]
async fn n19_to_n21_documents_that_mean_harm() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let deep = "<doc>".repeat(1_000) + &"</doc>".repeat(1_000);
    let just_too_deep = "<doc>".repeat(65) + &"</doc>".repeat(65);
    let never_closed = "<doc>".repeat(1_000);
    let with_attributes = format!("<doc>{}", "<a b=\"c\">".repeat(1_000));
    let nothing = " ".repeat(1024 * 1024 + 1);
    let attribute = format!("<doc a=\"{}\"/>", "a".repeat(50_000_000));
    let elements = format!("<doc>{}</doc>", "<a/>".repeat(300_000));
    let text = format!("<doc>{}</doc>", "a".repeat(50_000_000));
    shop.refuses_documents(&[
        // N19
        b"<!DOCTYPE doc><doc/>",
        b"<!DOCTYPE doc SYSTEM \"file:///etc/passwd\"><doc/>",
        b"<!DOCTYPE doc [<!ENTITY a \"b\">]><doc>&a;</doc>",
        b"<doc>&a;</doc>",
        b"<doc><a b=\"&c;\"/></doc>",
        // N20
        deep.as_bytes(),
        just_too_deep.as_bytes(),
        never_closed.as_bytes(),
        with_attributes.as_bytes(),
        // N21
        elements.as_bytes(),
        text.as_bytes(),
        nothing.as_bytes(),
        attribute.as_bytes(),
    ])
    .await;
}

#[tokio::test]
async fn n22_n23_signs_that_xml_does_not_have() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let signs = "\u{feff}<doc/>".encode_utf16();
        signs.flat_map(order).collect()
    };
    shop.refuses_documents(&[
        // N22
        &utf16(u16::to_le_bytes),
        &utf16(u16::to_be_bytes),
        b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><doc>\xe9</doc>",
        b"<doc>\xc0\x80</doc>",
        // N23
        b"<doc>\0</doc>",
        b"<doc>\x01</doc>",
        b"<doc a=\"\x1f\"/>",
        b"<doc>&#0;</doc>",
        b"<doc>&#x1f;</doc>",
        b"<doc a=\"&#1;\"/>",
        b"\0",
    ])
    .await;
}

/// N24, and a mark of the byte order before UTF-8: tolerated.
#[tokio::test]
async fn n24_signs_of_four_bytes_are_as_good_as_any() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    for document in [
        "<doc><name>\u{1f600} \u{10ffff}</name></doc>",
        "<doc><\u{20000}>x</\u{20000}></doc>",
        "<doc><a b=\"\u{1d11e}\"></a></doc>",
        "<doc><name><![CDATA[\u{1f1e9}\u{1f1ea}]]></name></doc>",
        "\u{feff}<doc><name>a</name></doc>",
    ] {
        let job = Job::command("tune_connection").stdin(document);
        let ran = shop.host.command(job).await;
        // Said again in the plainest form.
        let mut expected = document.to_owned();
        for mark in ["\u{feff}", "<![CDATA[", "]]>"] {
            expected = expected.replace(mark, "");
        }
        assert_eq!((ran.code, ran.out), (Some(0), expected));
        assert_eq!(ran.err, "");
    }
}

#[tokio::test]
async fn n25_n26_what_is_there_twice_or_not_at_all() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let login = "<username>a@b.test</username><password>p</password>";
    let form = |inner: &str| format!("<doc><processingmodule>{inner}</processingmodule></doc>");
    let url = "<url>127.0.0.1</url>";
    for (reader, document, kind, object) in [
        // N25
        (0, "<doc><func>a</func><func>b</func></doc>".to_owned(), "value", "func"),
        (1, form(&format!("{url}{url}{login}")), "value", "url"),
        (1, form(&format!("{url}{login}<password>q</password>")), "value", "password"),
        (1, format!("<doc><id>7</id><id>8</id>{url}</doc>"), "value", "id"),
        (2, "<doc><item><processingmodule>7</processingmodule><processingmodule>8</processingmodule></item></doc>".to_owned(), "value", "processingmodule"),
        (3, "<doc><item><pricelist>1</pricelist><pricelist>2</pricelist></item></doc>".to_owned(), "value", "pricelist"),
        // N26
        (1, "<doc/>".to_owned(), "missed", "url"),
        (1, form(&format!("<url> </url>{login}")), "missed", "url"),
        (1, form(&format!("{url}<password>p</password>")), "missed", "username"),
        (1, form(&format!("{url}<username>a@b.test</username>")), "missed", "password"),
        (1, format!("<doc><id>x</id>{url}</doc>"), "value", "id"),
        (3, "<doc/>".to_owned(), "value", "pricelist"),
        (3, "<doc><item><pricelist>x</pricelist></item></doc>".to_owned(), "value", "pricelist"),
    ] {
        let job = shop.readers()[reader].clone().stdin(&document);
        shop.refuses(&document, job, kind, object).await;
    }
    for (command, object) in [
        ("check_param", "param"),
        ("pricelist_dynamic_settings_tune", "module"),
    ] {
        let job = Job::command(command).stdin("<doc/>");
        shop.refuses(command, job, "missed", object).await;
    }
    shop.assert_untouched().await;
}
