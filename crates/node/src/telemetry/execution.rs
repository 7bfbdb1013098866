//! The execution client's metrics, read when they are asked for.

use super::{Telemetry, count, metric};
use chain::{Chain, Pool};
use metrics::gauge;

impl Telemetry {
    /// Shows an execution client under a name until the server is dropped.
    pub fn observe(&self, chain: Chain, pool: Pool, name: &'static str) {
        let collect = move || read(&chain, &pool, name);
        self.collectors.lock().push(Box::new(collect));
    }
}

fn read(chain: &Chain, pool: &Pool, name: &'static str) {
    let (status, head) = (chain.status(), chain.head_record());
    let header = &head.block.header;
    let height = |block: Option<alloy_eips::BlockNumHash>| metric(block.map_or(0, |block| block.number));
    gauge!("chain_info", "node" => name, "chain_id" => status.chain_id.to_string()).set(1.0);
    gauge!("chain_head_block", "node" => name).set(metric(status.head.number));
    gauge!("chain_head_safe", "node" => name).set(height(status.safe));
    gauge!("chain_head_finalized", "node" => name).set(height(status.finalized));
    gauge!("chain_head_gas_used", "node" => name).set(metric(header.gas_used));
    gauge!("chain_head_basefee", "node" => name).set(metric(header.base_fee_per_gas.unwrap_or_default()));
    let pool = pool.status();
    gauge!("txpool_pending", "node" => name).set(metric(count(pool.pending)));
    gauge!("txpool_queued", "node" => name).set(metric(count(pool.queued)));
}
