//! What is told: one object for programs, lines for people.

use crate::arguments::OutputArguments;
use ::bridge::{Asset, Followed, Layer, LayerReceipt, Movement, Transfer};
use alloy_primitives::{B256, U256, utils::format_ether};
use serde::Serialize;

/// A transaction that was sent.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sent {
    pub(crate) layer: Layer,
    pub(crate) transaction: B256,
    pub(crate) block: u64,
    pub(crate) gas_used: u64,
    /// The withdrawal that it was sent for.
    pub(crate) withdrawal: Option<B256>,
    /// The deposit's transaction on L2 that it was sent for.
    pub(crate) deposit: Option<B256>,
    /// What came of the withdrawal's call, where it was finalized.
    pub(crate) success: Option<bool>,
}

/// The one object that a command answers with.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    action: &'static str,
    sent: Vec<Sent>,
    #[serde(flatten)]
    followed: Followed,
}

impl Sent {
    pub(crate) fn of(layer: Layer, receipt: &LayerReceipt) -> Self {
        Self {
            layer,
            transaction: receipt.transaction,
            block: receipt.block.number,
            gas_used: receipt.gas_used,
            withdrawal: None,
            deposit: None,
            success: None,
        }
    }

    pub(crate) fn for_withdrawal(self, withdrawal: B256) -> Self {
        Self {
            withdrawal: Some(withdrawal),
            ..self
        }
    }

    pub(crate) fn for_transfer(self, transfer: &Transfer) -> Self {
        match transfer {
            Transfer::Deposit { .. } => Self {
                deposit: Some(transfer.hash()),
                ..self
            },
            Transfer::Withdrawal { .. } => self.for_withdrawal(transfer.hash()),
        }
    }

    pub(crate) fn with_outcome(self, success: bool) -> Self {
        Self {
            success: Some(success),
            ..self
        }
    }

    /// A line for a person.
    pub(crate) fn tell(&self, output: OutputArguments, what: &str) {
        if output.json {
            return;
        }
        println!(
            "{what} in {} block {}, transaction {}, {} gas",
            self.layer, self.block, self.transaction, self.gas_used
        );
    }
}

impl Report {
    pub(crate) fn new(action: &'static str, sent: Vec<Sent>, followed: Followed) -> Self {
        Self { action, sent, followed }
    }

    /// Tells it, as it was asked for.
    pub(crate) fn tell(&self, output: OutputArguments) -> anyhow::Result<()> {
        if output.json {
            println!("{}", serde_json::to_string(self)?);
        } else {
            lines(&self.followed).iter().for_each(|line| println!("{line}"));
        }
        Ok(())
    }
}

/// Prints the lines that were not told before; answers with what is told now.
pub(super) fn tell_changes(told: Vec<String>, followed: &Followed) -> Vec<String> {
    let now = lines(followed);
    now.iter()
        .filter(|line| !told.contains(line))
        .for_each(|line| println!("{line}"));
    now
}

/// Where everything stands, two lines a transfer.
fn lines(followed: &Followed) -> Vec<String> {
    let Some(block) = followed.block else {
        return vec![format!(
            "{} transaction {} is in the pool",
            followed.layer, followed.transaction
        )];
    };
    if followed.success == Some(false) {
        let (layer, transaction) = (followed.layer, followed.transaction);
        return vec![format!(
            "{layer} transaction {transaction} failed in block {block}: nothing was moved"
        )];
    }
    let transfers = followed.transfers.iter();
    transfers
        .flat_map(|transfer| [what(transfer), where_it_stands(transfer, followed.now)])
        .collect()
}

fn what(transfer: &Transfer) -> String {
    let (kind, hash) = match transfer {
        Transfer::Deposit { .. } => ("deposit", transfer.hash()),
        Transfer::Withdrawal { .. } => ("withdrawal", transfer.hash()),
    };
    let Movement { from, to, .. } = transfer.movement();
    format!("{kind} {hash}: {} from {from} to {to}", amount(&transfer.movement()))
}

fn amount(movement: &Movement) -> String {
    match movement.asset {
        Asset::Ether => ether(movement.amount),
        Asset::Token { remote_token, .. } => {
            format!("{} of the smallest unit of token {remote_token}", movement.amount)
        }
        Asset::Nft {
            remote_token, token_id, ..
        } => format!("token {token_id} of collection {remote_token}"),
    }
}

fn where_it_stands(transfer: &Transfer, now: u64) -> String {
    let (steps, at): (&[&str], usize) = match transfer {
        Transfer::Deposit { .. } => (
            &["on L1", "on L2", "safe", "final"],
            match transfer.stage() {
                "waiting-for-l2" => 1,
                "unsafe" | "failed" | "message-failed" => 2,
                "safe" => 3,
                _ => 4,
            },
        ),
        Transfer::Withdrawal { .. } => (
            &["on L2", "output on L1", "proven", "period over", "finalized"],
            match transfer.stage() {
                "waiting-to-prove" | "unfinalizable" => 1,
                "ready-to-prove" => 2,
                "waiting-to-finalize" => 3,
                "ready-to-finalize" => 4,
                _ => 5,
            },
        ),
    };
    let steps = steps.iter().enumerate();
    let steps: Vec<String> = steps
        .map(|(index, step)| format!("{} {step}", if index < at { '●' } else { '○' }))
        .collect();
    let waits = transfer.waits_for().map(|what| format!("; waits for {what}"));
    // A time that is over says nothing: what is due then may come at any moment.
    let until = transfer.until().filter(|time| *time > now);
    let until = until.map(|time| format!(", {} {}", bound(transfer.stage()), clock(time)));
    let waits = format!("{}{}", waits.unwrap_or_default(), until.unwrap_or_default());
    format!("  {}  {}{waits}", steps.join("  "), transfer.stage())
}

/// What a stage's time is.
fn bound(stage: &str) -> &'static str {
    match stage {
        "waiting-to-prove" => "not before",
        "waiting-for-l2" => "about",
        _ => "until",
    }
}

/// An amount of ether, without zeros that say nothing.
fn ether(amount_wei: U256) -> String {
    let digits = format_ether(amount_wei);
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    format!("{digits} ether")
}

/// A time, with its date.
fn clock(time: u64) -> String {
    let (days, seconds) = (time / 86_400, time % 86_400);
    let (year, month, day) = date(days);
    let (hours, minutes, seconds) = (seconds / 3_600, seconds % 3_600 / 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02} {hours:02}:{minutes:02}:{seconds:02} UTC")
}

/// The date of a day since 1970, in the Gregorian calendar: years begin in March, so that leap days end them.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ether_is_told_without_zeros_that_say_nothing() {
        for (amount_wei, said) in [
            (0_u64, "0 ether"),
            (1, "0.000000000000000001 ether"),
            (1_500_000_000_000_000_000, "1.5 ether"),
            (10_000_000_000_000_000_000, "10 ether"),
        ] {
            assert_eq!(ether(U256::from(amount_wei)), said);
        }
    }

    #[test]
    fn times_are_told_as_dates() {
        for (time, said) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_399, "2000-02-28 23:59:59 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_795_248_000, "2026-11-21 08:00:00 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
        ] {
            assert_eq!(clock(time), said);
        }
    }
}
