//! What others may tell the driver.

use super::{Driver, payload::PayloadRefusal, sequencing::Sequencer};
use crate::{Engine, Error, L1Reader, L2Block, Waiter};
use alloy_primitives::B256;
use tokio::sync::oneshot;

/// A command, with the place where its answer goes.
#[derive(Debug)]
pub(crate) enum Command {
    /// `admin_startSequencer`: begin to sequence on the unsafe head, which must be this block.
    StartSequencer(B256, oneshot::Sender<Result<(), &'static str>>),
    /// `admin_stopSequencer`: end, and say on which block.
    StopSequencer(oneshot::Sender<Result<B256, &'static str>>),
    /// `admin_sequencerActive`.
    SequencerActive(oneshot::Sender<bool>),
    /// `admin_postUnsafePayload`: a block whose hash was checked.
    PostUnsafePayload(Box<L2Block>, oneshot::Sender<Result<(), PayloadRefusal>>),
    /// `admin_resetDerivationPipeline`.
    Reset(oneshot::Sender<()>),
}

impl<E: Engine, L: L1Reader> Driver<E, L> {
    /// Who asked may be gone; then nobody hears the answer.
    pub(super) async fn obey(&mut self, command: Command) -> Result<(), Error> {
        match command {
            Command::StartSequencer(head, answer) => {
                answer.send(self.start_sequencer(head)).ok();
            }
            Command::StopSequencer(answer) => {
                answer.send(self.stop_sequencer()).ok();
            }
            Command::SequencerActive(answer) => {
                answer
                    .send(self.sequencer.as_ref().is_some_and(Sequencer::is_active))
                    .ok();
            }
            Command::PostUnsafePayload(block, answer) => {
                answer.send(self.post(&block).await?).ok();
            }
            Command::Reset(answer) => {
                self.find_start("an operator asked for it".into()).await?;
                answer.send(()).ok();
            }
        }
        Ok(())
    }

    fn start_sequencer(&mut self, head: B256) -> Result<(), &'static str> {
        let unsafe_head = self.heads.unsafe_head.hash;
        let sequencer = self.sequencer.as_mut().ok_or("this node is not a sequencer")?;
        match (sequencer.is_active(), head == unsafe_head) {
            (true, _) => Err("sequencer already running"),
            (false, false) => Err("block hash does not match the unsafe head"),
            (false, true) => {
                sequencer.activate();
                Ok(())
            }
        }
    }

    fn stop_sequencer(&mut self) -> Result<B256, &'static str> {
        let sequencer = self.sequencer.as_mut().ok_or("this node is not a sequencer")?;
        if !sequencer.is_active() {
            return Err("sequencer not running");
        }
        sequencer.deactivate();
        self.outputs.waits.end(Waiter::Sequencer);
        Ok(self.heads.unsafe_head.hash)
    }
}
