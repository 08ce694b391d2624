//! What a plan has to have looked up in DCImanager beside the server itself.

use dcim6_client::{Client, OsTemplateId, TemplateKind};

use super::run::KnownUser;
use crate::error::{Error, ErrorKind};

/// Look for the client's user.
///
/// # Errors
/// What stands in the way of looking.
pub async fn user(client: &Client, email: &str) -> Result<KnownUser, Error> {
    Ok(match client.users().find_by_email(email).await? {
        None => KnownUser::Absent,
        Some(user) if user.is_admin() => KnownUser::Administrator,
        Some(user) => KnownUser::Found(user.id),
    })
}

/// Look for the diagnostics template; of several, the one with the lowest id.
///
/// # Errors
/// `missed` if there is none, for staff; else what stands in the way of looking.
pub async fn diagnostics(client: &Client) -> Result<OsTemplateId, Error> {
    let templates = client.os_templates().all().await?;
    let of_kind = templates
        .iter()
        .filter(|template| template.kind == Some(TemplateKind::Diag));
    of_kind.map(|template| template.id).min().ok_or_else(|| {
        let why = "DCImanager has no diagnostics template";
        Error::new(ErrorKind::Missed, "os_template", why).for_staff()
    })
}
