//! Outputs are computed from the execution client's own state, and an execution client that contradicts itself is named.

use alloy_eips::BlockId;
use alloy_primitives::{Address, B256};
use alloy_rpc_types_engine::{ForkchoiceState, JwtSecret, PayloadId};
use devnet::{ExecutionClient, ExecutionConfig};
use node::{
    Contradiction, Engine, EngineError, Inserted, L2Block, LocalEngine, Output, OutputError, RemoteEngine, output_at,
};
use protocol::{Fork, PayloadAttributes, predeploys::L2_TO_L1_MESSAGE_PASSER};
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};
use tandem_testkit::{Execution, L1Draft, Rollup, Sequencer, SimulatedL1};
use trie::AccountProof;

/// A chain of some blocks.
fn chain() -> (SimulatedL1, Sequencer) {
    let mut l1 = SimulatedL1::new(1_700_000_000, 12, 64);
    let rollup = Rollup::devnet(&l1, Fork::Karst);
    let mut sequencer = Sequencer::new(&rollup);
    l1.build(L1Draft::default());
    sequencer.sequence(&l1, Vec::new());
    (l1, sequencer)
}

/// An execution client that changes what it says.
#[derive(Clone)]
struct Liar {
    honest: LocalEngine,
    lie: Lie,
}

#[derive(Clone, Copy)]
enum Lie {
    /// None.
    Nothing,
    /// Another state root under the block's hash.
    Header,
    /// Another storage root than the state's.
    Storage,
    /// The proof of another account.
    Account,
    /// It has forgotten the state.
    Forgotten,
}

impl Liar {
    fn new(execution: &Execution, lie: Lie) -> Self {
        let honest = LocalEngine::new(execution.chain().clone());
        Self { honest, lie }
    }
}

impl Engine for Liar {
    async fn fork_choice(&self, state: ForkchoiceState) -> Result<(), EngineError> {
        self.honest.fork_choice(state).await
    }

    async fn build(&self, state: ForkchoiceState, attributes: PayloadAttributes) -> Result<PayloadId, EngineError> {
        self.honest.build(state, attributes).await
    }

    async fn seal(&self, id: PayloadId, timestamp: u64) -> Result<L2Block, EngineError> {
        self.honest.seal(id, timestamp).await
    }

    async fn insert(&self, block: &L2Block) -> Result<Inserted, EngineError> {
        self.honest.insert(block).await
    }

    async fn block(&self, id: BlockId) -> Result<Option<L2Block>, EngineError> {
        let mut block = self.honest.block(id).await?;
        if let (Lie::Header, Some(block)) = (self.lie, &mut block) {
            block.block.header.state_root = B256::repeat_byte(1);
        }
        Ok(block)
    }

    async fn account_proof(&self, address: Address, block: B256) -> Result<Option<AccountProof>, EngineError> {
        let address = match self.lie {
            Lie::Account => Address::repeat_byte(1),
            _ => address,
        };
        let proof = self.honest.account_proof(address, block).await?;
        Ok(match self.lie {
            Lie::Forgotten => None,
            Lie::Storage => proof.map(|mut proof| {
                let account = proof.account.as_mut().expect("a predeploy is there");
                account.storage_root = B256::repeat_byte(1);
                proof
            }),
            _ => proof,
        })
    }

    async fn chain_id(&self) -> Result<u64, EngineError> {
        self.honest.chain_id().await
    }
}

async fn ask(lie: Lie) -> Result<Option<Output>, OutputError> {
    let (_l1, sequencer) = chain();
    output_at(&Liar::new(sequencer.execution(), lie), 3).await
}

#[tokio::test]
async fn an_output_is_proven_by_the_state_after_its_block() {
    let (_l1, sequencer) = chain();
    let engine = Liar::new(sequencer.execution(), Lie::Nothing);
    let block = sequencer.execution().block(3).unwrap();
    let output = output_at(&engine, 3).await.unwrap().unwrap();
    assert_eq!(output.block, block.id());
    assert_eq!(output.preimage.state_root, block.header().state_root);
    let storage_root = output.preimage.message_passer_storage_root;
    assert_eq!(Some(storage_root), block.header().withdrawals_root);
    let proof = engine
        .account_proof(L2_TO_L1_MESSAGE_PASSER, block.hash)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(storage_root, proof.account.unwrap().storage_root);
    assert_eq!(output.root, output.preimage.hash());
    assert_eq!(output_at(&engine, 1_000).await.unwrap(), None);
}

#[tokio::test]
async fn an_execution_client_that_contradicts_itself_is_named() {
    let fault = |answer: Result<Option<Output>, OutputError>| match answer {
        Err(OutputError::Contradiction { number: 3, fault }) => fault,
        other => panic!("{other:?}"),
    };
    assert!(matches!(fault(ask(Lie::Header).await), Contradiction::HeaderHash(_)));
    assert_eq!(fault(ask(Lie::Storage).await), Contradiction::Proof);
    assert_eq!(fault(ask(Lie::Account).await), Contradiction::Proof);
}

/// What a header commits to was checked when its block was executed.
#[tokio::test]
async fn an_execution_client_that_keeps_no_state_is_asked_for_the_header() {
    assert_eq!(ask(Lie::Forgotten).await, ask(Lie::Nothing).await);
}

#[tokio::test]
async fn an_execution_client_across_the_network_leads_to_the_same_output() {
    let l1 = SimulatedL1::new(1_700_000_000, 12, 64);
    let rollup = Rollup::devnet(&l1, Fork::Karst);
    let secret = JwtSecret::from_hex("11".repeat(32)).unwrap();
    let datadir = tempfile::tempdir().unwrap();
    let execution = ExecutionClient::start(ExecutionConfig {
        datadir: datadir.path().to_owned(),
        genesis: rollup.genesis.clone(),
        http: None,
        auth: Some((SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), secret)),
    });
    let execution = execution.await.unwrap();
    // The client wants one, though nothing here is encrypted. One that is there already serves as well.
    rustls::crypto::ring::default_provider().install_default().ok();
    let url = format!("http://{}", execution.auth_addr().unwrap());
    let spec = execution.chain().spec().clone();
    let remote = RemoteEngine::new(url, secret, spec, Duration::from_secs(20)).unwrap();
    let local = LocalEngine::new(execution.chain().clone());
    let expected = output_at(&local, 0).await.unwrap();
    assert!(expected.is_some());
    assert_eq!(output_at(&remote, 0).await.unwrap(), expected);
    assert_eq!(output_at(&remote, 1).await.unwrap(), None);
    execution.stop().await;
}
