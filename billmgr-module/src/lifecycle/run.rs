//! What one process has done and seen of the service it works on.

use std::collections::{BTreeMap, BTreeSet};

use dcim6_client::{IpId, Operation, OperationId, OsTemplateId, Timestamp, UserId};

use super::record::Stage;
use super::situation::LATER_READ;
use super::step::WriteKey;
use crate::error::Error;
use crate::report::TRIES;

/// How a write of this run went.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// DCImanager said yes.
    Accepted,
    /// Nobody knows (safety.md H): read, then decide.
    Unknown,
    /// Another operation is in the way (409).
    Conflict,
    /// DCImanager will not do it for us; staff have to look.
    Refused(Error),
    /// DCImanager said no, or could not be reached; the state decides what that means (class G).
    Failed(Error),
}

/// A write of this run.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// When it was sent first.
    pub first: Timestamp,
    /// When it was sent last.
    pub last: Timestamp,
    /// How the last one went.
    pub outcome: Outcome,
    /// The looks since the last one, none of which showed its goal: the first and the latest.
    pub looks: Option<(Timestamp, Timestamp)>,
}

impl Sent {
    /// Say whether two later looks, far enough apart, showed no effect (safety.md H, class X).
    pub fn is_unseen_twice(&self) -> bool {
        self.looks
            .is_some_and(|(first, latest)| latest.since(first) >= LATER_READ)
    }
}

/// How the operation we wait for ended, or that it did not.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// It ended `ok`.
    Done(Operation),
    /// It failed or was cancelled.
    Failed(Operation),
    /// DCImanager no longer knows it.
    Gone,
    /// It runs.
    Running,
    /// Nobody can say: the look failed, or DCImanager does not show it.
    Unseen,
}

/// What was seen of the operation, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// How it ended.
    pub ending: Ending,
    /// Our clock when that was seen.
    pub at: Timestamp,
    /// The panel's clock when that was seen, if it told us.
    pub panel_at: Option<Timestamp>,
}

/// An accepted start of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// The intent it belongs to.
    pub sent_at: Timestamp,
    /// The operation, if the answer named it.
    pub operation: Option<OperationId>,
    /// The panel's clock at the answer, if it told us.
    pub panel_at: Option<Timestamp>,
}

/// What is known of the client's user in DCImanager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownUser {
    /// Not looked for yet.
    NotLooked,
    /// There is none with this e-mail.
    Absent,
    /// This one.
    Found(UserId),
    /// An administrator has this e-mail: never an owner (safety.md 0).
    Administrator,
}

/// What this process has done so far. A plan must work with an empty one: that is what a re-run starts with.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, not a state in disguise"
)]
pub struct Run {
    /// When this process took up the command.
    pub started: Timestamp,
    /// Whether a failure now becomes a staff task, because the operation has been tried often enough.
    pub last_try: bool,
    /// BILLmanager's operation, unless the command was called directly.
    pub operation: Option<u64>,
    /// When this process first saw the server.
    pub first_look: Option<Timestamp>,
    /// The stage found at the start.
    pub found: Stage,
    /// The writes sent whose goal has not been seen met.
    pub sent: BTreeMap<WriteKey, Sent>,
    /// The start of each wait that no write caused.
    pub waiting: BTreeMap<&'static str, Timestamp>,
    /// The `sent_at` of the operation intent that this process saved.
    pub intent: Option<Timestamp>,
    /// When this process first meant to start the operation that has not been accepted since.
    pub starting: Option<Timestamp>,
    /// Whether this process has saved the moment of a power command of its own.
    pub switched_power: bool,
    /// What DCImanager answered when this process started the operation.
    pub accepted: Option<Accepted>,
    /// What became of the operation.
    pub watched: Option<Watched>,
    /// How many failed installations this process has started again.
    pub restarts: u32,
    /// The client's user.
    pub user: KnownUser,
    /// The diagnostics template, or why there is none.
    pub diagnostics: Option<Result<OsTemplateId, Error>>,
    /// Whether the item has its password.
    pub has_password: bool,
    /// The user name saved for the client.
    pub login: Option<String>,
    /// The slots whose address this process has made count.
    pub committed: BTreeSet<u64>,
    /// The slots this process has put an address into.
    pub filled: BTreeSet<u64>,
    /// The addresses the server had when this process first looked.
    pub addresses_before: BTreeSet<IpId>,
    /// An address that BILLmanager would not take, and why: it goes back.
    pub returned: Option<(String, Error)>,
    /// Whether BILLmanager has tried this operation before, so that a former run may have done anything of it.
    pub is_repeated: bool,
    /// Whether this DCImanager has no maintenance call.
    pub no_maintenance: bool,
    /// The error for staff before which a deletion only switches off and cuts off (D7).
    pub containing: Option<Error>,
}

impl Run {
    /// Start with nothing done, after BILLmanager has tried `tries` times, this time included.
    pub fn new(started: Timestamp, operation: Option<u64>, tries: u64) -> Self {
        Self {
            started,
            last_try: tries >= TRIES,
            operation,
            first_look: None,
            found: Stage::Nothing,
            sent: BTreeMap::new(),
            waiting: BTreeMap::new(),
            intent: None,
            starting: None,
            switched_power: false,
            accepted: None,
            watched: None,
            restarts: 0,
            user: KnownUser::NotLooked,
            diagnostics: None,
            has_password: false,
            login: None,
            committed: BTreeSet::new(),
            filled: BTreeSet::new(),
            addresses_before: BTreeSet::new(),
            returned: None,
            is_repeated: tries > 1,
            no_maintenance: false,
            containing: None,
        }
    }
}
