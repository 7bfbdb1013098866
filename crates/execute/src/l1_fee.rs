//! What a transaction pays for its data on L1 and to the operator, as receipts tell it.

use crate::{
    fees::{da_footprint, da_size_scaled},
    rules::op_spec_id,
};
use alloy_primitives::U256;
use op_revm::{L1BlockInfo as EvmL1BlockInfo, OpSpecId};
use protocol::{Fork, L1AttributesFormat, L1BlockInfo, Transaction};

/// Wei of the L1 fee's scalar before Ecotone, where it counts millionths.
const SCALAR_DECIMALS: u32 = 1_000_000;

/// The fee fields of an OP Stack receipt. A field that its fork does not have is absent; a deposit's
/// receipt has none of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct L1Fee {
    /// `l1Fee`: what the transaction paid for its data, in wei.
    pub l1_fee_wei: U256,
    /// `l1GasPrice`: the L1 origin's base fee, in wei.
    pub l1_gas_price_wei: U256,
    /// `l1GasUsed`: the data's gas; deprecated since Fjord.
    pub l1_gas_used: U256,
    /// `l1BlobBaseFee`, since Ecotone, in wei.
    pub l1_blob_base_fee_wei: Option<U256>,
    /// `l1BaseFeeScalar`, since Ecotone.
    pub l1_base_fee_scalar: Option<u32>,
    /// `l1BlobBaseFeeScalar`, since Ecotone.
    pub l1_blob_base_fee_scalar: Option<u32>,
    /// `l1FeeScalar` in millionths, before Ecotone.
    pub l1_fee_scalar: Option<U256>,
    /// `operatorFeeScalar`, since Isthmus.
    pub operator_fee_scalar: Option<u32>,
    /// `operatorFeeConstant` in wei, since Isthmus.
    pub operator_fee_constant_wei: Option<u64>,
    /// What the transaction paid to the operator, in wei. No field of the receipt.
    pub operator_fee_wei: U256,
    /// `daFootprintGasScalar`, since Jovian.
    pub da_footprint_gas_scalar: Option<u16>,
    /// `blobGasUsed`, since Jovian: the transaction's DA footprint.
    pub blob_gas_used: Option<u64>,
}

/// The L1 fee of a transaction that used `gas_used`, in a block of that fork whose L1 attributes are
/// `info`. Nothing for deposits, which pay none.
pub fn l1_fee(fork: Fork, info: &L1BlockInfo, transaction: &Transaction, gas_used: u64) -> Option<L1Fee> {
    if transaction.is_deposit() {
        return None;
    }
    let envelope = transaction.encoded();
    let spec = effective_spec(fork, info.format);
    let mut evm = evm_info(info);
    let since = |earliest: OpSpecId| spec.is_enabled_in(earliest);
    let (ecotone, isthmus, jovian) = (
        since(OpSpecId::ECOTONE),
        since(OpSpecId::ISTHMUS),
        since(OpSpecId::JOVIAN),
    );
    let footprint = || da_footprint(da_size_scaled(&envelope), info.da_footprint_gas_scalar);
    Some(L1Fee {
        l1_fee_wei: evm.calculate_tx_l1_cost(&envelope, spec),
        l1_gas_price_wei: info.base_fee,
        l1_gas_used: evm.data_gas(&envelope, spec),
        l1_blob_base_fee_wei: ecotone.then_some(info.blob_base_fee),
        l1_base_fee_scalar: ecotone.then_some(info.base_fee_scalar),
        l1_blob_base_fee_scalar: ecotone.then_some(info.blob_base_fee_scalar),
        l1_fee_scalar: (!ecotone).then_some(info.l1_fee_scalar),
        operator_fee_scalar: isthmus.then_some(info.operator_fee_scalar),
        operator_fee_constant_wei: isthmus.then_some(info.operator_fee_constant),
        operator_fee_wei: if isthmus {
            evm.operator_fee_charge(&envelope, U256::from(gas_used), spec)
        } else {
            U256::ZERO
        },
        da_footprint_gas_scalar: jovian.then_some(info.da_footprint_gas_scalar),
        blob_gas_used: jovian.then(footprint),
    })
}

impl L1Fee {
    /// One million: `l1FeeScalar` is a decimal number with six places.
    pub const fn scalar_decimals() -> u32 {
        SCALAR_DECIMALS
    }
}

/// In a fork's activation block the attributes still have the form before it, and its fees do not
/// apply: there are no transactions to charge.
fn effective_spec(fork: Fork, format: L1AttributesFormat) -> OpSpecId {
    let latest = match format {
        L1AttributesFormat::Bedrock => Fork::Delta,
        L1AttributesFormat::Ecotone => Fork::Holocene,
        L1AttributesFormat::Isthmus => Fork::Isthmus,
        L1AttributesFormat::Jovian => fork,
    };
    op_spec_id(fork.min(latest))
}

fn evm_info(info: &L1BlockInfo) -> EvmL1BlockInfo {
    let bedrock = info.format == L1AttributesFormat::Bedrock;
    let base_fee_scalar = if bedrock {
        info.l1_fee_scalar
    } else {
        U256::from(info.base_fee_scalar)
    };
    EvmL1BlockInfo {
        l1_base_fee: info.base_fee,
        l1_fee_overhead: bedrock.then_some(info.l1_fee_overhead),
        l1_base_fee_scalar: base_fee_scalar,
        l1_blob_base_fee: (!bedrock).then_some(info.blob_base_fee),
        l1_blob_base_fee_scalar: (!bedrock).then(|| U256::from(info.blob_base_fee_scalar)),
        operator_fee_scalar: Some(U256::from(info.operator_fee_scalar)),
        operator_fee_constant: Some(U256::from(info.operator_fee_constant)),
        da_footprint_gas_scalar: Some(info.da_footprint_gas_scalar),
        ..EvmL1BlockInfo::default()
    }
}
