//! The rules of one block.

use crate::{fees::blob_price, machine::MachineConfig};
use alloy_consensus::Header;
use alloy_eips::eip7840::BlobParams;
use alloy_primitives::{Address, U256};
use op_revm::OpSpecId;
use protocol::{ChainSpec, Eip1559Params, EthereumFork, Fork, Rules, Transaction};
use revm::{
    context::{BlockEnv, CfgEnv},
    context_interface::block::BlobExcessGasAndPrice,
    primitives::{eip3860::MAX_INITCODE_SIZE, hardfork::SpecId},
};

/// Wei in an ether.
const ETHER_WEI: u64 = 1_000_000_000_000_000_000;

/// What holds in one block, looked up once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BlockRules {
    chain_id: u64,
    /// Ethereum's fork, or the one that the OP Stack's fork builds on.
    ethereum: EthereumFork,
    is_merged: bool,
    op_stack: Option<OpStackBlock>,
    blob_params: Option<BlobParams>,
    deposit_contract: Option<Address>,
}

#[derive(Debug, Clone, Copy)]
struct OpStackBlock {
    fork: Fork,
    constants: Eip1559Params,
}

impl BlockRules {
    /// The rules of the block with this header.
    pub(crate) fn of(spec: &ChainSpec, header: &Header) -> Self {
        Self::at(spec, header.number, header.timestamp, header.difficulty)
    }

    /// The rules of the block that follows `parent` at a time.
    pub(crate) fn after(spec: &ChainSpec, parent: &Header, timestamp: u64) -> Self {
        Self::at(spec, parent.number.saturating_add(1), timestamp, parent.difficulty)
    }

    fn at(spec: &ChainSpec, number: u64, timestamp: u64, difficulty: U256) -> Self {
        let op_stack = spec.op_stack().map(|rules| OpStackBlock {
            fork: rules.forks.latest(timestamp),
            constants: rules.eip1559_params(timestamp),
        });
        let (is_merged, deposit_contract) = match &spec.rules {
            Rules::Ethereum(rules) => (rules.is_merged(difficulty), rules.deposit_contract_address),
            Rules::OpStack(_) => (true, None),
        };
        Self {
            chain_id: spec.chain_id,
            ethereum: spec.ethereum_fork(number, timestamp, difficulty),
            is_merged,
            op_stack,
            blob_params: spec.blob_params(timestamp),
            deposit_contract,
        }
    }

    /// The EVM's settings.
    pub(crate) fn machine_config(&self) -> MachineConfig {
        match &self.op_stack {
            Some(block) => MachineConfig::OpStack(self.cfg(op_spec_id(block.fork))),
            None => MachineConfig::Ethereum(self.cfg(spec_id(self.ethereum))),
        }
    }

    fn cfg<SPEC: Into<SpecId> + Clone>(&self, spec: SPEC) -> CfgEnv<SPEC> {
        let mut cfg = CfgEnv::new_with_spec(spec).with_chain_id(self.chain_id);
        if let Some(params) = &self.blob_params {
            cfg.max_blobs_per_tx = Some(params.max_blobs_per_tx.min(params.max_blob_count));
            cfg.blob_base_fee_update_fraction = params.update_fraction.try_into().ok();
        }
        cfg
    }

    /// What the EVM's opcodes see of the block.
    pub(crate) fn block_env(&self, header: &Header) -> BlockEnv {
        BlockEnv {
            number: U256::from(header.number),
            beneficiary: header.beneficiary,
            timestamp: U256::from(header.timestamp),
            gas_limit: header.gas_limit,
            basefee: header.base_fee_per_gas.unwrap_or_default(),
            difficulty: header.difficulty,
            prevrandao: self.is_merged.then_some(header.mix_hash),
            blob_excess_gas_and_price: header.excess_blob_gas.map(|excess_blob_gas| {
                let blob_gasprice = blob_price(self.blob_params, excess_blob_gas);
                BlobExcessGasAndPrice {
                    excess_blob_gas,
                    blob_gasprice,
                }
            }),
            slot_num: 0,
        }
    }

    /// Whether a transaction of this type exists here. The EVM judges when the others begin.
    pub(crate) const fn knows(&self, transaction: &Transaction) -> bool {
        match transaction {
            Transaction::Deposit(_) => self.is_op_stack(),
            Transaction::Eip4844(_) => !self.is_op_stack(),
            _ => true,
        }
    }

    /// Whether a deposit fails before the EVM starts for a reason that `op-revm` does not look at:
    /// its init code is longer than EIP-3860 allows. Such a deposit is included as failed.
    pub(crate) fn is_doomed_deposit(&self, transaction: &Transaction) -> bool {
        transaction.as_deposit().is_some_and(|deposit| {
            deposit.to.is_create() && deposit.input.len() > MAX_INITCODE_SIZE && self.is_shanghai()
        })
    }

    /// What a miner gets for a block, before the merge.
    pub(crate) fn block_reward_wei(&self) -> Option<U256> {
        let ether = match self.ethereum {
            _ if self.is_merged => return None,
            fork if fork >= EthereumFork::Constantinople => 2,
            fork if fork >= EthereumFork::Byzantium => 3,
            _ => 5,
        };
        Some(U256::from(ETHER_WEI).saturating_mul(U256::from(ether)))
    }

