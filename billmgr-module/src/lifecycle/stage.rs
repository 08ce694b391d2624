//! How far a service has come, in one word (`dcim6_stage`).

/// How far a service has come. Each stage is saved before the step it names, and never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // Each is named after the step it announces; `billmanager-protocol.md` 5.1 and 9.
pub enum Stage {
    Nothing,
    Picked,
    User,
    Owner,
    Name,
    Ports,
    Ip,
    Power,
    Install,
    Installed,
    Close1,
    Close2,
    Close3,
    Close4,
    Close5,
    Close6,
    Close7,
    Close8,
}

const STAGES: [(Stage, &str); 18] = [
    (Stage::Nothing, ""),
    (Stage::Picked, "picked"),
    (Stage::User, "user"),
    (Stage::Owner, "owner"),
    (Stage::Name, "name"),
    (Stage::Ports, "ports"),
    (Stage::Ip, "ip"),
    (Stage::Power, "power"),
    (Stage::Install, "install"),
    (Stage::Installed, "installed"),
    (Stage::Close1, "close1"),
    (Stage::Close2, "close2"),
    (Stage::Close3, "close3"),
    (Stage::Close4, "close4"),
    (Stage::Close5, "close5"),
    (Stage::Close6, "close6"),
    (Stage::Close7, "close7"),
    (Stage::Close8, "close8"),
];

impl Stage {
    /// Give the word that is saved.
    pub fn as_str(self) -> &'static str {
        STAGES
            .iter()
            .find(|(stage, _)| *stage == self)
            .map_or("", |(_, word)| word)
    }

    /// Read the saved word; `None` for one of another version of the module (N32).
    pub fn parse(word: &str) -> Option<Self> {
        STAGES
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(stage, _)| *stage)
    }
}
