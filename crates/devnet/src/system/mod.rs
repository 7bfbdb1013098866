//! The whole system in one process: L1, contracts, a sequencing node, and a verifier that hears L1 over HTTP and nothing else.

mod config;
mod foundation;
mod members;

pub use config::{DevnetConfig, L1Choice};
pub(crate) use foundation::deploy_on;

use crate::{EmbeddedL1, Error, ExecutionClient, ForeignL1, Urls};
use deployment::{Deployed, Files, read_json};
use foundation::Foundation;
use members::{Member, Shared};
use node::{Event, Telemetry, TelemetryServer};
use protocol::L1ChainConfig;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};
use tempfile::TempDir;
use tokio::sync::broadcast;

/// A running devnet.
#[derive(Debug)]
pub struct Devnet {
    /// Its own L1, if it has one.
    l1: Option<EmbeddedL1>,
    sequencer: Member,
    verifier: Member,
    deployed: Deployed,
    urls: Urls,
    files: Files,
    metrics: TelemetryServer,
    _temporary: Option<TempDir>,
}

impl Devnet {
    /// Starts everything; returns when the L2 is there.
    pub async fn start(config: DevnetConfig) -> Result<Self, Error> {
        // The setup takes a second or two, and is needed for the first batch.
        std::thread::spawn(::l1::kzg_settings);
        let (folder, temporary) = match &config.datadir {
            Some(folder) => (folder.clone(), None),
            None => {
                let folder = temporary_folder().map_err(Error::io("a temporary folder"))?;
                (folder.path().to_owned(), Some(folder))
            }
        };
        let files = Files::in_folder(folder)?;
        let Foundation { embedded, l1, deployed } = Foundation::lay(&config, &files).await?;
        let l1_spec = Arc::new(read_json::<L1ChainConfig>(&files.l1_chain_config())?.chain_spec()?);
        let shared = Shared {
            deployed,
            l1_spec,
            l1,
            files,
            telemetry: Telemetry::default(),
        };
        let metrics = shared.telemetry.serve(local(config.ports.metrics)).await?;
        let sequencer = shared.sequencer(&config).await?;
        let verifier = shared.verifier(&config).await?;
        let Shared {
            deployed, files, l1, ..
        } = shared;
        let urls = Urls {
            metrics: format!("http://{}/metrics", metrics.address()),
            ..urls(&l1, &sequencer, &verifier)
        };
        Ok(Self {
            l1: embedded,
            sequencer,
            verifier,
            deployed,
            urls,
            files,
            metrics,
            _temporary: temporary,
        })
    }

    /// Where everything answers.
    pub const fn urls(&self) -> &Urls {
        &self.urls
    }

    /// The rollup and where its contracts are.
    pub const fn deployed(&self) -> &Deployed {
        &self.deployed
    }

    /// Where the files are.
    pub const fn files(&self) -> &Files {
        &self.files
    }

    /// What happens at the sequencing node.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.sequencer.node.events()
    }

    /// What happens at the verifier.
    pub fn verifier_events(&self) -> broadcast::Receiver<Event> {
        self.verifier.node.events()
    }

    /// The sequencing node's execution client.
    pub const fn execution(&self) -> &ExecutionClient {
        &self.sequencer.execution
    }

    /// The verifier's execution client.
    pub const fn verifier_execution(&self) -> &ExecutionClient {
        &self.verifier.execution
    }

    /// Waits until a node fails.
    pub async fn ended(&mut self) -> Error {
        let failure = tokio::select! {
            failure = self.sequencer.node.ended() => failure,
            failure = self.verifier.node.ended() => failure,
        };
        failure.into()
    }

    /// Stops in order: who reads before who is read.
    pub async fn stop(self) {
        // It reads the chains that are closed next.
        drop(self.metrics);
        for member in [&self.verifier, &self.sequencer] {
            member.node.begin_stop();
        }
        for member in [self.verifier, self.sequencer] {
            member.node.stop().await;
            member.execution.stop().await;
        }
        if let Some(l1) = self.l1 {
            l1.stop().await;
        }
    }
}

fn temporary_folder() -> std::io::Result<TempDir> {
    tempfile::Builder::new().prefix("tandem-devnet-").tempdir()
}

const fn local(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

fn urls(l1: &ForeignL1, sequencer: &Member, verifier: &Member) -> Urls {
    let url = |address: Option<SocketAddr>| address.map(|address| format!("http://{address}")).unwrap_or_default();
    Urls {
        l1: l1.url.to_string(),
        beacon: l1.beacon.as_ref().map(ToString::to_string),
        l2: url(sequencer.execution.http_addr()),
        engine: url(sequencer.execution.auth_addr()),
        rollup: url(sequencer.node.rpc_addr()),
        verifier_l2: url(verifier.execution.http_addr()),
        verifier_engine: url(verifier.execution.auth_addr()),
        verifier_rollup: url(verifier.node.rpc_addr()),
        metrics: String::new(),
    }
}
