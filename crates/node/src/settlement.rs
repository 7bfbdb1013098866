//! The settlement contracts across a network.

use crate::{SettlementContracts, SettlementReader};
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::{Address, B256};
use contracts::bindings::{
    L2OutputOracle::versionCall as oracleVersionCall,
    OptimismPortal::{l2OracleCall, systemConfigCall, versionCall as portalVersionCall},
    SystemConfig::{batchInboxCall, optimismPortalCall},
};
use l1::{Contract, Error, L1Client, OutputOracle, ProposedOutput, TxCandidate};
use protocol::{BlockRef, RollupConfig};

/// Oracle, portal and system configuration of one rollup.
#[derive(Debug, Clone)]
pub struct L1Settlement {
    oracle: OutputOracle,
    portal: Contract,
    system_config: Contract,
}

impl L1Settlement {
    /// The contracts that a rollup's configuration names, with the oracle at `oracle`.
    pub const fn new(client: L1Client, rollup: &RollupConfig, oracle: Address) -> Self {
        Self {
            oracle: OutputOracle::new(client, oracle),
            portal: Contract {
                address: rollup.deposit_contract_address,
                name: "OptimismPortal",
            },
            system_config: Contract {
                address: rollup.l1_system_config_address,
                name: "SystemConfig",
            },
        }
    }
}

impl SettlementReader for L1Settlement {
    async fn contracts(&self, at: B256) -> Result<SettlementContracts, Error> {
        let (client, id) = (self.oracle.client(), BlockId::from(at));
        let oracle = Contract {
            address: self.oracle.address(),
            name: "L2OutputOracle",
        };
        let (
            parameters,
            oracle_version,
            portal_oracle,
            portal_system_config,
            portal_version,
            system_config_portal,
            system_config_batch_inbox,
        ) = tokio::try_join!(
            self.oracle.parameters(id),
            client.ask(oracle, &oracleVersionCall {}, id),
            client.ask(self.portal, &l2OracleCall {}, id),
            client.ask(self.portal, &systemConfigCall {}, id),
            client.ask(self.portal, &portalVersionCall {}, id),
            client.ask(self.system_config, &optimismPortalCall {}, id),
            client.ask(self.system_config, &batchInboxCall {}, id),
        )?;
        Ok(SettlementContracts {
            parameters,
            oracle_version,
            portal_oracle,
            portal_system_config,
            portal_version,
            system_config_portal,
            system_config_batch_inbox,
        })
    }

    async fn next_output_index(&self, at: B256) -> Result<u64, Error> {
        self.oracle.next_output_index(at.into()).await
    }

    async fn outputs_since(&self, index: u64, at: B256) -> Result<Vec<ProposedOutput>, Error> {
        self.oracle.outputs_since(index, at.into()).await
    }

    async fn block_ref(&self, number: u64) -> Result<Option<BlockRef>, Error> {
        let tag = BlockNumberOrTag::Number(number);
        self.oracle.client().block_ref_by_tag(tag).await
    }

    fn delete(&self, index: u64) -> TxCandidate {
        self.oracle.delete(index)
    }
}
