//! ENDPOINTS: the one table of calls. A row is the SDK's method, the mock's route and the OpenAPI `operationId`.

use std::fmt;

/// Say how well a fact about the panel is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// The vendor's documentation of DCImanager 6 or BILLmanager says so.
    Documented,
    /// A public client of a live install does so.
    Observed,
    /// `VMmanager` 6, the same platform, does so.
    Sibling,
    /// Our choice, to be checked against the Swagger of an install; a [`Dialect`](crate::Dialect) changes it at run time.
    Assumed,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Sibling => "sibling",
            Self::Assumed => "assumed",
        })
    }
}

/// Say what the client may do with a call whose outcome it does not know (safety.md H).
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, _server| {
/// let once = ENDPOINTS.iter().filter(|row| row.class == Class::Once);
/// assert!(once.into_iter().any(|row| row.name == "server_ip_add"));
/// # Ok(()) });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// R: a read. Repeated after any failure that may pass.
    Read,
    /// I: harmless to repeat, but the caller decides: it is repeated only while nothing was executed for certain (nothing
    /// sent, or the service asleep).
    Idempotent,
    /// X: an effect for each time it is executed. Repeated only when nothing was sent; a sleeping service's 503 is an unknown outcome.
    Once,
    /// A: log-in by password. Repeated like a read, but never after it was refused.
    Login,
}

/// Name an HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`; only by a dialect
    Put,
    /// `PATCH`; only by a dialect
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// Return the method as HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete]
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Name the JSON type of a request field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldType {
    /// A whole number.
    Integer,
    /// A whole number or null.
    IntegerOrNull,
    /// A text.
    Text,
    /// A text that appears in no log.
    Secret,
    /// True or false.
    Boolean,
    /// An array of texts.
    Texts,
}

/// Describe a field of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Our name; a dialect may map it to the panel's.
    pub name: &'static str,
    /// Its JSON type.
    pub kind: FieldType,
    /// Whether every request has it.
    pub required: bool,
    /// How well its name and type are known.
    pub evidence: Evidence,
}

/// Describe a call: a row of [`ENDPOINTS`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Endpoint {
    /// The name: SDK method, mock route, OpenAPI `operationId`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below `/api/`, with placeholders: `dci/v3/server/{server_id}`.
    pub path: &'static str,
    /// What may be done after an unknown outcome.
    pub class: Class,
    /// How well method and path are known.
    pub call: Evidence,
    /// How well the request body is known, each of whose fields carries a mark too; the same as `call` where there is none.
    pub request: Evidence,
    /// How well the answer is known.
    pub answer: Evidence,
    /// The fields of the request body.
    pub fields: &'static [Field],
}

impl Endpoint {
    /// Find a row by its name.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, _server| {
    /// let install = Endpoint::find("server_install").ok_or("no such call")?;
    /// assert_eq!((install.class, install.call), (Class::Once, Evidence::Assumed));
    /// # Ok(()) });
    /// ```
    pub fn find(name: &str) -> Option<&'static Self> {
        ENDPOINTS.iter().find(|endpoint| endpoint.name == name)
    }

    /// List the placeholders of the path, in order, without braces.
    pub fn placeholders(&self) -> impl Iterator<Item = &'static str> {
        placeholders(self.path)
    }

    /// Tell whether the call is made without a session.
    pub fn is_public(&self) -> bool {
        self.path.contains("/public/")
    }
}

pub(crate) fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

macro_rules! endpoints {
    ($(
        $op:ident $name:literal $method:ident $path:literal $class:ident
        ($call:ident $request:ident $answer:ident)
        { $($field:ident $kind:ident $need:ident),* }
    )*) => {
        /// The rows by name, so that a call cannot name a row that does not exist.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Op { $($op),* }

        /// List every call this crate can make, with its evidence (dcim6-api.md section 3).
        ///
        /// ```
        /// let row = dcim6_client::Endpoint::find("server_get").ok_or("no such call")?;
        /// assert_eq!(row.path, "dci/v3/server/{server_id}");
        /// assert_eq!(row.call, dcim6_client::Evidence::Documented);
        /// # Ok::<(), &str>(())
        /// ```
        pub const ENDPOINTS: &[Endpoint] = &[$(Endpoint {
            name: $name,
            method: Method::$method,
            path: $path,
            class: Class::$class,
            call: Evidence::$call,
            request: Evidence::$request,
            answer: Evidence::$answer,
            fields: &[$(Field {
                name: stringify!($field),
                kind: FieldType::$kind,
                required: need!($need),
                evidence: Evidence::$request,
            }),*],
        }),*];
    };
}

macro_rules! need {
    (required) => {
        true
    };
    (optional) => {
        false
    };
}

impl Op {
    pub(crate) fn endpoint(self) -> &'static Endpoint {
        &ENDPOINTS[self as usize]
    }
}

