//! The frame of the page. What moves in it is drawn by the script.

use maud::{DOCTYPE, Markup, html};

use super::kinds::{KINDS, Reach};
use super::promises::PROMISES;
use crate::core::Core;
use crate::fault::CONNECTION;
use crate::route::ROUTES;

pub(super) fn render(core: &Core) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "mock-dcim" }
                link rel="icon" href="/_mock/icon.svg";
                link rel="stylesheet" href="/_mock/page.css";
                script type="module" src="/_mock/page.js" {}
            }
            body {
                (bar(core))
                main id="main" {
                    (racks())
                    (timeline())
                    (ledger())
                    (faults())
                    aside id="side" aria-label="Details" hidden {}
                }
                (line())
                (super::actions::template(&core.world))
            }
        }
    };
    page.into_string()
}

fn bar(core: &Core) -> Markup {
    html! {
        header {
            @if core.is_open {
                p .warning role="alert" { "This mock listens beyond this host: whoever reaches it may act here." }
            }
            div .bar {
                h1 { "mock-dcim" }
                nav role="tablist" aria-label="Views" {
                    @for (key, id, name) in [("1", "racks", "Racks"), ("2", "timeline", "Timeline"), ("3", "ledger", "Ledger"), ("4", "faults", "Faults")] {
                        button role="tab" id={ "tab-" (id) } data-view=(id) aria-controls=(id) aria-selected="false" title={ "Key " (key) } {
                            (name) span .count .bad[id == "ledger"] id={ "count-" (id) } {}
                        }
                    }
                }
                p .meta { "seed " (core.config.seed) }
                p #live .live role="status" { "connecting" }
                button #reset data-post="reset" data-sure="Reset everything?" { "Reset" }
            }
            (clock())
        }
    }
}

fn clock() -> Markup {
    html! {
        div .clock role="group" aria-label="Virtual clock" {
            time #now { "" }
            div .seg role="group" aria-label="Rate" {
                button data-rate="0" data-post="clock" data-body=r#"{"freeze":true}"# aria-pressed="false" { "freeze" }
                @for rate in [1, 60, 600, 3600] {
                    button data-rate=(rate) data-post="clock" data-body={ "{\"rate\":" (rate) "}" } aria-pressed="false" { "×" (rate) }
                }
            }
            div .seg role="group" aria-label="Advance" {
                @for span in ["1m", "20m", "1h"] {
                    button data-post="clock" data-body={ "{\"advance\":\"" (span) "\"}" } { "+" (span) }
                }
            }
            form #advance .join {
                input #span aria-label="Advance by" value="90s" size="5" spellcheck="false" autocomplete="off";
                button { "Advance" }
            }
            button #next .primary data-post="clock" data-body=r#"{"advance":"next"}"# { "Next event" }
            p #due .due {}
        }
    }
}

fn racks() -> Markup {
    html! {
        section #racks role="tabpanel" aria-labelledby="tab-racks" {
            div .tools {
                input #find type="search" placeholder="name, owner, address, item  ( / )" aria-label="Find servers" spellcheck="false" autocomplete="off";
                div #states .chips role="group" aria-label="State" {
                    @for state in ["all", "free", "busy", "sold", "stopped", "trouble"] {
                        button data-state=(state) aria-pressed=(if state == "all" { "true" } else { "false" }) { (state) b {} }
                    }
                }
                p #shown .meta role="status" {}
                p .legend aria-hidden="true" {
                    span { i .l.up {} "link" } span { i .l.ring {} "open, no link" } span { i .l.down {} "closed" }
                    span { i .l.up.bmc {} "BMC" } span { i .d.own {} "own" } span { i .d.foreign {} "foreign data" }
                }
            }
            div #floor .scroll role="listbox" aria-label="Servers" tabindex="0" { div #sheet {} }
        }
    }
}

fn timeline() -> Markup {
    html! {
        section #timeline role="tabpanel" aria-labelledby="tab-timeline" hidden {
            div .tools {
                input #trace type="search" placeholder="one server: name or id" aria-label="Only this server" spellcheck="false" autocomplete="off";
                div #kinds .chips role="group" aria-label="Show" {
                    @for (kind, name) in [("service", "Service"), ("write", "Writes"), ("read", "Reads"), ("world", "World"), ("person", "People")] {
                        button data-kind=(kind) aria-pressed="true" { (name) }
                    }
                    button #odd aria-pressed="false" { "Only trouble" }
                }
                p #lines .meta role="status" {}
                button #follow aria-pressed="true" { "Follow" }
            }
            canvas #axis aria-hidden="true" {}
            div .heads aria-hidden="true" { span { "virtual time" } span { "service commands" } span { "exchanges" } span { "world" } span { "server" } }
            div #log .scroll role="listbox" aria-label="Timeline" tabindex="0" { div #roll {} }
        }
    }
}

fn ledger() -> Markup {
    html! {
        section #ledger role="tabpanel" aria-labelledby="tab-ledger" hidden {
            div .tools { p #verdict .verdict role="status" { b .bad {} span {} } }
            div .scroll {
                ol #promises .promises {
                    @for (id, title, text) in PROMISES {
                        li data-promise=(id) {
                            span .mark aria-hidden="true" {}
                            b { (id) }
                            div { h3 { (title) } p { (text) } div .stories {} }
                            span .word {}
                        }
                    }
                }
            }
        }
    }
}

fn faults() -> Markup {
    html! {
        section #faults role="tabpanel" aria-labelledby="tab-faults" hidden {
            form #inject .tools {
                label { "Operation"
                    select #operation {
                        option { "any" }
                        option { (CONNECTION) }
                        @for route in ROUTES { option { (route.name) } }
                    }
                }
                label { "let pass" input #skip type="number" min="0" value="0"; }
                label { "spoil" input #times type="number" min="1" value="1" placeholder="all"; }
                label .wide { "parameters" input #params placeholder="{}" spellcheck="false" autocomplete="off"; }
                button .primary { "Inject" }
            }
            div .halves {
                div .scroll {
                    h2 { "Kind" }
                    div #effects .effects role="radiogroup" aria-label="Kind of fault" {
                        @for (name, params, reach, text) in KINDS {
                            label {
                                input type="radio" name="effect" value=(name) data-params=(params) data-reach=(reach_of(reach)) checked[name == "reset_after"];
                                code { (name) }
                                span { (text) }
                                em { (reach.word()) }
                            }
                        }
                    }
                }
                div .scroll {
                    h2 { "In force" }
                    div #rules {}
                    h2 { "Control calls of this page" }
                    ol #calls .calls {}
                }
            }
        }
    }
}

fn reach_of(reach: Reach) -> &'static str {
    if reach == Reach::Connection {
        "connection"
    } else {
        "exchange"
    }
}

fn line() -> Markup {
    html! {
        footer {
            span aria-hidden="true" { "$" }
            code #curl tabindex="0" aria-label="The call behind the control" { "each control is a call of the control API: point at one to see it" }
            button #copy { "Copy" }
            output #said {}
        }
    }
}