    /// The most blob gas of a block.
    pub(crate) fn blob_gas_max(&self) -> u64 {
        self.blob_params.map_or(0, |params| params.max_blob_gas_per_block())
    }

    pub(crate) const fn blob_params(&self) -> Option<BlobParams> {
        self.blob_params
    }

    pub(crate) const fn deposit_contract(&self) -> Option<Address> {
        self.deposit_contract
    }

    /// The OP Stack chain's own EIP-1559 parameters, or Ethereum's.
    pub(crate) const fn base_fee_params(&self) -> Eip1559Params {
        match self.op_stack {
            Some(OpStackBlock { constants, .. }) => constants,
            None => Eip1559Params {
                denominator: 8,
                elasticity: 2,
            },
        }
    }

    pub(crate) const fn is_op_stack(&self) -> bool {
        self.op_stack.is_some()
    }

    pub(crate) const fn is_merged(&self) -> bool {
        self.is_merged
    }

    pub(crate) fn is_byzantium(&self) -> bool {
        self.ethereum >= EthereumFork::Byzantium
    }

    pub(crate) fn is_london(&self) -> bool {
        self.ethereum >= EthereumFork::London
    }

    pub(crate) fn is_shanghai(&self) -> bool {
        self.ethereum >= EthereumFork::Shanghai
    }

    pub(crate) fn is_cancun(&self) -> bool {
        self.ethereum >= EthereumFork::Cancun
    }

    pub(crate) fn is_prague(&self) -> bool {
        self.ethereum >= EthereumFork::Prague
    }

    pub(crate) fn is_osaka(&self) -> bool {
        self.ethereum >= EthereumFork::Osaka
    }

    /// Whether headers have blob fields: from Cancun on, and from Ecotone on though it has no blobs.
    pub(crate) fn has_blob_gas(&self) -> bool {
        self.is_cancun()
    }

    /// Whether the length of a block is limited (EIP-7934): Karst leaves that part of Osaka out.
    pub(crate) fn has_block_bytes_max(&self) -> bool {
        self.is_osaka() && !self.is_op_stack()
    }

    pub(crate) fn is_regolith(&self) -> bool {
        self.is_op_active(Fork::Regolith)
    }

    pub(crate) fn is_canyon(&self) -> bool {
        self.is_op_active(Fork::Canyon)
    }

    pub(crate) fn is_holocene(&self) -> bool {
        self.is_op_active(Fork::Holocene)
    }

    pub(crate) fn is_isthmus(&self) -> bool {
        self.is_op_active(Fork::Isthmus)
    }

    pub(crate) fn is_jovian(&self) -> bool {
        self.is_op_active(Fork::Jovian)
    }

    fn is_op_active(&self, fork: Fork) -> bool {
        self.op_stack.is_some_and(|block| block.fork >= fork)
    }
}

/// The EVM's name of an OP Stack fork. Delta changes nothing for it.
pub(crate) const fn op_spec_id(fork: Fork) -> OpSpecId {
    match fork {
        Fork::Bedrock => OpSpecId::BEDROCK,
        Fork::Regolith => OpSpecId::REGOLITH,
        Fork::Canyon | Fork::Delta => OpSpecId::CANYON,
        Fork::Ecotone => OpSpecId::ECOTONE,
        Fork::Fjord => OpSpecId::FJORD,
        Fork::Granite => OpSpecId::GRANITE,
        Fork::Holocene => OpSpecId::HOLOCENE,
        Fork::Isthmus => OpSpecId::ISTHMUS,
        Fork::Jovian => OpSpecId::JOVIAN,
        Fork::Karst => OpSpecId::KARST,
    }
}

/// The EVM's name for a fork.
pub const fn spec_id(fork: EthereumFork) -> SpecId {
    match fork {
        EthereumFork::Frontier => SpecId::FRONTIER,
        EthereumFork::Homestead => SpecId::HOMESTEAD,
        EthereumFork::Tangerine => SpecId::TANGERINE,
        EthereumFork::SpuriousDragon => SpecId::SPURIOUS_DRAGON,
        EthereumFork::Byzantium => SpecId::BYZANTIUM,
        EthereumFork::Constantinople => SpecId::CONSTANTINOPLE,
        EthereumFork::Petersburg => SpecId::PETERSBURG,
        EthereumFork::Istanbul => SpecId::ISTANBUL,
        EthereumFork::MuirGlacier => SpecId::MUIR_GLACIER,
        EthereumFork::Berlin => SpecId::BERLIN,
        EthereumFork::London => SpecId::LONDON,
        EthereumFork::ArrowGlacier => SpecId::ARROW_GLACIER,
        EthereumFork::GrayGlacier => SpecId::GRAY_GLACIER,
        EthereumFork::Paris => SpecId::MERGE,
        EthereumFork::Shanghai => SpecId::SHANGHAI,
        EthereumFork::Cancun => SpecId::CANCUN,
        EthereumFork::Prague => SpecId::PRAGUE,
        EthereumFork::Osaka => SpecId::OSAKA,
    }
}
