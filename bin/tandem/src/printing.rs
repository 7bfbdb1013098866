//! What a person reads on stdout.

use alloy_primitives::utils::format_ether;
use contracts::{Addresses, MNEMONIC, PREFUNDED};
use devnet::{Devnet, Urls};
use node::Event;
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// Everything that one needs to use a devnet; ends with a line that begins with `ready`.
pub(crate) fn banner(devnet: &Devnet) {
    let (urls, deployed) = (devnet.urls(), devnet.deployed());
    let rollup = &deployed.rollup;
    println!("L1        chain {:<6} {}", rollup.l1_chain_id, urls.l1);
    if let Some(beacon) = &urls.beacon {
        println!("beacon                 {beacon}");
    }
    println!("L2        chain {:<6} {}", rollup.l2_chain_id, urls.l2);
    println!("rollup RPC             {}", urls.rollup);
    println!("engine                 {}", urls.engine);
    println!("verifier  L2           {}", urls.verifier_l2);
    println!("verifier  rollup RPC   {}", urls.verifier_rollup);
    println!("verifier  engine       {}", urls.verifier_engine);
    println!("metrics                {}", urls.metrics);
    println!("files                  {}", devnet.files().folder().display());
    accounts();
    let addresses = &deployed.addresses;
    println!("\ncontracts on L1");
    self::addresses(addresses);
    to_try(urls, &addresses.optimism_portal_proxy.to_string());
}

/// Where the contracts are, one line each.
pub(crate) fn addresses(addresses: &Addresses) {
    for contract in addresses.proxied() {
        println!(
            "  {:<34} {}",
            format!("{}Proxy", contract.artifact.name()),
            contract.proxy
        );
    }
    println!("  {:<34} {}", "ProxyAdmin", addresses.proxy_admin);
}

fn accounts() {
    println!("\naccounts with 10,000 ether on both layers (their keys are public: never use them elsewhere)");
    println!("  mnemonic: {MNEMONIC}");
    for account in PREFUNDED {
        println!("  {} {}", account.address, account.private_key);
    }
}

fn to_try(urls: &Urls, portal: &str) {
    let (from, to) = (PREFUNDED[0].private_key, PREFUNDED[1].address);
    println!("\ntry");
    println!(
        "  cast send --rpc-url {} --private-key {from} --value 1ether {to}",
        urls.l2
    );
    println!(
        "  cast send --rpc-url {} --private-key {from} --value 1ether {portal}",
        urls.l1
    );
    println!("  cast rpc --rpc-url {} optimism_syncStatus", urls.verifier_rollup);
    println!(
        "  tandem bridge withdraw --amount 1 --l1 {} --l2 {} --rollup-rpc {}\n",
        urls.l1, urls.l2, urls.rollup
    );
}

/// Prints what happens, one line for each event that a person cares about, until nobody tells any more.
pub(crate) async fn events(prefix: &'static str, mut events: Receiver<Event>) {
    loop {
        match events.recv().await {
            Ok(event) => {
                if let Some(line) = line(prefix, &event) {
                    println!("{line}");
                }
            }
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

fn line(who: &str, event: &Event) -> Option<String> {
    Some(match event {
        Event::Sequenced { deposits: 0, .. } => return None,
        Event::Sequenced { block, deposits, .. } => {
            format!(
                "{who}: {deposits} deposit{} from L1 in block {}",
                plural(*deposits),
                block.number
            )
        }
        Event::CaughtUp { blocks } => format!("{who}: caught up, {blocks} blocks"),
        Event::Safe {
            block,
            blocks,
            derived_from,
        } => format!(
            "{who}: safe head {} ({blocks} block{} agreed, from L1 block {}) {}",
            block.number,
            plural(usize::try_from(*blocks).unwrap_or(2)),
            derived_from.number,
            block.hash
        ),
        Event::Reset { reason, safe } => format!("{who}: begins again at block {}: {reason}", safe.number),
        Event::Replaced { number, reason } => format!("{who}: block {number} is replaced by what L1 says: {reason}"),
        Event::BatchPosted {
            blocks,
            input_bytes,
            output_bytes,
            cost_wei,
            ..
        } => {
            let count = blocks.1 - blocks.0 + 1;
            format!(
                "{who}: batch of {count} block{} ({} to {}) posted: {input_bytes} bytes{}, for {} ether",
                plural(usize::try_from(count).unwrap_or(2)),
                blocks.0,
                blocks.1,
                compressed(*input_bytes, *output_bytes),
                format_ether(*cost_wei),
            )
        }
        Event::OutputProposed {
            index,
            block,
            output_root,
            ..
        } => format!(
            "{who}: output {index} for block {} proposed {output_root}",
            block.number
        ),
        Event::OutputAgreed {
            index, l2_block_number, ..
        } => format!("{who}: output {index} for block {l2_block_number} agreed"),
        Event::OutputWrong { index, fault, .. } => format!("{who}: output {index} is wrong: {fault}"),
        Event::OutputsDeleted {
            first_index,
            transaction,
        } => format!("{who}: output {first_index} is wrong: deleted, and all behind it, by {transaction}"),
        Event::Alarm { reason } => format!("{who}: ALARM: {reason}"),
        Event::Waiting { reason } => format!("{who}: waiting: {reason}"),
        Event::Resumed => format!("{who}: goes on"),
        _ => return None,
    })
}

/// Empty blocks are too short to become shorter.
fn compressed(input_bytes: usize, output_bytes: usize) -> String {
    if output_bytes < input_bytes {
        let percent = output_bytes * 100 / input_bytes;
        format!(" compressed to {output_bytes} ({percent} %)")
    } else {
        format!(" as {output_bytes}")
    }
}

const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
