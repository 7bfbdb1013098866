//! Two chains whose contracts' state a test writes down, behind JSON-RPC.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use Tokens::TokensCalls as Token;
use alloy_consensus::Header;
use alloy_primitives::{Address, B256, Bytes, Log, LogData, U64, U256};
use alloy_sol_types::{SolCall, SolError, SolEvent, SolInterface, SolValue, sol};
use axum::{Json, Router, extract::State, routing::post};
use contracts::bindings::{
    CrossDomainMessenger::{self, CrossDomainMessengerCalls},
    L1Block::{hashCall, numberCall},
    L2OutputOracle::L2OutputOracleCalls as Oracle,
    L2ToL1MessagePasser::MessagePassed,
    OptimismPortal::{OptimismPortalCalls as Portal, TransactionDeposited, WithdrawalFinalized, WithdrawalProven},
    OutputProposal,
    StandardBridge::otherBridgeCall,
};
use l1::{L1Client, RpcConfig};
use protocol::{Withdrawal, predeploys};
use serde_json::{Value, json};
use tandem_bridge::{Bridge, Layer, LayerClient, System};
use tokio::{net::TcpListener, task::JoinHandle};

sol! {
    /// Messengers say no more than this of what they call.
    error GasEstimationHides();

    interface Tokens {
        function remoteToken() external view returns (address);
        function bridge() external view returns (address);
        function balanceOf(address account) external view returns (uint256);
        function ownerOf(uint256 tokenId) external view returns (address);
    }
}

pub(crate) const PORTAL: Address = Address::repeat_byte(0xa1);
pub(crate) const ORACLE: Address = Address::repeat_byte(0xa2);
pub(crate) const L1_MESSENGER: Address = Address::repeat_byte(0xa3);
pub(crate) const L1_BRIDGE: Address = Address::repeat_byte(0xa4);
/// The time of L1's block 0; blocks are 12 seconds apart.
pub(crate) const L1_TIME: u64 = 1_000;

/// What the contracts and the chains hold.
#[derive(Default)]
pub(crate) struct Chains {
    pub(crate) portal_version: &'static str,
    pub(crate) l1_head: u64,
    pub(crate) l2_head: u64,
    pub(crate) l2_safe: u64,
    pub(crate) l2_finalized: u64,
    pub(crate) l2_origin: u64,
    pub(crate) outputs: Vec<OutputProposal>,
    /// By withdrawal: root, time, index.
    pub(crate) proven: BTreeMap<B256, (B256, u128, u128)>,
    /// By withdrawal: what came of the call.
    pub(crate) finalized: BTreeMap<B256, bool>,
    pub(crate) once_proven: BTreeSet<B256>,
    pub(crate) paused: bool,
    pub(crate) relayed: BTreeSet<B256>,
    pub(crate) failed: BTreeSet<B256>,
    /// By layer and address: what a token stands for, and who mints it.
    pub(crate) tokens: BTreeMap<(bool, Address), (Address, Address)>,
    /// What L2 has read in place of L1's block.
    pub(crate) l2_origin_hash: Option<B256>,
    /// Gas with which a relay goes through, or the receiver's refusal; none where the node cannot try.
    pub(crate) relay_gas: Option<Result<u64, Bytes>>,
    /// By layer and hash; none while in the pool.
    pub(crate) transactions: BTreeMap<(bool, B256), Option<Value>>,
    pub(crate) serves_no_logs: bool,
    pub(crate) methods: Vec<String>,
}

/// A running world; it goes away when this is dropped.
pub(crate) struct World {
    chains: Arc<Mutex<Chains>>,
    tasks: Vec<JoinHandle<()>>,
    urls: [String; 2],
}

impl Drop for World {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl World {
    pub(crate) async fn start(chains: Chains) -> Self {
        let chains = Arc::new(Mutex::new(chains));
        let (mut tasks, mut urls) = (Vec::new(), Vec::new());
        for is_l1 in [true, false] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            urls.push(format!("http://{}", listener.local_addr().unwrap()));
            let router = Router::new()
                .route("/", post(answer))
                .with_state((is_l1, Arc::clone(&chains)));
            tasks.push(tokio::spawn(
                async move { axum::serve(listener, router).await.unwrap() },
            ));
        }
        let urls = urls.try_into().unwrap();
        Self { chains, tasks, urls }
    }

