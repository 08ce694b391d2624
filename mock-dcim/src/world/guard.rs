//! What stands before every command: does the server exist, is it protected, is it busy.

use super::World;
use super::command::Command;
use super::refusal::Refusal;
use super::server::PowerGoal;

impl World {
    pub(crate) fn guard(&self, command: &Command) -> Result<(), Refusal> {
        let server = match command {
            Command::SetPort { switch, port, .. } => self.find_port(*switch, *port)?.server,
            _ => command.server(),
        };
        let Some(server) = server else {
            return Ok(());
        };
        // R34: protection leaves only power on, cancelling and ending the protection itself.
        if self.find_server(server)?.is_protected && !allowed_when_protected(command) {
            return Err(Refusal::Protected { server });
        }
        // R16: one operation per server; what R46 needs before it cancels goes on.
        if let Some(operation) = self.running_operation(server)
            && refused_when_busy(command)
        {
            return Err(Refusal::Busy {
                operation: operation.id,
            });
        }
        Ok(())
    }
}

fn allowed_when_protected(command: &Command) -> bool {
    matches!(
        command,
        Command::Power {
            goal: PowerGoal::On,
            ..
        } | Command::Cancel { .. }
            | Command::SetProtection { .. }
    )
}

fn refused_when_busy(command: &Command) -> bool {
    matches!(
        command,
        Command::Install { .. }
            | Command::Diagnose { .. }
            | Command::Recover { .. }
            | Command::Suspend { .. }
            | Command::Resume { .. }
            | Command::SetOwner { .. }
            | Command::AddAddresses { .. }
            | Command::DeleteAddress { .. }
            | Command::SetMaintenance { .. }
    )
}
