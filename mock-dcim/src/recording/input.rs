//! One thing that was done to a mock.

use serde::{Deserialize, Serialize};

use crate::core::Core;
use crate::exchange::Request;
use crate::fault::FaultRule;
use crate::ledger::facts::Fact;
use crate::vary::Variation;
use crate::world::actor::Person;
use crate::world::lever::Lever;
use crate::world::person::PanelAction;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Input {
    Call(Request),
    Fact(Fact),
    /// A secret as it is: as a fact it would be written as `***`.
    Secret {
        name: String,
        value: String,
        in_dcimanager: bool,
    },
    Output {
        place: String,
        text: String,
    },
    Act {
        who: Person,
        action: PanelAction,
    },
    Lever(Lever),
    Fault(FaultRule),
    NoFault(u64),
    Variation(Variation),
    /// Time was advanced, or somebody looked and found it late.
    Time,
}

impl From<&Fact> for Input {
    fn from(fact: &Fact) -> Self {
        match fact.clone() {
            Fact::Secret {
                name,
                value,
                in_dcimanager,
            } => Self::Secret {
                name,
                value: value.reveal().to_owned(),
                in_dcimanager,
            },
            Fact::Output { place, text } => Self::Output {
                place,
                text: text.reveal().to_owned(),
            },
            fact => Self::Fact(fact),
        }
    }
}

impl Input {
    /// Do it again. What was refused is refused again, so that no outcome is of interest here.
    pub(super) fn put_into(&self, core: &mut Core) {
        match self.clone() {
            Self::Call(request) => {
                core.exchange(&request);
            }
            Self::Fact(fact) => core.fact(fact),
            Self::Secret {
                name,
                value,
                in_dcimanager,
            } => core.fact(Fact::Secret {
                name,
                value: value.as_str().into(),
                in_dcimanager,
            }),
            Self::Output { place, text } => core.fact(Fact::Output {
                place,
                text: text.as_str().into(),
            }),
            Self::Act { who, action } => {
                let _ = core.act(who, action);
            }
            Self::Lever(lever) => {
                let _ = core.pull(lever);
            }
            Self::Fault(rule) => {
                let _ = core.add_fault(rule);
            }
            Self::NoFault(id) => {
                let _ = core.remove_fault(id);
            }
            Self::Variation(how) => core.vary(how),
            Self::Time => {}
        }
    }
}