    pub(crate) fn chains(&self) -> MutexGuard<'_, Chains> {
        self.chains.lock().unwrap()
    }

    pub(crate) fn node(&self, layer: Layer) -> LayerClient {
        let url = &self.urls[usize::from(layer == Layer::L2)];
        LayerClient::new(
            layer,
            L1Client::new(url.parse().unwrap(), RpcConfig::default()).unwrap(),
        )
    }

    pub(crate) async fn bridge(&self) -> Bridge {
        let (l1, l2) = (self.node(Layer::L1), self.node(Layer::L2));
        let system = System::of_portal(&l1, PORTAL).await.unwrap();
        Bridge::new(
            l1,
            l2,
            System {
                seq_window_size: Some(100),
                ..system
            },
        )
    }
}

/// A receipt with logs, as nodes send it.
pub(crate) fn receipt(transaction: B256, block: u64, success: bool, logs: Vec<Log>) -> Option<Value> {
    let logs = logs.into_iter().enumerate().map(|(index, log)| {
        json!({
            "logIndex": U64::from(index),
            "address": log.address,
            "topics": log.topics(),
            "data": log.data.data,
        })
    });
    Some(json!({
        "transactionHash": transaction,
        "blockHash": header(block).hash_slow(),
        "blockNumber": U64::from(block),
        "status": U64::from(u64::from(success)),
        "gasUsed": "0x5208",
        "logs": logs.collect::<Vec<_>>(),
    }))
}

pub(crate) fn message_passed(withdrawal: &Withdrawal) -> Log {
    let event = MessagePassed {
        nonce: withdrawal.nonce,
        sender: withdrawal.sender,
        target: withdrawal.target,
        value: withdrawal.value,
        gasLimit: withdrawal.gas_limit,
        data: withdrawal.data.clone(),
        withdrawalHash: withdrawal.hash(),
    };
    log(predeploys::L2_TO_L1_MESSAGE_PASSER, event.encode_log_data())
}

pub(crate) fn deposited(from: Address, to: Address, mint: u64, data: &[u8]) -> Log {
    let words = [U256::from(mint), U256::from(mint)].map(|word| word.to_be_bytes::<32>());
    let opaque = [
        words.concat(),
        100_000u64.to_be_bytes().to_vec(),
        vec![0],
        data.to_vec(),
    ]
    .concat();
    let event = TransactionDeposited {
        from,
        to,
        version: U256::ZERO,
        opaqueData: opaque.into(),
    };
    log(PORTAL, event.encode_log_data())
}

fn log(address: Address, data: LogData) -> Log {
    Log { address, data }
}

fn header(number: u64) -> Header {
    Header {
        number,
        timestamp: L1_TIME + 12 * number,
        ..Header::default()
    }
}

type Node = (bool, Arc<Mutex<Chains>>);

async fn answer(State((is_l1, chains)): State<Node>, Json(body): Json<Value>) -> Json<Value> {
    let mut chains = chains.lock().unwrap();
    Json(match &body {
        Value::Array(calls) => calls.iter().map(|call| chains.answer_one(is_l1, call)).collect(),
        call => chains.answer_one(is_l1, call),
    })
}

