//! Why pools refuse transactions. Clients say it in words of their own, under codes that mean nothing.

use crate::Error;

/// The reason of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The pool, or the chain, already has this very transaction.
    AlreadyKnown,
    /// The nonce is used up in the chain.
    NonceTooLow,
    /// Another transaction of this nonce is in the pool, and this one does not pay enough more.
    ReplacementUnderpriced,
    /// It pays less than the pool's or the block's minimum.
    Underpriced,
    /// The account cannot pay for it.
    InsufficientFunds,
    /// The account has transactions in the other pool (with or without blobs).
    AlreadyReserved,
    /// Anything else.
    Other,
}

/// Words that clients use, in lower case; the first line that matches decides.
const WORDS: [(Refusal, &[&str]); 6] = [
    (
        Refusal::AlreadyReserved,
        &[
            "already reserved",
            "alreadyreserved",
            "conflicts with existing",
            "wrong pool",
        ],
    ),
    (
        Refusal::AlreadyKnown,
        &[
            "already known",
            "alreadyknown",
            "already imported",
            "known transaction",
            "already in mempool",
            "already in the pool",
        ],
    ),
    (
        Refusal::NonceTooLow,
        &[
            "nonce too low",
            "nonce is too low",
            "oldnonce",
            "old nonce",
            "nonce_too_low",
        ],
    ),
    (
        Refusal::ReplacementUnderpriced,
        &[
            "replacement transaction underpriced",
            "replacementnotallowed",
            "replacement not allowed",
            "gas price too low to replace",
            "replacement fee too low",
        ],
    ),
    (
        Refusal::Underpriced,
        &[
            "underpriced",
            "less than block base fee",
            "fee too low",
            "feetoolow",
            "less than the minimum",
            "below the minimum",
            "base fee too low",
            "blob gas fee cap too low",
        ],
    ),
    (
        Refusal::InsufficientFunds,
        &[
            "insufficient funds",
            "insufficientfunds",
            "insufficient balance",
            "exceeds account balance",
            "exceeds the balance",
            "out of fund",
        ],
    ),
];

impl Refusal {
    /// The reason of an error, if it is the answer of a node that looked at the transaction.
    pub(super) fn of(error: &Error) -> Option<Self> {
        match error {
            Error::Refused { message, .. } if !error.is_transient() => Some(Self::of_message(message)),
            _ => None,
        }
    }

    fn of_message(message: &str) -> Self {
        let message = message.to_ascii_lowercase();
        let found = WORDS
            .iter()
            .find(|(_, words)| words.iter().any(|word| message.contains(word)));
        found.map_or(Self::Other, |(refusal, _)| *refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expected: Refusal) {
        assert_eq!(Refusal::of_message(message), expected, "{message}");
    }

    #[test]
    fn every_client_is_understood() {
        check("already known", Refusal::AlreadyKnown);
        check("transaction already imported", Refusal::AlreadyKnown);
        check("Known transaction", Refusal::AlreadyKnown);
        check("nonce too low: address 0xf39F, tx: 0 state: 3", Refusal::NonceTooLow);
        check("OldNonce", Refusal::NonceTooLow);
        check("replacement transaction underpriced", Refusal::ReplacementUnderpriced);
        check(
            "replacement transaction underpriced: new tx gas fee cap 2 < 3 queued",
            Refusal::ReplacementUnderpriced,
        );
        check(
            "transaction underpriced: tip needed 1, tip permitted 0",
            Refusal::Underpriced,
        );
        check(
            "max fee per gas less than block base fee: address 0x",
            Refusal::Underpriced,
        );
        check(
            "insufficient funds for gas * price + value: balance 0, tx cost 1",
            Refusal::InsufficientFunds,
        );
        check("Insufficient funds for gas * price + value", Refusal::InsufficientFunds);
        check("Upfront cost exceeds account balance", Refusal::InsufficientFunds);
        check("address already reserved", Refusal::AlreadyReserved);
        check("intrinsic gas too low", Refusal::Other);
    }

    #[test]
    fn only_a_nodes_own_answer_is_a_refusal() {
        let endpoint: crate::Endpoint = "http://l1".parse().unwrap();
        assert_eq!(
            Refusal::of(&Error::Unreachable {
                endpoint: endpoint.clone(),
                reason: String::new()
            }),
            None
        );
        let limited = Error::Refused {
            endpoint,
            request: String::new(),
            code: -32005,
            message: "rate limit".to_owned(),
            data: None,
        };
        assert_eq!(Refusal::of(&limited), None);
    }
}
