//! The functions of `billmanager-protocol.md` 6, with the effects they have in BILLmanager.

mod address;
mod module;
mod operation;
mod service;
mod values;

use std::path::Path;

use serde_json::Value;
use sqlx::Connection;
use sqlx::mysql::MySqlConnection;

use crate::answer::{Answer, Trouble, refuse};
use crate::ear;
use crate::request::Request;
use crate::settings::Settings;
use crate::sql;
use crate::wire::Effect;

/// One call at work: what was asked, and the transaction it happens in.
pub struct Work<'a> {
    request: &'a Request,
    settings: &'a Settings,
    fault: Option<&'a Effect>,
    db: &'a mut MySqlConnection,
    /// What the judge has to be told.
    facts: Vec<Value>,
}

/// The XML before `<ok/>`, or why not.
type Done = Result<String, Trouble>;

/// Do what a call asks, all of it or nothing.
pub async fn serve(
    root: &Path,
    request: &Request,
    fault: Option<&Effect>,
) -> Result<Answer, Trouble> {
    let settings = Settings::read(root)?;
    if request.function == "paramlist" || request.function.is_empty() {
        return Ok(Answer::Ok(module::paramlist(&settings)));
    }
    if request.is_help {
        return Ok(Answer::Ok(String::new()));
    }
    let mut connection = sql::connect(&settings).await?;
    let mut transaction = connection.begin().await?;
    let mut work = Work {
        request,
        settings: &settings,
        fault,
        db: &mut transaction,
        facts: Vec::new(),
    };
    let more = work.dispatch().await?;
    let facts = work.facts;
    ear::tell(root, &facts).map_err(Trouble::Broken)?;
    transaction.commit().await?;
    Ok(Answer::Ok(more))
}

impl Work<'_> {
    async fn dispatch(&mut self) -> Done {
        match self.request.function.as_str() {
            "dedic.open" => self.open().await,
            "service.saveparam" => self.save_parameters().await,
            "service.getnextmodule" => self.next_module().await,
            "service.changepricelist.rollback" => self.roll_back().await,
            "service.ip.add" => self.fill_address().await,
            "service.ip.add.commit" => self.commit_address().await,
            "service.ip.del" => self.delete_address().await,
            "service.poststat" => self.usage_collected().await,
            "processing.setconfig" => self.store_config().await,
            "itemtype.param.value.sync" => self.offer_value().await,
            "itemtype.param.value.processing.suspend" => self.withdraw_value().await,
            "runningoperation.edit" => self.note_error().await,
            "runningoperation.setmanual" => self.give_to_staff().await,
            "task.gettype" => self.task_type(),
            "task.edit" => self.add_task().await,
            "task.simple.create" => self.add_simple_task().await,
            "problems.register" => self.register_problem().await,
            post if post.starts_with("service.post") => self.complete(post).await,
            other => Err(refuse("missed", "func", other)),
        }
    }

    /// Give a parameter that must be there.
    fn required(&self, name: &str) -> Result<&str, Trouble> {
        match self.request.get(name) {
            Some(value) if !value.is_empty() => Ok(value),
            _ => Err(refuse("missed", name, "")),
        }
    }

    /// Give a parameter that may be empty or not there.
    fn text(&self, name: &str) -> &str {
        self.request.get(name).unwrap_or_default()
    }

    /// Give an id that must be there.
    fn id(&self, name: &str) -> Result<i64, Trouble> {
        let text = self.required(name)?;
        text.parse()
            .ok()
            .filter(|id| *id > 0)
            .ok_or_else(|| refuse("value", name, text))
    }

    /// What changes something is only done when it is said to be meant: `sok=ok`.
    fn is_meant(&self) -> Result<(), Trouble> {
        match self.required("sok")? {
            "ok" => Ok(()),
            other => Err(refuse("value", "sok", other)),
        }
    }
}
