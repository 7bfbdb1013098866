//! `tandem exit`: out by what is on L1, with nobody's help.

use super::{
    bridge::{ETHER_DECIMALS, Report, Sent, Step, carry_on, finalize, layer, pause, relay, sender},
    verifier::verifier_config,
};
use crate::arguments::{
    BridgeSender, ExitArguments, ExitCommand, ForceArguments, ForceWithdrawalArguments, ForcedSending, OutputArguments,
};
use ::bridge::{
    Bridge, Deposit, Followed, Layer, LayerClient, System, WithdrawalRequest, forced_transaction, require_finalizable,
};
use ::devnet::{ExecutionClient, ExecutionConfig};
use ::l1::TxCandidate;
use ::node::{Config, L1Endpoints, LocalEngine, Node, SyncStatus};
use alloy_eips::BlockId;
use alloy_primitives::{Address, B256, U256};
use anyhow::Context;
use chain::rpc::RpcConfig;
use deployment::read_json;
use protocol::{RollupConfig, Withdrawal};
use serde_json::json;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

/// How often a person hears how far derivation is.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);

pub(crate) async fn exit(arguments: ExitArguments) -> anyhow::Result<()> {
    let rollup = arguments.derivation.rollup()?;
    let l1 = layer(Layer::L1, &arguments.derivation.l1)?;
    let system = System::of_rollup(&l1, &rollup).await?;
    match &arguments.command {
        ExitCommand::Force(force) => {
            let candidate = forced(force, &system)?;
            send_forced(&arguments, &rollup, (l1, system), candidate, &force.sending).await
        }
        ExitCommand::Withdraw(withdrawal) => {
            let sender = sender(&l1, &withdrawal.sending.sender, Layer::L1, &l1).await?.address();
            let candidate = forced_withdrawal(withdrawal, sender, &system)?;
            send_forced(&arguments, &rollup, (l1, system), candidate, &withdrawal.sending).await
        }
        _ => {
            let mut derivation = Derivation::start(&arguments, &rollup, l1, system).await?;
            let outcome = go_on(&arguments, &mut derivation).await;
            derivation.stop().await;
            outcome
        }
    }
}

/// Derives as far as is needed, and takes the step that was asked for.
async fn go_on(arguments: &ExitArguments, derivation: &mut Derivation) -> anyhow::Result<()> {
    let output = arguments.output;
    match &arguments.command {
        ExitCommand::Status { transaction } => {
            derivation
                .run_until(arguments, Wanted::Transaction(*transaction))
                .await?;
            Report::new("status", Vec::new(), derivation.bridge.follow(*transaction).await?).tell(output)
        }
        ExitCommand::Prove(withdrawal) => {
            derivation
                .run_until(arguments, Wanted::Output(withdrawal.transaction))
                .await?;
            carry_on(&derivation.bridge, Step::Prove, withdrawal, output).await
        }
        ExitCommand::Finalize(finalization) => {
            derivation
                .run_until(arguments, Wanted::Transaction(finalization.withdrawal.transaction))
                .await?;
            finalize(&derivation.bridge, finalization, output).await
        }
        ExitCommand::Relay(message) => {
            derivation
                .run_until(arguments, Wanted::Transaction(message.transaction))
                .await?;
            relay(&derivation.bridge, Layer::L1, message, output).await
        }
        ExitCommand::Force(_) | ExitCommand::Withdraw(_) => Ok(()),
    }
}

fn forced(arguments: &ForceArguments, system: &System) -> anyhow::Result<TxCandidate> {
    let ether = (
        arguments.mint.smallest(ETHER_DECIMALS)?,
        arguments.value.smallest(ETHER_DECIMALS)?,
    );
    let (portal, data) = (system.portal.address, arguments.data.clone());
    Ok(forced_transaction(
        portal,
        arguments.to,
        ether,
        arguments.gas_limit,
        data,
    ))
}

/// Gas of the message passer's call on L2, beside the data that it has.
const FORCED_WITHDRAWAL_GAS: u64 = 200_000;

fn forced_withdrawal(
    arguments: &ForceWithdrawalArguments,
    sender: Address,
    system: &System,
) -> anyhow::Result<TxCandidate> {
    let amount = arguments.amount.smallest(ETHER_DECIMALS)?;
    let to = arguments.to.unwrap_or(sender);
    let request = WithdrawalRequest::Passer {
        to,
        amount,
        gas_limit: arguments.gas_limit,
        data: Default::default(),
    };
    require_finalizable(&Withdrawal {
        nonce: U256::MAX,
        sender,
        target: to,
        value: amount,
        gas_limit: U256::from(arguments.gas_limit),
        data: Default::default(),
    })?;
    let TxCandidate { to: passer, data, .. } = request.candidate();
    let ether = (U256::ZERO, amount);
    let portal = system.portal.address;
    Ok(forced_transaction(
        portal,
        passer.to().copied(),
        ether,
        FORCED_WITHDRAWAL_GAS,
        data,
    ))
}

