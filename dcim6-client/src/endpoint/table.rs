//! ENDPOINTS: the one table of calls. A row is the SDK's method, the mock's route and the OpenAPI `operationId`.

use std::fmt;
use std::marker::PhantomData;

use super::{Answers, Class, Endpoint, Evidence, Field, FieldType, Method};
use crate::model::{
    Accepted, Configuration, Created, HistoryEntry, IpAddress, IpPool, KeyMade, Listed, Location,
    LoggedIn, Nothing, Operation, OperationStarted, OsTemplate, Port, Rack, Script, Server, Switch,
    User, Whoami,
};

macro_rules! endpoints {
    ($(
        $op:ident $name:literal $method:ident $path:literal $class:ident
        ($call:ident $request:ident $answer:ident)
        { $($field:ident $kind:ident $need:ident),* } -> $answers:ty
    )*) => {
        #[derive(Clone, Copy, Debug)]
        enum Index { $($op),* }

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
            answers: Answers::of::<$answers>(),
        }),*];

        $(
            #[allow(non_upper_case_globals, reason = "read as the variants of an enum")]
            impl Op<$answers> {
                pub const $op: Self = Self::of(Index::$op);
            }
        )*
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
}

/// A row, named by a constant of its own, so that a call cannot name a row that does not exist, nor read another answer than the row's.
/// Without a type it is a row whose answer does not matter.
pub(crate) struct Op<T = ()> {
    index: Index,
    answer: PhantomData<fn() -> T>,
}

impl<T> Op<T> {
    const fn of(index: Index) -> Self {
        Self {
            index,
            answer: PhantomData,
        }
    }

    pub fn endpoint(self) -> &'static Endpoint {
        &ENDPOINTS[self.index as usize]
    }

    pub fn untyped(self) -> Op {
        Op::of(self.index)
    }
}

impl<T> Clone for Op<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Op<T> {}

impl<T> fmt::Debug for Op<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.index.fmt(f)
    }
}

