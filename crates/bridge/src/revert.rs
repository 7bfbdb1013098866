//! Why a contract refuses, in words.

use alloy_primitives::{hex, keccak256};
use alloy_sol_types::{Panic, PanicKind, Revert, SolError};

const PAUSED: &str = "withdrawals are paused: wait until the guardian lifts it, or it expires";
const ARRIVALS_PAUSED: &str = "arrivals are paused: wait until the guardian lifts it";
const REPLACED: &str = "the output was replaced: prove again";
const PROVEN: &str = "it is proven: wait, then finalize";
const FINALIZED: &str = "it is finalized";
const UNPROVEN: &str = "prove it first, or again if its output was deleted";
const PROOF_YOUNG: &str = "wait until the finalization period since the proof is over";
const OUTPUT_YOUNG: &str = "wait until the finalization period of its output is over";
const MORE_GAS: &str = "give the transaction more gas";
const CALL_FAILS: &str = "the withdrawal's own call fails";
const BAD_TARGET: &str = "a withdrawal may not call the portal itself";
const NESTED: &str = "a withdrawal cannot finalize another: finalize it from an account";
const SMALL_GAS_LIMIT: &str = "raise --gas-limit: 21,000 and 40 for each byte of data at least";
const LARGE_DATA: &str = "120,000 bytes of data at most";
const MARKET_FULL: &str = "this L1 block's deposits are full: send it again";
const POOR: &str = "the account has too little of the token";
const NOT_ALLOWED: &str = "approve the bridge first";
const OTHER_GAS_TOKEN: &str = "the chain's gas is paid in a token, not in ether: use its own bridge";

/// Errors of the contracts on the way, ours and the OP Stack's of its 2.x portals, and what to do about each.
const ERRORS: [(&str, &str); 35] = [
    ("OptimismPortal_BadTarget()", BAD_TARGET),
    ("BadTarget()", BAD_TARGET),
    ("OptimismPortal_CallPaused()", PAUSED),
    ("CallPaused()", PAUSED),
    ("OptimismPortal_InvalidOutputRootProof()", REPLACED),
    ("OptimismPortal_AlreadyProven()", PROVEN),
    ("OptimismPortal_AlreadyFinalized()", FINALIZED),
    ("OptimismPortal_Unproven()", UNPROVEN),
    ("OptimismPortal_ProofNotOldEnough()", PROOF_YOUNG),
    ("OptimismPortal_OutputNotFinal()", OUTPUT_YOUNG),
    ("OptimismPortal_NoReentrancy()", NESTED),
    ("NonReentrant()", NESTED),
    ("OptimismPortal_NotEnoughGas()", MORE_GAS),
    (
        "OptimismPortal_InsufficientBalance(uint256,uint256)",
        "the portal holds less ether than it sends: wait for deposits",
    ),
    ("OptimismPortal_GasEstimation()", CALL_FAILS),
    ("GasEstimation()", CALL_FAILS),
    ("OptimismPortal_GasLimitTooLow()", SMALL_GAS_LIMIT),
    ("SmallGasLimit()", SMALL_GAS_LIMIT),
    ("OptimismPortal_CalldataTooLarge()", LARGE_DATA),
    ("LargeCalldata()", LARGE_DATA),
    (
        "L2OutputOracle_NoSuchOutput(uint256)",
        "the output was deleted: wait for the next",
    ),
    ("ResourceMetering_OutOfGas()", MARKET_FULL),
    ("OutOfGas()", MARKET_FULL),
    ("NoValue()", OTHER_GAS_TOKEN),
    ("ERC20InsufficientBalance(address,uint256,uint256)", POOR),
    ("ERC20InsufficientAllowance(address,uint256,uint256)", NOT_ALLOWED),
    ("InsufficientBalance()", POOR),
    ("InsufficientAllowance()", NOT_ALLOWED),
    ("StandardBridge_TransferFailed()", "its receiver refuses ether"),
    (
        "StandardBridge_InsufficientDeposits(uint256,uint256)",
        "the bridge holds less of that pair than it would give out",
    ),
    (
        "StandardBridge_WrongAmount(uint256,uint256)",
        "the token moves another amount than it is told to: it cannot be bridged",
    ),
    ("StandardBridge_Paused()", ARRIVALS_PAUSED),
    ("ERC721Bridge_Paused()", ARRIVALS_PAUSED),
    (
        "ERC721InvalidReceiver(address)",
        "its receiver is a contract that takes no tokens of collections",
    ),
    (
        "L2CrossDomainMessenger_NeverFinalizable(uint64,uint256)",
        "no transaction on L1 could finalize it (EIP-7825): lower --gas-limit",
    ),
];

/// What the OP Stack's contracts say in words, and what to do about each.
const REASONS: [(&str, &str); 12] = [
    ("OptimismPortal: invalid output root proof", REPLACED),
    (
        "OptimismPortal: output root proven is not the same as current output root",
        REPLACED,
    ),
    ("OptimismPortal: withdrawal hash has already been proven", PROVEN),
    ("OptimismPortal: withdrawal has already been finalized", FINALIZED),
    ("OptimismPortal: withdrawal has not been proven yet", UNPROVEN),
    (
        "OptimismPortal: proven withdrawal finalization period has not elapsed",
        PROOF_YOUNG,
    ),
    (
        "OptimismPortal: output proposal finalization period has not elapsed",
        OUTPUT_YOUNG,
    ),
    ("SafeCall: Not enough gas", MORE_GAS),
    ("CrossDomainMessenger: paused", ARRIVALS_PAUSED),
    ("StandardBridge: paused", ARRIVALS_PAUSED),
    (
        "CrossDomainMessenger: cannot send value with custom gas token",
        OTHER_GAS_TOKEN,
    ),
    (
        "StandardBridge: cannot bridge ETH with custom gas token",
        OTHER_GAS_TOKEN,
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
        let known = REASONS.iter().find(|(reason, _)| *reason == revert.reason);
        return Some(match known {
            Some((reason, remedy)) => format!("{reason}: {remedy}"),
            None => revert.reason,
        });
    }
    if let Ok(panic) = Panic::abi_decode(data) {
        let remedy = match panic.kind() {
            // An OP Stack portal looks for the output of the earlier proof, even if it was deleted.
            Some(PanicKind::ArrayOutOfBounds) => ": if an output was deleted, wait until one takes its place",
            _ => "",
        };
        return Some(format!("{panic}{remedy}"));
    }
    let selector = data.get(..4)?;
    let known = ERRORS.iter().find(|(error, _)| keccak256(error)[..4] == *selector);
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
    fn the_op_stacks_reasons_are_told_with_the_same_remedies() {
        let small = hex::encode_prefixed(&keccak256("SmallGasLimit()")[..4]);
        let said = reason(&refused(Some(small), "execution reverted")).unwrap();
        assert!(said.starts_with("SmallGasLimit: raise --gas-limit"), "{said}");
        let unproven = Revert::from("OptimismPortal: withdrawal has not been proven yet".to_owned());
        let text = hex::encode_prefixed(unproven.abi_encode());
        let said = reason(&refused(Some(text), "execution reverted")).unwrap();
        assert!(
            said.ends_with("not been proven yet: prove it first, or again if its output was deleted"),
            "{said}"
        );
    }

    #[test]
    fn a_proof_whose_output_is_deleted_and_not_replaced_says_to_wait() {
        let text = hex::encode_prefixed(Panic::from(PanicKind::ArrayOutOfBounds).abi_encode());
        let said = reason(&refused(Some(text), "execution reverted")).unwrap();
        assert!(said.contains("wait until one takes its place"), "{said}");
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
