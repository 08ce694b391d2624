//! The table of all calls of the product: name, method, path, who may, and who answers.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

use crate::api;
use crate::call::{Call, Reply};
use crate::schema::{self, Schema};
use crate::wire::{answer, operation, request, server};
use crate::world::refusal::Refusal;

/// HTTP methods of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Delete,
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anybody, without a session.
    Public,
    /// Any user; customers see and touch only their own servers.
    User,
    /// Administrators.
    Admin,
}

/// One row.
pub(crate) struct Route {
    /// Its name in the specification, section 3.
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    /// The path behind `/api/`, with `{placeholders}`.
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    /// How well the call is known: documented, observed, sibling or assumed.
    pub(crate) evidence: &'static str,
    /// The body that it reads; none for GET and DELETE.
    pub(crate) request: Option<fn() -> Schema>,
    /// The answer, or the row of a list.
    pub(crate) response: fn() -> Schema,
    pub(crate) handler: fn(&mut Call<'_>) -> Result<Reply, Refusal>,
}

impl Route {
    /// Whether it answers a list and takes the parameters of one.
    pub(crate) fn is_list(&self) -> bool {
        self.name.ends_with("_list")
    }
}

/// Schemas are made once: making them is much slower than answering a call.
#[derive(Default)]
struct Made {
    fields: OnceLock<Vec<String>>,
    row: OnceLock<Schema>,
}

static MADE: LazyLock<BTreeMap<&'static str, Made>> = LazyLock::new(|| {
    let entries = ROUTES.iter().map(|route| (route.name, Made::default()));
    entries.collect()
});

/// The fields of a request body that somebody reads.
pub(crate) fn request_fields(route: &Route) -> &'static [String] {
    let Some(made) = MADE.get(route.name) else {
        return &[];
    };
    made.fields.get_or_init(|| {
        let schema = route.request.map(|make| make());
        let properties = schema.as_ref().and_then(|schema| schema.get("properties"));
        match properties {
            Some(Value::Object(properties)) => properties.keys().cloned().collect(),
            _ => Vec::new(),
        }
    })
}

/// The schema of an answer, or of a row of a list.
pub(crate) fn row_schema(route: &Route) -> &'static Schema {
    static NOTHING: Schema = Value::Null;
    let made = MADE.get(route.name);
    made.map_or(&NOTHING, |made| made.row.get_or_init(|| (route.response)()))
}

macro_rules! routes {
    ($($name:ident $method:ident $path:literal $access:ident $evidence:ident ($($request:ty)?) -> $response:ty, $handler:path;)*) => {
        /// All routes, in the order of the specification.
        pub(crate) static ROUTES: &[Route] = &[$(Route {
            name: stringify!($name),
            method: Method::$method,
            path: $path,
            access: Access::$access,
            evidence: stringify!($evidence),
            request: routes!(@body $($request)?),
            response: schema::answered::<$response>,
            handler: $handler,
        }),*];
    };
    (@body) => { None };
    (@body $request:ty) => { Some(schema::read::<$request>) };
}

