//! The nodes that are measured, as processes of their own.

use super::machine;
use ::devnet::Recording;
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::process::{Child, Command};

/// How often a node is asked how far it is.
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// No chain of a benchmark takes this long.
const DEADLINE: Duration = Duration::from_secs(1_800);

/// What came of a run.
pub(super) struct Outcome {
    pub(super) took: Duration,
    pub(super) peak_memory_mib: u64,
}

/// Processes that derive the chain of a recording; they end when this is dropped.
struct Running {
    processes: Vec<Child>,
    rollup_rpc: String,
}

/// Our own node, a process that executes too.
pub(super) async fn tandem(recording: &Recording, folder: &Path) -> anyhow::Result<Outcome> {
    let [port] = free_ports()?;
    let files = recording.files();
    let program = std::env::current_exe().context("this program's own path")?;
    let mut command = Command::new(program);
    command
        .args(["node", "--roles", "verifier", "--l1"])
        .arg(recording.l1_url());
    command.arg("--l1.beacon").arg(recording.beacon_url());
    command.arg("--genesis").arg(files.genesis());
    command.arg("--rollup.config").arg(files.rollup());
    command.arg("--rollup.l1-chain-config").arg(files.l1_chain_config());
    command.arg("--datadir").arg(folder.join("tandem"));
    command.args(["--rpc.port", &port.to_string(), "--l1.http-poll-interval", "500ms"]);
    let began = Instant::now();
    let running = Running {
        processes: vec![spawn(command)?],
        rollup_rpc: format!("http://127.0.0.1:{port}"),
    };
    running.until_derived(recording, began).await
}

/// op-node with op-geth.
pub(super) async fn reference(
    recording: &Recording,
    folder: &Path,
    op_node: &Path,
    op_geth: &Path,
) -> anyhow::Result<Outcome> {
    let [http, engine, rpc] = free_ports()?;
    let files = recording.files();
    let datadir = folder.join("op-geth");
    let store = |command: &mut Command| {
        command.arg("--datadir").arg(&datadir).args(["--state.scheme", "path"]);
    };
    let mut init = Command::new(op_geth);
    init.arg("init");
    store(&mut init);
    init.arg(files.genesis()).stdout(Stdio::null()).stderr(Stdio::null());
    let init = init
        .status()
        .await
        .with_context(|| format!("cannot start {}", op_geth.display()))?;
    ensure!(init.success(), "op-geth refuses the genesis");
    let mut geth = Command::new(op_geth);
    store(&mut geth);
    geth.args([
        "--syncmode",
        "full",
        "--networkid",
        &recording.rollup().l2_chain_id.to_string(),
    ]);
    geth.args(["--nodiscover", "--maxpeers", "0", "--port", "0", "--ipcdisable"]);
    geth.args(["--http", "--http.port", &http.to_string()]);
    geth.args(["--authrpc.port", &engine.to_string(), "--authrpc.jwtsecret"])
        .arg(files.jwt());
    let mut node = Command::new(op_node);
    node.arg("--l1")
        .arg(recording.l1_url())
        .arg("--l1.beacon")
        .arg(recording.beacon_url());
    node.args([
        "--l1.rpckind",
        "standard",
        "--l1.http-poll-interval",
        "500ms",
        "--l1.runtime-config-reload-interval",
        "0",
    ]);
    node.args(["--l2", &format!("http://127.0.0.1:{engine}"), "--l2.enginekind", "geth"]);
    node.arg("--l2.jwt-secret").arg(files.jwt());
    node.arg("--rollup.config").arg(files.rollup());
    node.arg("--rollup.l1-chain-config").arg(files.l1_chain_config());
    node.args([
        "--rpc.port",
        &rpc.to_string(),
        "--p2p.disable",
        "--verifier.l1-confs",
        "0",
    ]);
    let began = Instant::now();
    let running = Running {
        processes: vec![spawn(geth)?, spawn(node)?],
        rollup_rpc: format!("http://127.0.0.1:{rpc}"),
    };
    running.until_derived(recording, began).await
}

fn spawn(mut command: Command) -> anyhow::Result<Child> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let program = PathBuf::from(command.as_std().get_program());
    command
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))
}

fn free_ports<const COUNT: usize>() -> anyhow::Result<[u16; COUNT]> {
    let listeners: Result<Vec<_>, _> = (0..COUNT).map(|_| TcpListener::bind(("127.0.0.1", 0))).collect();
    let ports: Result<Vec<_>, _> = listeners?
        .iter()
        .map(|listener| listener.local_addr().map(|a| a.port()))
        .collect();
    Ok(ports?.try_into().expect("invariant: as many as asked for"))
}

impl Running {
    /// Waits until the safe head is the recording's last block.
    async fn until_derived(mut self, recording: &Recording, began: Instant) -> anyhow::Result<Outcome> {
        let last = recording.last();
        let http = reqwest::Client::builder().no_proxy().build()?;
        let safe = loop {
            for process in &mut self.processes {
                if let Some(status) = process.try_wait()? {
                    anyhow::bail!("a node ended before it had derived the chain: {status}");
                }
            }
            ensure!(began.elapsed() < DEADLINE, "the chain was not derived in time");
            match self.safe_head(&http).await {
                Ok(safe) if safe["number"].as_u64() >= Some(last.number) => break safe,
                // Not up yet, or not there yet.
                _ => tokio::time::sleep(POLL_INTERVAL).await,
            }
        };
        let took = began.elapsed();
        ensure!(
            safe["hash"] == json!(last.hash),
            "block {} is {}, the recording has {}",
            last.number,
            safe["hash"],
            last.hash
        );
        let ids = self.processes.iter().filter_map(Child::id);
        let peak_memory_mib = ids.filter_map(machine::peak_memory_mib).sum();
        for process in &mut self.processes {
            process.kill().await?;
        }
        Ok(Outcome { took, peak_memory_mib })
    }

    async fn safe_head(&self, http: &reqwest::Client) -> anyhow::Result<Value> {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": "optimism_syncStatus", "params": [] });
        let mut answer: Value = http.post(&self.rollup_rpc).json(&request).send().await?.json().await?;
        Ok(answer["result"]["safe_l2"].take())
    }
}
