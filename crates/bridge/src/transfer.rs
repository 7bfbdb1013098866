//! What a deposit or a withdrawal moves, read from its bytes.

use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;
use contracts::bindings::{
    ERC721Bridge::finalizeBridgeERC721Call,
    StandardBridge::{finalizeBridgeERC20Call, finalizeBridgeETHCall},
};
use serde::{Serialize, Serializer, ser::SerializeStruct};

/// What is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Asset {
    /// Ether.
    Ether,
    /// An amount of a token.
    Token {
        /// Its address on the layer that the transfer goes to.
        local_token: Address,
        /// Its address on the layer that the transfer comes from.
        remote_token: Address,
    },
    /// One token of an ERC-721 collection.
    Nft {
        /// The collection on the layer that the transfer goes to.
        local_token: Address,
        /// The collection on the layer that the transfer comes from.
        remote_token: Address,
        /// Which of its tokens, in decimal digits.
        #[serde(serialize_with = "decimal")]
        token_id: U256,
    },
}

impl Asset {
    /// What its amounts count.
    const fn unit(&self) -> &'static str {
        match self {
            Self::Ether => "wei",
            Self::Token { .. } => "smallest",
            Self::Nft { .. } => "token",
        }
    }
}

/// Who moves what to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// Decimal digits in text: programs read numbers of JSON as floating-point ones, and few read hexadecimal text.
fn decimal<S: Serializer>(number: &U256, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

impl Serialize for Movement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Movement", 5)?;
        object.serialize_field("asset", &self.asset)?;
        object.serialize_field("amount", &self.amount.to_string())?;
        object.serialize_field("unit", self.asset.unit())?;
        object.serialize_field("from", &self.from)?;
        object.serialize_field("to", &self.to)?;
        object.end()
    }
}

impl Movement {
    /// Reads the call of a bridge.
    pub fn from_bridge_call(calldata: &Bytes) -> Option<Self> {
        if let Ok(call) = finalizeBridgeERC721Call::abi_decode(calldata) {
            return Some(Self {
                asset: Asset::Nft {
                    local_token: call.localToken,
                    remote_token: call.remoteToken,
                    token_id: call.tokenId,
                },
                amount: U256::ONE,
                from: call.from,
                to: call.to,
            });
        }
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
    fn amounts_are_told_in_decimal_digits_with_their_unit() {
        let asset = |asset| Movement {
            asset,
            amount: U256::MAX,
            from: Address::ZERO,
            to: Address::ZERO,
        };
        let (local_token, remote_token, token_id) = (Address::ZERO, Address::ZERO, U256::MAX);
        let token = Asset::Token {
            local_token,
            remote_token,
        };
        let nft = Asset::Nft {
            local_token,
            remote_token,
            token_id,
        };
        for (moved, unit) in [(Asset::Ether, "wei"), (token, "smallest"), (nft, "token")] {
            let json = serde_json::to_value(asset(moved)).unwrap();
            assert_eq!(json["amount"], U256::MAX.to_string());
            assert_eq!(json["unit"], unit);
        }
        assert_eq!(serde_json::to_value(nft).unwrap()["tokenId"], U256::MAX.to_string());
    }

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
        let call = finalizeBridgeERC721Call {
            localToken: local,
            remoteToken: remote,
            from,
            to,
            tokenId: U256::MAX,
            extraData: Bytes::new(),
        };
        let one = Movement::from_bridge_call(&call.abi_encode().into()).unwrap();
        assert_eq!((one.amount, one.from, one.to), (U256::ONE, from, to));
        assert!(matches!(one.asset, Asset::Nft { token_id: U256::MAX, remote_token, .. } if remote_token == remote));
        assert_eq!(Movement::from_bridge_call(&Bytes::from(vec![1; 40])), None);
    }
}
