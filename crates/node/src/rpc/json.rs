//! The structures of the answers (specs: `protocol/rollup-node.md`, "L2 Output RPC method").
//!
//! Numbers are JSON numbers and the origin is `l1origin`, as op-node writes them and as its clients read them.

use crate::{SafeHead, SyncStatus};
use alloy_eips::BlockNumHash;
use alloy_primitives::B256;
use protocol::{BlockRef, L2BlockRef};
use serde::Serialize;

/// `BlockID`.
#[derive(Serialize)]
pub(super) struct BlockId {
    hash: B256,
    number: u64,
}

impl From<BlockNumHash> for BlockId {
    fn from(id: BlockNumHash) -> Self {
        let BlockNumHash { hash, number } = id;
        Self { hash, number }
    }
}

/// `L1BlockRef`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct L1Ref {
    hash: B256,
    number: u64,
    parent_hash: B256,
    timestamp: u64,
}

impl From<BlockRef> for L1Ref {
    fn from(block: BlockRef) -> Self {
        let BlockRef {
            hash,
            number,
            parent_hash,
            timestamp,
        } = block;
        Self {
            hash,
            number,
            parent_hash,
            timestamp,
        }
    }
}

/// `L2BlockRef`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct L2Ref {
    hash: B256,
    number: u64,
    parent_hash: B256,
    timestamp: u64,
    #[serde(rename = "l1origin")]
    l1_origin: BlockId,
    sequence_number: u64,
}

impl From<L2BlockRef> for L2Ref {
    fn from(block: L2BlockRef) -> Self {
        let L2BlockRef {
            hash,
            number,
            parent_hash,
            timestamp,
            l1_origin,
            sequence_number,
        } = block;
        Self {
            hash,
            number,
            parent_hash,
            timestamp,
            l1_origin: l1_origin.into(),
            sequence_number,
        }
    }
}

/// `SyncStatus`: the specification's fields, and `cross_unsafe_l2` and `local_safe_l2`, which clients of other releases read.
#[derive(Serialize)]
pub(super) struct Status {
    current_l1: L1Ref,
    /// The specification's older name of `finalized_l1`.
    current_l1_finalized: L1Ref,
    head_l1: L1Ref,
    safe_l1: L1Ref,
    finalized_l1: L1Ref,
    unsafe_l2: L2Ref,
    safe_l2: L2Ref,
    finalized_l2: L2Ref,
    /// A span batch becomes safe block by block here: nothing is ever between the two.
    pending_safe_l2: L2Ref,
    /// Always zero: a block that does not follow the unsafe head is refused, not queued.
    queued_unsafe_l2: L2Ref,
    /// A chain without interop has no dependencies on others to check.
    cross_unsafe_l2: L2Ref,
    local_safe_l2: L2Ref,
}

impl From<&SyncStatus> for Status {
    fn from(status: &SyncStatus) -> Self {
        Self {
            current_l1: status.current_l1.into(),
            current_l1_finalized: status.finalized_l1.into(),
            head_l1: status.head_l1.into(),
            safe_l1: status.safe_l1.into(),
            finalized_l1: status.finalized_l1.into(),
            unsafe_l2: status.unsafe_l2.into(),
            safe_l2: status.safe_l2.into(),
            finalized_l2: status.finalized_l2.into(),
            pending_safe_l2: status.safe_l2.into(),
            queued_unsafe_l2: L2BlockRef::default().into(),
            cross_unsafe_l2: status.unsafe_l2.into(),
            local_safe_l2: status.safe_l2.into(),
        }
    }
}

/// What `optimism_safeHeadAtL1Block` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SafeHeadAtL1Block {
    l1_block: BlockId,
    safe_head: BlockId,
}

impl From<SafeHead> for SafeHeadAtL1Block {
    fn from(head: SafeHead) -> Self {
        let SafeHead { l1, l2 } = head;
        Self {
            l1_block: l1.into(),
            safe_head: l2.into(),
        }
    }
}

