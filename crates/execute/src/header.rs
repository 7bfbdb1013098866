//! The rules of a header that hold before execution, and headers from attributes.

use crate::{
    BuildOptions, InvalidBlock,
    fees::{next_base_fee, next_excess_blob_gas},
    rules::BlockRules,
};
use alloy_consensus::{EMPTY_OMMER_ROOT_HASH, Header, constants::EMPTY_WITHDRAWALS};
use alloy_eips::eip1559::calculate_block_gas_limit;
use alloy_primitives::{Address, B64, B256, Bytes, U256};
use alloy_rlp::Encodable;
use protocol::{Block, ChainSpec, Eip1559Params, ExtraData, PayloadAttributes};

/// The least gas limit of an Ethereum block.
const GAS_LIMIT_MIN: u64 = 5_000;

/// A block's gas limit moves by less than this part of its parent's.
const GAS_LIMIT_BOUND_DIVISOR: u64 = 1_024;

/// Extra data before Holocene, in bytes.
const EXTRA_DATA_BYTES_MAX: usize = 32;

/// The bytes of a block from Osaka on (EIP-7934).
pub(crate) const BLOCK_BYTES_MAX: usize = 8_388_608;

/// Checks what a header says against its parent.
pub(crate) fn check_header(
    spec: &ChainSpec,
    parent: &Header,
    parent_hash: B256,
    header: &Header,
) -> Result<(), InvalidBlock> {
    let rules = BlockRules::of(spec, header);
    check_place(parent, parent_hash, header)?;
    check_gas_limit(&rules, parent, header)?;
    check_extra_data(&rules, header)?;
    check_merge(&rules, &BlockRules::of(spec, parent), header)?;
    let expected = next_base_fee(spec, parent, header.timestamp)?;
    if header.base_fee_per_gas != expected {
        return Err(InvalidBlock::BaseFee {
            expected,
            got: header.base_fee_per_gas,
        });
    }
    let expected = next_excess_blob_gas(spec, parent, header.timestamp);
    if header.excess_blob_gas != expected {
        return Err(InvalidBlock::ExcessBlobGas {
            expected,
            got: header.excess_blob_gas,
        });
    }
    if header.parent_beacon_block_root.is_some() != rules.is_cancun() {
        return Err(InvalidBlock::ParentBeaconBlockRoot);
    }
    if header.block_access_list_hash.is_some() || header.slot_number.is_some() {
        return Err(InvalidBlock::FieldsOfLaterFork);
    }
    Ok(())
}

fn check_place(parent: &Header, hash: B256, header: &Header) -> Result<(), InvalidBlock> {
    if header.parent_hash != hash {
        return Err(InvalidBlock::ParentHash {
            expected: hash,
            got: header.parent_hash,
        });
    }
    let expected = parent.number.saturating_add(1);
    if header.number != expected {
        return Err(InvalidBlock::Number {
            expected,
            got: header.number,
        });
    }
    if header.timestamp <= parent.timestamp {
        return Err(InvalidBlock::Timestamp {
            parent: parent.timestamp,
            got: header.timestamp,
        });
    }
    Ok(())
}

/// On the OP Stack the gas limit is the system configuration's, and derivation compares it.
fn check_gas_limit(rules: &BlockRules, parent: &Header, header: &Header) -> Result<(), InvalidBlock> {
    if rules.is_op_stack() {
        return Ok(());
    }
    let is_first_london = header.base_fee_per_gas.is_some() && parent.base_fee_per_gas.is_none();
    let reference = if is_first_london {
        parent.gas_limit.saturating_mul(2)
    } else {
        parent.gas_limit
    };
    let bound = reference.wrapping_div(GAS_LIMIT_BOUND_DIVISOR);
    if header.gas_limit.abs_diff(reference) >= bound || header.gas_limit < GAS_LIMIT_MIN {
        return Err(InvalidBlock::GasLimit {
            parent: parent.gas_limit,
            got: header.gas_limit,
        });
    }
    Ok(())
}

fn check_extra_data(rules: &BlockRules, header: &Header) -> Result<(), InvalidBlock> {
    let fits = if rules.is_holocene() {
        ExtraData::decode(&header.extra_data)
            .is_ok_and(|extra_data| extra_data.min_base_fee.is_some() == rules.is_jovian())
    } else {
        header.extra_data.len() <= EXTRA_DATA_BYTES_MAX
    };
    let malformed = || InvalidBlock::ExtraData {
        got: header.extra_data.clone(),
    };
    if fits { Ok(()) } else { Err(malformed()) }
}

/// Difficulty, nonce and uncles are gone after the merge, and the merge is final. Proof of work and the
/// difficulty before it are not judged here.
fn check_merge(rules: &BlockRules, parent: &BlockRules, header: &Header) -> Result<(), InvalidBlock> {
    if !rules.is_merged() && !parent.is_merged() {
        return Ok(());
    }
    if !header.difficulty.is_zero() {
        return Err(InvalidBlock::Difficulty {
            expected: U256::ZERO,
            got: header.difficulty,
        });
    }
    if header.nonce != B64::ZERO {
        return Err(InvalidBlock::Nonce { got: header.nonce });
    }
    if header.ommers_hash != EMPTY_OMMER_ROOT_HASH {
        let (expected, got) = (EMPTY_OMMER_ROOT_HASH, header.ommers_hash);
        return Err(InvalidBlock::OmmersHash { expected, got });
    }
    Ok(())
}

