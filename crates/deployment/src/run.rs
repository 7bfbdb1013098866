//! Sends what of the plan is not on chain yet.

use crate::{
    Deployed, Deployment, Error, Files,
    record::{DeploymentRecord, artifacts_hash},
    verify::{self, Chain},
};
use alloy_eips::{BlockNumHash, BlockNumberOrTag};
use alloy_primitives::Address;
use contracts::DeploymentPlan;
use l1::{L1Client, Signer, TxConfig, TxManager};
use protocol::BlockRef;
use tokio::time::{Instant, sleep};

/// How often an earlier run's transactions, still in L1's pool, may reach their resubmission timeout before they count as stuck.
const STUCK_AFTER_TIMEOUTS: u32 = 10;

/// Where a deployment stands.
#[derive(Debug, Clone)]
pub struct Progress {
    /// As it was begun.
    pub record: DeploymentRecord,
    /// All of it.
    pub plan: DeploymentPlan,
    /// How many of its transactions are on chain.
    pub mined: usize,
}

/// Where the deployment in a folder stands; begins one where there is none. The record of it is written before this returns.
pub async fn progress(
    deployment: &Deployment,
    client: &L1Client,
    deployer: Address,
    files: &Files,
) -> Result<Progress, Error> {
    let head = client
        .block_ref_by_tag(BlockNumberOrTag::Latest)
        .await?
        .ok_or(Error::NoL1Head)?;
    let nonce = client.nonce_at(deployer, BlockNumberOrTag::Latest).await?;
    let now = DeploymentRecord {
        l1_chain_id: client.chain_id().await?,
        l1_head: head.id(),
        deployer,
        start_nonce: nonce,
        artifacts: artifacts_hash(),
        deployment: deployment.clone(),
    };
    let record = match DeploymentRecord::read(files)? {
        Some(begun) => {
            begun.require(&now, files)?;
            begun
        }
        None => {
            now.plan()?;
            now.write(files)?;
            now
        }
    };
    let plan = record.plan()?;
    let mined = usize::try_from(nonce.saturating_sub(record.start_nonce)).unwrap_or(usize::MAX);
    let mined = mined.min(plan.transactions.len());
    Ok(Progress { record, plan, mined })
}

/// Sends the transactions that are not on chain yet, waits for them, and begins the rollup at the L1 block that initialised the oracle.
///
/// What was sent before is recognised by the deployer's nonce, held to the plan, and never sent again.
pub async fn deploy(
    deployment: &Deployment,
    client: &L1Client,
    signer: impl Into<Signer>,
    tx: TxConfig,
    files: &Files,
) -> Result<Deployed, Error> {
    let signer = signer.into();
    let deployer = signer.address();
    progress(deployment, client, deployer, files).await?;
    wait_for_an_earlier_run(client, deployer, &tx).await?;
    let Progress { record, plan, mined } = progress(deployment, client, deployer, files).await?;
    let chain = Chain::at_head(client).await?;
    verify::steps(&chain, &plan, mined, files).await?;
    let rest = &plan.transactions[mined..];
    let tx = TxConfig {
        pending_max: rest.len().max(tx.pending_max),
        ..tx
    };
    if !rest.is_empty() {
        tracing::info!(target: "deploy", on_chain = mined, to_send = rest.len(), "deploying");
        let manager = TxManager::new(client.clone(), signer, tx).await?;
        l1::deploy(&manager, rest).await?;
    }
    let start = starting_block(client, &record, &plan).await?;
    Deployed::new(&record, &plan, &start)
}

/// Waits until L1 has mined what an earlier run left in its pool.
async fn wait_for_an_earlier_run(client: &L1Client, deployer: Address, tx: &TxConfig) -> Result<(), Error> {
    let deadline = Instant::now() + tx.resubmission_timeout * STUCK_AFTER_TIMEOUTS;
    loop {
        let mined = client.nonce_at(deployer, BlockNumberOrTag::Latest).await?;
        let pooled = client.nonce_at(deployer, BlockNumberOrTag::Pending).await?;
        if pooled <= mined {
            return Ok(());
        }
        tracing::info!(target: "deploy", count = pooled - mined, "transactions of an earlier run wait in L1's pool");
        if Instant::now() >= deadline {
            return Err(Error::StuckInPool {
                deployer,
                count: pooled - mined,
                nonce: mined,
            });
        }
        sleep(tx.receipt_query_interval).await;
    }
}

/// The L1 block that initialised the oracle: the one block of the time that the oracle keeps. Blocks' times only rise.
async fn starting_block(
    client: &L1Client,
    record: &DeploymentRecord,
    plan: &DeploymentPlan,
) -> Result<BlockRef, Error> {
    let chain = Chain::at_head(client).await?;
    let time = chain.starting_timestamp(&plan.addresses).await?;
    let (mut low, mut high) = (record.l1_head.number, chain.head.number);
    while low < high {
        let middle = low.midpoint(high);
        let block = client.block_ref_by_number(middle).await?.ok_or(Error::NoL1Head)?;
        if block.timestamp < time {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let found = client.block_ref_by_number(low).await?;
    found.filter(|block| block.timestamp == time).ok_or(Error::NoStart {
        oracle: plan.addresses.l2_output_oracle_proxy,
        timestamp: time,
    })
}

/// A block as a rollup's configuration names it.
pub(crate) const fn block_id(block: &BlockRef) -> BlockNumHash {
    BlockNumHash {
        number: block.number,
        hash: block.hash,
    }
}
