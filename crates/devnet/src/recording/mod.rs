//! An L1 with a whole rollup on it, made back to back rather than on the wall clock: what a node that starts from L1 alone is
//! measured on.

mod load;

use crate::{
    EmbeddedL1, EmbeddedL1Config, Error, ExecutionClient, ExecutionConfig, foreign_l1::wallet, system::deploy_on,
};
use ::l1::{Endpoint, L1Client, Pending, RpcConfig as L1RpcConfig, TxCandidate, TxConfig, TxManager};
use alloy_eips::{BlockNumHash, eip4844::Blob};
use alloy_rpc_types_engine::ForkchoiceState;
use deployment::{Deployed, Deployment, Files};
use derive::encoder::{EncodedChannel, Encoder, EncoderConfig};
use load::Load;
use node::{Engine, Inserted, L1Endpoints, L1Reader, L2Block, LocalEngine};
use protocol::{ChainSpec, Fork, L1ChainConfig, L2BlockRef, RollupConfig, SystemConfig};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Seconds between L1 blocks, as on public chains.
const L1_BLOCK_TIME_S: u64 = 12;
/// The L2 of the recording.
const L2_CHAIN_ID: u64 = 901;
/// L1 blocks beside those that the L2 blocks need: for the deployment and for the last batches.
const SPARE_L1_BLOCKS: u64 = 32;
/// L1 blocks for which a channel stays open.
const CHANNEL_DURATION_L1_BLOCKS: u64 = 4;
/// How often it is looked whether a transaction has arrived.
const POLL_INTERVAL: Duration = Duration::from_millis(5);
/// A free port on loopback.
const FREE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The L1, still serving, and what was written to it.
#[derive(Debug)]
pub struct Recording {
    l1: EmbeddedL1,
    deployed: Deployed,
    files: Files,
    last: BlockNumHash,
    transactions: u64,
    batch_bytes: u64,
}

impl Recording {
    /// Makes that many L2 blocks of the usual mix, with everything that derivation needs, on an L1 in `folder`.
    pub async fn make(folder: &Path, blocks: u64, fork: Fork) -> Result<Self, Error> {
        let files = Files::in_folder(folder)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let l1 = EmbeddedL1::start(EmbeddedL1Config {
            datadir: folder.join("l1"),
            block_time_s: L1_BLOCK_TIME_S,
            http: FREE,
            beacon: FREE,
            genesis_time_s: Some(now.as_secs() - blocks - SPARE_L1_BLOCKS * L1_BLOCK_TIME_S),
        })
        .await?;
        let deployment = Deployment {
            l2_chain_id: L2_CHAIN_ID,
            fork,
            ..Deployment::default()
        };
        let deployed = deploy_on(&l1, &deployment, &files).await?;
        let mut writer = Writer::new(&l1, &deployed, folder).await?;
        let mut transactions = 0;
        for number in 1..=blocks {
            transactions += writer.block(&l1, number).await?;
        }
        let last = BlockNumHash {
            number: writer.head.number,
            hash: writer.head.hash,
        };
        let batch_bytes = writer.finish(&l1).await?;
        Ok(Self {
            l1,
            deployed,
            files,
            last,
            transactions,
            batch_bytes,
        })
    }

    /// L1's JSON-RPC.
    pub fn l1_url(&self) -> String {
        self.l1.http_url()
    }

    /// L1's beacon API.
    pub fn beacon_url(&self) -> String {
        self.l1.beacon_url()
    }

    /// The rollup's files.
    pub const fn files(&self) -> &Files {
        &self.files
    }

    /// The rollup.
    pub const fn rollup(&self) -> &RollupConfig {
        &self.deployed.rollup
    }

    /// The last L2 block that L1 holds.
    pub const fn last(&self) -> BlockNumHash {
        self.last
    }

    /// Transactions in all L2 blocks, without the L1 attributes.
    pub const fn transactions(&self) -> u64 {
        self.transactions
    }

    /// Compressed bytes of all batches.
    pub const fn batch_bytes(&self) -> u64 {
        self.batch_bytes
    }

    /// Stops the L1.
    pub async fn stop(self) {
        self.l1.stop().await;
    }
}

/// Makes L2 blocks in lockstep with L1 blocks.
struct Writer {
    rollup: Arc<RollupConfig>,
    l1_spec: ChainSpec,
    engine: LocalEngine,
    execution: ExecutionClient,
    reader: L1Endpoints,
    batcher: TxManager,
    depositor: TxManager,
    encoder: Encoder,
    load: Load,
    head: L2BlockRef,
    origin: u64,
    batch_bytes: u64,
}

