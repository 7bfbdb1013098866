//! Which configurations this implementation takes.

use alloy_primitives::{Address, B256};

use crate::{Error, Fork, RollupConfig};

/// The last fork that must be active since genesis: later ones may be pending.
const FORK_AT_GENESIS: Fork = Fork::Isthmus;

impl RollupConfig {
    /// Refuses a configuration that makes no chain, or one whose rules are not implemented.
    pub fn validate(&self) -> Result<(), Error> {
        self.validate_numbers()?;
        self.validate_identities()?;
        self.validate_addresses()?;
        self.validate_forks()?;
        self.genesis.system_config.fee_scalars().map(|_| ())
    }

    fn validate_numbers(&self) -> Result<(), Error> {
        let op = &self.chain_op_config;
        let required = [
            ("block_time", self.block_time),
            ("channel_timeout", self.channel_timeout),
            ("l1_chain_id", self.l1_chain_id),
            ("l2_chain_id", self.l2_chain_id),
            ("genesis.l2_time", self.genesis.l2_time),
            ("genesis.system_config.gasLimit", self.genesis.system_config.gas_limit),
            ("chain_op_config.eip1559Elasticity", op.eip1559_elasticity.into()),
            ("chain_op_config.eip1559Denominator", op.eip1559_denominator.into()),
            (
                "chain_op_config.eip1559DenominatorCanyon",
                op.eip1559_denominator_canyon.into(),
            ),
        ];
        if let Some((field, _)) = required.into_iter().find(|(_, value)| *value == 0) {
            return Err(Error::ConfigZero { field });
        }
        if self.seq_window_size < 2 {
            return Err(Error::SeqWindowTooSmall {
                blocks: self.seq_window_size,
            });
        }
        Ok(())
    }

    fn validate_identities(&self) -> Result<(), Error> {
        let (l1, l2) = (self.genesis.l1.hash, self.genesis.l2.hash);
        if l1 == B256::ZERO {
            return Err(Error::ConfigZero {
                field: "genesis.l1.hash",
            });
        }
        if l2 == B256::ZERO {
            return Err(Error::ConfigZero {
                field: "genesis.l2.hash",
            });
        }
        if l1 == l2 {
            return Err(Error::ConfigEqual {
                field: "genesis.l1.hash",
                other: "genesis.l2.hash",
            });
        }
        if self.l1_chain_id == self.l2_chain_id {
            return Err(Error::ConfigEqual {
                field: "l1_chain_id",
                other: "l2_chain_id",
            });
        }
        Ok(())
    }

    fn validate_addresses(&self) -> Result<(), Error> {
        let required = [
            (
                "genesis.system_config.batcherAddr",
                self.genesis.system_config.batcher_address,
            ),
            ("batch_inbox_address", self.batch_inbox_address),
            ("deposit_contract_address", self.deposit_contract_address),
            ("l1_system_config_address", self.l1_system_config_address),
        ];
        match required.into_iter().find(|(_, address)| *address == Address::ZERO) {
            Some((field, _)) => Err(Error::ConfigZero { field }),
            None => Ok(()),
        }
    }

    fn validate_forks(&self) -> Result<(), Error> {
        if self.lagoon_time.is_some() {
            return Err(Error::ForkUnsupported { name: "Lagoon" });
        }
        self.forks.validate()?;
        let pending = |fork: &Fork| !self.is_active(*fork, self.genesis.l2_time);
        match Fork::ALL
            .into_iter()
            .filter(|fork| *fork <= FORK_AT_GENESIS)
            .find(pending)
        {
            Some(fork) => Err(Error::ForkNotAtGenesis { fork }),
            None => Ok(()),
        }
    }
}
