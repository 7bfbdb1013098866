//! The `tandem` namespace: what op-node does not say.

use super::{Context, failure};
use crate::{Alarm, ChallengerStatus, Engine, WaitList};
use jsonrpsee::{RpcModule, core::RegisterMethodError};
use serde::Serialize;
use std::collections::BTreeMap;

pub(super) fn register<E: Engine>(module: &mut RpcModule<Context<E>>) -> Result<(), RegisterMethodError> {
    module.register_method("tandem_waiting", |_, context, _| {
        serde_json::to_value(by_name(&context.waits.borrow())).map_err(failure)
    })?;
    module.register_method("tandem_challenger", |_, context, _| {
        let status = context.challenger.borrow();
        serde_json::to_value(status.as_ref().map(Challenger::from)).map_err(failure)
    })?;
    Ok(())
}

/// Where the challenger stands; null where the node does not challenge.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Challenger {
    l1_block_number: u64,
    next_output_index: u64,
    agreed: u64,
    wrong: u64,
    deletions: u64,
    alarms: Vec<AlarmText>,
}

/// What somebody must do something about.
#[derive(Serialize)]
struct AlarmText {
    kind: &'static str,
    reason: String,
}

impl From<&ChallengerStatus> for Challenger {
    fn from(status: &ChallengerStatus) -> Self {
        let text = |alarm: &Alarm| AlarmText {
            kind: alarm.kind(),
            reason: alarm.to_string(),
        };
        Self {
            l1_block_number: status.l1_block_number,
            next_output_index: status.next_output_index,
            agreed: status.agreed,
            wrong: status.wrong,
            deletions: status.deletions,
            alarms: status.alarms.iter().map(text).collect(),
        }
    }
}

/// Who waits, and for what; empty while nobody does.
fn by_name(waits: &WaitList) -> BTreeMap<&'static str, &str> {
    waits
        .iter()
        .map(|(waiter, reason)| (waiter.name(), &**reason))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::Address;
    use serde_json::json;

    #[test]
    fn the_challengers_status_has_the_keys_that_clients_read() {
        let alarm = Alarm::NotChallenger {
            index: 3,
            own: Address::ZERO,
            challenger: Address::repeat_byte(1),
            until_s: 9,
        };
        let reason = alarm.to_string();
        let status = ChallengerStatus {
            l1_block_number: 7,
            next_output_index: 4,
            agreed: 3,
            wrong: 1,
            deletions: 0,
            alarms: vec![alarm],
        };
        let expected = json!({
            "l1BlockNumber": 7,
            "nextOutputIndex": 4,
            "agreed": 3,
            "wrong": 1,
            "deletions": 0,
            "alarms": [{ "kind": "not_challenger", "reason": reason }],
        });
        assert_eq!(serde_json::to_value(Challenger::from(&status)).unwrap(), expected);
    }
}
