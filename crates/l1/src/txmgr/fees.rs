//! Fees: what to offer first, and how to raise an offer.

use super::{Lane, TxConfig};
use crate::Error;

/// What a transaction offers for its gas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fees {
    /// `max_priority_fee_per_gas`.
    pub tip_wei: u128,
    /// `max_fee_per_gas`.
    pub fee_cap_wei: u128,
    /// `max_fee_per_blob_gas`; without meaning for a transaction without blobs.
    pub blob_fee_cap_wei: u128,
}

/// What L1 asks for its gas now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeeMarket {
    /// The tip that nodes suggest.
    pub tip_wei: u128,
    /// The newest block's base fee.
    pub base_fee_wei: u128,
    /// The blob base fee, if blobs are asked about.
    pub blob_base_fee_wei: u128,
}

/// By how much a pool wants every fee of a replacement to rise: geth's `pricebump` for transactions without blobs.
const REGULAR_BUMP_PERCENT: u128 = 10;
/// The same for transactions with blobs.
const BLOB_BUMP_PERCENT: u128 = 100;
/// Room for rising base fees: a cap of twice the base fee outlasts six full blocks.
const BASE_FEE_HEADROOM: u128 = 2;

impl FeeMarket {
    /// The market, raised to the configured minima.
    pub(crate) fn at_least(self, config: &TxConfig) -> Self {
        Self {
            tip_wei: self.tip_wei.max(config.tip_min_wei),
            base_fee_wei: self.base_fee_wei.max(config.base_fee_min_wei),
            blob_base_fee_wei: self.blob_base_fee_wei.max(config.blob_base_fee_min_wei),
        }
    }
}

impl Fees {
    /// A first offer.
    pub(crate) fn suggested(market: &FeeMarket) -> Self {
        Self {
            tip_wei: market.tip_wei,
            fee_cap_wei: market
                .base_fee_wei
                .saturating_mul(BASE_FEE_HEADROOM)
                .saturating_add(market.tip_wei),
            // A blob base fee of zero does not exist: the protocol's minimum is one wei.
            blob_fee_cap_wei: market.blob_base_fee_wei.saturating_mul(BASE_FEE_HEADROOM).max(1),
        }
    }

    /// An offer that a pool takes as a replacement of this one, and that is not below what the market asks now.
    pub(crate) fn bumped(&self, lane: Lane, market: &FeeMarket) -> Self {
        let percent = match lane {
            Lane::Regular => REGULAR_BUMP_PERCENT,
            Lane::Blob => BLOB_BUMP_PERCENT,
        };
        let suggested = Self::suggested(market);
        let tip_wei = raised(self.tip_wei, percent).max(suggested.tip_wei);
        let needed_cap = market
            .base_fee_wei
            .saturating_mul(BASE_FEE_HEADROOM)
            .saturating_add(tip_wei);
        Self {
            tip_wei,
            fee_cap_wei: raised(self.fee_cap_wei, percent).max(needed_cap),
            blob_fee_cap_wei: raised(self.blob_fee_cap_wei, percent).max(suggested.blob_fee_cap_wei),
        }
    }

    /// Refuses an offer far above the market: the multiple that the configuration allows, once past its threshold.
    pub(crate) fn within_limit(self, lane: Lane, market: &FeeMarket, config: &TxConfig) -> Result<Self, Error> {
        let suggested = Self::suggested(market);
        let check = |fee_wei: u128, suggested_wei: u128| {
            let limit_wei = suggested_wei
                .saturating_mul(config.fee_limit_multiplier)
                .max(config.fee_limit_threshold_wei);
            if fee_wei > limit_wei {
                Err(Error::FeeLimit { fee_wei, limit_wei })
            } else {
                Ok(())
            }
        };
        check(self.fee_cap_wei, suggested.fee_cap_wei)?;
        if lane == Lane::Blob {
            check(self.blob_fee_cap_wei, suggested.blob_fee_cap_wei)?;
        }
        Ok(self)
    }
}

/// `fee` and `percent` of it, rounded up, and at least one wei more.
fn raised(fee: u128, percent: u128) -> u128 {
    fee.saturating_add(fee.saturating_mul(percent).div_ceil(100).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GWEI: u128 = 1_000_000_000;
    const MARKET: FeeMarket = FeeMarket {
        tip_wei: GWEI,
        base_fee_wei: 10 * GWEI,
        blob_base_fee_wei: 3 * GWEI,
    };

    #[test]
    fn a_first_offer_leaves_room_for_rising_base_fees() {
        let fees = Fees {
            tip_wei: GWEI,
            fee_cap_wei: 21 * GWEI,
            blob_fee_cap_wei: 6 * GWEI,
        };
        assert_eq!(Fees::suggested(&MARKET), fees);
        assert_eq!(Fees::suggested(&FeeMarket::default()).blob_fee_cap_wei, 1);
    }

    #[test]
    fn every_fee_of_a_replacement_rises_by_what_pools_ask() {
        for (lane, percent) in [(Lane::Regular, 110), (Lane::Blob, 200)] {
            for fees in [
                Fees::suggested(&MARKET),
                Fees {
                    tip_wei: 1,
                    fee_cap_wei: 7,
                    blob_fee_cap_wei: 3,
                },
            ] {
                let bumped = fees.bumped(lane, &FeeMarket::default());
                assert!(bumped.tip_wei * 100 >= fees.tip_wei * percent);
                assert!(bumped.fee_cap_wei * 100 >= fees.fee_cap_wei * percent);
                assert!(bumped.blob_fee_cap_wei * 100 >= fees.blob_fee_cap_wei * percent);
                assert!(bumped.fee_cap_wei >= bumped.tip_wei);
            }
        }
    }

    #[test]
    fn a_replacement_follows_a_market_that_rose_further() {
        let spike = FeeMarket {
            tip_wei: 50 * GWEI,
            base_fee_wei: 1_000 * GWEI,
            blob_base_fee_wei: 300 * GWEI,
        };
        assert_eq!(
            Fees::suggested(&MARKET).bumped(Lane::Blob, &spike),
            Fees::suggested(&spike)
        );
    }

    #[test]
    fn bumps_stop_at_the_limit_above_the_market() {
        let config = TxConfig::default();
        let mut fees = Fees::suggested(&MARKET);
        let limit = loop {
            match fees
                .bumped(Lane::Regular, &MARKET)
                .within_limit(Lane::Regular, &MARKET, &config)
            {
                Ok(bumped) => fees = bumped,
                Err(error) => break error,
            }
        };
        assert!(matches!(limit, Error::FeeLimit { limit_wei, .. } if limit_wei == 105 * GWEI));
        assert!(fees.fee_cap_wei <= 105 * GWEI);
    }

    #[test]
    fn minima_of_the_configuration_raise_the_market() {
        let market = FeeMarket::default().at_least(&TxConfig::default());
        assert_eq!(
            market,
            FeeMarket {
                tip_wei: GWEI,
                base_fee_wei: GWEI,
                blob_base_fee_wei: GWEI
            }
        );
    }
}
