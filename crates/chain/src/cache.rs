//! A bounded map that forgets what was put first.

use parking_lot::Mutex;
use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
};

/// A cache with a most number of entries, shared between threads.
#[derive(Debug)]
pub(crate) struct Cache<K, V> {
    entries: Mutex<Entries<K, V>>,
    entries_max: usize,
}

#[derive(Debug)]
struct Entries<K, V> {
    values: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K: Clone + Eq + Hash, V: Clone> Cache<K, V> {
    pub(crate) fn new(entries_max: usize) -> Self {
        let entries = Entries {
            values: HashMap::new(),
            order: VecDeque::new(),
        };
        Self {
            entries: Mutex::new(entries),
            entries_max,
        }
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.entries.lock().values.get(key).cloned()
    }

    pub(crate) fn put(&self, key: K, value: V) {
        let mut entries = self.entries.lock();
        if entries.values.insert(key.clone(), value).is_some() {
            return;
        }
        entries.order.push_back(key);
        if entries.order.len() > self.entries_max
            && let Some(oldest) = entries.order.pop_front()
        {
            entries.values.remove(&oldest);
        }
    }

    pub(crate) fn remove(&self, key: &K) -> Option<V> {
        let mut entries = self.entries.lock();
        let value = entries.values.remove(key)?;
        entries.order.retain(|other| other != key);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_the_oldest_first() {
        let cache = Cache::new(2);
        for key in 0..3 {
            cache.put(key, key * 10);
        }
        assert_eq!([0, 1, 2].map(|key| cache.get(&key)), [None, Some(10), Some(20)]);
        assert_eq!(cache.remove(&1), Some(10));
        cache.put(3, 30);
        assert_eq!([1, 2, 3].map(|key| cache.get(&key)), [None, Some(20), Some(30)]);
    }
}
