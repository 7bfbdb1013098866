//! What Solidity's `SecureTrie` and this crate must agree on: proofs, and each of them with any one bit changed and its hashes made right
//! again, as somebody could who chooses the root. `contracts/test/differential` reads the same file.

mod model;

use alloy_primitives::{B256, Bytes, hex, keccak256};
use alloy_rlp::Header;
use model::{Store, fresh_nodes, reference_root};
use std::{collections::BTreeMap, env, fs, path::Path};
use tandem_trie::{Nibbles, prove, verify_proof};

/// Set to write the file anew.
const UPDATE: &str = "TANDEM_UPDATE_FIXTURES";
const FILE: &str = "../../contracts/test/differential/proofs.json";

/// What the message passer stores for a withdrawal.
const SENT: u8 = 1;

/// One key in a trie of keys that all hold one.
struct Case {
    name: String,
    slot: B256,
    keys: Vec<B256>,
}

fn slot(number: u64) -> B256 {
    keccak256(number.to_be_bytes())
}

/// A key that agrees with another in a number of nibbles, and neither in the next nor in the last.
fn neighbour(key: B256, shared: usize) -> B256 {
    let mut neighbour = key;
    neighbour[shared / 2] ^= if shared.is_multiple_of(2) { 0x10 } else { 0x01 };
    if shared < 63 {
        neighbour[31] ^= 0x01;
    }
    neighbour
}

fn cases() -> Vec<Case> {
    let (slot, path) = (slot(7), keccak256(slot(7)));
    let many = [1, 2, 16, 17, 100].map(|count| Case {
        name: format!("{count} keys"),
        slot,
        keys: (7..7 + count).map(|number| keccak256(self::slot(number))).collect(),
    });
    let close = [0, 1, 5, 8, 9, 10, 30, 31, 61, 62, 63].map(|shared| Case {
        name: format!("{shared} nibbles shared"),
        slot,
        keys: vec![path, neighbour(path, shared)],
    });
    let absent = [0, 8, 40, 63].map(|shared| Case {
        name: format!("absent, {shared} nibbles shared"),
        slot,
        keys: vec![neighbour(path, shared)],
    });
    many.into_iter().chain(close).chain(absent).collect()
}

/// Whether a proof is one of the value.
fn accepts(root: B256, slot: B256, proof: &[Bytes]) -> bool {
    verify_proof(root, Some(B256::ZERO), keccak256(slot), proof).is_ok_and(|value| value == Some(vec![SENT]))
}

/// The proof with one bit of a node flipped, its ancestors naming it again.
fn flipped(proof: &[Bytes], node: usize, bit: usize) -> Vec<Bytes> {
    let mut nodes: Vec<Vec<u8>> = proof.iter().map(|node| node.to_vec()).collect();
    nodes[node][bit / 8] ^= 1 << (bit % 8);
    for at in (0..node).rev() {
        let (before, after) = (keccak256(&proof[at + 1]), keccak256(&nodes[at + 1]));
        let place = nodes[at].windows(32).position(|window| window == before).unwrap();
        nodes[at][place..place + 32].copy_from_slice(after.as_slice());
    }
    nodes.into_iter().map(Bytes::from).collect()
}

/// For each byte of a node, which of its bits may be flipped.
fn accepted(slot: B256, proof: &[Bytes], node: usize) -> String {
    let may = |bit: usize| {
        let proof = flipped(proof, node, bit);
        accepts(keccak256(&proof[0]), slot, &proof)
    };
    let masks: Vec<u8> = (0..proof[node].len())
        .map(|byte| {
            (0..8)
                .filter(|bit| may(byte * 8 + bit))
                .fold(0, |mask, bit| mask | 1 << bit)
        })
        .collect();
    hex::encode_prefixed(masks)
}

/// Marks the bytes of a node that belong to a branch's other children: Solidity looks at no more of them than their lengths. `nibbles`
/// are those of the key from this node on; how many of them the node takes, and those in it, is returned.
fn mark_beside(node: &[u8], nibbles: &[u8], masks: &mut Vec<u8>) -> usize {
    let (head, items) = items(node);
    let (on_the_way, taken) = match items.len() {
        17 => (usize::from(nibbles[0]), 1),
        _ => (1, path_length(items[0])),
    };
    masks.extend(vec![0; head]);
    let mut further = 0;
    for (at, item) in items.iter().enumerate() {
        if at == on_the_way && item[0] >= 0xc0 {
            further = mark_beside(item, &nibbles[taken..], masks);
        } else {
            let is_other_child = items.len() == 17 && at != on_the_way && at < 16;
            masks.extend(vec![if is_other_child { 0xff } else { 0 }; item.len()]);
        }
    }
    taken + further
}

/// The nibbles of a hex-prefix encoded path.
fn path_length(mut item: &[u8]) -> usize {
    let path = Header::decode_bytes(&mut item, false).unwrap();
    (path.len() - 1) * 2 + usize::from(path[0] >> 4 & 1)
}

/// The length of a list's header, and its items with theirs.
fn items(node: &[u8]) -> (usize, Vec<&[u8]>) {
    let mut rest = Header::decode_bytes(&mut &*node, true).unwrap();
    let head = node.len() - rest.len();
    let mut items = Vec::new();
    while !rest.is_empty() {
        let start = rest;
        let payload = Header::decode(&mut rest).unwrap().payload_length;
        rest = &rest[payload..];
        items.push(&start[..start.len() - rest.len()]);
    }
    (head, items)
}

/// For each node of a proof, its marks.
fn beside(proof: &[Bytes], key: B256) -> Vec<String> {
    let nibbles = Nibbles::unpack(key).to_vec();
    let mut depth = 0;
    let mut marks = |node: &Bytes| {
        let mut masks = Vec::new();
        depth += mark_beside(node, &nibbles[depth..], &mut masks);
        hex::encode_prefixed(masks)
    };
    proof.iter().map(&mut marks).collect()
}

fn quoted(items: impl Iterator<Item = String>) -> String {
    items.map(|item| format!("\"{item}\"")).collect::<Vec<_>>().join(", ")
}

fn line(case: &Case) -> String {
    let entries: BTreeMap<B256, Vec<u8>> = case.keys.iter().map(|key| (*key, vec![SENT])).collect();
    let owner = Some(B256::ZERO);
    let root = reference_root(&entries);
    let store = Store {
        nodes: fresh_nodes(owner, &entries),
        ..Store::default()
    };
    let proof = prove(root, owner, keccak256(case.slot), &store).unwrap();
    let present = case.keys.contains(&keccak256(case.slot));
    assert_eq!(accepts(root, case.slot, &proof), present, "{}", case.name);
    format!(
        "{{ \"name\": \"{}\", \"present\": {present}, \"root\": \"{root}\", \"slot\": \"{}\",\n  \"proof\": [{}],\n  \"accepted\": [{}],\n  \"beside\": [{}] }}",
        case.name,
        case.slot,
        quoted(proof.iter().map(ToString::to_string)),
        quoted((0..proof.len()).map(|node| accepted(case.slot, &proof, node))),
        quoted(beside(&proof, keccak256(case.slot)).into_iter()),
    )
}

#[test]
fn solidity_is_tested_with_these_proofs_and_verdicts() {
    let lines: Vec<String> = cases().iter().map(line).collect();
    let expected = format!("[\n{}\n]\n", lines.join(",\n"));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if env::var_os(UPDATE).is_some() {
        fs::write(&file, &expected).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == expected, "{FILE} is old: run this test with {UPDATE}=1");
}