routes! {
    auth_login Post "auth/v4/public/token" Public observed (request::Login) -> answer::LoggedIn, api::auth::login;
    auth_login_by_key Post "auth/v4/public/key" Public sibling (request::LoginByKey) -> answer::LoggedIn, api::auth::login_by_key;
    auth_key_create Post "auth/v4/user/{user}/key" Admin documented (request::Nothing) -> answer::KeyMade, api::auth::make_key;
    auth_logout Delete "auth/v4/token/{token}" User sibling () -> answer::Empty, api::auth::logout;
    auth_whoami Get "auth/v4/whoami" User sibling () -> answer::WhoAmI, api::auth::whoami;
    server_list Get "dci/v3/server" User documented () -> server::ServerOut, api::servers::list;
    server_configuration_list Get "dci/v3/server/configuration" Admin documented () -> answer::ConfigurationRow, api::servers::configurations;
    server_get Get "dci/v3/server/{server_id}" User documented () -> server::ServerOut, api::servers::get;
    server_edit Post "dci/v3/server/{server_id}" Admin assumed (request::Edit) -> answer::Id, api::servers::edit;
    server_owner_set Post "dci/v3/server/{server_id}/owner" Admin assumed (request::SetOwner) -> answer::Id, api::servers::set_owner;
    user_list Get "dci/v3/user" Admin documented () -> answer::UserRow, api::users::list;
    user_create Post "dci/v3/user" Admin documented (request::CreateUser) -> answer::Id, api::users::create;
    user_delete Delete "dci/v3/user/{user_id}" Admin assumed () -> answer::Id, api::users::delete;
    server_maintenance_set Post "dci/v3/server/{server_id}/maintenance" Admin assumed (request::SetMaintenance) -> answer::Id, api::servers::set_maintenance;
    server_protection_set Post "dci/v3/server/{server_id}/protection" Admin assumed (request::SetProtection) -> answer::Id, api::servers::set_protection;
    server_history_list Get "dci/v3/server/{server_id}/history" User assumed () -> answer::HistoryRow, api::servers::history;
    server_power_on Post "dci/v3/server/{server_id}/power_on" User observed (request::Nothing) -> answer::Id, api::power::on;
    server_power_off Post "dci/v3/server/{server_id}/power_off" User observed (request::Nothing) -> answer::Id, api::power::off;
    server_power_reset Post "dci/v3/server/{server_id}/power_reset" User observed (request::Nothing) -> answer::Id, api::power::reset;
    os_template_list Get "dci/v3/os_template" User assumed () -> answer::TemplateRow, api::places::templates;
    script_list Get "dci/v3/script" User assumed () -> answer::ScriptRow, api::places::scripts;
    server_install Post "dci/v3/server/{server_id}/install" User assumed (request::Install) -> answer::Started, api::operations::install;
    server_diag Post "dci/v3/server/{server_id}/diag" Admin assumed (request::Diagnose) -> answer::Started, api::operations::diagnose;
    server_recovery Post "dci/v3/server/{server_id}/recovery" User assumed (request::Recover) -> answer::Started, api::operations::recover;
    server_suspend Post "dci/v3/server/{server_id}/suspend" Admin assumed (request::Nothing) -> answer::Started, api::operations::suspend;
    server_resume Post "dci/v3/server/{server_id}/resume" Admin assumed (request::Nothing) -> answer::Started, api::operations::resume;
    server_operation_get Get "dci/v3/server/{server_id}/operation/{operation_id}" User assumed () -> operation::OperationOut, api::operations::get;
    server_operation_cancel Post "dci/v3/server/{server_id}/operation/{operation_id}/cancel" Admin assumed (request::Nothing) -> answer::Id, api::operations::cancel;
    switch_list Get "dci/v3/switch" Admin assumed () -> answer::SwitchRow, api::places::switches;
    switch_port_list Get "dci/v3/switch/{switch_id}/port" Admin observed () -> answer::PortRow, api::places::ports;
    switch_port_set Post "dci/v3/switch/{switch_id}/port/{port_id}" Admin assumed (request::SetPort) -> answer::Id, api::places::set_port;
    ipmgr_ip_list Get "dci/v3/ipmgr/ip" Admin observed () -> answer::AddressRow, api::addresses::list;
    ip_service_ip_list Get "ip/v3/ip" Admin observed () -> answer::AddressRow, api::addresses::list;
    ip_pool_list Get "ip/v3/ippool" Admin sibling () -> answer::PoolRow, api::addresses::pools;
    server_ip_add Post "dci/v3/server/{server_id}/ip" Admin assumed (request::AddAddresses) -> answer::Id, api::addresses::add;
    server_ip_delete Delete "dci/v3/server/{server_id}/ip/{ip_id}" Admin assumed () -> answer::Id, api::addresses::delete;
    location_list Get "dci/v3/location" Admin assumed () -> answer::LocationRow, api::places::locations;
    rack_list Get "dci/v3/rack" Admin observed () -> answer::RackRow, api::places::racks;
}

/// The name of a route. An alias, because a derived `Deserialize` would want to borrow a plain `&'static str`.
pub(crate) type Name = &'static str;

/// Read the name of a route; the journal and a server's history know no others.
pub(crate) fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static str, D::Error> {
    find_name(&String::deserialize(deserializer)?)
}

/// The same where there may be none.
pub(crate) fn known_name<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<&'static str>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    name.map(|name| find_name(&name)).transpose()
}

fn find_name<E: Error>(name: &str) -> Result<&'static str, E> {
    let found = ROUTES.iter().find(|route| route.name == name);
    found
        .map(|route| route.name)
        .ok_or_else(|| E::custom(format!("there is no call `{name}`")))
}

/// Match a path, already split, against a template; answers the values of its placeholders.
pub(crate) fn match_path(template: &str, segments: &[String]) -> Option<Vec<(String, String)>> {
    let mut values = Vec::new();
    let mut parts = template.split('/');
    for segment in segments {
        let part = parts.next()?;
        match part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'))
        {
            Some(name) if !segment.is_empty() => values.push((name.to_owned(), segment.clone())),
            None if part == segment => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(values)
}
