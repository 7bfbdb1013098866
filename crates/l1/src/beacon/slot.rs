//! From an L1 block to the beacon chain's slot.

use protocol::BlockRef;

/// How slots follow from L1 blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotClock {
    /// By time: `(timestamp - genesis_time) / slot_duration`, as every beacon chain does it.
    Time {
        /// The beacon chain's genesis time.
        genesis_time_s: u64,
        /// The duration of a slot, not zero.
        slot_duration_s: u64,
    },
    /// The block's number: development chains (anvil) that have no `config/spec` answer to it.
    BlockNumber,
}

impl SlotClock {
    /// The slot of a block; none if the block is older than the beacon chain.
    pub fn slot(&self, block: &BlockRef) -> Option<u64> {
        match *self {
            Self::Time {
                genesis_time_s,
                slot_duration_s,
            } => block
                .timestamp
                .checked_sub(genesis_time_s)?
                .checked_div(slot_duration_s),
            Self::BlockNumber => Some(block.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_counted_from_the_beacon_chains_genesis() {
        let clock = SlotClock::Time {
            genesis_time_s: 1_606_824_023,
            slot_duration_s: 12,
        };
        let block = BlockRef {
            number: 19_426_587,
            timestamp: 1_710_338_135,
            ..BlockRef::default()
        };
        assert_eq!(clock.slot(&block), Some(8_626_176));
        let older = BlockRef {
            timestamp: 1_606_824_022,
            ..block
        };
        assert_eq!(clock.slot(&older), None);
        assert_eq!(SlotClock::BlockNumber.slot(&block), Some(19_426_587));
    }
}
