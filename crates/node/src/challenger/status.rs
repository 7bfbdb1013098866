//! What the challenger says of itself: one value for RPC, logs and metrics.

use super::{Fault, judge::Verdict, settlement::Difference};
use alloy_primitives::Address;
use std::fmt;

/// Where the challenger stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChallengerStatus {
    /// The L1 block as of which the outputs were read last.
    pub l1_block_number: u64,
    /// The number of the first output that is not judged.
    pub next_output_index: u64,
    /// Outputs that were agreed with since the node started.
    pub agreed: u64,
    /// Outputs that were found wrong since then.
    pub wrong: u64,
    /// Deletions that L1 took since then.
    pub deletions: u64,
    /// What somebody must do something about.
    pub alarms: Vec<Alarm>,
}

impl ChallengerStatus {
    pub(super) const fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Agreed => self.agreed += 1,
            Verdict::Wrong(_) => self.wrong += 1,
            Verdict::Open(_) => {}
        }
    }
}

/// Something that the challenger may not, or cannot, put right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Alarm {
    /// A wrong output stands and its period is over.
    Final {
        /// Its number.
        index: u64,
        /// Why it is wrong.
        fault: Fault,
    },
    /// A wrong output stands and there is no key to delete it with.
    NoKey {
        /// Its number.
        index: u64,
        /// Why it is wrong.
        fault: Fault,
        /// The L1 time, in seconds, from which on nobody can delete it.
        until_s: u64,
    },
    /// A wrong output stands and the oracle obeys another account.
    NotChallenger {
        /// Its number.
        index: u64,
        /// The own account.
        own: Address,
        /// The oracle's challenger.
        challenger: Address,
        /// The L1 time, in seconds, from which on nobody can delete it.
        until_s: u64,
    },
    /// A wrong output stands and L1 does not take its deletion.
    Refused {
        /// Its number.
        index: u64,
        /// What L1 says.
        reason: String,
    },
    /// The contracts on L1 are not those of the configuration.
    Configuration(Difference),
    /// The contracts do not answer as portal, oracle and system configuration would.
    Unreadable {
        /// What happens when they are asked.
        reason: String,
    },
}

impl Alarm {
    /// The kinds, as metrics name them.
    pub const KINDS: [&'static str; 6] = [
        "final",
        "no_key",
        "not_challenger",
        "refused",
        "configuration",
        "unreadable",
    ];

    /// Its kind.
    pub const fn kind(&self) -> &'static str {
        let index = match self {
            Self::Final { .. } => 0,
            Self::NoKey { .. } => 1,
            Self::NotChallenger { .. } => 2,
            Self::Refused { .. } => 3,
            Self::Configuration(_) => 4,
            Self::Unreadable { .. } => 5,
        };
        Self::KINDS[index]
    }
}

impl fmt::Display for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Final { index, fault } => write!(
                f,
                "output {index} is wrong ({fault}) and nobody can delete it any more: the guardian must pause withdrawals"
            ),
            Self::NoKey { index, fault, until_s } => write!(
                f,
                "output {index} is wrong ({fault}) and here is no key to delete it: give --challenger-key-file, or let the \
                 challenger call deleteL2Outputs({index}) before L1's time is {until_s}"
            ),
            Self::NotChallenger {
                index,
                own,
                challenger,
                until_s,
            } => write!(
                f,
                "output {index} is wrong, and the oracle's challenger is {challenger}, not {own}: give the key of the former, \
                 or let it call deleteL2Outputs({index}) before L1's time is {until_s}"
            ),
            Self::Refused { index, reason } => write!(f, "output {index} is wrong and not deleted yet: {reason}"),
            Self::Configuration(Difference { what, on_l1, here }) => write!(
                f,
                "{what} is {on_l1} on L1, {here} here: somebody changed the contracts, or the configuration is another chain's"
            ),
            Self::Unreadable { reason } => write!(f, "the contracts on L1 cannot be checked: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_name_of_its_own_and_each_alarm_says_what_to_do() {
        let fault = Fault::NotDerivable {
            l2_block_number: 48,
            safe: 44,
            l1_block_number: 30,
        };
        let (index, until_s, own) = (12, 99, Address::ZERO);
        let reason = || "the wallet is empty".to_owned();
        let difference = Difference {
            what: "the portal's version",
            on_l1: "3.0.0".into(),
            here: "2.x".into(),
        };
        let alarms = [
            Alarm::Final { index, fault },
            Alarm::NoKey { index, fault, until_s },
            Alarm::NotChallenger {
                index,
                own,
                challenger: own,
                until_s,
            },
            Alarm::Refused {
                index,
                reason: reason(),
            },
            Alarm::Configuration(difference),
            Alarm::Unreadable { reason: reason() },
        ];
        assert_eq!(alarms.each_ref().map(Alarm::kind), Alarm::KINDS);
        let said = alarms.map(|alarm| alarm.to_string());
        let expected = [
            "guardian",
            "--challenger-key-file",
            "the key of the former",
            "wallet",
            "3.0.0",
            "wallet",
        ];
        for (said, expected) in said.iter().zip(expected) {
            assert!(said.contains(expected), "{said}");
        }
    }
}
