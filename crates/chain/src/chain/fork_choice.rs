//! Labels move: the head to any known block, forward, sideways or back.

use super::{Chain, Inner, Writer};
use crate::{
    BlockRecord, ChainEvent, Error, ForkchoiceUpdated, ForkchoiceVerdict, Labels, PayloadError, PayloadJobs,
    REORG_RECORDS_MAX, record::JournalEntry, tree::Layer,
};
use alloy_eips::BlockNumHash;
use alloy_primitives::B256;
use alloy_rpc_types_engine::{ForkchoiceState, PayloadId};
use protocol::PayloadAttributes;
use std::sync::{Arc, Weak};

impl Chain {
    /// Moves the labels. The head may be any known block, also an ancestor of the head; a zero safe or finalized hash leaves
    /// that label where it is.
    pub fn fork_choice_updated(&self, state: ForkchoiceState) -> Result<ForkchoiceVerdict, Error> {
        self.inner.fork_choice_updated(state)
    }

    /// Moves the labels and, if that went well and attributes are given, starts a payload job on the new head. The outer
    /// error is a failure of this node, the inner one a refusal of the attributes: the labels stay moved then.
    pub fn fork_choice_updated_with_attributes(
        &self,
        state: ForkchoiceState,
        attributes: Option<PayloadAttributes>,
    ) -> Result<Result<ForkchoiceUpdated, PayloadError>, Error> {
        let verdict = self.fork_choice_updated(state)?;
        let attributes = attributes.filter(|_| verdict.is_valid());
        let Some(attributes) = attributes else {
            return Ok(Ok(ForkchoiceUpdated {
                verdict,
                payload_id: None,
            }));
        };
        let started = self.jobs()?.start(state.head_block_hash, attributes);
        Ok(started.map(|id| ForkchoiceUpdated {
            verdict,
            payload_id: Some(id),
        }))
    }

    /// Ends a payload job.
    pub fn payload(&self, id: PayloadId) -> Result<Result<crate::BuiltPayload, PayloadError>, Error> {
        Ok(self.jobs()?.get(id))
    }

    fn jobs(&self) -> Result<Arc<dyn PayloadJobs>, Error> {
        self.inner
            .payload_jobs
            .read()
            .as_ref()
            .and_then(Weak::upgrade)
            .ok_or(Error::NoPayloadJobs)
    }
}

impl Inner {
    fn fork_choice_updated(&self, state: ForkchoiceState) -> Result<ForkchoiceVerdict, Error> {
        let mut writer = self.writer.lock();
        let head_hash = state.head_block_hash;
        if let Some(entry) = writer.invalid.get(&head_hash) {
            let latest_valid_hash = entry.latest_valid_hash;
            return Ok(ForkchoiceVerdict::Invalid {
                reason: entry.reason,
                latest_valid_hash,
            });
        }
        let Some(route) = self.route(head_hash)? else {
            return Ok(ForkchoiceVerdict::Syncing);
        };
        let current = self.labels();
        let Some(safe) = self.label(state.safe_block_hash, current.safe, &route)? else {
            return Ok(ForkchoiceVerdict::InvalidState {
                reason: "the safe block is not an ancestor of the head",
            });
        };
        let Some(finalized) = self.label(state.finalized_block_hash, current.finalized, &route)? else {
            return Ok(ForkchoiceVerdict::InvalidState {
                reason: "the finalized block is not an ancestor of the head",
            });
        };
        let labels = Labels {
            head: route.head,
            safe,
            finalized,
        };
        if labels != current {
            self.journal.append(&JournalEntry::encode_labels(&labels))?;
            self.sync_label(&mut writer)?;
            self.move_labels(&writer, route, labels)?;
        }
        Ok(ForkchoiceVerdict::Valid {
            latest_valid_hash: head_hash,
        })
    }

    /// A head of our own making is not forgotten in a power cut either.
    fn sync_label(&self, writer: &mut Writer) -> Result<(), Error> {
        if std::mem::take(&mut writer.unsynced_label) {
            self.journal.sync()
        } else {
            Ok(())
        }
    }

    /// Moves head and labels, tells of it, and commits if it is time to.
    pub(super) fn move_labels(&self, writer: &Writer, route: Route, labels: Labels) -> Result<(), Error> {
        let before = self.labels();
        let event = self.follow(writer, &route)?;
        self.shared.tree.write().labels = labels;
        event.into_iter().for_each(|event| self.publish(event));
        if (before.safe, before.finalized) != (labels.safe, labels.finalized) {
            self.publish(ChainEvent::Labels(labels));
        }
        self.commit_if_due(writer)
    }

