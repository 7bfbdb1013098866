//! What a figure was measured on.

use std::{fs, thread};

/// Processor, cores, memory.
pub(super) fn hardware() -> String {
    let value = |path: &str, key: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(key)).map(str::to_owned);
        line.and_then(|line| line.split_once(':').map(|(_, value)| value.trim().to_owned()))
            .unwrap_or_else(|| "unknown".into())
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let processor = value("/proc/cpuinfo", "model name");
    let memory = value("/proc/meminfo", "MemTotal");
    format!("{processor}, {cores} cores, {memory} of memory")
}

/// The most memory that a process has had at once, in MiB.
pub(super) fn peak_memory_mib(process: u32) -> Option<u64> {
    status_mib(process, "VmHWM")
}

/// The memory that a process has now, in MiB.
pub(super) fn memory_mib(process: u32) -> Option<u64> {
    status_mib(process, "VmRSS")
}

fn status_mib(process: u32, key: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(key))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}
