//! What a person can do with a server. The script fills the lists and sends what stands in a row.

use maud::{Markup, html};

use crate::world::World;
use crate::world::template::TemplateKind;

/// A row: its name, its fields, its buttons.
struct Row {
    name: &'static str,
    fields: &'static [Field],
    /// What it says, the action, what is sent beside the fields.
    buttons: &'static [(&'static str, &'static str, &'static str)],
}

enum Field {
    /// Name, what it offers.
    List(&'static str, &'static str),
    /// Name, what may be nobody.
    Maybe(&'static str, &'static str),
    Level,
    System,
    Text(&'static str, &'static str),
    Number(&'static str, &'static str),
}

use Field::{Level, List, Maybe, Number, System, Text};

const ROWS: [Row; 15] = [
    Row {
        name: "install",
        fields: &[System],
        buttons: &[("Install", "install", "")],
    },
    Row {
        name: "diagnose",
        fields: &[Level],
        buttons: &[("Diagnose", "diag", "")],
    },
    Row {
        name: "operation",
        fields: &[],
        buttons: &[
            ("rescue", "recovery", ""),
            ("suspend", "suspend", ""),
            ("resume", "resume", ""),
            ("cancel", "cancel", ""),
        ],
    },
    Row {
        name: "power",
        fields: &[],
        buttons: &[
            ("on", "power", r#"{"goal":"on"}"#),
            ("off", "power", r#"{"goal":"off"}"#),
            ("reset", "power", r#"{"goal":"reset"}"#),
        ],
    },
    Row {
        name: "button",
        fields: &[],
        buttons: &[
            ("on", "press_power", r#"{"goal":"on"}"#),
            ("off", "press_power", r#"{"goal":"off"}"#),
        ],
    },
    Row {
        name: "current",
        fields: &[],
        buttons: &[
            ("on", "outlet", r#"{"on":true}"#),
            ("off", "outlet", r#"{"on":false}"#),
        ],
    },
    Row {
        name: "owner",
        fields: &[Maybe("owner", "users")],
        buttons: &[("Set", "owner", "")],
    },
    Row {
        name: "maintenance",
        fields: &[],
        buttons: &[
            ("on", "maintenance", r#"{"on":true}"#),
            ("off", "maintenance", r#"{"on":false}"#),
        ],
    },
    Row {
        name: "protection",
        fields: &[],
        buttons: &[
            ("on", "protection", r#"{"on":true}"#),
            ("off", "protection", r#"{"on":false}"#),
        ],
    },
    Row {
        name: "address",
        fields: &[],
        buttons: &[
            ("+ IPv4", "add_address", r#"{"family":"ipv4"}"#),
            ("+ IPv6", "add_address", r#"{"family":"ipv6"}"#),
        ],
    },
    Row {
        name: "",
        fields: &[List("address", "ips")],
        buttons: &[("delete", "delete_address", "")],
    },
    Row {
        name: "",
        fields: &[List("address", "ips"), Number("server", "1")],
        buttons: &[("move to it", "move_address", "")],
    },
    Row {
        name: "disk",
        fields: &[List("serial", "disks")],
        buttons: &[("pull", "pull_disk", "")],
    },
    Row {
        name: "",
        fields: &[Text("serial", "D-new"), Number("size_gb", "1024")],
        buttons: &[("insert", "insert_disk", "")],
    },
    Row {
        name: "everywhere",
        fields: &[],
        buttons: &[
            ("end sessions", "expire_sessions", ""),
            ("licence off", "licence", r#"{"expired":true}"#),
            ("on", "licence", r#"{"expired":false}"#),
        ],
    },
];

pub(super) fn template(world: &World) -> Markup {
    html! {
        template #actions {
            h2 { "Act" }
            div .set { span { "as" } select #who data-list="users" data-none="staff" aria-label="Who acts" {} }
            @for row in &ROWS {
                div .set role="group" aria-label=(row.name) {
                    span { (row.name) }
                    @for field in row.fields { (input(world, field)) }
                    @for (text, action, body) in row.buttons {
                        button type="button" data-act=(action) data-body=[Some(body).filter(|body| !body.is_empty())] { (text) }
                    }
                }
            }
        }
    }
}

fn input(world: &World, field: &Field) -> Markup {
    html! {
        @match field {
            List(name, list) => select name=(name) data-list=(list) aria-label=(name) {},
            Maybe(name, list) => select name=(name) data-list=(list) data-none="none" aria-label=(name) {},
            Level => select name="clear_hdd" aria-label="Clean-up" {
                @for level in ["none", "quick", "full"] { option { (level) } }
            },
            System => select name="os_template" aria-label="Template" {
                @for one in world.templates.values().filter(|one| one.kind == TemplateKind::Os) {
                    option value=(one.id) { (one.name) }
                }
            },
            Text(name, value) => input .short name=(name) value=(value) aria-label=(name) spellcheck="false";,
            Number(name, value) => input .short name=(name) value=(value) aria-label=(name) type="number" min="1";,
        }
    }
}
