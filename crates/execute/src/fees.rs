//! Base fees, blob fees, and what a transaction weighs on L1.

use crate::{InvalidBlock, rules::BlockRules};
use alloy_consensus::Header;
use alloy_eips::{eip1559::BaseFeeParams, eip7840::BlobParams};
use op_revm::estimate_tx_compressed_size;
use protocol::{ChainSpec, Eip1559Params, ExtraData};

/// The base fee of the first block that has one (EIP-1559).
const INITIAL_BASE_FEE_WEI: u64 = 1_000_000_000;

/// Sizes on L1 are estimated in millionths of a byte.
pub(crate) const DA_SIZE_SCALE: u64 = 1_000_000;

/// How many bytes a transaction is estimated to take on L1, scaled by a million (Fjord).
pub(crate) fn da_size_scaled(envelope: &[u8]) -> u64 {
    estimate_tx_compressed_size(envelope)
}

/// The gas that a transaction's weight on L1 counts for (Jovian).
pub fn da_footprint(size_scaled: u64, gas_scalar: u16) -> u64 {
    size_scaled
        .wrapping_div(DA_SIZE_SCALE)
        .saturating_mul(u64::from(gas_scalar))
}

/// The base fee of the block that follows `parent` at `timestamp`; nothing before London.
///
/// On the OP Stack it moves with the parameters in the parent's extra data from Holocene on, stays
/// above the parent's minimum from Jovian on, and there the parent's DA footprint counts where it
/// exceeds the gas used. The verdict is on the parent: its extra data is malformed.
pub fn next_base_fee(spec: &ChainSpec, parent: &Header, timestamp: u64) -> Result<Option<u64>, InvalidBlock> {
    let rules = BlockRules::after(spec, parent, timestamp);
    if !rules.is_london() {
        return Ok(None);
    }
    let Some(base_fee) = parent.base_fee_per_gas else {
        return Ok(Some(INITIAL_BASE_FEE_WEI));
    };
    let parent_rules = BlockRules::of(spec, parent);
    let (params, min_base_fee) = fee_params(&rules, &parent_rules, parent)?;
    let gas_metered = match parent.blob_gas_used {
        Some(footprint) if parent_rules.is_jovian() => parent.gas_used.max(footprint),
        _ => parent.gas_used,
    };
    let params = BaseFeeParams::new(params.denominator.into(), params.elasticity.into());
    let next = params.next_block_base_fee(gas_metered, parent.gas_limit, base_fee);
    Ok(Some(next.max(min_base_fee)))
}

fn fee_params(
    rules: &BlockRules,
    parent_rules: &BlockRules,
    parent: &Header,
) -> Result<(Eip1559Params, u64), InvalidBlock> {
    if !parent_rules.is_holocene() {
        return Ok((rules.base_fee_params(), 0));
    }
    let extra_data = ExtraData::decode(&parent.extra_data).map_err(|_| InvalidBlock::ExtraData {
        got: parent.extra_data.clone(),
    })?;
    Ok((extra_data.params, extra_data.min_base_fee.unwrap_or_default()))
}

/// The excess blob gas of the block that follows `parent` at `timestamp`; nothing before blobs. Zero
/// on the OP Stack, which has no blobs of its own.
pub fn next_excess_blob_gas(spec: &ChainSpec, parent: &Header, timestamp: u64) -> Option<u64> {
    let rules = BlockRules::after(spec, parent, timestamp);
    if !rules.has_blob_gas() {
        return None;
    }
    let Some(params) = rules.blob_params() else {
        return Some(0);
    };
    let excess = parent.excess_blob_gas.unwrap_or_default();
    let used = parent.blob_gas_used.unwrap_or_default();
    let base_fee = parent.base_fee_per_gas.unwrap_or_default();
    Some(if rules.is_osaka() {
        params.next_block_excess_blob_gas_osaka(excess, used, base_fee)
    } else {
        excess
            .saturating_add(used)
            .saturating_sub(params.target_blob_gas_per_block())
    })
}

/// What a unit of blob gas costs in a block; nothing before blobs.
pub fn blob_base_fee(spec: &ChainSpec, header: &Header) -> Option<u128> {
    let rules = BlockRules::of(spec, header);
    header
        .excess_blob_gas
        .map(|excess| blob_price(rules.blob_params(), excess))
}

/// The price under a blob schedule; 1 wei where there is none.
pub(crate) fn blob_price(params: Option<BlobParams>, excess: u64) -> u128 {
    params.map_or(1, |params| params.calc_blob_fee(excess))
}
