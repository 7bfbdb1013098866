//! The three kinds of nodes as they lie in the arena, and their strict decoding.

use crate::{NodeFault, arena::Arena};
use alloc::{boxed::Box, vec::Vec};
use alloy_primitives::B256;
use alloy_rlp::{EMPTY_STRING_CODE, Header};
use alloy_trie::Nibbles;

/// The nibbles of a hashed key.
const KEY_NIBBLES: usize = 64;

/// A node's place in the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeIndex(pub(crate) usize);

/// What stands behind a child position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Child {
    #[default]
    None,
    /// Not read yet.
    Hash(B256),
    Node(NodeIndex),
}

/// The sixteen children of a branch, by nibble.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Children([Child; 16]);

impl Children {
    pub(crate) fn get(&self, nibble: u8) -> Child {
        self.0.get(usize::from(nibble)).copied().unwrap_or_default()
    }

    pub(crate) fn set(&mut self, nibble: u8, child: Child) {
        if let Some(place) = self.0.get_mut(usize::from(nibble)) {
            *place = child;
        }
    }

    /// The children that exist, with their nibbles.
    pub(crate) fn present(&self) -> impl Iterator<Item = (u8, Child)> + '_ {
        (0u8..)
            .zip(&self.0)
            .filter(|(_, child)| **child != Child::None)
            .map(|(nibble, child)| (nibble, *child))
    }
}

/// A node whose children may be unread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Leaf { key: Nibbles, value: Vec<u8> },
    Extension { key: Nibbles, child: Child },
    Branch(Box<Children>),
}

/// Everything of `nibbles` behind the first `count`.
pub(crate) fn skip(nibbles: &Nibbles, count: usize) -> Nibbles {
    nibbles.slice(count.min(nibbles.len())..)
}

/// `path` with one nibble more.
pub(crate) fn extended(path: &Nibbles, nibble: u8) -> Nibbles {
    let mut longer = *path;
    longer.push_unchecked(nibble);
    longer
}

/// Decodes the node that stands `depth` nibbles below the root into the arena, embedded descendants included.
///
/// Accepts exactly what a canonical trie over 32-byte keys can hold, so that later steps need not ask again: paths never
/// get longer than a key, an extension is never empty, a branch has two children or more.
pub(crate) fn decode(arena: &mut Arena, rlp: &[u8], depth: usize) -> Result<Node, NodeFault> {
    let mut rest = rlp;
    let mut payload = Header::decode_bytes(&mut rest, true).map_err(|_| NodeFault::Rlp)?;
    if !rest.is_empty() {
        return Err(NodeFault::Rlp);
    }
    let mut items = [&[][..]; 17];
    let mut count = 0usize;
    while !payload.is_empty() {
        let item = next_item(&mut payload)?;
        *items.get_mut(count).ok_or(NodeFault::ItemCount)? = item;
        count = count.saturating_add(1);
    }
    match (count, items) {
        (2, [path, content, ..]) => decode_short(arena, path, content, depth),
        (17, [.., value]) => decode_branch(arena, items.get(..16).unwrap_or_default(), value, depth),
        _ => Err(NodeFault::ItemCount),
    }
}

/// Cuts the next item, header included, off a list's payload.
fn next_item<'a>(payload: &mut &'a [u8]) -> Result<&'a [u8], NodeFault> {
    let start = *payload;
    let header = Header::decode(payload).map_err(|_| NodeFault::Rlp)?;
    *payload = payload.get(header.payload_length..).ok_or(NodeFault::Rlp)?;
    start
        .get(..start.len().saturating_sub(payload.len()))
        .ok_or(NodeFault::Rlp)
}

/// The content of a string item.
fn string(mut item: &[u8]) -> Result<&[u8], NodeFault> {
    Header::decode_bytes(&mut item, false).map_err(|_| NodeFault::Rlp)
}

fn decode_short(arena: &mut Arena, path: &[u8], content: &[u8], depth: usize) -> Result<Node, NodeFault> {
    let (key, is_leaf) = decode_path(string(path)?)?;
    let end = depth.saturating_add(key.len());
    if is_leaf {
        let value = string(content)?;
        return match (end == KEY_NIBBLES, value.is_empty()) {
            (false, _) => Err(NodeFault::Path),
            (_, true) => Err(NodeFault::EmptyValue),
            _ => Ok(Node::Leaf {
                key,
                value: value.to_vec(),
            }),
        };
    }
    if key.is_empty() || end >= KEY_NIBBLES {
        return Err(NodeFault::Path);
    }
    match decode_child(arena, content, end)? {
        Child::None => Err(NodeFault::Child),
        Child::Node(index) if !matches!(arena.node(index), Node::Branch(_)) => Err(NodeFault::ExtensionChild),
        child => Ok(Node::Extension { key, child }),
    }
}

/// Hex-prefix decoding: the nibbles, and whether the flag says leaf.
fn decode_path(encoded: &[u8]) -> Result<(Nibbles, bool), NodeFault> {
    let (first, packed) = encoded.split_first().ok_or(NodeFault::Path)?;
    if packed.len() > KEY_NIBBLES / 2 {
        return Err(NodeFault::Path);
    }
    let (flag, low) = (first >> 4, first & 0x0f);
    let tail = Nibbles::unpack(packed);
    let key = match (flag, low) {
        (0 | 2, 0) => tail,
        (1 | 3, _) if tail.len() < KEY_NIBBLES => extended(&Nibbles::new(), low).join(&tail),
        _ => return Err(NodeFault::Path),
    };
    Ok((key, flag >= 2))
}

fn decode_branch(arena: &mut Arena, items: &[&[u8]], value: &[u8], depth: usize) -> Result<Node, NodeFault> {
    if value != [EMPTY_STRING_CODE] || depth >= KEY_NIBBLES {
        return Err(NodeFault::Branch);
    }
    let mut children = Children::default();
    for (nibble, item) in (0u8..).zip(items) {
        children.set(nibble, decode_child(arena, item, depth.saturating_add(1))?);
    }
    if children.present().nth(1).is_none() {
        return Err(NodeFault::Branch);
    }
    Ok(Node::Branch(Box::new(children)))
}

fn decode_child(arena: &mut Arena, item: &[u8], depth: usize) -> Result<Child, NodeFault> {
    match item {
        [EMPTY_STRING_CODE] => Ok(Child::None),
        [0xa0, hash @ ..] if hash.len() == 32 => Ok(Child::Hash(B256::from_slice(hash))),
        [0xc0..=0xff, ..] if item.len() < 32 => {
            let node = decode(arena, item, depth)?;
            Ok(Child::Node(arena.push(node, None)))
        }
        _ => Err(NodeFault::Child),
    }
}
