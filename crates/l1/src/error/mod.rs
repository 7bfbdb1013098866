//! What goes wrong with L1.

use core::time::Duration;

use alloy_primitives::{Address, B256, U256};
use thiserror::Error;

use crate::{BlobFault, Endpoint, SignerFault};

mod reaction;

pub use reaction::Reaction;

/// Everything that can go wrong between this node and L1.
#[derive(Debug, Error)]
pub enum Error {
    /// An address cannot be read.
    #[error("not an address of an HTTP service ({source}): write it as http://host:port")]
    EndpointInvalid {
        /// What the parser says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An address of another protocol.
    #[error("addresses of scheme {scheme:?} are not supported: write it as http://host:port or https://host")]
    EndpointScheme {
        /// The scheme.
        scheme: String,
    },
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot start ({source}): check the system's TLS certificates")]
    HttpClient {
        /// Its reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Nothing answers.
    #[error("{endpoint} cannot be reached ({reason}): check that it runs and that the address is right")]
    Unreachable {
        /// Who was asked.
        endpoint: Endpoint,
        /// The transport's reason.
        reason: String,
    },
    /// The answer takes too long.
    #[error("{endpoint} did not answer {request} within {timeout:?}: check its load, or allow more time")]
    Timeout {
        /// Who was asked.
        endpoint: Endpoint,
        /// What was asked.
        request: String,
        /// The limit.
        timeout: Duration,
    },
    /// An HTTP error.
    #[error("{endpoint} answered {request} with HTTP {status}: {}", http_remedy(*status))]
    HttpStatus {
        /// Who was asked.
        endpoint: Endpoint,
        /// What was asked.
        request: String,
        /// The status.
        status: u16,
    },
    /// The answer is not of the protocol.
    #[error(
        "{endpoint} does not answer {request} as an Ethereum node would ({reason}): check that the address is right"
    )]
    NotUnderstood {
        /// Who was asked.
        endpoint: Endpoint,
        /// What was asked.
        request: String,
        /// Where reading failed.
        reason: String,
    },
    /// A JSON-RPC error.
    #[error("{endpoint} refused {request}: {message} (code {code})")]
    Refused {
        /// Who was asked.
        endpoint: Endpoint,
        /// The method.
        request: String,
        /// The JSON-RPC error's code.
        code: i64,
        /// The JSON-RPC error's message.
        message: String,
        /// Revert data, as hexadecimal text, where the error carries some.
        data: Option<String>,
    },
    /// The service belongs to another chain.
    #[error(
        "{endpoint} serves chain {actual}, the configuration says chain {expected}: connect to the right L1, or correct l1_chain_id"
    )]
    WrongChainId {
        /// Who was asked.
        endpoint: Endpoint,
        /// The configuration's chain.
        expected: u64,
        /// The service's chain.
        actual: u64,
    },
    /// No contract where one must be.
    #[error(
        "{endpoint} has no contract at {address} ({name}): check the addresses in the rollup configuration, or deploy the contracts"
    )]
    ContractMissing {
        /// Who was asked.
        endpoint: Endpoint,
        /// The address.
        address: Address,
        /// What was to be there.
        name: &'static str,
    },
    /// Another contract than the one that must be there.
    #[error(
        "the contract at {address} on {endpoint} does not answer {function} as {name} would ({reason}): check the address"
    )]
    ContractOther {
        /// Who was asked.
        endpoint: Endpoint,
        /// The address.
        address: Address,
        /// What was to be there.
        name: &'static str,
        /// The function.
        function: &'static str,
        /// What is wrong with the answer.
        reason: String,
    },
    /// A block is not known.
    #[error("{endpoint} does not have L1 block {block}: it may still be syncing, or the block was reorganised away")]
    BlockMissing {
        /// Who was asked.
        endpoint: Endpoint,
        /// Its number or hash.
        block: String,
    },
    /// The receipts of a block are not there.
    #[error(
        "{endpoint} has no receipts for L1 block {block}: it may still be syncing; otherwise use a node that keeps them"
    )]
    ReceiptsMissing {
        /// Who was asked.
        endpoint: Endpoint,
        /// The block's hash.
        block: B256,
    },
    /// A header's fields do not hash to the hash it came with.
    #[error(
        "{endpoint} sent a header of block {number} that hashes to {computed}, not to {claimed}: use another L1 node, or trust this one explicitly"
    )]
    HeaderHashMismatch {
        /// Who was asked.
        endpoint: Endpoint,
        /// The block's number.
        number: u64,
        /// The hash that came with it, or that was asked for.
        claimed: B256,
        /// The hash of its fields.
        computed: B256,
    },
    /// A block's transactions do not have the header's root.
    #[error(
        "{endpoint} sent transactions of block {block} with root {computed}, the header says {expected}: use another L1 node, or trust this one explicitly"
    )]
    TransactionsRootMismatch {
        /// Who was asked.
        endpoint: Endpoint,
        /// The block's hash.
        block: B256,
        /// The header's root.
        expected: B256,
        /// The root of what was sent.
        computed: B256,
    },
    /// A block's receipts do not have the header's root.
    #[error(
        "{endpoint} sent receipts of block {block} with root {computed}, the header says {expected}: use another L1 node, or trust this one explicitly"
    )]
    ReceiptsRootMismatch {
        /// Who was asked.
        endpoint: Endpoint,
        /// The block's hash.
        block: B256,
        /// The header's root.
        expected: B256,
        /// The root of what was sent.
        computed: B256,
    },
    /// The raw bytes of a transaction cannot be had.
    #[error(
        "{endpoint} does not serve the bytes of L1 transaction {transaction} (type {tx_type:#04x}): use a node with eth_getRawTransactionByHash or debug_getRawTransaction"
    )]
    TransactionUnreadable {
        /// Who was asked.
        endpoint: Endpoint,
        /// Its hash.
        transaction: B256,
        /// Its type.
        tx_type: u64,
    },
    /// A storage proof does not lead to the state root.
    #[error(
        "{endpoint} sent a proof for {address} that does not fit state root {state_root}: use another L1 node, or trust this one explicitly"
    )]
    ProofInvalid {
        /// Who was asked.
        endpoint: Endpoint,
        /// The account.
        address: Address,
        /// The root it was to lead to.
        state_root: B256,
    },
    /// No beacon endpoint is configured.
    #[error("L1 carries batches in blobs, and no beacon API is configured: give its address with --l1.beacon")]
    BeaconNotConfigured,
    /// The slot of a block cannot be computed.
    #[error(
        "L1 block {block} of time {timestamp_s} is older than the beacon chain's genesis {genesis_time_s} at {endpoint}: the beacon API belongs to another chain"
    )]
    BeaconOtherChain {
        /// Who was asked.
        endpoint: Endpoint,
        /// The L1 block's number.
        block: u64,
        /// The L1 block's timestamp.
        timestamp_s: u64,
        /// The beacon chain's genesis time.
        genesis_time_s: u64,
    },
    /// No endpoint has a right blob.
    #[error(
        "waiting for blob {versioned_hash} of slot {slot} (L1 block {block}): at {endpoint} it {fault}; add a beacon API that keeps old blobs with --l1.beacon-fallbacks"
    )]
    BlobUnavailable {
        /// The last one that was asked.
        endpoint: Endpoint,
        /// The L1 block's number.
        block: u64,
        /// The slot that was asked for.
        slot: u64,
        /// The first blob that could not be had.
        versioned_hash: B256,
        /// What is wrong with it.
        fault: BlobFault,
    },
    /// A key cannot be used, or whoever keeps it does not sign as asked.
    #[error(transparent)]
    Signer(#[from] SignerFault),
    /// Blobs of our own that cannot be committed to.
    #[error("blob {index} of the transaction cannot be committed to: it is not a sequence of canonical field elements")]
    BlobInvalid {
        /// Its index in the transaction.
        index: usize,
    },
    /// A blob transaction without blobs' recipient.
    #[error("a transaction with blobs cannot create a contract: give it a recipient")]
    BlobsWithoutRecipient,
    /// The wallet is too poor.
    #[error("{address} has {balance_wei} wei and needs {needed_wei} wei to send on L1: fund it")]
    InsufficientFunds {
        /// The wallet.
        address: Address,
        /// What it has.
        balance_wei: U256,
        /// What it needs.
        needed_wei: U256,
    },
    /// The fee market went past the configured limit.
    #[error(
        "L1 asks for a fee of {fee_wei} wei per gas, the limit is {limit_wei}: wait for lower fees, or raise the fee limit"
    )]
    FeeLimit {
        /// What is asked.
        fee_wei: u128,
        /// What is allowed.
        limit_wei: u128,
    },
    /// Somebody else used the nonce.
    #[error("nonce {nonce} of {address} was used by another transaction: the key must have one sender only")]
    NonceTaken {
        /// The wallet.
        address: Address,
        /// The nonce.
        nonce: u64,
    },
    /// Other transactions of the wallet block the pool.
    #[error(
        "L1's pool holds pending transactions of {address} of another kind (AlreadyReserved): wait for them, or cancel them"
    )]
    PoolReserved {
        /// The wallet.
        address: Address,
    },
    /// L1's pool will not take a transaction.
    #[error("{endpoint} did not take transaction {transaction} with nonce {nonce}: {message}")]
    Rejected {
        /// Who was asked.
        endpoint: Endpoint,
        /// The transaction.
        transaction: B256,
        /// Its nonce.
        nonce: u64,
        /// Its reason.
        message: String,
    },
    /// Too many transactions are under way.
    #[error("{pending_max} transactions are already waiting for L1: wait for one of them")]
    QueueFull {
        /// The limit.
        pending_max: usize,
    },
    /// A transaction is not mined in time.
    #[error(
        "transaction {transaction} with nonce {nonce} was not mined within {timeout:?}: check L1's fees, then resend or cancel"
    )]
    SendTimeout {
        /// The last version that was sent.
        transaction: B256,
        /// Its nonce.
        nonce: u64,
        /// The limit.
        timeout: Duration,
    },
    /// A planned transaction failed on L1.
    #[error("{name} failed on L1 (transaction {transaction}): look at it with `cast run`")]
    Reverted {
        /// The step.
        name: &'static str,
        /// The transaction.
        transaction: B256,
    },
    /// The deployer is not where the plan begins, so that contracts would come to other addresses.
    #[error(
        "{address} has sent {actual} transactions, the deployment was planned for {expected}: use it for nothing else, and plan again"
    )]
    PlanNonce {
        /// The deployer.
        address: Address,
        /// The plan's nonce.
        expected: u64,
        /// The account's.
        actual: u64,
    },
}

const fn http_remedy(status: u16) -> &'static str {
    match status {
        401 | 403 => "check the access key in the address",
        404 | 405 | 410 => "check the path of the address, and that the service offers this",
        429 => "it limits the rate of requests; use an endpoint, or an access key, that allows more",
        _ => "check the service's own log",
    }
}
