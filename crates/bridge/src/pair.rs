//! Tokens of both layers that stand for each other (specs: bridges.md).

use core::fmt;

use alloy_primitives::Address;

use crate::{Bridge, Error, LayerClient, Token};

/// Why two tokens are no pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairFault {
    /// Neither stands for a token of the other layer.
    NoTwins,
    /// The one that stands for a token stands for another.
    OtherTwin {
        /// The one.
        token: Address,
        /// What it stands for.
        twin: Address,
    },
    /// Another bridge mints the one that stands for the other.
    OtherBridge {
        /// The one.
        token: Address,
        /// Who mints it.
        minter: Address,
        /// Who would have to.
        bridge: Address,
    },
}

impl fmt::Display for PairFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTwins => f.write_str("neither of them stands for the other"),
            Self::OtherTwin { token, twin } => write!(f, "{token} stands for {twin}"),
            Self::OtherBridge { token, minter, bridge } => {
                write!(f, "{token} is minted by {minter}, and the bridge is {bridge}")
            }
        }
    }
}

/// Two tokens, and the bridges on both layers that they go through.
pub(crate) struct Pair {
    pub(crate) l1_token: Address,
    pub(crate) l2_token: Address,
    pub(crate) l1_bridge: Address,
    pub(crate) l2_bridge: Address,
    /// Whether the one on L1 may stand for the one on L2, and not only the other way round.
    pub(crate) both_ways: bool,
}

impl Bridge {
    /// Refuses tokens that do not stand for each other: what is sent of one would not arrive as the other.
    pub(crate) async fn require_pair(&self, pair: Pair) -> Result<(), Error> {
        let on_l2 = stands_for(&self.l2, (pair.l2_token, pair.l2_bridge), pair.l1_token).await?;
        let fault = match on_l2 {
            Some(Ok(())) => return Ok(()),
            Some(Err(fault)) => fault,
            None if pair.both_ways => {
                match stands_for(&self.l1, (pair.l1_token, pair.l1_bridge), pair.l2_token).await? {
                    Some(Ok(())) => return Ok(()),
                    Some(Err(fault)) => fault,
                    None => PairFault::NoTwins,
                }
            }
            None => PairFault::NoTwins,
        };
        Err(Error::NotAPair {
            l1_token: pair.l1_token,
            l2_token: pair.l2_token,
            fault,
        })
    }
}

/// Whether a token stands for one of the other layer; none if it stands for none at all.
async fn stands_for(
    layer: &LayerClient,
    (token, bridge): (Address, Address),
    other: Address,
) -> Result<Option<Result<(), PairFault>>, Error> {
    let contract = Token::new(layer.clone(), token);
    let Some(twin) = contract.twin().await? else {
        return Ok(None);
    };
    if twin != other {
        return Ok(Some(Err(PairFault::OtherTwin { token, twin })));
    }
    Ok(Some(match contract.minter().await? {
        Some(minter) if minter != bridge => Err(PairFault::OtherBridge { token, minter, bridge }),
        // Who mints it is not told by every token; the bridge itself would refuse what it cannot mint.
        _ => Ok(()),
    }))
}
