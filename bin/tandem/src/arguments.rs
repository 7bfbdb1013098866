//! What a person types. Flags are spelled as op-node, op-batcher, op-proposer and op-geth spell them, where they have such a flag.

mod bridge;
mod deploy;
mod derivation;
mod exit;
mod keys;

pub(crate) use bridge::{
    Amount, BridgeCommand, BridgeConnection, BridgeDepositArguments, BridgeSender, BridgeStatusArguments,
    BridgeWithdrawArguments, DepositWay, FinalizationArguments, OutputArguments, RelayArguments, WithdrawalArguments,
    WithdrawalWay,
};
pub(crate) use deploy::{DeployArguments, UpgradeArguments};
pub(crate) use derivation::DerivationArguments;
pub(crate) use exit::{ExitArguments, ExitCommand, ForceArguments, ForceWithdrawalArguments};
pub(crate) use keys::{Batcher, Challenger, Deployer, KeyArguments, Owner, Proposer, Role, User};

use crate::duration::interval;
use alloy_primitives::Address;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use std::{net::IpAddr, path::PathBuf, time::Duration};

/// A complete Ethereum rollup.
#[derive(Debug, Parser)]
#[command(name = "tandem", version, about = "A complete Ethereum rollup in one binary")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) logs: LogArguments,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
pub(crate) struct LogArguments {
    /// More on stderr: -v what happens, -vv everything.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// The form of the logs.
    #[arg(long = "log-format", global = true, value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The whole system in one process: L1, contracts, sequencer, batcher, proposer, verifier, challenger.
    Devnet(DevnetArguments),
    /// The embedded L1 alone, with its beacon API.
    L1(L1Arguments),
    /// Deploys the L1 contracts, or goes on where it was interrupted, and writes the L2's files.
    Deploy(DeployArguments),
    /// Compares the L1 contracts with this program's, and brings them up to date.
    Upgrade(UpgradeArguments),
    /// The execution client: eth JSON-RPC and Engine API.
    Execution(ExecutionArguments),
    /// The consensus node, in the roles given.
    Node(Box<NodeArguments>),
    /// Moves ether and tokens between the layers.
    #[command(subcommand)]
    Bridge(Box<BridgeCommand>),
    /// Leaves the L2 by what is on L1 alone, with nobody's help.
    Exit(Box<ExitArguments>),
    /// Measures, beside a peer where one is given.
    #[command(subcommand)]
    Bench(BenchCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// How long a devnet takes to start and to mine, what memory it needs, how fast its verifier hears of batches.
    Devnet(BenchDevnetArguments),
    /// How fast a verifier derives a chain from L1 alone.
    Sync(BenchSyncArguments),
}

#[derive(Debug, Args)]
pub(crate) struct BenchDevnetArguments {
    /// Starts that are timed.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pub(crate) runs: u16,
    /// Batches whose way is timed.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pub(crate) batches: u16,
    /// Seconds between L1 blocks.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub(crate) l1_block_time: u64,
    /// Added to each port of the devnet.
    #[arg(long, default_value_t = 20_000)]
    pub(crate) port_offset: u16,
}

#[derive(Debug, Args)]
pub(crate) struct BenchSyncArguments {
    /// Blocks of the chain.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) blocks: u64,
    /// The newest fork that is active from genesis on; op-geth knows none after Jovian.
    #[arg(long, value_enum, default_value_t = ForkArgument::Jovian)]
    pub(crate) fork: ForkArgument,
    /// op-node's program, to measure beside.
    #[arg(long = "op-node", requires = "op_geth")]
    pub(crate) op_node: Option<PathBuf>,
    /// op-geth's program.
    #[arg(long = "op-geth", requires = "op_node")]
    pub(crate) op_geth: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ForkArgument {
    Isthmus,
    Jovian,
    Karst,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DataAvailabilityArgument {
    Blobs,
    Calldata,
}

#[derive(Debug, Args)]
pub(crate) struct DevnetArguments {
    /// Keeps everything in this folder. Without it, in a temporary one that is removed at the end.
    #[arg(long)]
    pub(crate) datadir: Option<PathBuf>,
    /// Seconds between the embedded L1's blocks.
    #[arg(long = "l1-block-time", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=60), conflicts_with = "l1")]
    pub(crate) l1_block_time: u64,
    /// JSON-RPC of another development L1 to stand on, as anvil; without it the L1 is embedded.
    #[arg(long = "l1")]
    pub(crate) l1: Option<String>,
    /// That L1's beacon API; without it batches go as calldata.
    #[arg(long = "l1.beacon", requires = "l1")]
    pub(crate) l1_beacon: Option<String>,
    /// Seconds of a slot, where that beacon API does not say.
    #[arg(long = "l1.beacon.slot-duration-override", requires = "l1_beacon")]
    pub(crate) l1_beacon_slot_duration_override: Option<u64>,
    /// Seconds between L2 blocks.
    #[arg(long = "block-time", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=60))]
    pub(crate) block_time: u64,
    /// Proposes no outputs: the proposer's account is left to whoever tries the challenger.
    #[arg(long = "no-proposer")]
    pub(crate) no_proposer: bool,
    /// L2 blocks between output proposals.
    #[arg(long = "proposal-interval", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) proposal_interval: u64,
    /// Seconds for which an output can be deleted, and a proven withdrawal must wait.
    #[arg(long = "finalization-period", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) finalization_period: u64,
    /// Where batches go; blobs, unless L1 is another one without a beacon API.
    #[arg(long = "da", value_enum)]
    pub(crate) da: Option<DataAvailabilityArgument>,
    /// The newest fork that is active from genesis on.
    #[arg(long, value_enum, default_value_t = ForkArgument::Karst)]
    pub(crate) fork: ForkArgument,
    /// Adds this to every port.
    #[arg(long = "port-offset", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=50_000))]
    pub(crate) port_offset: u16,
}

#[derive(Debug, Args)]
pub(crate) struct L1Arguments {
    /// Folder of the chain.
    #[arg(long)]
    pub(crate) datadir: PathBuf,
    /// Seconds between blocks.
    #[arg(long = "l1-block-time", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=60))]
    pub(crate) block_time: u64,
    /// Address of the JSON-RPC.
    #[arg(long = "http.addr", default_value = "127.0.0.1")]
    pub(crate) http_addr: IpAddr,
    /// Port of the JSON-RPC.
    #[arg(long = "http.port", default_value_t = 8545)]
    pub(crate) http_port: u16,
    /// Port of the beacon API.
    #[arg(long = "beacon.port", default_value_t = 5052)]
    pub(crate) beacon_port: u16,
}

#[derive(Debug, Args)]
pub(crate) struct ExecutionArguments {
    /// The genesis, in geth's or op-geth's format.
    #[arg(long)]
    pub(crate) genesis: PathBuf,
    /// Folder of the chain.
    #[arg(long)]
    pub(crate) datadir: PathBuf,
    /// Turns HTTP on.
    #[arg(long)]
    pub(crate) http: bool,
    /// Address of the JSON-RPC.
    #[arg(long = "http.addr", default_value = "127.0.0.1")]
    pub(crate) http_addr: IpAddr,
    /// Port of the JSON-RPC; turns HTTP on.
    #[arg(long = "http.port")]
    pub(crate) http_port: Option<u16>,
    /// Namespaces of the JSON-RPC.
    #[arg(long = "http.api", value_delimiter = ',', default_value = "eth,net,web3")]
    pub(crate) http_api: Vec<String>,
    /// Origins of web pages that may use the JSON-RPC; `*` means all.
    #[arg(long = "http.corsdomain", value_delimiter = ',')]
    pub(crate) http_corsdomain: Vec<String>,
    /// Serves metrics to Prometheus.
    #[arg(long)]
    pub(crate) metrics: bool,
    /// Address of the metrics.
    #[arg(long = "metrics.addr", default_value = "127.0.0.1")]
    pub(crate) metrics_addr: IpAddr,
    /// Port of the metrics.
    #[arg(long = "metrics.port", default_value_t = 6060)]
    pub(crate) metrics_port: u16,
    /// Address of the Engine API.
    #[arg(long = "authrpc.addr", default_value = "127.0.0.1")]
    pub(crate) authrpc_addr: IpAddr,
    /// Port of the Engine API.
    #[arg(long = "authrpc.port", default_value_t = 8551)]
    pub(crate) authrpc_port: u16,
    /// File with the secret of the Engine API's tokens, 32 bytes in hex.
    #[arg(long = "authrpc.jwtsecret")]
    pub(crate) authrpc_jwtsecret: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleArgument {
    Verifier,
    Sequencer,
    Batcher,
    Proposer,
    Challenger,
}

#[derive(Debug, Args)]
pub(crate) struct NodeArguments {
    /// What the node does. Every node verifies.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "verifier")]
    pub(crate) roles: Vec<RoleArgument>,
    #[command(flatten)]
    pub(crate) derivation: DerivationArguments,
    /// How often L1's head is asked for.
    #[arg(long = "l1.http-poll-interval", default_value = "1s", value_parser = interval)]
    pub(crate) l1_http_poll_interval: Duration,
    /// Believes what L1 answers, without checking it against its hashes.
    #[arg(long = "l1.trustrpc")]
    pub(crate) l1_trustrpc: bool,
    /// The execution client's Engine API; without it one runs in this process.
    #[arg(long = "l2", requires = "l2_jwt_secret")]
    pub(crate) l2: Option<String>,
    /// File with the secret of the Engine API's tokens, 32 bytes in hex.
    #[arg(long = "l2.jwt-secret")]
    pub(crate) l2_jwt_secret: Option<PathBuf>,
    /// The L2's genesis, for the execution client in this process.
    #[arg(long, required_unless_present = "l2")]
    pub(crate) genesis: Option<PathBuf>,
    /// Address of the rollup RPC.
    #[arg(long = "rpc.addr", default_value = "127.0.0.1")]
    pub(crate) rpc_addr: IpAddr,
    /// Port of the rollup RPC.
    #[arg(long = "rpc.port", default_value_t = 9545)]
    pub(crate) rpc_port: u16,
    /// Offers the admin namespace.
    #[arg(long = "rpc.enable-admin")]
    pub(crate) rpc_enable_admin: bool,
    /// Serves metrics to Prometheus.
    #[arg(long = "metrics.enabled")]
    pub(crate) metrics_enabled: bool,
    /// Address of the metrics.
    #[arg(long = "metrics.addr", default_value = "0.0.0.0")]
    pub(crate) metrics_addr: IpAddr,
    /// Port of the metrics.
    #[arg(long = "metrics.port", default_value_t = 7300)]
    pub(crate) metrics_port: u16,
    /// Port of eth JSON-RPC of the execution client in this process.
    #[arg(long = "http.port", conflicts_with = "l2")]
    pub(crate) http_port: Option<u16>,
    /// Folder of the node.
    #[arg(long)]
    pub(crate) datadir: PathBuf,
    /// Folder of the record of safe heads by L1 block; in the node's folder without it.
    #[arg(long = "safedb.path")]
    pub(crate) safedb_path: Option<PathBuf>,
    /// L1 blocks by which derivation stays behind L1's head.
    #[arg(long = "verifier.l1-confs", default_value_t = 0)]
    pub(crate) verifier_l1_confs: u64,
    /// L1 blocks by which L1 origins stay behind L1's head.
    #[arg(long = "sequencer.l1-confs", default_value_t = 4)]
    pub(crate) sequencer_l1_confs: u64,
    /// Waits for admin_startSequencer.
    #[arg(long = "sequencer.stopped")]
    pub(crate) sequencer_stopped: bool,
    /// Where batches go.
    #[arg(long = "data-availability-type", value_enum, default_value_t = DataAvailabilityArgument::Blobs)]
    pub(crate) data_availability_type: DataAvailabilityArgument,
    /// L1 blocks after which a channel is posted as it is.
    #[arg(long = "max-channel-duration", default_value_t = 2)]
    pub(crate) max_channel_duration: u64,
    /// Frames, and so blobs, of one channel.
    #[arg(long = "target-num-frames", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=6))]
    pub(crate) target_num_frames: u16,
    /// Bytes of one calldata transaction.
    #[arg(long = "max-l1-tx-size-bytes", default_value_t = 120_000)]
    pub(crate) max_l1_tx_size_bytes: u32,
    /// How often the batcher looks for blocks, and the proposer for outputs that are due.
    #[arg(long = "poll-interval", default_value = "1s", value_parser = interval)]
    pub(crate) poll_interval: Duration,
    /// L1 blocks that a batch or an output must be in L1 for, its own included, until it counts as there.
    #[arg(long = "num-confirmations", default_value_t = 1)]
    pub(crate) num_confirmations: u64,
    #[command(flatten)]
    pub(crate) batcher_key: KeyArguments<Batcher>,
    /// The proxy of the L2OutputOracle, for proposer and challenger: L2OutputOracleProxy in addresses.json.
    #[arg(long = "l2oo-address", required_if_eq_any([("roles", "proposer"), ("roles", "challenger")]))]
    pub(crate) l2oo_address: Option<Address>,
    /// Proposes outputs of safe blocks; without it, outputs wait until their blocks are derived from finalized L1.
    #[arg(long = "allow-non-finalized", num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true", action = ArgAction::Set)]
    pub(crate) allow_non_finalized: bool,
    #[command(flatten)]
    pub(crate) proposer_key: KeyArguments<Proposer>,
    /// Without any, the challenger watches and alarms.
    #[command(flatten)]
    pub(crate) challenger_key: KeyArguments<Challenger>,
}
