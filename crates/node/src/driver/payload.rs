//! Unsafe blocks that others made: the head follows them where they extend it.

use super::{Driver, id};
use crate::{Engine, EngineError, Error, Event, Inserted, L1Reader, L2Block};
use protocol::L2BlockRef;

/// Why a block is not followed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PayloadRefusal {
    /// It is for another place.
    #[error("payload {number} does not extend the unsafe head {head}: post the blocks in their order")]
    Elsewhere {
        /// Its height.
        number: u64,
        /// The unsafe head's height.
        head: u64,
    },
    /// No L2 block looks like this.
    #[error("payload {0} is no block of this chain: {1}")]
    Malformed(u64, protocol::Error),
    /// The engine refuses it.
    #[error("payload {0} is invalid: {1}")]
    Invalid(u64, String),
    /// The engine does not answer, or has another head.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl<E: Engine, L: L1Reader> Driver<E, L> {
    /// Has the engine execute a block whose hash was checked, and makes it the unsafe head. What is the head already is fine.
    pub(super) async fn follow(&mut self, block: &L2Block) -> Result<(), PayloadRefusal> {
        let (number, head) = (block.block.header.number, self.heads.unsafe_head);
        if block.hash == head.hash {
            return Ok(());
        }
        if block.block.header.parent_hash != head.hash {
            return Err(PayloadRefusal::Elsewhere {
                number,
                head: head.number,
            });
        }
        let reference = L2BlockRef::from_block_with_hash(&self.config.rollup, block.hash, &block.block);
        let reference = reference.map_err(|fault| PayloadRefusal::Malformed(number, fault))?;
        if let Inserted::Invalid(reason) = self.engine.insert(block).await? {
            return Err(PayloadRefusal::Invalid(number, reason));
        }
        let heads = super::Heads {
            unsafe_head: reference,
            ..self.heads
        };
        self.engine.fork_choice(heads.state()).await?;
        (self.heads, self.told) = (heads, heads);
        if let Some(sequencer) = &mut self.sequencer {
            sequencer.abandon();
        }
        self.tell(Event::Followed { block: id(&reference) });
        Ok(())
    }

    /// Follows, and looks after an engine that turned out to be elsewhere.
    pub(super) async fn post(&mut self, block: &L2Block) -> Result<Result<(), PayloadRefusal>, Error> {
        let followed = self.follow(block).await;
        if let Err(PayloadRefusal::Engine(error)) = &followed {
            self.on_engine_error(error.clone()).await?;
        }
        Ok(followed)
    }
}