// Class: safety.md H. Evidence: dcim6-api.md section 3, as (call, request, answer); where a cell splits an answer, its weaker part. No cell
// splits a request: what is said of it holds for each of its fields.
endpoints! {
    AuthLogin "auth_login" Post "auth/v4/public/token" Login (Observed Observed Sibling)
        { email Text required, password Secret required }
    AuthLoginByKey "auth_login_by_key" Post "auth/v4/public/key" Once (Sibling Assumed Assumed)
        { key Secret required }
    AuthKeyCreate "auth_key_create" Post "auth/v4/user/{user}/key" Once (Documented Documented Documented) {}
    AuthLogout "auth_logout" Delete "auth/v4/token/{token}" Idempotent (Sibling Sibling Assumed) {}
    AuthWhoami "auth_whoami" Get "auth/v4/whoami" Read (Sibling Sibling Assumed) {}

    ServerList "server_list" Get "dci/v3/server" Read (Documented Documented Documented) {}
    ServerGet "server_get" Get "dci/v3/server/{server_id}" Read (Documented Documented Documented) {}
    ServerConfigurationList "server_configuration_list" Get "dci/v3/server/configuration" Read
        (Documented Documented Documented) {}
    ServerEdit "server_edit" Post "dci/v3/server/{server_id}" Idempotent (Assumed Assumed Assumed)
        { name Text optional, domain Text optional, notes Text optional }
    ServerOwnerSet "server_owner_set" Post "dci/v3/server/{server_id}/owner" Idempotent (Assumed Assumed Assumed)
        { owner IntegerOrNull required }

    UserList "user_list" Get "dci/v3/user" Read (Documented Documented Documented) {}
    UserCreate "user_create" Post "dci/v3/user" Once (Documented Documented Documented)
        { email Text required, full_name Text optional, password Secret required, phone_number Text optional,
          role Text required }
    UserDelete "user_delete" Delete "dci/v3/user/{user_id}" Idempotent (Assumed Assumed Assumed) {}

    ServerMaintenanceSet "server_maintenance_set" Post "dci/v3/server/{server_id}/maintenance" Idempotent
        (Assumed Assumed Assumed) { enabled Boolean required }
    ServerProtectionSet "server_protection_set" Post "dci/v3/server/{server_id}/protection" Idempotent
        (Assumed Assumed Assumed) { enabled Boolean required, confirm_id Integer optional }
    ServerHistoryList "server_history_list" Get "dci/v3/server/{server_id}/history" Read (Assumed Assumed Assumed) {}
    ServerPowerOn "server_power_on" Post "dci/v3/server/{server_id}/power_on" Idempotent (Observed Observed Assumed) {}
    ServerPowerOff "server_power_off" Post "dci/v3/server/{server_id}/power_off" Idempotent
        (Observed Observed Assumed) {}
    ServerPowerReset "server_power_reset" Post "dci/v3/server/{server_id}/power_reset" Once
        (Observed Observed Assumed) {}

    OsTemplateList "os_template_list" Get "dci/v3/os_template" Read (Assumed Assumed Assumed) {}
    ScriptList "script_list" Get "dci/v3/script" Read (Assumed Assumed Assumed) {}

    ServerInstall "server_install" Post "dci/v3/server/{server_id}/install" Once (Assumed Assumed Assumed)
        { os_template Integer required, password Secret required, domain Text optional, script Integer optional,
          ssh_key Texts optional, timeout Integer optional }
    ServerDiag "server_diag" Post "dci/v3/server/{server_id}/diag" Once (Assumed Assumed Assumed)
        { os_template Integer required, clear_hdd Text optional, timeout Integer optional }
    ServerRecovery "server_recovery" Post "dci/v3/server/{server_id}/recovery" Once (Assumed Assumed Assumed)
        { os_template Integer required, password Secret required, timeout Integer optional }
    ServerSuspend "server_suspend" Post "dci/v3/server/{server_id}/suspend" Once (Assumed Assumed Assumed) {}
    ServerResume "server_resume" Post "dci/v3/server/{server_id}/resume" Once (Assumed Assumed Assumed) {}
    ServerOperationGet "server_operation_get" Get "dci/v3/server/{server_id}/operation/{operation_id}" Read
        (Assumed Assumed Assumed) {}
    ServerOperationCancel "server_operation_cancel" Post
        "dci/v3/server/{server_id}/operation/{operation_id}/cancel" Once (Assumed Assumed Assumed) {}

    SwitchList "switch_list" Get "dci/v3/switch" Read (Assumed Assumed Assumed) {}
    SwitchPortList "switch_port_list" Get "dci/v3/switch/{switch_id}/port" Read (Observed Observed Assumed) {}
    SwitchPortSet "switch_port_set" Post "dci/v3/switch/{switch_id}/port/{port_id}" Idempotent
        (Assumed Assumed Assumed) { admin_status Text required }

    IpmgrIpList "ipmgr_ip_list" Get "dci/v3/ipmgr/ip" Read (Observed Observed Assumed) {}
    IpServiceIpList "ip_service_ip_list" Get "ip/v3/ip" Read (Observed Observed Assumed) {}
    IpPoolList "ip_pool_list" Get "ip/v3/ippool" Read (Sibling Sibling Sibling) {}
    ServerIpAdd "server_ip_add" Post "dci/v3/server/{server_id}/ip" Once (Assumed Assumed Assumed)
        { ippool Integer optional, family Text required, count Integer required }
    ServerIpDelete "server_ip_delete" Delete "dci/v3/server/{server_id}/ip/{ip_id}" Idempotent
        (Assumed Assumed Assumed) {}

    LocationList "location_list" Get "dci/v3/location" Read (Assumed Assumed Assumed) {}
    RackList "rack_list" Get "dci/v3/rack" Read (Observed Observed Assumed) {}
}
