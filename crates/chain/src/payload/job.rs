//! One payload in the making, on a thread of its own.

use super::candidates::FromPool;
use crate::{
    BuiltPayload, Chain, ImportVerdict, PayloadError,
    pool::{Bell, Pool},
};
use alloy_consensus::Header;
use alloy_primitives::B256;
use execute::{BuildOptions, Built, Parent, Verdict};
use parking_lot::{Condvar, Mutex};
use protocol::{PayloadAttributes, RecoveredTransaction};
use std::sync::Arc;

type Outcome = Result<BuiltPayload, PayloadError>;

/// A job: asked for its payload, it stops taking transactions, seals, and passes the gate.
#[derive(Debug)]
pub(super) struct Job {
    bell: Arc<Bell>,
    progress: Mutex<Progress>,
    changed: Condvar,
}

#[derive(Debug, Default)]
enum Progress {
    /// The forced transactions are not all executed yet.
    #[default]
    Started,
    /// They are; the pool has its turn.
    Accepted,
    /// There is a payload, or a reason why there is none.
    Done(Box<Outcome>),
}

impl Job {
    /// Starts the worker.
    pub(super) fn start(
        chain: Chain,
        pool: Pool,
        parent_hash: B256,
        attributes: PayloadAttributes,
        options: BuildOptions,
    ) -> Result<Arc<Self>, PayloadError> {
        let bell = pool.bell();
        let job = Arc::new(Self {
            bell,
            progress: Mutex::default(),
            changed: Condvar::new(),
        });
        let worker = Arc::clone(&job);
        let work = Work {
            chain,
            pool,
            parent_hash,
            attributes,
            options,
        };
        std::thread::Builder::new()
            .name("payload".into())
            .spawn(move || worker.advance(Progress::Done(Box::new(work.run(&worker)))))
            .map_err(|error| PayloadError::Failed {
                reason: error.to_string(),
            })?;
        Ok(job)
    }

    /// Waits until the attributes are known to be good, as far as that is known before the block is sealed.
    pub(super) fn wait_until_accepted(&self) -> Result<(), PayloadError> {
        let mut progress = self.progress.lock();
        self.changed
            .wait_while(&mut progress, |progress| matches!(progress, Progress::Started));
        match &*progress {
            Progress::Done(outcome) => outcome.as_ref().as_ref().map(|_| ()).map_err(Clone::clone),
            Progress::Started | Progress::Accepted => Ok(()),
        }
    }

    /// Ends the job; the same answer if asked again.
    pub(super) fn finish(&self) -> Outcome {
        self.bell.close();
        let mut progress = self.progress.lock();
        loop {
            if let Progress::Done(outcome) = &*progress {
                return outcome.as_ref().clone();
            }
            self.changed.wait(&mut progress);
        }
    }

    /// Ends the job without waiting: nobody will ask for it.
    pub(super) fn abandon(&self) {
        self.bell.close();
    }

    /// Whether there is no payload, and will be none.
    pub(super) fn has_failed(&self) -> bool {
        matches!(&*self.progress.lock(), Progress::Done(outcome) if outcome.is_err())
    }

    fn accept(&self) {
        let mut progress = self.progress.lock();
        if matches!(*progress, Progress::Started) {
            *progress = Progress::Accepted;
            self.changed.notify_all();
        }
    }

    fn advance(&self, to: Progress) {
        *self.progress.lock() = to;
        self.changed.notify_all();
    }
}

struct Work {
    chain: Chain,
    pool: Pool,
    parent_hash: B256,
    attributes: PayloadAttributes,
    options: BuildOptions,
}

impl Work {
    fn run(&self, job: &Job) -> Outcome {
        let state = self.chain.state_at(self.parent_hash).map_err(failed)?;
        let state = state.ok_or_else(|| failed("the parent is not known"))?;
        let forced = self.chain.forced_transactions(&self.attributes);
        let forced = forced.map_err(|broken| PayloadError::InvalidAttributes {
            reason: broken.to_string(),
        })?;
        let built = self.build(job, &state, &forced)?;
        self.seal(built)
    }

    fn build(&self, job: &Job, state: &crate::State, forced: &[RecoveredTransaction]) -> Result<Built, PayloadError> {
        let header = state.header();
        let parent = Parent {
            header,
            hash: self.parent_hash,
            state,
            nodes: state,
        };
        let prices = self.prices(header)?;
        let accepted = || job.accept();
        let mut candidates = FromPool::new(&self.pool, &job.bell, prices, &accepted);
        let spec = self.chain.spec();
        let built = execute::build_block(spec, parent, &self.attributes, forced, &mut candidates, &self.options);
        match built.map_err(failed)? {
            Verdict::Valid(built) => Ok(built),
            Verdict::Invalid(broken) => Err(PayloadError::InvalidAttributes {
                reason: broken.to_string(),
            }),
        }
    }

    /// Base fee and blob base fee of the block to build.
    fn prices(&self, parent: &Header) -> Result<(u64, u128), PayloadError> {
        let (spec, timestamp) = (self.chain.spec(), self.attributes.timestamp);
        let base_fee = execute::next_base_fee(spec, parent, timestamp).map_err(failed)?;
        let excess_blob_gas = execute::next_excess_blob_gas(spec, parent, timestamp);
        let blob_base_fee = excess_blob_gas.and_then(|excess| spec.blob_base_fee(timestamp, excess));
        Ok((base_fee.unwrap_or_default(), blob_base_fee.unwrap_or_default()))
    }

    /// Passes the gate: the sealed bytes are executed again before anybody sees them.
    fn seal(&self, built: Built) -> Outcome {
        let Built {
            block,
            hash,
            value_wei,
            executed,
            ..
        } = built;
        match self.chain.import_built(block.clone()).map_err(failed)? {
            ImportVerdict::Valid => {}
            ImportVerdict::Invalid { reason, .. } => return Err(PayloadError::NotBuildable { reason }),
            ImportVerdict::UnknownParent => return Err(failed("the parent is gone")),
        }
        let requests = executed
            .outcome
            .requests
            .map(|requests| requests.take())
            .unwrap_or_default();
        let sidecars = self.chain.blobs(hash).map_err(failed)?;
        Ok(BuiltPayload {
            hash,
            block,
            fees_wei: value_wei,
            requests,
            sidecars,
        })
    }
}

fn failed(error: impl std::fmt::Display) -> PayloadError {
    PayloadError::Failed {
        reason: error.to_string(),
    }
}
