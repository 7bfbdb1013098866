//! What a deposit or a withdrawal moves, read from its bytes.

use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;
use contracts::bindings::StandardBridge::{finalizeBridgeERC20Call, finalizeBridgeETHCall};
use serde::Serialize;

/// What is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Asset {
    /// Ether.
    Ether,
    /// A token.
    Token {
        /// Its address on the layer that the transfer goes to.
        local_token: Address,
        /// Its address on the layer that the transfer comes from.
        remote_token: Address,
    },
}

/// Who moves what to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Movement {
    /// What.
    pub asset: Asset,
    /// How much, in the asset's smallest unit.
    pub amount: U256,
    /// From whom.
    pub from: Address,
    /// To whom.
    pub to: Address,
}

impl Movement {
    /// Reads the call of a standard bridge.
    pub fn from_bridge_call(calldata: &Bytes) -> Option<Self> {
        if let Ok(call) = finalizeBridgeETHCall::abi_decode(calldata) {
            return Some(Self {
                asset: Asset::Ether,
                amount: call.amount,
                from: call.from,
                to: call.to,
            });
        }
        let call = finalizeBridgeERC20Call::abi_decode(calldata).ok()?;
        Some(Self {
            asset: Asset::Token {
                local_token: call.localToken,
                remote_token: call.remoteToken,
            },
            amount: call.amount,
            from: call.from,
            to: call.to,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transfers_of_the_standard_bridge_are_read() {
        let (local, remote) = (Address::repeat_byte(1), Address::repeat_byte(2));
        let (from, to, amount) = (Address::repeat_byte(3), Address::repeat_byte(4), U256::from(5));
        let call = finalizeBridgeERC20Call {
            localToken: local,
            remoteToken: remote,
            from,
            to,
            amount,
            extraData: Bytes::new(),
        };
        let token = Movement::from_bridge_call(&call.abi_encode().into()).unwrap();
        assert_eq!(
            token.asset,
            Asset::Token {
                local_token: local,
                remote_token: remote
            }
        );
        let call = finalizeBridgeETHCall {
            from,
            to,
            amount,
            extraData: Bytes::new(),
        };
        let ether = Movement::from_bridge_call(&call.abi_encode().into()).unwrap();
        assert_eq!((ether.asset, ether.amount, ether.to), (Asset::Ether, amount, to));
        assert_eq!(Movement::from_bridge_call(&Bytes::from(vec![1; 40])), None);
    }
}
