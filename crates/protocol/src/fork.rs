//! The OP Stack's network upgrades and when they activate.

use core::fmt;

use crate::Error;

/// A network upgrade of the OP Stack, in order of activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fork {
    /// The rollup's first rules; active since its genesis.
    Bedrock,
    /// Deposits pay for their gas, system transactions are gone.
    Regolith,
    /// Shanghai's and Capella's changes, deposit receipts with their nonce.
    Canyon,
    /// Span batches.
    Delta,
    /// Cancun's changes; blobs as data availability.
    Ecotone,
    /// FastLZ estimates, Brotli channels, a constant sequencer drift.
    Fjord,
    /// A shorter channel timeout, a limit on pairing inputs.
    Granite,
    /// Strict batch ordering, EIP-1559 parameters in the header.
    Holocene,
    /// Prague's changes, the operator fee, the withdrawals root in the header.
    Isthmus,
    /// The minimum base fee and the DA footprint limit.
    Jovian,
    /// A subset of Osaka; predeploys upgraded by a bundle.
    Karst,
}

impl Fork {
    /// Every fork, in order of activation.
    pub const ALL: [Self; 11] = [
        Self::Bedrock,
        Self::Regolith,
        Self::Canyon,
        Self::Delta,
        Self::Ecotone,
        Self::Fjord,
        Self::Granite,
        Self::Holocene,
        Self::Isthmus,
        Self::Jovian,
        Self::Karst,
    ];

    /// The fork's name as configurations and upgrade intents spell it, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bedrock => "bedrock",
            Self::Regolith => "regolith",
            Self::Canyon => "canyon",
            Self::Delta => "delta",
            Self::Ecotone => "ecotone",
            Self::Fjord => "fjord",
            Self::Granite => "granite",
            Self::Holocene => "holocene",
            Self::Isthmus => "isthmus",
            Self::Jovian => "jovian",
            Self::Karst => "karst",
        }
    }

    /// The fork of that (lower case) name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fork| fork.name() == name)
    }
}

impl fmt::Display for Fork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bedrock => "Bedrock",
            Self::Regolith => "Regolith",
            Self::Canyon => "Canyon",
            Self::Delta => "Delta",
            Self::Ecotone => "Ecotone",
            Self::Fjord => "Fjord",
            Self::Granite => "Granite",
            Self::Holocene => "Holocene",
            Self::Isthmus => "Isthmus",
            Self::Jovian => "Jovian",
            Self::Karst => "Karst",
        })
    }
}

/// When each fork activates: seconds since the Unix epoch, compared with block timestamps.
///
/// `None` is never. Bedrock has no time: it is active from the first block on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ForkSchedule {
    /// Activation of [`Fork::Regolith`].
    pub regolith: Option<u64>,
    /// Activation of [`Fork::Canyon`].
    pub canyon: Option<u64>,
    /// Activation of [`Fork::Delta`].
    pub delta: Option<u64>,
    /// Activation of [`Fork::Ecotone`].
    pub ecotone: Option<u64>,
    /// Activation of [`Fork::Fjord`].
    pub fjord: Option<u64>,
    /// Activation of [`Fork::Granite`].
    pub granite: Option<u64>,
    /// Activation of [`Fork::Holocene`].
    pub holocene: Option<u64>,
    /// Activation of [`Fork::Isthmus`].
    pub isthmus: Option<u64>,
    /// Activation of [`Fork::Jovian`].
    pub jovian: Option<u64>,
    /// Activation of [`Fork::Karst`].
    pub karst: Option<u64>,
}

impl ForkSchedule {
    /// Everything up to `fork` active since genesis, nothing after it.
    pub fn genesis(fork: Fork) -> Self {
        let mut schedule = Self::default();
        for earlier in Fork::ALL {
            schedule.set(earlier, (earlier <= fork).then_some(0));
        }
        schedule
    }

    /// When the fork activates. Bedrock answers zero.
    pub const fn time(&self, fork: Fork) -> Option<u64> {
        match fork {
            Fork::Bedrock => Some(0),
            Fork::Regolith => self.regolith,
            Fork::Canyon => self.canyon,
            Fork::Delta => self.delta,
            Fork::Ecotone => self.ecotone,
            Fork::Fjord => self.fjord,
            Fork::Granite => self.granite,
            Fork::Holocene => self.holocene,
            Fork::Isthmus => self.isthmus,
            Fork::Jovian => self.jovian,
            Fork::Karst => self.karst,
        }
    }

