//! The pipeline: what is pushed in, what a step says.

use alloc::{boxed::Box, sync::Arc, vec};

use alloy_primitives::{B256, Bytes};
use protocol::{
    Block, BlockBody, BlockRef, ChainSpec, L2BlockRef, Receipt, RollupConfig, Signatures, SystemConfig, Transaction,
    TxDeposit, blob::Blob,
};

use crate::{
    DerivedAttributes, Error, HaltReason, L1Block, ResetPoint, Step, Verdict,
    stages::{
        AttributesQueue, BatchStage, Chains, ChannelAssembler, ChannelReader, Derived, FrameQueue, L1Retrieval,
        L1Traversal, Pause,
    },
};

/// Derivation: pushed values in, [`Step`]s out. It never blocks, and knows no clock.
///
/// Push what a step needs, and push a [`Verdict`] about each attributes; after a push that was taken,
/// step again. A push that is refused changes nothing. [`Pipeline::set_l1_head`] says how far L1 can be
/// read; without it, only the first block is.
#[derive(Debug)]
pub struct Pipeline<S> {
    stages: AttributesQueue<S>,
    chains: Chains,
    safe_head: L2BlockRef,
    system_config: SystemConfig,
    /// Attributes that await their verdict, with their L1 attributes deposit.
    pending: Option<(Arc<DerivedAttributes>, TxDeposit)>,
    halted: Option<HaltReason>,
}

impl<S: Signatures> Pipeline<S> {
    /// A pipeline that starts there. `l1` is the chain config of L1, for its blob base fee.
    pub fn new(rollup: Arc<RollupConfig>, l1: Arc<ChainSpec>, signatures: S, start: &ResetPoint) -> Self {
        let chains = Chains { rollup, l1 };
        let traversal = L1Traversal::new(chains.clone(), start);
        let retrieval = L1Retrieval::new(traversal, chains.clone(), signatures);
        let assembler = ChannelAssembler::new(FrameQueue::new(retrieval), chains.clone());
        let reader = ChannelReader::new(assembler, chains.clone());
        Self {
            stages: AttributesQueue::new(BatchStage::new(reader, chains.clone()), chains.clone()),
            chains,
            safe_head: start.safe_head,
            system_config: start.system_config,
            pending: None,
            halted: None,
        }
    }

    /// Starts again elsewhere; forgets everything but the known L1 head.
    pub fn reset(&mut self, start: &ResetPoint) {
        self.stages.reset(start);
        self.safe_head = start.safe_head;
        self.system_config = start.system_config;
        self.pending = None;
        self.halted = None;
    }

    /// The last block that was derived.
    pub const fn safe_head(&self) -> &L2BlockRef {
        &self.safe_head
    }

    /// The system config of [`Pipeline::safe_head`], which the next block is built under unless its L1
    /// origin changes it. Not the one that decides who may send batches.
    pub const fn system_config(&self) -> &SystemConfig {
        &self.system_config
    }

    /// The L1 block that is being read; none before the first is pushed.
    pub fn l1_origin(&self) -> Option<BlockRef> {
        self.stages.prev.origin().map(|origin| origin.block)
    }

    /// Says that L1 can be read up to the block of that number.
    pub fn set_l1_head(&mut self, number: u64) {
        self.traversal().set_l1_head(number);
    }

    /// Pushes the L1 block that is needed. A block that does not follow the last one is taken, and the
    /// next step asks for a reset.
    pub fn push_l1_block(&mut self, block: L1Block) -> Result<(), Error> {
        self.traversal().push_block(block)
    }

    /// Pushes the receipts of the L1 block of that hash.
    pub fn push_l1_receipts(&mut self, block: B256, receipts: &[Receipt]) -> Result<(), Error> {
        self.traversal().push_receipts(block, receipts)
    }

    /// Pushes the blobs that are needed of the L1 block of that hash, all and in order. Whoever pushes
    /// has checked them against their versioned hashes: that takes KZG, which differs between a node and
    /// a guest.
    pub fn push_blobs(&mut self, block: B256, blobs: &[Box<Blob>]) -> Result<(), Error> {
        self.retrieval().push_blobs(block, blobs)
    }

    /// Pushes what a commitment stands for. Whoever pushes has checked it against the commitment.
    pub fn push_da_input(&mut self, commitment: &Bytes, data: Bytes) -> Result<(), Error> {
        self.retrieval().push_da_input(commitment, data)
    }