impl Chains {
    fn answer_one(&mut self, is_l1: bool, request: &Value) -> Value {
        let (method, params) = (request["method"].as_str().unwrap(), &request["params"]);
        self.methods.push(method.to_owned());
        let id = &request["id"];
        if let Some(data) = self.refuses(method, params) {
            let error = json!({ "code": 3, "message": "execution reverted", "data": data });
            return json!({ "jsonrpc": "2.0", "id": id, "error": error });
        }
        match self.result(is_l1, method, params) {
            Some(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            None => {
                json!({ "jsonrpc": "2.0", "id": id, "error": { "code": -32601, "message": "the method is not there" } })
            }
        }
    }

    fn result(&self, is_l1: bool, method: &str, params: &Value) -> Option<Value> {
        let transaction = || self.transactions.get(&(is_l1, params[0].as_str()?.parse().ok()?));
        Some(match method {
            "eth_chainId" => json!(if is_l1 { "0x384" } else { "0x385" }),
            "eth_getTransactionReceipt" => transaction().cloned().flatten().unwrap_or_default(),
            "eth_getTransactionByHash" => transaction().map_or(Value::Null, |_| json!({})),
            "eth_getBlockByNumber" => {
                let number = self.height(is_l1, params[0].as_str()?)?;
                let head = if is_l1 { self.l1_head } else { self.l2_head };
                if number > head { Value::Null } else { self.block(number) }
            }
            "eth_getBlockByHash" => {
                let hash: B256 = params[0].as_str()?.parse().ok()?;
                let number = (0..=self.l1_head).find(|number| header(*number).hash_slow() == hash)?;
                self.block(number)
            }
            "eth_estimateGas" => json!(U64::from(self.relay_gas.clone()?.ok()?)),
            "eth_getLogs" if !self.serves_no_logs => self.logs(&params[0])?,
            "eth_call" => {
                let to: Address = params[0]["to"].as_str()?.parse().ok()?;
                let data: Bytes = params[0]["data"].as_str()?.parse().ok()?;
                json!(Bytes::from(self.call(is_l1, to, &data).unwrap_or_default()))
            }
            _ => return None,
        })
    }

    /// What a try of a relay, or of the call within, is refused with.
    fn refuses(&self, method: &str, params: &Value) -> Option<Bytes> {
        let data = self.relay_gas.clone()?.err()?;
        match method {
            "eth_estimateGas" => Some(GasEstimationHides::SELECTOR.into()),
            "eth_call" if params.get(2).is_some() => Some(data),
            _ => None,
        }
    }

    fn height(&self, is_l1: bool, tag: &str) -> Option<u64> {
        Some(match (tag, is_l1) {
            ("latest", true) => self.l1_head,
            ("latest", false) => self.l2_head,
            ("safe", false) => self.l2_safe,
            ("finalized", false) => self.l2_finalized,
            (number, _) => u64::from_str_radix(number.strip_prefix("0x")?, 16).ok()?,
        })
    }

    fn block(&self, number: u64) -> Value {
        let header = header(number);
        let mut json = serde_json::to_value(&header).unwrap();
        json["hash"] = json!(header.hash_slow());
        json
    }

    fn logs(&self, filter: &Value) -> Option<Value> {
        let topic: B256 = filter["topics"][0].as_str()?.parse().ok()?;
        let hash: B256 = filter["topics"][1].as_str()?.parse().ok()?;
        let data = match topic {
            WithdrawalFinalized::SIGNATURE_HASH => self.finalized.get(&hash).map(SolValue::abi_encode),
            WithdrawalProven::SIGNATURE_HASH => self.once_proven.contains(&hash).then(Vec::new),
            _ => None,
        };
        let logs = data.into_iter().map(|data| {
            json!({
                "logIndex": "0x0",
                "address": PORTAL,
                "topics": [topic, hash],
                "data": Bytes::from(data),
            })
        });
        Some(logs.collect())
    }

    fn call(&self, is_l1: bool, to: Address, data: &[u8]) -> Option<Vec<u8>> {
        match (is_l1, to) {
            (true, PORTAL) => self.portal(Portal::abi_decode(data).ok()?),
            (true, ORACLE) => self.oracle(Oracle::abi_decode(data).ok()?),
            (true, L1_MESSENGER) | (false, predeploys::L2_CROSS_DOMAIN_MESSENGER) => self.messenger(data),
            (false, predeploys::L1_BLOCK) if data == numberCall {}.abi_encode() => Some(self.l2_origin.abi_encode()),
            (false, predeploys::L2_STANDARD_BRIDGE) if data == otherBridgeCall {}.abi_encode() => {
                Some(L1_BRIDGE.abi_encode())
            }
            (false, predeploys::L2_ERC721_BRIDGE) if data == otherBridgeCall {}.abi_encode() => {
                Some(L1_BRIDGE.abi_encode())
            }
            (false, predeploys::L1_BLOCK) if data == hashCall {}.abi_encode() => {
                let read = header(self.l2_origin).hash_slow();
                Some(self.l2_origin_hash.unwrap_or(read).abi_encode())
            }
            _ => self.token(is_l1, to, data),
        }
    }

    fn token(&self, is_l1: bool, token: Address, data: &[u8]) -> Option<Vec<u8>> {
        let (twin, minter) = self.tokens.get(&(is_l1, token))?;
        match Token::abi_decode(data).ok()? {
            Token::remoteToken(_) => Some(twin.abi_encode()),
            Token::bridge(_) => Some(minter.abi_encode()),
            Token::balanceOf(_) => Some(U256::from(5).abi_encode()),
            Token::ownerOf(_) => Some(minter.abi_encode()),
        }
    }

    fn portal(&self, call: Portal) -> Option<Vec<u8>> {
        Some(match call {
            Portal::version(_) => self.portal_version.to_owned().abi_encode(),
            Portal::l2Oracle(_) => ORACLE.abi_encode(),
            Portal::paused(_) => self.paused.abi_encode(),
            Portal::finalizedWithdrawals(call) => self.finalized.contains_key(&call.withdrawalHash).abi_encode(),
            Portal::provenWithdrawals_0(call) => self
                .proven
                .get(&call.withdrawalHash)
                .copied()
                .unwrap_or_default()
                .abi_encode(),
            _ => return None,
        })
    }

    fn oracle(&self, call: Oracle) -> Option<Vec<u8>> {
        let number = |number: u64| Some(U256::from(number).abi_encode());
        let latest = self.outputs.last().map_or(0, |output| output.l2BlockNumber as u64);
        match call {
            Oracle::getL2Output(call) => Some(self.outputs.get(call.l2OutputIndex.to::<usize>())?.abi_encode()),
            Oracle::getL2OutputIndexAfter(call) => {
                let covers = |output: &OutputProposal| U256::from(output.l2BlockNumber) >= call.l2BlockNumber;
                number(self.outputs.iter().position(covers)? as u64)
            }
            Oracle::nextOutputIndex(_) => number(self.outputs.len() as u64),
            Oracle::latestOutputIndex(_) => number(self.outputs.len().checked_sub(1)? as u64),
            Oracle::latestBlockNumber(_) => number(latest),
            Oracle::nextBlockNumber(_) => number(latest + 4),
            Oracle::submissionInterval(_) => number(4),
            Oracle::l2BlockTime(_) => number(2),
            Oracle::startingBlockNumber(_) => number(0),
            Oracle::startingTimestamp(_) => number(L1_TIME),
            Oracle::finalizationPeriodSeconds(_) => number(60),
            Oracle::proposer(_) | Oracle::challenger(_) => Some(Address::ZERO.abi_encode()),
            _ => None,
        }
    }

    fn messenger(&self, data: &[u8]) -> Option<Vec<u8>> {
        match CrossDomainMessengerCalls::abi_decode(data).ok()? {
            CrossDomainMessengerCalls::successfulMessages(call) => {
                Some(self.relayed.contains(&call.msgHash).abi_encode())
            }
            CrossDomainMessengerCalls::failedMessages(call) => Some(self.failed.contains(&call.msgHash).abi_encode()),
            CrossDomainMessengerCalls::paused(_) => Some(self.paused.abi_encode()),
            CrossDomainMessengerCalls::otherMessenger(_) => Some(L1_MESSENGER.abi_encode()),
            CrossDomainMessengerCalls::baseGas(CrossDomainMessenger::baseGasCall { minGasLimit, .. }) => {
                Some((u64::from(minGasLimit) + 300_000).abi_encode())
            }
            _ => None,
        }
    }
}