    /// Moves the fork's activation. Bedrock has none, and stays as it is.
    pub const fn set(&mut self, fork: Fork, time: Option<u64>) {
        match fork {
            Fork::Bedrock => {}
            Fork::Regolith => self.regolith = time,
            Fork::Canyon => self.canyon = time,
            Fork::Delta => self.delta = time,
            Fork::Ecotone => self.ecotone = time,
            Fork::Fjord => self.fjord = time,
            Fork::Granite => self.granite = time,
            Fork::Holocene => self.holocene = time,
            Fork::Isthmus => self.isthmus = time,
            Fork::Jovian => self.jovian = time,
            Fork::Karst => self.karst = time,
        }
    }

    /// Whether the fork's rules hold for a block of that timestamp.
    pub fn is_active(&self, fork: Fork, timestamp: u64) -> bool {
        self.time(fork).is_some_and(|time| timestamp >= time)
    }

    /// Whether the L2 block of that timestamp is the first under the fork's rules.
    ///
    /// A fork that is active since genesis has no activation block: no block before it lacks the fork.
    pub fn is_activation_block(&self, fork: Fork, timestamp: u64, block_time: u64) -> bool {
        timestamp
            .checked_sub(block_time)
            .is_some_and(|parent| self.is_active(fork, timestamp) && !self.is_active(fork, parent))
    }

    /// The last fork whose rules hold at that timestamp.
    pub fn latest(&self, timestamp: u64) -> Fork {
        Fork::ALL
            .into_iter()
            .rev()
            .find(|fork| self.is_active(*fork, timestamp))
            .unwrap_or(Fork::Bedrock)
    }

    /// Refuses a schedule in which a fork comes before its predecessor.
    pub fn validate(&self) -> Result<(), Error> {
        for pair in Fork::ALL.windows(2) {
            let &[earlier, later] = pair else { continue };
            match (self.time(earlier), self.time(later)) {
                (None, Some(_)) => return Err(Error::ForkWithoutPredecessor { earlier, later }),
                (Some(earlier_time), Some(later_time)) if later_time < earlier_time => {
                    return Err(Error::ForkOrder {
                        earlier,
                        earlier_time,
                        later,
                        later_time,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activation_block_is_the_first_and_only_once() {
        let mut schedule = ForkSchedule::genesis(Fork::Isthmus);
        schedule.jovian = Some(101);
        assert!(!schedule.is_activation_block(Fork::Jovian, 100, 2));
        assert!(schedule.is_activation_block(Fork::Jovian, 102, 2));
        assert!(!schedule.is_activation_block(Fork::Jovian, 104, 2));
        assert!(
            !schedule.is_activation_block(Fork::Isthmus, 2, 2),
            "active since genesis"
        );
        assert!(!schedule.is_activation_block(Fork::Isthmus, 0, 2));
        assert_eq!(schedule.latest(100), Fork::Isthmus);
        assert_eq!(schedule.latest(102), Fork::Jovian);
    }

    #[test]
    fn schedules_out_of_order_are_refused() {
        let mut schedule = ForkSchedule::genesis(Fork::Isthmus);
        assert_eq!(schedule.validate(), Ok(()));
        schedule.karst = Some(10);
        assert_eq!(
            schedule.validate(),
            Err(Error::ForkWithoutPredecessor {
                earlier: Fork::Jovian,
                later: Fork::Karst
            })
        );
        schedule.jovian = Some(11);
        assert_eq!(
            schedule.validate(),
            Err(Error::ForkOrder {
                earlier: Fork::Jovian,
                earlier_time: 11,
                later: Fork::Karst,
                later_time: 10
            })
        );
    }

    #[test]
    fn names_are_unique_and_found() {
        for fork in Fork::ALL {
            assert_eq!(Fork::from_name(fork.name()), Some(fork));
        }
        assert_eq!(Fork::from_name("lagoon"), None);
    }
}
