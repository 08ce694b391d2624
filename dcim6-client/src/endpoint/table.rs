//! ENDPOINTS: the one table of calls. A row is the SDK's method, the mock's route and the OpenAPI `operationId`.

use super::{Class, Endpoint, Evidence, Field, FieldType, Method};

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
