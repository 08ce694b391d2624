//! Operating-system templates and scripts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A template.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Template {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Tags; `linux` or `windows` names the family.
    pub tags: Vec<String>,
    /// What it is for.
    pub kind: TemplateKind,
    /// Who may use it.
    pub access: Access,
    /// Whether it boots by EFI.
    pub efi: bool,
}

/// What a template is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TemplateKind {
    /// An operating system.
    Os,
    /// Diagnostics.
    Diag,
    /// A rescue system.
    Recovery,
    /// Finding equipment.
    Search,
}

/// Who may use a template or a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Everybody.
    All,
    /// Administrators.
    Admins,
}

/// A script that an installation can run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Script {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Who may use it.
    pub access: Access,
}