/// Checks a block's body against its header.
pub(crate) fn check_body(spec: &ChainSpec, block: &Block, senders: &[Address]) -> Result<(), InvalidBlock> {
    let (header, body) = (&block.header, &block.body);
    if senders.len() != body.transactions.len() {
        let (expected, got) = (body.transactions.len(), senders.len());
        return Err(InvalidBlock::Senders { expected, got });
    }
    let expected = protocol::transactions_root(&body.transactions);
    if header.transactions_root != expected {
        return Err(InvalidBlock::TransactionsRoot {
            expected,
            got: header.transactions_root,
        });
    }
    let expected = body.calculate_ommers_root();
    if header.ommers_hash != expected {
        return Err(InvalidBlock::OmmersHash {
            expected,
            got: header.ommers_hash,
        });
    }
    let rules = BlockRules::of(spec, header);
    check_withdrawals(&rules, block)?;
    let got = if rules.has_block_bytes_max() { block.length() } else { 0 };
    if got > BLOCK_BYTES_MAX {
        return Err(InvalidBlock::BlockSize {
            max: BLOCK_BYTES_MAX,
            got,
        });
    }
    Ok(())
}

/// From Isthmus on the root is the message passer's, which is known after execution.
fn check_withdrawals(rules: &BlockRules, block: &Block) -> Result<(), InvalidBlock> {
    let withdrawals = block.body.withdrawals.as_ref();
    let must_be_empty = rules.is_op_stack();
    if withdrawals.is_some() != rules.is_shanghai()
        || (must_be_empty && withdrawals.is_some_and(|list| !list.is_empty()))
    {
        return Err(InvalidBlock::Withdrawals);
    }
    if rules.is_isthmus() {
        return Ok(());
    }
    let (expected, got) = (block.body.calculate_withdrawals_root(), block.header.withdrawals_root);
    if expected != got {
        return Err(InvalidBlock::WithdrawalsRoot { expected, got });
    }
    Ok(())
}

/// The header of the block that the attributes describe, as far as it is known before execution.
pub(crate) fn draft_header(
    spec: &ChainSpec,
    parent: &Header,
    parent_hash: B256,
    attributes: &PayloadAttributes,
    options: &BuildOptions,
) -> Result<Header, InvalidBlock> {
    let timestamp = attributes.timestamp;
    if timestamp <= parent.timestamp {
        return Err(InvalidBlock::Timestamp {
            parent: parent.timestamp,
            got: timestamp,
        });
    }
    let rules = BlockRules::after(spec, parent, timestamp);
    check_attributes(&rules, attributes)?;
    let withdrawals = attributes.withdrawals.as_deref();
    Ok(Header {
        parent_hash,
        ommers_hash: EMPTY_OMMER_ROOT_HASH,
        beneficiary: attributes.suggested_fee_recipient,
        number: parent.number.saturating_add(1),
        gas_limit: gas_limit(&rules, parent, attributes, options),
        timestamp,
        extra_data: extra_data(&rules, attributes, options)?,
        mix_hash: attributes.prev_randao,
        base_fee_per_gas: next_base_fee(spec, parent, timestamp)?,
        withdrawals_root: withdrawals.map(|list| match list {
            [] => EMPTY_WITHDRAWALS,
            list => alloy_consensus::proofs::calculate_withdrawals_root(list),
        }),
        blob_gas_used: rules.has_blob_gas().then_some(0),
        excess_blob_gas: next_excess_blob_gas(spec, parent, timestamp),
        parent_beacon_block_root: attributes.parent_beacon_block_root,
        ..Header::default()
    })
}

fn gas_limit(rules: &BlockRules, parent: &Header, attributes: &PayloadAttributes, options: &BuildOptions) -> u64 {
    match attributes.gas_limit {
        Some(gas_limit) if rules.is_op_stack() => gas_limit,
        desired => {
            let desired = desired.or(options.gas_limit).unwrap_or(parent.gas_limit);
            calculate_block_gas_limit(parent.gas_limit, desired)
        }
    }
}

fn extra_data(
    rules: &BlockRules,
    attributes: &PayloadAttributes,
    options: &BuildOptions,
) -> Result<Bytes, InvalidBlock> {
    let Some(params) = attributes.eip1559_params else {
        return Ok(if rules.is_op_stack() {
            Bytes::new()
        } else {
            options.extra_data.clone()
        });
    };
    let params = Eip1559Params::decode(params)
        .map_err(|_| InvalidBlock::Attributes { field: "eip1559Params" })?
        .or(rules.base_fee_params());
    Ok(ExtraData {
        params,
        min_base_fee: attributes.min_base_fee,
    }
    .encode())
}

/// Each attribute is there exactly when its fork is.
fn check_attributes(rules: &BlockRules, attributes: &PayloadAttributes) -> Result<(), InvalidBlock> {
    let withdrawals = attributes.withdrawals.as_ref();
    let surplus_withdrawals = rules.is_op_stack() && withdrawals.is_some_and(|list| !list.is_empty());
    let present = [
        (
            "withdrawals",
            withdrawals.is_some() && !surplus_withdrawals,
            rules.is_shanghai(),
        ),
        (
            "parentBeaconBlockRoot",
            attributes.parent_beacon_block_root.is_some(),
            rules.is_cancun(),
        ),
        (
            "eip1559Params",
            attributes.eip1559_params.is_some(),
            rules.is_holocene(),
        ),
        ("minBaseFee", attributes.min_base_fee.is_some(), rules.is_jovian()),
    ];
    if rules.is_op_stack() && attributes.gas_limit.is_none() {
        return Err(InvalidBlock::Attributes { field: "gasLimit" });
    }
    match present.into_iter().find(|(_, is_there, is_due)| is_there != is_due) {
        Some((field, ..)) => Err(InvalidBlock::Attributes { field }),
        None => Ok(()),
    }
}