/// Sends a transaction to the portal; L2 executes it, because what makes L2's blocks is L1.
async fn send_forced(
    arguments: &ExitArguments,
    rollup: &RollupConfig,
    (l1, system): (LayerClient, System),
    candidate: TxCandidate,
    sending: &ForcedSending,
) -> anyhow::Result<()> {
    let output = arguments.output;
    let ForcedSending { wait, sender: who } = sending;
    let receipt = sender_of(&l1, who)
        .await?
        .send("the forced transaction", candidate)
        .await?;
    let sent = Sent::of(Layer::L1, &receipt);
    sent.tell(output, "given to the portal");
    let deposits = Deposit::in_receipt(system.portal.address, &receipt);
    let l2_transactions: Vec<B256> = deposits.iter().map(|deposit| deposit.l2_transaction).collect();
    if *wait {
        let mut derivation = Derivation::start(arguments, rollup, l1, system).await?;
        let outcome = derivation
            .run_until(arguments, Wanted::Included(receipt.transaction))
            .await;
        let followed = derivation.bridge.follow(receipt.transaction).await;
        derivation.stop().await;
        outcome?;
        return Report::new("force", vec![sent], followed?).tell(output);
    }
    let by = receipt.block.number.saturating_add(rollup.seq_window_size);
    if output.json {
        let object = json!({
            "action": "force",
            "sent": [sent],
            "l2Transactions": l2_transactions,
            "includedByL1Block": by,
        });
        println!("{object}");
    } else {
        for transaction in l2_transactions {
            println!("transaction {transaction} is on L2 when L1 has block {by}, if no sequencer includes it before");
        }
    }
    Ok(())
}

async fn sender_of(l1: &LayerClient, who: &BridgeSender) -> anyhow::Result<::bridge::Sender> {
    sender(l1, who, Layer::L1, l1).await
}

/// How far to derive.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    /// Until the chain holds a withdrawal's transaction, or all of L1 is read.
    Transaction(B256),
    /// The same, and the block of the first output that covers it.
    Output(B256),
    /// Until the deposits of a transaction of L1 are in the chain.
    Included(B256),
}

/// The chain as L1 has it, growing.
struct Derivation {
    execution: ExecutionClient,
    node: Node,
    bridge: Bridge,
}

impl Derivation {
    async fn start(
        arguments: &ExitArguments,
        rollup: &RollupConfig,
        l1: LayerClient,
        system: System,
    ) -> anyhow::Result<Self> {
        let l1_spec = arguments.derivation.l1_spec(rollup.l1_chain_id)?;
        let config: Config = verifier_config(rollup, l1_spec, &arguments.datadir);
        let endpoints = L1Endpoints::new(l1.client().clone(), arguments.derivation.beacon()?)
            .with_blobs_to(rollup.batch_inbox_address);
        let execution = ExecutionClient::start(ExecutionConfig {
            datadir: arguments.datadir.join("execution"),
            genesis: read_json(&arguments.genesis)?,
            http: Some(RpcConfig::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))),
            auth: None,
        })
        .await?;
        let address = execution
            .http_addr()
            .context("the derived chain's RPC has no address")?;
        let bridge = Bridge::new(l1, layer(Layer::L2, &format!("http://{address}"))?, system);
        let engine = LocalEngine::new(execution.chain().clone());
        let node = Node::start(config, engine, Arc::new(endpoints)).await?;
        Ok(Self {
            execution,
            node,
            bridge,
        })
    }

    async fn stop(self) {
        self.node.stop().await;
        self.execution.stop().await;
    }

    /// Derives until what is wanted is there, or all of L1 is read that there was at the beginning.
    async fn run_until(&mut self, arguments: &ExitArguments, wanted: Wanted) -> anyhow::Result<()> {
        let l1_head = self.bridge.l1().head().await?.number;
        let status = self.node.status();
        let mut told: Option<Instant> = None;
        loop {
            let now = *status.borrow();
            if self.has(wanted, &now, l1_head).await? {
                return Ok(());
            }
            if told.is_none_or(|told| told.elapsed() >= PROGRESS_INTERVAL) {
                told = Some(Instant::now());
                self.tell_progress(arguments.output, &now, l1_head);
            }
            tokio::select! {
                failure = self.node.ended() => return Err(failure.into()),
                paused = pause() => paused?,
            }
        }
    }

    /// How far it is, and what it waits for; on stderr where stdout is for programs.
    fn tell_progress(&self, output: OutputArguments, now: &SyncStatus, l1_head: u64) {
        let (l2, l1, head) = (
            now.safe_l2.number,
            now.current_l1.number,
            now.head_l1.number.max(l1_head),
        );
        let waits = self.node.waits();
        let waits: String = waits.borrow().values().map(|reason| format!("; {reason}")).collect();
        let line = format!("derived to L2 block {l2}, read L1 to block {l1} of {head}{waits}");
        if output.json {
            eprintln!("{line}");
        } else {
            println!("{line}");
        }
    }

    async fn has(&self, wanted: Wanted, status: &SyncStatus, l1_head: u64) -> anyhow::Result<bool> {
        let has_read_all = status.is_derivation_idle && status.current_l1.number >= l1_head;
        match wanted {
            Wanted::Included(transaction) => {
                let followed: Followed = self.bridge.follow(transaction).await?;
                Ok(followed
                    .transfers
                    .iter()
                    .all(|transfer| transfer.stage() != "waiting-for-l2"))
            }
            _ if has_read_all => Ok(true),
            Wanted::Transaction(transaction) => Ok(self.bridge.l2().receipt(transaction).await?.is_some()),
            Wanted::Output(transaction) => {
                let Some(receipt) = self.bridge.l2().receipt(transaction).await? else {
                    return Ok(false);
                };
                let oracle = &self.bridge.system().oracle;
                let output = oracle.output_after(receipt.block.number, BlockId::latest()).await?;
                Ok(output.is_some_and(|output| output.l2_block_number <= status.safe_l2.number))
            }
        }
    }
}