impl Writer {
    async fn new(l1: &EmbeddedL1, deployed: &Deployed, folder: &Path) -> Result<Self, Error> {
        let rollup = Arc::new(deployed.rollup.clone());
        let execution = ExecutionClient::start(ExecutionConfig {
            datadir: folder.join("sequencer"),
            genesis: deployed.genesis.clone(),
            http: None,
            auth: None,
        })
        .await?;
        let engine = LocalEngine::new(execution.chain().clone());
        let url: Endpoint = l1.http_url().parse()?;
        let client = L1Client::new(url, L1RpcConfig::default())?;
        let tx = TxConfig {
            receipt_query_interval: POLL_INTERVAL,
            pending_max: 64,
            ..TxConfig::devnet()
        };
        let l1_chain_config = contracts::l1_chain_config(l1.genesis());
        let l1_chain_config: L1ChainConfig =
            serde_json::from_value(l1_chain_config).expect("invariant: our own configuration is read");
        let genesis = engine.block(rollup.genesis.l2.number.into()).await.map_err(refused)?;
        let genesis = genesis.ok_or_else(|| refused("no genesis block"))?;
        Ok(Self {
            head: L2BlockRef::from_block_with_hash(&rollup, genesis.hash, &genesis.block)?,
            origin: rollup.genesis.l1.number,
            l1_spec: l1_chain_config.chain_spec()?,
            batcher: TxManager::new(client.clone(), wallet(&contracts::BATCHER)?, tx.clone()).await?,
            depositor: TxManager::new(client.clone(), wallet(&contracts::PREFUNDED[1])?, tx).await?,
            reader: L1Endpoints::new(client, None),
            encoder: Encoder::new(
                Arc::clone(&rollup),
                EncoderConfig {
                    channel_duration_l1_blocks: CHANNEL_DURATION_L1_BLOCKS,
                    ..EncoderConfig::blobs(1)
                },
            ),
            load: Load::new(rollup.l2_chain_id)?,
            rollup,
            engine,
            execution,
            batch_bytes: 0,
        })
    }

    /// One L2 block; before it an L1 block where its slot begins. Answers with its transactions.
    async fn block(&mut self, l1: &EmbeddedL1, number: u64) -> Result<u64, Error> {
        if number.is_multiple_of(L1_BLOCK_TIME_S) {
            self.l1_block(l1, L1_BLOCK_TIME_S).await?;
        }
        let origin = self.reader.block_by_number(self.origin).await?.ok_or(Error::NoL1Head)?;
        let receipts = self.reader.receipts(origin.header.hash_slow()).await?;
        let parent = self.engine.block(self.head.hash.into()).await.map_err(refused)?;
        let parent = parent.ok_or_else(|| refused("no parent"))?;
        let config = SystemConfig::from_block_with_hash(&self.rollup, parent.hash, &parent.block)?;
        let mut attributes = derive::sequencer_attributes(
            &self.rollup,
            &self.l1_spec,
            &self.head,
            config,
            &origin.header,
            &receipts,
        )
        .map_err(refused)?;
        attributes.no_tx_pool = true;
        attributes.transactions.extend(self.load.block(number));
        let (timestamp, transactions) = (attributes.timestamp, attributes.transactions.len());
        let id = self.engine.build(self.labels(), attributes).await.map_err(refused)?;
        let block = self.engine.seal(id, timestamp).await.map_err(refused)?;
        self.insert(&block).await?;
        self.encoder.add_block(&block.block, self.origin).map_err(refused)?;
        Ok(u64::try_from(transactions).unwrap_or_default() - 1)
    }

    async fn insert(&mut self, block: &L2Block) -> Result<(), Error> {
        if let Inserted::Invalid(reason) = self.engine.insert(block).await.map_err(refused)? {
            return Err(refused(reason));
        }
        self.head = L2BlockRef::from_block_with_hash(&self.rollup, block.hash, &block.block)?;
        self.engine.fork_choice(self.labels()).await.map_err(refused)
    }

    fn labels(&self) -> ForkchoiceState {
        let genesis = self.rollup.genesis.l2.hash;
        ForkchoiceState {
            head_block_hash: self.head.hash,
            safe_block_hash: genesis,
            finalized_block_hash: genesis,
        }
    }

    /// An L1 block with that many deposits, and with the channels that are due.
    async fn l1_block(&mut self, l1: &EmbeddedL1, deposits: u64) -> Result<(), Error> {
        self.encoder.close_if_due(self.origin).map_err(refused)?;
        let mut pending = Vec::new();
        for _ in 0..deposits {
            let candidate = self.load.deposit(self.rollup.deposit_contract_address);
            pending.push(self.depositor.submit(candidate).await?);
        }
        for channel in self.encoder.take_channels() {
            self.post(&channel, &mut pending).await?;
        }
        while !l1.produce().await? {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        for transaction in pending {
            transaction.confirmed().await?;
        }
        self.origin = l1.execution().chain().head_record().header().number;
        Ok(())
    }

    async fn post(&mut self, channel: &EncodedChannel, pending: &mut Vec<Pending>) -> Result<(), Error> {
        let blobs = channel.blobs().map_err(refused)?;
        let blobs = blobs.into_iter().map(|blob| Arc::new(Blob::from(*blob))).collect();
        self.batch_bytes += u64::try_from(channel.output_bytes).unwrap_or_default();
        let candidate = TxCandidate::blobs(self.rollup.batch_inbox_address, blobs);
        pending.push(self.batcher.submit(candidate).await?);
        Ok(())
    }

    /// Posts what is left, and lets a few blocks pass on top of it.
    async fn finish(mut self, l1: &EmbeddedL1) -> Result<u64, Error> {
        self.encoder.close().map_err(refused)?;
        for _ in 0..SPARE_L1_BLOCKS / 8 {
            self.l1_block(l1, 0).await?;
        }
        self.execution.stop().await;
        Ok(self.batch_bytes)
    }
}

fn refused(reason: impl std::fmt::Display) -> Error {
    Error::Recording(reason.to_string())
}