    /// The way from the current canonical chain to a block; nothing if the block is not known.
    pub(super) fn route(&self, head_hash: B256) -> Result<Option<Route>, Error> {
        let mut adopted = Vec::new();
        let mut hash = head_hash;
        loop {
            let Some(header) = self.header(hash)? else {
                return if hash == head_hash {
                    Ok(None)
                } else {
                    Err(Error::Damaged {
                        what: "a missing parent",
                    })
                };
            };
            let id = BlockNumHash {
                number: header.number,
                hash,
            };
            if self.canonical_hash(id.number)? == Some(hash) {
                adopted.reverse();
                return Ok(Some(Route {
                    head: adopted.last().copied().unwrap_or(id),
                    ancestor: id,
                    adopted,
                }));
            }
            adopted.push(id);
            hash = header.parent_hash;
        }
    }

    /// The label that is asked for: nothing if it is not the head or an ancestor of it. Unset hashes keep the label if it is
    /// still on the way to the head.
    fn label(
        &self,
        hash: B256,
        current: Option<BlockNumHash>,
        route: &Route,
    ) -> Result<Option<Option<BlockNumHash>>, Error> {
        if hash.is_zero() {
            let kept = current.filter(|label| label.number <= route.ancestor.number || route.adopted.contains(label));
            return Ok(Some(kept));
        }
        let Some(header) = self.header(hash)? else {
            return Ok(None);
        };
        let id = BlockNumHash {
            number: header.number,
            hash,
        };
        let below = id.number <= route.ancestor.number && self.canonical_hash(id.number)? == Some(hash);
        Ok(Some(Some(id)).filter(|_| below || route.adopted.contains(&id)))
    }

    /// Goes back to the ancestor, then forward to the head. Answers what to tell of it.
    fn follow(&self, writer: &Writer, route: &Route) -> Result<Option<ChainEvent>, Error> {
        let old_head = self.labels().head;
        let mut dropped = Vec::new();
        if old_head != route.ancestor {
            dropped = self.newest_records(old_head, route.ancestor.number)?;
            self.go_back(writer, route.ancestor)?;
        }
        let mut adopted = Vec::with_capacity(route.adopted.len().min(REORG_RECORDS_MAX));
        for ids in route.adopted.chunks(writer.commit_interval_blocks as usize) {
            let layers = ids
                .iter()
                .map(|id| self.layer(id.hash))
                .collect::<Result<Vec<_>, _>>()?;
            self.shared.tree.write().adopt(&layers);
            adopted.extend(layers.iter().map(|layer| layer.record.clone()));
            self.commit_if_due(writer)?;
        }
        Ok(match (dropped.is_empty(), adopted.is_empty()) {
            (true, true) => None,
            (true, false) => Some(ChainEvent::NewHead { adopted }),
            (false, _) => Some(ChainEvent::Reorg { dropped, adopted }),
        })
    }

    /// Makes an ancestor of the head the head.
    fn go_back(&self, writer: &Writer, ancestor: BlockNumHash) -> Result<(), Error> {
        let flat = self.shared.tree.read().flat;
        if ancestor.number < flat.number {
            return self.unwind(writer, ancestor);
        }
        let head = self.known_record(ancestor.hash)?;
        self.shared.tree.write().retreat(head);
        Ok(())
    }

    /// The newest records from a canonical block down to above a height, oldest first.
    fn newest_records(&self, from: BlockNumHash, above: u64) -> Result<Vec<Arc<BlockRecord>>, Error> {
        let mut records = Vec::new();
        let mut id = from;
        while id.number > above && records.len() < REORG_RECORDS_MAX {
            let record = self.known_record(id.hash)?;
            id = BlockNumHash {
                number: id.number - 1,
                hash: record.header().parent_hash,
            };
            records.push(record);
        }
        records.reverse();
        Ok(records)
    }

    /// The layer of a known block: at hand, or by executing the block again.
    fn layer(&self, hash: B256) -> Result<Arc<Layer>, Error> {
        if let Some(layer) = self.shared.tree.read().layer(hash) {
            return Ok(layer.clone());
        }
        let snapshot = self.shared.store.snapshot()?;
        let indexed = snapshot.header(hash)?.ok_or(Error::Damaged {
            what: "a missing block",
        })?;
        let record = (*self.known_record(hash)?).clone();
        self.restore(record, indexed.span, snapshot.blobs(hash)?)
    }
}

/// How the canonical chain comes to a block.
#[derive(Debug)]
pub(super) struct Route {
    /// The block.
    pub(super) head: BlockNumHash,
    /// Its newest ancestor (or itself) that is canonical already.
    pub(super) ancestor: BlockNumHash,
    /// The blocks from above the ancestor to the head, oldest first.
    pub(super) adopted: Vec<BlockNumHash>,
}
