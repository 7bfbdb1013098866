//! ERC-20 tokens on either layer.

use alloy_eips::BlockId;
use alloy_primitives::{Address, U256};
use alloy_sol_types::{SolCall, sol};
use l1::{Contract, TxCandidate};

use crate::{Error, LayerClient, Sender};

sol! {
    function decimals() external view returns (uint8);
    function balanceOf(address account) external view returns (uint256);
    function allowance(address owner, address spender) external view returns (uint256);
    function approve(address spender, uint256 amount) external returns (bool);
    function remoteToken() external view returns (address);
}

/// A token on one layer.
#[derive(Clone, Debug)]
pub struct Token {
    layer: LayerClient,
    contract: Contract,
}

impl Token {
    /// The token at an address.
    pub const fn new(layer: LayerClient, address: Address) -> Self {
        let name = "an ERC-20 token";
        Self {
            layer,
            contract: Contract { address, name },
        }
    }

    /// How many decimal places its amounts have.
    pub async fn decimals(&self) -> Result<u8, Error> {
        self.ask(decimalsCall {}).await
    }

    /// What an account has.
    pub async fn balance(&self, account: Address) -> Result<U256, Error> {
        self.ask(balanceOfCall { account }).await
    }

    /// Its twin on the other layer, if it is a token that a bridge mints.
    pub async fn remote(&self) -> Result<Address, Error> {
        self.ask(remoteTokenCall {}).await
    }

    /// Has the sender let `spender` take an amount, if it does not yet. Refuses what the sender does not have.
    pub(crate) async fn allow(&self, sender: &Sender, spender: Address, amount: U256) -> Result<(), Error> {
        let owner = sender.address();
        let balance = self.balance(owner).await?;
        if balance < amount {
            return Err(Error::TokenBalance {
                account: owner,
                token: self.contract.address,
                balance,
                amount,
            });
        }
        let allowed = self.ask(allowanceCall { owner, spender }).await?;
        if allowed >= amount {
            return Ok(());
        }
        // Some tokens refuse to change an allowance that is not zero.
        if !allowed.is_zero() {
            self.approve(sender, spender, U256::ZERO).await?;
        }
        self.approve(sender, spender, amount).await
    }

    async fn ask<C: SolCall>(&self, call: C) -> Result<C::Return, Error> {
        self.layer.call(self.contract, call, BlockId::latest()).await
    }

    async fn approve(&self, sender: &Sender, spender: Address, amount: U256) -> Result<(), Error> {
        let data = approveCall { spender, amount }.abi_encode();
        let candidate = TxCandidate::call(self.contract.address, data.into());
        sender.send("the approval of the bridge", candidate).await.map(drop)
    }
}
