//! Why a contract refuses, in words.

use alloy_primitives::{hex, keccak256};
use alloy_sol_types::{Revert, SolError};

/// Errors of the contracts on the way, and what to do about each.
const KNOWN: [(&str, &str); 27] = [
    (
        "OptimismPortal_BadTarget()",
        "a withdrawal may not call the portal itself",
    ),
    (
        "OptimismPortal_CallPaused()",
        "withdrawals are paused: wait until the guardian lifts it, or it expires",
    ),
    (
        "OptimismPortal_InvalidOutputRootProof()",
        "the output was replaced: prove again",
    ),
    ("OptimismPortal_AlreadyProven()", "it is proven: wait, then finalize"),
    ("OptimismPortal_AlreadyFinalized()", "it is finalized"),
    (
        "OptimismPortal_Unproven()",
        "prove it first, or again if its output was deleted",
    ),
    (
        "OptimismPortal_ProofNotOldEnough()",
        "wait until the finalization period since the proof is over",
    ),
    (
        "OptimismPortal_OutputNotFinal()",
        "wait until the finalization period of its output is over",
    ),
    (
        "OptimismPortal_NoReentrancy()",
        "a withdrawal cannot finalize another: finalize it from an account",
    ),
    ("OptimismPortal_NotEnoughGas()", "give the transaction more gas"),
    (
        "OptimismPortal_InsufficientBalance(uint256,uint256)",
        "the portal holds less ether than it sends: wait for deposits",
    ),
    ("OptimismPortal_GasEstimation()", "the withdrawal's own call fails"),
    (
        "OptimismPortal_GasLimitTooLow()",
        "raise --gas-limit: 21,000 and 40 for each byte of data at least",
    ),
    ("OptimismPortal_CalldataTooLarge()", "120,000 bytes of data at most"),
    (
        "L2OutputOracle_NoSuchOutput(uint256)",
        "the output was deleted: wait for the next",
    ),
    (
        "ResourceMetering_OutOfGas()",
        "this L1 block's deposits are full: send it again",
    ),
    (
        "ERC20InsufficientBalance(address,uint256,uint256)",
        "the account has too little of the token",
    ),
    (
        "ERC20InsufficientAllowance(address,uint256,uint256)",
        "approve the bridge first",
    ),
    ("InsufficientBalance()", "the account has too little of the token"),
    ("InsufficientAllowance()", "approve the bridge first"),
    ("StandardBridge_TransferFailed()", "its receiver refuses ether"),
    (
        "StandardBridge_InsufficientDeposits(uint256,uint256)",
        "the bridge holds less of that pair than it would give out",
    ),
    (
        "StandardBridge_WrongAmount(uint256,uint256)",
        "the token moves another amount than it is told to: it cannot be bridged",
    ),
    (
        "StandardBridge_Paused()",
        "arrivals are paused: wait until the guardian lifts it",
    ),
    (
        "ERC721Bridge_Paused()",
        "arrivals are paused: wait until the guardian lifts it",
    ),
    (
        "ERC721InvalidReceiver(address)",
        "its receiver is a contract that takes no tokens of collections",
    ),
    (
        "L2CrossDomainMessenger_NeverFinalizable(uint64,uint256)",
        "no transaction on L1 could finalize it (EIP-7825): lower --gas-limit",
    ),
];

/// The reason of a refused execution; `None` if the node failed otherwise.
pub(crate) fn reason(error: &l1::Error) -> Option<String> {
    let l1::Error::Refused { message, data, .. } = error else {
        return None;
    };
    let data = data
        .as_deref()
        .and_then(|data| hex::decode(data).ok())
        .unwrap_or_default();
    if data.is_empty() && !message.contains("revert") {
        return None;
    }
    Some(in_words(&data).unwrap_or_else(|| message.clone()))
}

/// The same; the node's message where it is no contract that refuses.
pub(crate) fn reason_or_message(error: &l1::Error) -> String {
    match (reason(error), error) {
        (Some(reason), _) => reason,
        (None, l1::Error::Refused { message, .. }) => message.clone(),
        (None, error) => error.to_string(),
    }
}

/// Revert data in words; `None` if there are none for it.
fn in_words(data: &[u8]) -> Option<String> {
    if let Ok(revert) = Revert::abi_decode(data) {
        return Some(revert.reason);
    }
    let selector = data.get(..4)?;
    let known = KNOWN.iter().find(|(error, _)| keccak256(error)[..4] == *selector);
    Some(match known {
        Some((error, remedy)) => format!("{}: {remedy}", error.split('(').next().unwrap_or(error)),
        None => format!("the contract's error is {}", hex::encode_prefixed(data)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(data: Option<String>, message: &str) -> l1::Error {
        l1::Error::Refused {
            endpoint: "http://127.0.0.1:1".parse().unwrap(),
            request: "eth_call".to_owned(),
            code: 3,
            message: message.to_owned(),
            data,
        }
    }

    #[test]
    fn errors_of_the_contracts_are_told_with_their_remedy() {
        let paused = hex::encode_prefixed(&keccak256("OptimismPortal_CallPaused()")[..4]);
        let said = reason(&refused(Some(paused), "execution reverted")).unwrap();
        assert!(
            said.starts_with("OptimismPortal_CallPaused: withdrawals are paused"),
            "{said}"
        );
        let text = hex::encode_prefixed(Revert::from("no".to_owned()).abi_encode());
        assert_eq!(reason(&refused(Some(text), "execution reverted: no")).unwrap(), "no");
    }

    #[test]
    fn what_is_unknown_is_shown_as_it_is() {
        let said = reason(&refused(Some("0x01020304".to_owned()), "execution reverted")).unwrap();
        assert!(said.contains("0x01020304"), "{said}");
        assert_eq!(
            reason(&refused(None, "execution reverted")).unwrap(),
            "execution reverted"
        );
    }

    #[test]
    fn refusals_for_other_reasons_are_none_of_a_contract() {
        assert_eq!(
            reason(&refused(None, "insufficient funds for gas * price + value")),
            None
        );
        assert_eq!(reason(&l1::SignerFault::KeyInvalid.into()), None);
    }
}
