//! Signing in, and what a session is worth (R1-R3).

use super::World;
use super::people::{LoginKey, SESSION, Session, User};
use super::refusal::Refusal;

impl World {
    pub(crate) fn log_in(&mut self, email: &str, password: &str) -> Result<(u64, String), Refusal> {
        let user = self
            .user_by_email(email)
            .filter(|user| user.password == password)
            .map(|user| user.id)
            .ok_or(Refusal::WrongCredentials)?;
        Ok((user, self.open_session(user)))
    }

    pub(crate) fn log_in_by_key(&mut self, key: &str) -> Result<(u64, String), Refusal> {
        // R3: valid one hour, and works once.
        let now = self.now;
        let user = self
            .keys
            .remove(key)
            .filter(|key| now.since(key.made_at) < SESSION)
            .map(|key| key.user)
            .filter(|user| self.users.contains_key(user))
            .ok_or(Refusal::WrongCredentials)?;
        Ok((user, self.open_session(user)))
    }

    fn open_session(&mut self, user: u64) -> String {
        let token = self.rng.token();
        let used_at = self.now;
        // Ended sessions are of no use to anybody.
        self.sessions
            .retain(|_, session| used_at.since(session.used_at) < SESSION);
        self.sessions
            .insert(token.clone(), Session { user, used_at });
        token
    }

    pub(crate) fn make_key(&mut self, user: u64) -> Result<String, Refusal> {
        if !self.users.contains_key(&user) {
            return Err(Refusal::not_found("user", user));
        }
        let key = self.rng.token();
        let made_at = self.now;
        self.keys.insert(key.clone(), LoginKey { user, made_at });
        Ok(key)
    }

    /// Find whose session a token is, and renew it (R1).
    pub(crate) fn use_session(&mut self, token: &str) -> Result<&User, Refusal> {
        let session = self
            .sessions
            .get_mut(token)
            .filter(|session| self.now.since(session.used_at) < SESSION)
            .ok_or(Refusal::SessionExpired)?;
        session.used_at = self.now;
        self.users.get(&session.user).ok_or(Refusal::SessionExpired)
    }

    /// End a session. One that has ended is ended.
    pub(crate) fn log_out(&mut self, token: &str) {
        self.sessions.remove(token);
    }
}
