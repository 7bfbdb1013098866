//! The binary as a person starts it: `tandem devnet`, used, killed, started again, stopped.

use alloy_eips::BlockNumberOrTag;
use l1::{Endpoint, L1Client, OutputOracle, RpcConfig, Secret, TxCandidate, TxConfig, TxManager, Wallet};
use std::{
    net::TcpListener,
    path::Path,
    process::Stdio,
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::{interval, timeout},
};

/// Nothing here takes this long, unless it never ends.
const DEADLINE: Duration = Duration::from_secs(180);

static NEXT_OFFSET: AtomicU16 = AtomicU16::new(0);

/// An offset at which all of the devnet's ports are free.
fn free_offset() -> u16 {
    let base = 10_000 + u16::try_from(std::process::id() % 120).unwrap() * 100;
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    loop {
        let offset = base + 37 * NEXT_OFFSET.fetch_add(1, Ordering::Relaxed);
        let ports = [8545, 5052, 9545, 9551, 7545, 9645, 9651, 7645, 7300];
        if ports.iter().all(|port| is_free(port + offset)) {
            return offset;
        }
    }
}

fn tandem(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

struct Running {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    offset: u16,
}

impl Running {
    async fn devnet(offset: u16, more: &[&str]) -> Self {
        let offset_text = offset.to_string();
        let arguments = [&["devnet", "--l1-block-time", "1", "--port-offset", &offset_text], more].concat();
        let mut process = tandem(&arguments).stderr(Stdio::inherit()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut running = Self { process, lines, offset };
        running.line_with("ready").await;
        running
    }

    /// Reads on to a line that begins so.
    async fn line_with(&mut self, beginning: &str) -> String {
        let read = async {
            loop {
                let line = self.lines.next_line().await.unwrap().expect("the devnet ended");
                if line.starts_with(beginning) {
                    return line;
                }
            }
        };
        timeout(DEADLINE, read)
            .await
            .unwrap_or_else(|_| panic!("no line begins with {beginning}"))
    }

    fn client(&self, port: u16) -> L1Client {
        let endpoint: Endpoint = format!("http://127.0.0.1:{}", port + self.offset).parse().unwrap();
        L1Client::new(endpoint, RpcConfig::default()).unwrap()
    }

    async fn hash_at(&self, port: u16, number: u64) -> alloy_primitives::B256 {
        let client = self.client(port);
        let asked = async {
            let mut ticks = interval(Duration::from_millis(100));
            loop {
                ticks.tick().await;
                if let Ok(Some(header)) = client.header_by_number(number).await {
                    return header.hash();
                }
            }
        };
        timeout(DEADLINE, asked)
            .await
            .unwrap_or_else(|_| panic!("port {port} never had block {number}"))
    }

    /// Sends ether on the L2 and waits for its block.
    async fn transfer(&self) -> l1::TxReceipt {
        let wallet = Wallet::new(Secret::from_bytes(contracts::PREFUNDED[3].private_key).unwrap());
        let manager = TxManager::new(self.client(9545), wallet, TxConfig::devnet())
            .await
            .unwrap();
        let candidate = TxCandidate::transfer(contracts::PREFUNDED[4].address, alloy_primitives::U256::from(7));
        timeout(DEADLINE, manager.send(candidate)).await.unwrap().unwrap()
    }

    async fn signal(&self, name: &str) {
        let id = self.process.id().unwrap().to_string();
        assert!(Command::new("kill").args([name, &id]).status().await.unwrap().success());
    }
}

#[tokio::test]
async fn a_transaction_is_mined_and_the_verifier_derives_its_block_from_l1() {
    let mut devnet = Running::devnet(free_offset(), &[]).await;
    let receipt = devnet.transfer().await;
    assert!(receipt.success);
    let number = receipt.block.number;
    assert_eq!(devnet.hash_at(9645, number).await, receipt.block.hash);
    devnet.line_with("verifier: safe head").await;
    devnet.signal("-TERM").await;
    let status = timeout(DEADLINE, devnet.process.wait()).await.unwrap().unwrap();
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn s16_what_was_shown_before_kill_9_is_there_after_a_restart() {
    let datadir = tempfile::tempdir().unwrap();
    let folder = ["--datadir", datadir.path().to_str().unwrap(), "--da", "calldata"];
    let offset = free_offset();
    let mut devnet = Running::devnet(offset, &folder).await;
    let receipt = devnet.transfer().await;
    let l1_hash = devnet.hash_at(8545, 2).await;
    devnet.process.kill().await.unwrap();
    let mut again = Running::devnet(offset, &folder).await;
    assert_eq!(again.hash_at(9545, receipt.block.number).await, receipt.block.hash);
    assert_eq!(again.hash_at(8545, 2).await, l1_hash);
    assert_eq!(again.hash_at(9645, receipt.block.number).await, receipt.block.hash);
    again.line_with("sequencer: batch").await;
    again.signal("-INT").await;
    let status = timeout(DEADLINE, again.process.wait()).await.unwrap().unwrap();
    assert_eq!(status.code(), Some(0));
}

/// Outputs stand in order, none twice, each with the root that the verifier's own node answers.
async fn assert_outputs(devnet: &Running, datadir: &Path, at_least: usize) {
    let addresses = std::fs::read(datadir.join("addresses.json")).unwrap();
    let addresses: contracts::Addresses = serde_json::from_slice(&addresses).unwrap();
    let oracle = OutputOracle::new(devnet.client(8545), addresses.l2_output_oracle_proxy);
    let outputs = oracle.outputs_since(0, BlockNumberOrTag::Latest.into()).await.unwrap();
    assert!(outputs.len() >= at_least, "{outputs:?}");
    let verifier = devnet.client(7645);
    for (index, output) in (0u64..).zip(&outputs) {
        assert_eq!((output.index, output.l2_block_number), (index, 4 * (index + 1)));
        devnet.hash_at(9645, output.l2_block_number).await;
        let number = format!("{:#x}", output.l2_block_number);
        let own: serde_json::Value = verifier
            .request("optimism_outputAtBlock", serde_json::json!([number]))
            .await
            .unwrap();
        assert_eq!(own["outputRoot"], serde_json::json!(output.output_root));
    }
}

/// The devnet proposes, its verifier agrees, and a kill in the middle of it neither loses an output nor proposes one twice.
#[tokio::test]
async fn outputs_are_proposed_and_agreed_with_before_and_after_a_kill() {
    let datadir = tempfile::tempdir().unwrap();
    let folder = ["--datadir", datadir.path().to_str().unwrap(), "--da", "calldata"];
    let offset = free_offset();
    let mut devnet = Running::devnet(offset, &folder).await;
    devnet.line_with("sequencer: output 0 for block 4 proposed 0x").await;
    devnet.line_with("sequencer: output 1 for block 8 proposed 0x").await;
    // Of which output is open: one block of L1 may hold the first two, and the verifier be the first to tell.
    let judged = devnet.line_with("verifier: output ").await;
    assert!(judged.contains("agreed"), "{judged}");
    devnet.process.kill().await.unwrap();
    let mut again = Running::devnet(offset, &folder).await;
    let line = again.line_with("sequencer: output ").await;
    let index: u64 = line.split(' ').nth(2).unwrap().parse().unwrap();
    assert!(index >= 2, "{line}");
    again.line_with(&format!("sequencer: output {} ", index + 1)).await;
    assert_outputs(&again, datadir.path(), 4).await;
    again.signal("-TERM").await;
    let status = timeout(DEADLINE, again.process.wait()).await.unwrap().unwrap();
    assert_eq!(status.code(), Some(0));
}

async fn refusal(arguments: &[&str]) -> (Option<i32>, String) {
    let output = timeout(DEADLINE, tandem(arguments).output()).await.unwrap().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn s46_a_taken_port_is_named() {
    let offset = free_offset();
    let _taken = TcpListener::bind(("127.0.0.1", 8545 + offset)).unwrap();
    let (code, stderr) = refusal(&["devnet", "--port-offset", &offset.to_string()]).await;
    assert_eq!(code, Some(1));
    assert!(stderr.contains(&format!("127.0.0.1:{}", 8545 + offset)), "{stderr}");
}

#[tokio::test]
async fn usage_errors_exit_with_2() {
    for arguments in [
        &["devnet", "--no-such-flag"][..],
        &["devnet", "--fork", "bedrock"],
        &["nothing"],
        &["node"],
    ] {
        let (code, stderr) = refusal(arguments).await;
        assert_eq!(code, Some(2), "{stderr}");
    }
}

#[tokio::test]
async fn s46_a_role_that_needs_the_oracle_asks_for_its_address() {
    for roles in ["proposer", "verifier,challenger"] {
        let files = [
            "--genesis",
            "genesis.json",
            "--rollup.config",
            "rollup.json",
            "--datadir",
            "node",
        ];
        let arguments = [&["node", "--roles", roles, "--l1", "http://127.0.0.1:1"][..], &files].concat();
        let (code, stderr) = refusal(&arguments).await;
        assert_eq!(code, Some(2), "{stderr}");
        assert!(stderr.contains("--l2oo-address"), "{stderr}");
    }
}

#[tokio::test]
async fn s46_a_missing_or_malformed_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (genesis, data, jwt) = (path("genesis.json"), path("data"), path("jwt.hex"));
    let arguments = [
        "execution",
        "--genesis",
        &genesis,
        "--datadir",
        &data,
        "--authrpc.jwtsecret",
        &jwt,
    ];
    let (code, stderr) = refusal(&arguments).await;
    assert_eq!(code, Some(1));
    assert!(stderr.contains(&genesis), "{stderr}");
    std::fs::write(&genesis, "{}}").unwrap();
    let (code, stderr) = refusal(&arguments).await;
    assert_eq!(code, Some(1));
    assert!(stderr.contains(&genesis), "{stderr}");
}
