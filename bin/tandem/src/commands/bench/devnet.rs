//! What a person waits for: the start of a devnet, a first transaction, and the way of a batch to the verifier's safe head.

use super::machine;
use crate::arguments::BenchDevnetArguments;
use ::devnet::Ports;
use ::l1::{L1Block, L1Client, RpcConfig, Secret, TxCandidate, TxConfig, TxManager, Wallet};
use alloy_consensus::Transaction as _;
use alloy_eips::BlockNumberOrTag;
use alloy_primitives::{Address, U256};
use anyhow::{Context, ensure};
use deployment::{Files, read_json};
use protocol::{RollupConfig, Transaction};
use serde_json::{Value, json};
use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::{interval, sleep_until, timeout},
};

/// How often an answer is asked for that is timed.
const POLL_INTERVAL: Duration = Duration::from_millis(5);
/// Nothing here takes this long.
const DEADLINE: Duration = Duration::from_secs(120);
/// After how long a devnet that nobody uses is looked at.
const IDLE: Duration = Duration::from_secs(20);

/// A devnet in a process of its own; it ends when this is dropped.
struct Running {
    process: Child,
    /// Kept open, so that it can print.
    _lines: Lines<BufReader<ChildStdout>>,
    ports: Ports,
    began: Instant,
}

pub(super) async fn devnet(arguments: BenchDevnetArguments) -> anyhow::Result<()> {
    println!("hardware  {}", machine::hardware());
    println!(
        "measured  from the start of the process; L1 blocks of {} s, L2 blocks of 1 s, an empty folder each time",
        arguments.l1_block_time
    );
    let (mut ready, mut block, mut mined) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..arguments.runs {
        let folder = tempfile::Builder::new().prefix("tandem-bench-").tempdir()?;
        let mut running = Running::start(folder.path(), &arguments).await?;
        ready.push(running.began.elapsed());
        running.first_block().await?;
        block.push(running.began.elapsed());
        running.transfer().await?;
        mined.push(running.began.elapsed());
        running.end().await?;
    }
    print("ready", &mut ready);
    print("first L2 block", &mut block);
    print("first mined user transaction", &mut mined);
    idle(&arguments).await
}

/// A devnet that nobody uses: its memory, and how fast the verifier hears of batches.
async fn idle(arguments: &BenchDevnetArguments) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("tandem-bench-").tempdir()?;
    let mut running = Running::start(folder.path(), arguments).await?;
    sleep_until((running.began + IDLE).into()).await;
    let memory = running.process.id().and_then(machine::memory_mib);
    println!(
        "{:<30} {} MiB resident after {} s (the reference stack's six processes: 600 MiB)",
        "idle",
        memory.context("the devnet ended")?,
        IDLE.as_secs()
    );
    let mut delays = running
        .safe_delays(folder.path(), usize::from(arguments.batches))
        .await?;
    print("inclusion to verifier's safe", &mut delays);
    running.end().await
}

impl Running {
    async fn start(folder: &Path, arguments: &BenchDevnetArguments) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("this program's own path")?;
        let began = Instant::now();
        let mut process = Command::new(program)
            .args(["devnet", "--port-offset", &arguments.port_offset.to_string()])
            .args(["--l1-block-time", &arguments.l1_block_time.to_string()])
            .arg("--datadir")
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("cannot start the devnet")?;
        let stdout = process.stdout.take().context("the devnet has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let read = async {
            loop {
                let line = lines.next_line().await?.context("the devnet ended")?;
                if line.starts_with("ready") {
                    return anyhow::Ok(());
                }
            }
        };
        timeout(DEADLINE, read).await.context("the devnet is not ready")??;
        Ok(Self {
            process,
            _lines: lines,
            ports: Ports::with_offset(arguments.port_offset),
            began,
        })
    }

    fn client(port: u16) -> anyhow::Result<L1Client> {
        let endpoint = format!("http://127.0.0.1:{port}").parse()?;
        Ok(L1Client::new(endpoint, RpcConfig::default())?)
    }

    async fn first_block(&self) -> anyhow::Result<()> {
        let client = Self::client(self.ports.l2)?;
        let mut ticks = interval(POLL_INTERVAL);
        while client.header_by_number(1).await?.is_none() {
            ticks.tick().await;
        }
        Ok(())
    }

    /// A user's transfer on L2, until its receipt is there.
    async fn transfer(&self) -> anyhow::Result<()> {
        let wallet = Wallet::new(Secret::from_bytes(contracts::PREFUNDED[0].private_key)?);
        let config = TxConfig {
            receipt_query_interval: POLL_INTERVAL,
            ..TxConfig::devnet()
        };
        let manager = TxManager::new(Self::client(self.ports.l2)?, wallet, config).await?;
        let candidate = TxCandidate::transfer(contracts::PREFUNDED[1].address, U256::ONE);
        let receipt = timeout(DEADLINE, manager.send(candidate)).await??;
        ensure!(receipt.success, "the transfer failed");
        Ok(())
    }

    /// For each of the next batches: from when L1 shows its block to when the verifier has derived that block.
    async fn safe_delays(&self, folder: &Path, batches: usize) -> anyhow::Result<Vec<Duration>> {
        let rollup: RollupConfig = read_json(&Files::in_folder(folder.to_owned())?.rollup())?;
        let l1 = Self::client(self.ports.l1)?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        let verifier = format!("http://127.0.0.1:{}", self.ports.verifier_rollup);
        let head = l1.block_ref_by_tag(BlockNumberOrTag::Latest).await?;
        let mut next = head.context("L1 has no block")?.number + 1;
        let mut delays = Vec::new();
        let mut ticks = interval(POLL_INTERVAL);
        while delays.len() < batches {
            ticks.tick().await;
            let Some(block) = l1.block_by_number(next).await? else {
                continue;
            };
            let seen = Instant::now();
            if has_batch(&block, rollup.batch_inbox_address) {
                while safe_since(&http, &verifier, next).await? < next {
                    ticks.tick().await;
                }
                delays.push(seen.elapsed());
            }
            next += 1;
        }
        Ok(delays)
    }

    async fn end(&mut self) -> anyhow::Result<()> {
        self.process.kill().await.context("the devnet does not end")
    }
}

fn has_batch(block: &L1Block, inbox: Address) -> bool {
    let transactions = block.transactions.iter().map(|raw| Transaction::decode(raw));
    let mut recipients = transactions.flatten().map(|transaction| transaction.to());
    recipients.any(|to| to == Some(inbox))
}

/// The last L1 block, up to this one, that moved the node's safe head.
async fn safe_since(http: &reqwest::Client, rollup_rpc: &str, l1_block: u64) -> anyhow::Result<u64> {
    let params = [format!("{l1_block:#x}")];
    let request = json!({ "jsonrpc": "2.0", "id": 1, "method": "optimism_safeHeadAtL1Block", "params": params });
    let answer: Value = http.post(rollup_rpc).json(&request).send().await?.json().await?;
    answer["result"]["l1Block"]["number"]
        .as_u64()
        .with_context(|| format!("the verifier does not say what was safe at L1 block {l1_block}: {answer}"))
}

fn print(name: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let (least, median, most) = (times[0], times[times.len() / 2], times[times.len() - 1]);
    let count = times.len();
    println!("{name:<30} {median:.2?} (least {least:.2?}, most {most:.2?}, of {count})");
}
