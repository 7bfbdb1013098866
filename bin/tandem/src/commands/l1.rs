//! `tandem l1`.

use crate::{arguments::L1Arguments, stop};
use ::devnet::{EmbeddedL1, EmbeddedL1Config};
use deployment::{Files, write_json};
use std::net::SocketAddr;

pub(crate) async fn l1(arguments: L1Arguments) -> anyhow::Result<()> {
    let files = Files::in_folder(&arguments.datadir)?;
    let mut l1 = EmbeddedL1::start(EmbeddedL1Config {
        datadir: arguments.datadir,
        block_time_s: arguments.block_time,
        genesis_time_s: None,
        http: SocketAddr::new(arguments.http_addr, arguments.http_port),
        beacon: SocketAddr::new(arguments.http_addr, arguments.beacon_port),
    })
    .await?;
    write_json(&files.l1_chain_config(), &contracts::l1_chain_config(l1.genesis()))?;
    l1.run();
    println!(
        "L1     chain {} {}",
        l1.execution().chain().spec().chain_id,
        l1.http_url()
    );
    println!("beacon           {}", l1.beacon_url());
    println!("ready");
    stop::asked().await?;
    l1.stop().await;
    Ok(())
}
