//! What can be wrong with what is pushed.

use alloy_primitives::B256;

/// A push that was refused. The pipeline is as it was, and still needs what it needed: ask another
/// source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The pipeline did not ask for it.
    #[error("not asked for")]
    NotNeeded,
    /// It is not what was asked for, or does not agree with itself.
    #[error("L1 data of block {number} is wrong ({fault}); ask another L1 source")]
    WrongInput {
        /// Number of the L1 block that it is about.
        number: u64,
        /// What is wrong.
        fault: InputFault,
    },
    /// A block of the L2 chain that is not the one that was asked for, or cannot be read.
    #[error("L2 block {found} was pushed where block {expected} was needed")]
    WrongL2Block {
        /// Number of the block that is needed.
        expected: u64,
        /// Number of the block that was pushed.
        found: u64,
    },
    /// A header that is not of a block built from the attributes.
    #[error("the header of block {number} does not fit the attributes it should be built from")]
    WrongHeader {
        /// Number of the block that the attributes are for.
        number: u64,
    },
}

/// How L1 data fails to be what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputFault {
    /// A block of another number.
    #[error("it has number {0}")]
    Number(u64),
    /// It is about another block.
    #[error("it is of block {0}")]
    Block(B256),
    /// The transactions are not those that the header commits to.
    #[error("the transactions root is {0}")]
    TransactionsRoot(B256),
    /// The receipts are not those that the header commits to.
    #[error("the receipts root is {0}")]
    ReceiptsRoot(B256),
    /// Another number of blobs than asked for.
    #[error("there are {0} blobs")]
    BlobCount(usize),
}
