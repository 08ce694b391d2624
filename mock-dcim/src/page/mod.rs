//! The page at `/_mock/`: the racks, what just happened, the promises, and the controls.
//!
//! Everything that the page does is a call of the control API. Only its looks are its own: [`view`] is the world as a
//! screen wants it, and what changed since the last look.

mod actions;
pub(crate) mod chronicle;
mod kinds;
pub(crate) mod origin;
mod promises;
mod shell;
mod standing;
mod unit;
mod view;

use crate::core::Core;
use crate::exchange::{Request, Response};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const ICON: &str = include_str!("icon.svg");

/// Answer what belongs to the page; nothing if the path is another's.
pub(crate) fn answer(core: &Core, request: &Request, path: &str) -> Option<Response> {
    if request.method != "GET" {
        return None;
    }
    Some(match path {
        "" => whole(shell::render(core)),
        "page.css" => sent("text/css; charset=utf-8", STYLE.into()),
        "page.js" => sent("text/javascript; charset=utf-8", SCRIPT.into()),
        "icon.svg" => sent("image/svg+xml", ICON.into()),
        "view" => sent("application/json", view::render(core, &request.query)),
        _ => return None,
    })
}

/// The page itself: it loads nothing from anywhere else, and nobody frames it.
fn whole(html: String) -> Response {
    let mut response = sent("text/html; charset=utf-8", html.into());
    let policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";
    for (name, value) in [
        ("content-security-policy", policy),
        ("referrer-policy", "no-referrer"),
    ] {
        response.headers.push((name.to_owned(), value.to_owned()));
    }
    response
}

fn sent(kind: &str, body: Vec<u8>) -> Response {
    let headers = [
        ("content-type", kind),
        // Another build of the mock may answer at the same address next time.
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ];
    Response {
        status: 200,
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        body,
        cut: None,
    }
}
