//! The beacon API's answers, as far as they are read.

use alloy_primitives::Bytes;
use serde::{Deserialize, Deserializer, de};

#[derive(Debug, Deserialize)]
pub(super) struct Answer<T> {
    pub(super) data: T,
}

#[derive(Debug, Deserialize)]
pub(super) struct Genesis {
    #[serde(deserialize_with = "decimal")]
    pub(super) genesis_time: u64,
}

/// The slot duration in `config/spec`: in seconds, and from the Gloas fork on in milliseconds.
#[derive(Debug, Deserialize)]
pub(super) struct Spec {
    #[serde(rename = "SECONDS_PER_SLOT", default, deserialize_with = "optional_decimal")]
    pub(super) seconds_per_slot: Option<u64>,
    #[serde(rename = "SLOT_DURATION_MS", default, deserialize_with = "optional_decimal")]
    pub(super) slot_duration_ms: Option<u64>,
}

impl Spec {
    pub(super) fn slot_duration_s(&self) -> Option<u64> {
        self.seconds_per_slot
            .or(self.slot_duration_ms.map(|ms| ms / 1_000))
            .filter(|seconds| *seconds > 0)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Sidecar {
    pub(super) blob: Bytes,
}

/// The beacon API writes numbers as decimal strings; some servers write numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Decimal {
    Text(String),
    Number(u64),
}

impl Decimal {
    fn value<E: de::Error>(self) -> Result<u64, E> {
        match self {
            Self::Text(text) => text.parse().map_err(E::custom),
            Self::Number(number) => Ok(number),
        }
    }
}

fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    Decimal::deserialize(deserializer)?.value()
}

fn optional_decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Option::<Decimal>::deserialize(deserializer)?
        .map(Decimal::value)
        .transpose()
}