/// What `optimism_outputAtBlock` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
    pub(super) version: B256,
    pub(super) output_root: B256,
    pub(super) block_ref: L2Ref,
    pub(super) withdrawal_storage_root: B256,
    pub(super) state_root: B256,
    pub(super) sync_status: Status,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json, to_value};

    fn keys(value: &Value) -> Vec<&str> {
        value.as_object().unwrap().keys().map(String::as_str).collect()
    }

    fn block(number: u64) -> L2BlockRef {
        L2BlockRef {
            hash: B256::with_last_byte(1),
            number,
            parent_hash: B256::with_last_byte(2),
            timestamp: 1_795_242_486,
            l1_origin: BlockNumHash::new(12, B256::with_last_byte(3)),
            sequence_number: 4,
        }
    }

    #[test]
    fn the_sync_status_has_the_keys_that_clients_read() {
        let status = to_value(Status::from(&SyncStatus::default())).unwrap();
        let expected = [
            "cross_unsafe_l2",
            "current_l1",
            "current_l1_finalized",
            "finalized_l1",
            "finalized_l2",
            "head_l1",
            "local_safe_l2",
            "pending_safe_l2",
            "queued_unsafe_l2",
            "safe_l1",
            "safe_l2",
            "unsafe_l2",
        ];
        assert_eq!(keys(&status), expected);
        assert_eq!(keys(&status["head_l1"]), ["hash", "number", "parentHash", "timestamp"]);
        let of_l2 = [
            "hash",
            "l1origin",
            "number",
            "parentHash",
            "sequenceNumber",
            "timestamp",
        ];
        assert_eq!(keys(&status["queued_unsafe_l2"]), of_l2);
    }

    #[test]
    fn an_output_has_the_keys_that_clients_read() {
        let output = Output {
            version: B256::ZERO,
            output_root: B256::with_last_byte(5),
            block_ref: block(19).into(),
            withdrawal_storage_root: B256::with_last_byte(6),
            state_root: B256::with_last_byte(7),
            sync_status: (&SyncStatus::default()).into(),
        };
        let expected = [
            "blockRef",
            "outputRoot",
            "stateRoot",
            "syncStatus",
            "version",
            "withdrawalStorageRoot",
        ];
        assert_eq!(keys(&to_value(output).unwrap()), expected);
    }

    #[test]
    fn a_safe_head_has_the_keys_that_clients_read() {
        let (l1, l2) = (
            BlockNumHash::new(7, B256::with_last_byte(1)),
            BlockNumHash::new(8, B256::with_last_byte(2)),
        );
        let expected = json!({
            "l1Block": { "hash": l1.hash, "number": 7 },
            "safeHead": { "hash": l2.hash, "number": 8 },
        });
        assert_eq!(
            to_value(SafeHeadAtL1Block::from(SafeHead { l1, l2 })).unwrap(),
            expected
        );
    }

    #[test]
    fn numbers_are_numbers() {
        let written = to_value(L2Ref::from(block(19))).unwrap();
        let expected = json!({
            "hash": B256::with_last_byte(1),
            "number": 19,
            "parentHash": B256::with_last_byte(2),
            "timestamp": 1_795_242_486,
            "l1origin": { "hash": B256::with_last_byte(3), "number": 12 },
            "sequenceNumber": 4,
        });
        assert_eq!(written, expected);
    }

    #[test]
    fn each_head_stands_under_its_name() {
        let status = SyncStatus {
            unsafe_l2: block(30),
            safe_l2: block(20),
            finalized_l2: block(10),
            ..SyncStatus::default()
        };
        let written = to_value(Status::from(&status)).unwrap();
        let number = |key: &str| written[key]["number"].as_u64().unwrap();
        for (key, expected) in [
            ("unsafe_l2", 30),
            ("cross_unsafe_l2", 30),
            ("safe_l2", 20),
            ("local_safe_l2", 20),
            ("pending_safe_l2", 20),
            ("finalized_l2", 10),
            ("queued_unsafe_l2", 0),
        ] {
            assert_eq!(number(key), expected, "{key}");
        }
    }
}