// Class: safety.md H. Evidence: dcim6-api.md section 3, as (call, request, answer); where a cell splits an answer, its weaker part. No cell
// splits a request: what is said of it holds for each of its fields. After the arrow stands the type that the answer is read as.
endpoints! {
    AuthLogin "auth_login" Post "auth/v4/public/token" Login (Observed Observed Sibling)
        { email Text required, password Secret required } -> LoggedIn
    AuthLoginByKey "auth_login_by_key" Post "auth/v4/public/key" Once (Sibling Assumed Assumed)
        { key Secret required } -> LoggedIn
    AuthKeyCreate "auth_key_create" Post "auth/v4/user/{user}/key" Once (Documented Documented Documented) {} -> KeyMade
    AuthLogout "auth_logout" Delete "auth/v4/token/{token}" Idempotent (Sibling Sibling Assumed) {} -> Nothing
    AuthWhoami "auth_whoami" Get "auth/v4/whoami" Read (Sibling Sibling Assumed) {} -> Whoami

    ServerList "server_list" Get "dci/v3/server" Read (Documented Documented Documented) {} -> Listed<Server>
    ServerGet "server_get" Get "dci/v3/server/{server_id}" Read (Documented Documented Documented) {} -> Server
    ServerConfigurationList "server_configuration_list" Get "dci/v3/server/configuration" Read
        (Documented Documented Documented) {} -> Listed<Configuration>
    ServerEdit "server_edit" Post "dci/v3/server/{server_id}" Idempotent (Assumed Assumed Assumed)
        { name Text optional, domain Text optional, notes Text optional } -> Accepted
    ServerOwnerSet "server_owner_set" Post "dci/v3/server/{server_id}/owner" Idempotent (Assumed Assumed Assumed)
        { owner IntegerOrNull required } -> Accepted

    UserList "user_list" Get "dci/v3/user" Read (Documented Documented Documented) {} -> Listed<User>
    UserCreate "user_create" Post "dci/v3/user" Once (Documented Documented Documented)
        { email Text required, full_name Text optional, password Secret required, phone_number Text optional,
          role Text required } -> Created
    UserDelete "user_delete" Delete "dci/v3/user/{user_id}" Idempotent (Assumed Assumed Assumed) {} -> Accepted

    ServerMaintenanceSet "server_maintenance_set" Post "dci/v3/server/{server_id}/maintenance" Idempotent
        (Assumed Assumed Assumed) { enabled Boolean required } -> Accepted
    ServerProtectionSet "server_protection_set" Post "dci/v3/server/{server_id}/protection" Idempotent
        (Assumed Assumed Assumed) { enabled Boolean required, confirm_id Integer optional } -> Accepted
    ServerHistoryList "server_history_list" Get "dci/v3/server/{server_id}/history" Read (Assumed Assumed Assumed) {} -> Listed<HistoryEntry>
    ServerPowerOn "server_power_on" Post "dci/v3/server/{server_id}/power_on" Idempotent (Observed Observed Assumed) {} -> Accepted
    ServerPowerOff "server_power_off" Post "dci/v3/server/{server_id}/power_off" Idempotent
        (Observed Observed Assumed) {} -> Accepted
    ServerPowerReset "server_power_reset" Post "dci/v3/server/{server_id}/power_reset" Once
        (Observed Observed Assumed) {} -> Accepted

    OsTemplateList "os_template_list" Get "dci/v3/os_template" Read (Assumed Assumed Assumed) {} -> Listed<OsTemplate>
    ScriptList "script_list" Get "dci/v3/script" Read (Assumed Assumed Assumed) {} -> Listed<Script>

    ServerInstall "server_install" Post "dci/v3/server/{server_id}/install" Once (Assumed Assumed Assumed)
        { os_template Integer required, password Secret required, domain Text optional, script Integer optional,
          ssh_key Texts optional, timeout Integer optional } -> OperationStarted
    ServerDiag "server_diag" Post "dci/v3/server/{server_id}/diag" Once (Assumed Assumed Assumed)
        { os_template Integer required, clear_hdd Text optional, timeout Integer optional } -> OperationStarted
    ServerRecovery "server_recovery" Post "dci/v3/server/{server_id}/recovery" Once (Assumed Assumed Assumed)
        { os_template Integer required, password Secret required, timeout Integer optional } -> OperationStarted
    ServerSuspend "server_suspend" Post "dci/v3/server/{server_id}/suspend" Once (Assumed Assumed Assumed) {} -> OperationStarted
    ServerResume "server_resume" Post "dci/v3/server/{server_id}/resume" Once (Assumed Assumed Assumed) {} -> OperationStarted
    ServerOperationGet "server_operation_get" Get "dci/v3/server/{server_id}/operation/{operation_id}" Read
        (Assumed Assumed Assumed) {} -> Operation
    ServerOperationCancel "server_operation_cancel" Post
        "dci/v3/server/{server_id}/operation/{operation_id}/cancel" Once (Assumed Assumed Assumed) {} -> Accepted

    SwitchList "switch_list" Get "dci/v3/switch" Read (Assumed Assumed Assumed) {} -> Listed<Switch>
    SwitchPortList "switch_port_list" Get "dci/v3/switch/{switch_id}/port" Read (Observed Observed Assumed) {} -> Listed<Port>
    SwitchPortSet "switch_port_set" Post "dci/v3/switch/{switch_id}/port/{port_id}" Idempotent
        (Assumed Assumed Assumed) { admin_status Text required } -> Accepted

    IpmgrIpList "ipmgr_ip_list" Get "dci/v3/ipmgr/ip" Read (Observed Observed Assumed) {} -> Listed<IpAddress>
    IpServiceIpList "ip_service_ip_list" Get "ip/v3/ip" Read (Observed Observed Assumed) {} -> Listed<IpAddress>
    IpPoolList "ip_pool_list" Get "ip/v3/ippool" Read (Sibling Sibling Sibling) {} -> Listed<IpPool>
    ServerIpAdd "server_ip_add" Post "dci/v3/server/{server_id}/ip" Once (Assumed Assumed Assumed)
        { ippool Integer optional, family Text required, count Integer required } -> Accepted
    ServerIpDelete "server_ip_delete" Delete "dci/v3/server/{server_id}/ip/{ip_id}" Idempotent
        (Assumed Assumed Assumed) {} -> Accepted

    LocationList "location_list" Get "dci/v3/location" Read (Assumed Assumed Assumed) {} -> Listed<Location>
    RackList "rack_list" Get "dci/v3/rack" Read (Observed Observed Assumed) {} -> Listed<Rack>
}
