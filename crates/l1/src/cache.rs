//! A small memory of what L1 said.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use alloy_primitives::B256;

/// The last values by hash, oldest dropped first. Values under a hash never change, so nothing is ever invalidated.
#[derive(Debug)]
pub(crate) struct Cache<T> {
    entries_max: usize,
    entries: Mutex<Entries<T>>,
}

#[derive(Debug)]
struct Entries<T> {
    by_hash: HashMap<B256, Arc<T>>,
    oldest_first: VecDeque<B256>,
}

impl<T> Cache<T> {
    pub(crate) fn new(entries_max: usize) -> Self {
        Self {
            entries_max,
            entries: Mutex::new(Entries {
                by_hash: HashMap::new(),
                oldest_first: VecDeque::new(),
            }),
        }
    }

    pub(crate) fn get(&self, hash: B256) -> Option<Arc<T>> {
        self.entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .by_hash
            .get(&hash)
            .cloned()
    }

    /// Keeps a value, and gives it back shared.
    pub(crate) fn put(&self, hash: B256, value: T) -> Arc<T> {
        self.put_shared(hash, Arc::new(value))
    }

    /// Keeps a value that is already shared.
    pub(crate) fn put_shared(&self, hash: B256, value: Arc<T>) -> Arc<T> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if self.entries_max > 0 && entries.by_hash.insert(hash, Arc::clone(&value)).is_none() {
            entries.oldest_first.push_back(hash);
        }
        while entries.oldest_first.len() > self.entries_max {
            if let Some(oldest) = entries.oldest_first.pop_front() {
                entries.by_hash.remove(&oldest);
            }
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entry_goes_first() {
        let cache = Cache::new(2);
        for byte in 1..=3u8 {
            cache.put(B256::repeat_byte(byte), byte);
        }
        assert_eq!(cache.get(B256::repeat_byte(1)), None);
        assert_eq!(cache.get(B256::repeat_byte(3)).as_deref(), Some(&3));
        assert_eq!(cache.entries.lock().unwrap().oldest_first.len(), 2);
    }
}
