//! Users come and go; one who owns a server stays (R32).

use super::World;
use super::actor::Actor;
use super::command::Answer;
use super::next_id;
use super::occurrence::What;
use super::people::{ADMIN, USER, User};
use super::refusal::Refusal;

impl World {
    pub(crate) fn create_user(
        &mut self,
        email: String,
        full_name: String,
        password: String,
        phone_number: String,
        role: String,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        if !is_email(&email) {
            return Err(Refusal::invalid("email", "not_an_email"));
        }
        if password.is_empty() {
            return Err(Refusal::invalid("password", "empty"));
        }
        if role != ADMIN && role != USER {
            return Err(Refusal::invalid("role", "not_allowed"));
        }
        if self.user_by_email(&email).is_some() {
            return Err(Refusal::invalid("email", "not_unique"));
        }
        let id = next_id(&self.users).max(self.last_user + 1);
        self.users.insert(
            id,
            User {
                id,
                email,
                full_name,
                phone_number,
                role,
                password,
            },
        );
        let what = What::User {
            user: id,
            exists: true,
        };
        self.note(None, actor, what);
        Ok(id.into())
    }

    pub(crate) fn delete_user(&mut self, id: u64, actor: &Actor) -> Result<Answer, Refusal> {
        if !self.users.contains_key(&id) {
            return Err(Refusal::not_found("user", id));
        }
        // R32.
        if self.servers.values().any(|server| server.owner == Some(id)) {
            return Err(Refusal::Conflict {
                message: "User owns a server".to_owned(),
                reason: "owns_server".to_owned(),
            });
        }
        self.users.remove(&id);
        self.last_user = self.last_user.max(id);
        self.sessions.retain(|_, session| session.user != id);
        self.keys.retain(|_, key| key.user != id);
        let what = What::User {
            user: id,
            exists: false,
        };
        self.note(None, actor, what);
        Ok(id.into())
    }

    /// How many servers a user owns.
    pub(crate) fn servers_owned_by(&self, user: u64) -> u64 {
        self.servers
            .values()
            .filter(|server| server.owner == Some(user))
            .count() as u64
    }
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !host.is_empty()
            && !host.contains('@')
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}