    /// Pushes the block of the safe chain that is needed.
    pub fn push_l2_block(&mut self, block: &Block) -> Result<(), Error> {
        self.stages.prev.push_l2_block(block)
    }

    /// Pushes what became of the attributes that the last step said.
    pub fn push_verdict(&mut self, verdict: Verdict) -> Result<(), Error> {
        let (derived, l1_info) = self.pending.take().ok_or(Error::NotNeeded)?;
        let result = match verdict {
            Verdict::Valid(header) => self.advance(&derived, &l1_info, *header),
            Verdict::Invalid => {
                self.replace(&derived, l1_info);
                return Ok(());
            }
        };
        if result.is_err() {
            self.pending = Some((derived, l1_info));
        }
        result
    }

    /// Says what comes next.
    pub fn step(&mut self) -> Step {
        if let Some(reason) = &self.halted {
            return Step::Halt(reason.clone());
        }
        if let Some((derived, _)) = &self.pending {
            return Step::Attributes(Arc::clone(derived));
        }
        match self.derive() {
            Ok(Derived { attributes, l1_info }) => {
                let attributes = Arc::new(attributes);
                self.pending = Some((Arc::clone(&attributes), l1_info));
                Step::Attributes(attributes)
            }
            Err(Pause::Exhausted) => Step::Halt(HaltReason::StartTooLate {
                origin: self.safe_head.l1_origin,
            }),
            Err(Pause::Idle { next_l1 }) => Step::Idle { next_l1 },
            Err(Pause::Need(need)) => Step::Need(need),
            Err(Pause::Reset(reason)) => Step::Reset(reason),
            Err(Pause::Halt(reason)) => {
                self.halted = Some(reason.clone());
                Step::Halt(reason)
            }
        }
    }

    /// Pulls from the last stage, and advances the first when all have run out.
    fn derive(&mut self) -> Result<Derived, Pause> {
        loop {
            match self.stages.next_attributes(&self.safe_head, self.system_config) {
                Err(Pause::Exhausted) => self.traversal().advance()?,
                other => return other,
            }
        }
    }

    /// Makes the block of that header the safe head.
    fn advance(
        &mut self,
        derived: &DerivedAttributes,
        l1_info: &TxDeposit,
        header: alloy_consensus::Header,
    ) -> Result<(), Error> {
        let number = derived.parent.number.saturating_add(1);
        let wrong = Error::WrongHeader { number };
        let fits = header.number == number
            && header.parent_hash == derived.parent.hash
            && header.timestamp == derived.attributes.timestamp;
        if !fits {
            return Err(wrong);
        }
        let reference = BlockRef::from_header(header.hash_slow(), &header);
        let transactions = vec![Transaction::from(l1_info.clone())];
        let body = BlockBody {
            transactions,
            ..BlockBody::default()
        };
        let block = Block { header, body };
        let rollup = &self.chains.rollup;
        self.system_config = SystemConfig::from_block_with_hash(rollup, reference.hash, &block).map_err(|_| wrong)?;
        self.safe_head = L2BlockRef {
            hash: reference.hash,
            number,
            parent_hash: reference.parent_hash,
            timestamp: reference.timestamp,
            l1_origin: derived.l1_origin,
            sequence_number: derived.sequence_number,
        };
        Ok(())
    }

    /// Leaves nothing but the deposits of attributes that were found invalid, and drops the channel that
    /// they came from (Holocene).
    fn replace(&mut self, derived: &DerivedAttributes, l1_info: TxDeposit) {
        if derived.attributes.is_deposits_only() {
            let number = derived.parent.number.saturating_add(1);
            self.halted = Some(HaltReason::DepositsInvalid { number });
            return;
        }
        self.stages.prev.flush_channel();
        let replacement = DerivedAttributes {
            attributes: derived.attributes.deposits_only(),
            is_last_in_span: true,
            is_replacement: true,
            ..*derived
        };
        self.pending = Some((Arc::new(replacement), l1_info));
    }

    const fn retrieval(&mut self) -> &mut L1Retrieval<S> {
        &mut self.stages.prev.prev.prev.prev.prev
    }

    const fn traversal(&mut self) -> &mut L1Traversal {
        &mut self.retrieval().prev
    }
}
