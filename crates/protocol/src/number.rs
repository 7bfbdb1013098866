//! Numbers that some clients write as JSON numbers and others as hexadecimal or decimal strings.

use core::fmt;

use serde::{Deserialize, Deserializer, de};

#[derive(Clone, Copy)]
struct Number(u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl de::Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a 64-bit number, or a string of one")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Number, E> {
        Ok(Number(value))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
        match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16),
            None => text.parse(),
        }
        .map(Number)
        .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

/// Reads a number in any of its spellings.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    Number::deserialize(deserializer).map(|Number(value)| value)
}

/// Reads a number in any of its spellings, or nothing.
pub(crate) fn read_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(Option::<Number>::deserialize(deserializer)?.map(|Number(value)| value))
}

/// Reads a number of 32 bits in any of its spellings.
pub(crate) fn read_u32<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let value = read(deserializer)?;
    u32::try_from(value).map_err(|_| de::Error::invalid_value(de::Unexpected::Unsigned(value), &"a 32-bit number"))
}
