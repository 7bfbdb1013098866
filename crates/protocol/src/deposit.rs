//! Deposits: from logs of the portal to transactions (specs: deposits.md).

use alloc::vec::Vec;

use alloy_primitives::{Address, B256, Bytes, Log, TxKind, U256, address, b256, keccak256};
use op_alloy_consensus::TxDeposit;

use crate::{DepositFault, Error, Receipt, cursor::Cursor};

/// `keccak256("TransactionDeposited(address,address,uint256,bytes)")`.
pub const TRANSACTION_DEPOSITED_TOPIC: B256 =
    b256!("0xb3813568d9991fc951961fcb4c784893574240a28925604d09fc577c55bb7c32");

/// Added to the address of an L1 contract that deposits.
pub const ALIAS_OFFSET: Address = address!("0x1111000000000000000000000000000000001111");

/// Mint, value, gas and the creation flag precede the calldata in a deposit's opaque data.
const OPAQUE_DATA_FIXED_BYTES: usize = 73;

/// What a deposit stems from, which makes its hash unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepositSource<'a> {
    /// A user's deposit: domain 0.
    User {
        /// Hash of the L1 block.
        l1_block_hash: B256,
        /// Index of the log in the L1 block.
        log_index: u64,
    },
    /// The L1 attributes of an L2 block: domain 1.
    L1Info {
        /// Hash of the L1 origin.
        l1_block_hash: B256,
        /// Position of the L2 block in its epoch.
        sequence_number: u64,
    },
    /// An upgrade transaction: domain 2.
    Upgrade {
        /// What the transaction is for, as the specification words it.
        intent: &'a str,
    },
    /// Replacement of an invalid block (interop): domain 4.
    BlockReplacement {
        /// Output root of the replaced block.
        output_root: B256,
    },
}

impl DepositSource<'_> {
    /// The source hash: `keccak256(domain ‖ keccak256(identifier))`.
    pub fn hash(&self) -> B256 {
        match *self {
            Self::User {
                l1_block_hash,
                log_index,
            } => in_domain(0, pair(l1_block_hash, log_index)),
            Self::L1Info {
                l1_block_hash,
                sequence_number,
            } => in_domain(1, pair(l1_block_hash, sequence_number)),
            Self::Upgrade { intent } => in_domain(2, keccak256(intent)),
            Self::BlockReplacement { output_root } => in_domain(4, output_root),
        }
    }
}

fn pair(hash: B256, number: u64) -> B256 {
    keccak256([hash, B256::from(U256::from(number))].concat())
}

fn in_domain(domain: u64, identifier: B256) -> B256 {
    keccak256([B256::from(U256::from(domain)), identifier].concat())
}

/// The address that a contract of L1 has on L2.
pub fn alias(l1_address: Address) -> Address {
    shift(l1_address, U256::wrapping_add)
}

/// The contract of L1 behind an aliased address.
pub fn unalias(l2_address: Address) -> Address {
    shift(l2_address, U256::wrapping_sub)
}

fn shift(address: Address, by: fn(U256, U256) -> U256) -> Address {
    let sum = by(address.into_word().into(), ALIAS_OFFSET.into_word().into());
    Address::from_word(B256::from(sum))
}

/// Every deposit of an L1 block, in the order of its logs.
///
/// Receipts of failed transactions are passed over. A log of the portal that cannot be read is an error:
/// the portal emits none, so `portal` is not one, or the receipts are forged.
pub fn deposits_from_receipts(
    portal: Address,
    l1_block_hash: B256,
    receipts: &[Receipt],
) -> Result<Vec<TxDeposit>, Error> {
    let logs = receipts
        .iter()
        .flat_map(|receipt| receipt.logs.iter().map(move |log| (receipt, log)));
    (0u64..)
        .zip(logs)
        .filter(|(_, (receipt, log))| receipt.success && is_deposit(portal, log))
        .map(|(log_index, (_, log))| {
            let source = DepositSource::User {
                l1_block_hash,
                log_index,
            };
            deposit_from_log(log, source.hash()).map_err(Error::Deposit)
        })
        .collect()
}

fn is_deposit(portal: Address, log: &Log) -> bool {
    log.address == portal && log.topics().first() == Some(&TRANSACTION_DEPOSITED_TOPIC)
}

/// The deposit that a `TransactionDeposited` log describes.
pub fn deposit_from_log(log: &Log, source_hash: B256) -> Result<TxDeposit, DepositFault> {
    let &[_, from, to, version] = log.topics() else {
        return Err(DepositFault::Topics(log.topics().len()));
    };
    if !version.is_zero() {
        return Err(DepositFault::Version(version));
    }
    let opaque = abi_bytes(&log.data.data).ok_or(DepositFault::Data)?;
    let fields = OpaqueData::read(opaque).ok_or(DepositFault::OpaqueData(opaque.len()))?;
    let recipient = Address::from_word(to);
    Ok(TxDeposit {
        source_hash,
        from: Address::from_word(from),
        to: if fields.is_creation {
            TxKind::Create
        } else {
            TxKind::Call(recipient)
        },
        mint: u128::try_from(fields.mint).map_err(|_| DepositFault::Mint)?,
        value: fields.value,
        gas_limit: fields.gas_limit,
        is_system_transaction: false,
        input: Bytes::copy_from_slice(fields.data),
    })
}

/// The only value of `data`: a minimally padded byte string.
fn abi_bytes(data: &[u8]) -> Option<&[u8]> {
    let mut cursor = Cursor(data);
    let (offset, length) = (cursor.word_u64()?, usize::try_from(cursor.word_u64()?).ok()?);
    let padded = length.checked_next_multiple_of(32)?;
    (offset == 32 && cursor.0.len() == padded).then(|| cursor.0.get(..length))?
}

/// Version zero of a deposit's opaque data.
struct OpaqueData<'a> {
    mint: U256,
    value: U256,
    gas_limit: u64,
    is_creation: bool,
    data: &'a [u8],
}

impl<'a> OpaqueData<'a> {
    fn read(opaque: &'a [u8]) -> Option<Self> {
        let (fixed, data) = opaque.split_at_checked(OPAQUE_DATA_FIXED_BYTES)?;
        let mut cursor = Cursor(fixed);
        Some(Self {
            mint: cursor.u256()?,
            value: cursor.u256()?,
            gas_limit: cursor.u64()?,
            is_creation: cursor.bytes::<1>()? != [0],
            data,
        })
    }
}
