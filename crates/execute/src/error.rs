//! What can go wrong, apart from a block being invalid, which is a verdict.

use crate::InvalidBlock;
use alloc::string::String;
use core::convert::Infallible;
use revm::context::result::InvalidHeader;

/// Why nothing could be said about a block or a transaction. `S` is the error of the
/// [`StateSource`](crate::StateSource), `T` that of the trie, where one is updated.
#[derive(Debug, thiserror::Error)]
pub enum Error<S, T = Infallible> {
    /// The state before the block could not be read.
    #[error("the state could not be read: {0}")]
    State(S),
    /// The state's trie could not be updated.
    #[error("the state trie could not be updated: {0}")]
    Trie(T),
    /// The block environment lacks a value that the fork needs.
    #[error("the block environment is not complete: {0}")]
    Environment(InvalidHeader),
    /// The EVM stopped for a reason that no transaction can cause.
    #[error("the EVM failed: {0}")]
    Evm(String),
}

impl<S> Error<S> {
    /// The same error where a trie's could have occurred.
    pub fn widen<T>(self) -> Error<S, T> {
        match self {
            Self::State(error) => Error::State(error),
            Self::Trie(never) => match never {},
            Self::Environment(error) => Error::Environment(error),
            Self::Evm(error) => Error::Evm(error),
        }
    }
}

/// What a check of a block, a payload or its attributes found. Neither outcome is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict<T> {
    /// It follows the rules.
    Valid(T),
    /// It breaks this rule.
    Invalid(InvalidBlock),
}

impl<T> Verdict<T> {
    /// The outcome of a valid block, or nothing.
    pub fn valid(self) -> Option<T> {
        match self {
            Self::Valid(outcome) => Some(outcome),
            Self::Invalid(_) => None,
        }
    }

    /// The broken rule of an invalid block, or nothing.
    pub fn invalid(self) -> Option<InvalidBlock> {
        match self {
            Self::Valid(_) => None,
            Self::Invalid(broken) => Some(broken),
        }
    }
}

impl<T> From<Result<T, InvalidBlock>> for Verdict<T> {
    fn from(result: Result<T, InvalidBlock>) -> Self {
        match result {
            Ok(outcome) => Self::Valid(outcome),
            Err(broken) => Self::Invalid(broken),
        }
    }
}
