//! Where a transaction's transfers stand.

use super::{Report, act::follow_to_the_end, connect::connect};
use crate::arguments::BridgeStatusArguments;
use ::bridge::Followed;

pub(super) async fn status(arguments: BridgeStatusArguments) -> anyhow::Result<()> {
    let (output, transaction) = (arguments.connection.output, arguments.transaction);
    let bridge = connect(&arguments.connection).await?;
    if arguments.wait {
        return follow_to_the_end(
            &bridge,
            ("status", Vec::new()),
            transaction,
            output,
            Followed::is_settled,
        )
        .await;
    }
    Report::new("status", Vec::new(), bridge.follow(transaction).await?).tell(output)
}
