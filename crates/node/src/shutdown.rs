//! How a role hears that it is to end.

use tokio::sync::watch;

/// Waits until the node is told to stop.
pub(crate) async fn stopped(shutdown: &mut watch::Receiver<bool>) {
    // A sender that is gone says stop too.
    shutdown.wait_for(|stop| *stop).await.ok();
}
