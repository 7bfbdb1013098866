//! Tokens on either layer: ERC-20, and collections of ERC-721.

use alloy_eips::BlockId;
use alloy_primitives::{Address, U256};
use alloy_sol_types::{SolCall, sol};
use l1::{Contract, TxCandidate};

use crate::{Error, LayerClient, Sender, system::if_known};

sol! {
    function decimals() external view returns (uint8);
    function balanceOf(address account) external view returns (uint256);
    function allowance(address owner, address spender) external view returns (uint256);
    function approve(address spender, uint256 amount) external returns (bool);
    function remoteToken() external view returns (address);
    function bridge() external view returns (address);
    function l1Token() external view returns (address);
    function l2Bridge() external view returns (address);
    function ownerOf(uint256 tokenId) external view returns (address);
    function getApproved(uint256 tokenId) external view returns (address);
    function isApprovedForAll(address owner, address operator) external view returns (bool);
}

/// A token on one layer, or a collection of them.
#[derive(Clone, Debug)]
pub struct Token {
    layer: LayerClient,
    contract: Contract,
}

impl Token {
    /// The token, or the collection of tokens, at an address.
    pub const fn new(layer: LayerClient, address: Address) -> Self {
        let name = "a token";
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
    pub async fn twin(&self) -> Result<Option<Address>, Error> {
        match self.if_known(remoteTokenCall {}).await? {
            Some(twin) => Ok(Some(twin)),
            None => self.if_known(l1TokenCall {}).await,
        }
    }

    /// The bridge that mints it, if one does.
    pub async fn minter(&self) -> Result<Option<Address>, Error> {
        match self.if_known(bridgeCall {}).await? {
            Some(bridge) => Ok(Some(bridge)),
            None => self.if_known(l2BridgeCall {}).await,
        }
    }

    /// Whose a token of a collection is.
    pub async fn owner(&self, token_id: U256) -> Result<Address, Error> {
        self.ask(ownerOfCall { tokenId: token_id }).await
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

    /// Refuses a token of a collection that is somebody else's.
    pub(crate) async fn require_owner(&self, account: Address, token_id: U256) -> Result<(), Error> {
        let owner = self.owner(token_id).await?;
        if owner == account {
            return Ok(());
        }
        let token = self.contract.address;
        Err(Error::TokenOwner {
            token,
            token_id,
            owner,
            account,
        })
    }

    /// Has the sender let `spender` take one token of a collection, if it does not yet.
    pub(crate) async fn allow_one(&self, sender: &Sender, spender: Address, token_id: U256) -> Result<(), Error> {
        let owner = sender.address();
        self.require_owner(owner, token_id).await?;
        let all = isApprovedForAllCall {
            owner,
            operator: spender,
        };
        let one = getApprovedCall { tokenId: token_id };
        if self.ask(all).await? || self.ask(one).await? == spender {
            return Ok(());
        }
        self.approve(sender, spender, token_id).await
    }

    /// Asks what not every token answers.
    async fn if_known<C: SolCall>(&self, call: C) -> Result<Option<C::Return>, Error> {
        if_known(self.ask(call).await)
    }

    async fn ask<C: SolCall>(&self, call: C) -> Result<C::Return, Error> {
        self.layer.call(self.contract, call, BlockId::latest()).await
    }

    /// Of an amount, or of one token of a collection: both kinds spell it alike.
    async fn approve(&self, sender: &Sender, spender: Address, amount: U256) -> Result<(), Error> {
        let data = approveCall { spender, amount }.abi_encode();
        let candidate = TxCandidate::call(self.contract.address, data.into());
        sender.send("the approval of the bridge", candidate).await.map(drop)
    }
}
