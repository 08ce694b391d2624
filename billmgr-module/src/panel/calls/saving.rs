//! Saving parameters of a service, in whichever of the two forms this BILLmanager keeps.

use secrecy::{ExposeSecret, SecretString};

use super::Calls;
use crate::error::{Error, ErrorKind};
use crate::panel::Call;

/// How a BILLmanager takes parameters to save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveForm {
    /// Several in one call, each by its own name.
    Together,
    /// One a call, as `name=` and `value=`: the older form.
    ByName,
}

impl Calls<'_> {
    /// Save parameters of a service.
    ///
    /// # Errors
    /// `process` after ten minutes of mgrctl failing; nothing may be assumed about the value. `db` if BILLmanager keeps neither form.
    pub async fn save(&self, item: u64, params: &[(&str, String)]) -> Result<(), Error> {
        let together = params.iter().fold(
            Call::new("service.saveparam").with("elid", item),
            |call, (name, value)| call.with(name, value),
        );
        // The older form takes one parameter a call. A binding comes last: whatever it says must be true already.
        let binds = |(name, value): &&(&str, String)| *name == "dcim6_server" && !value.is_empty();
        let (last, first): (Vec<_>, Vec<_>) = params.iter().partition(binds);
        let by_name = first.into_iter().chain(last).map(|(name, value)| {
            let call = Call::new("service.saveparam").with("elid", item);
            call.with("name", name).with("value", value)
        });
        let finish = |call: Call| call.with("crypted", "off").with("sok", "ok");
        let by_name = by_name.map(finish).collect();
        self.save_in_form(finish(together), by_name, async || {
            let plain = self.panel().parameters(item).await?.plain;
            let value = |name: &str| plain.get(name).map_or("", String::as_str);
            let kept = params.iter().all(|(name, text)| value(name) == text);
            // What is empty as it should be may never have been there: that tells nothing of the form.
            let tells = !kept || params.iter().any(|(_, text)| !text.is_empty());
            Ok(tells.then_some(kept))
        })
        .await
    }

    /// Save one crypted parameter of a service.
    ///
    /// # Errors
    /// As [`Calls::save`].
    pub async fn save_secret(
        &self,
        item: u64,
        name: &str,
        value: SecretString,
    ) -> Result<(), Error> {
        let call = || Call::new("service.saveparam").with("elid", item);
        let finish = |call: Call| call.with("crypted", "on").with("sok", "ok");
        let by_name = finish(call().with("name", name)).with_secret("value", value.clone());
        let together = finish(call()).with_secret(name, value.clone());
        self.save_in_form(together, vec![by_name], async || {
            let kept = self.panel().parameters(item).await?.secret;
            let same = |kept: &SecretString| kept.expose_secret() == value.expose_secret();
            Ok(Some(kept.get(name).is_some_and(same)))
        })
        .await
    }

    /// Save in the form this BILLmanager keeps: an older one says yes to parameters by their own names, and keeps nothing. Which it is, the
    /// first write of a process finds out (`billmanager-protocol.md` 6).
    async fn save_in_form(
        &self,
        together: Call,
        by_name: Vec<Call>,
        is_kept: impl AsyncFn() -> Result<Option<bool>, Error>,
    ) -> Result<(), Error> {
        let form = &self.host.save_form;
        if form.get() != Some(&SaveForm::ByName) {
            self.repeat(&together).await?;
            if form.get().is_some() {
                return Ok(());
            }
            match is_kept().await? {
                None => return Ok(()),
                Some(true) => {
                    let _ = form.set(SaveForm::Together);
                    return Ok(());
                }
                Some(false) => {}
            }
        }
        for call in &by_name {
            self.repeat(call).await?;
        }
        if form.get().is_none() {
            if is_kept().await? != Some(true) {
                let why = "BILLmanager said yes and does not show what was saved";
                return Err(Error::new(ErrorKind::Db, "service.saveparam", why));
            }
            let _ = form.set(SaveForm::ByName);
        }
        Ok(())
    }
}
