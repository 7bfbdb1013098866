//! Durations as op-node's and op-batcher's flags take them: `500ms`, `12s`, `1m30s`, `2h`.

use std::time::Duration;

const UNITS: [(&str, f64); 6] = [
    ("ns", 1e-9),
    ("us", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3_600.0),
];

/// Reads a duration.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let refused = || format!("{text:?} is not a duration: write it as 500ms, 12s or 1m30s");
    let mut rest = text;
    let mut seconds = 0.0;
    while !rest.is_empty() || text.is_empty() {
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .ok_or_else(refused)?;
        let (number, tail) = rest.split_at(end);
        let end = tail
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(end);
        let (_, unit) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(refused)?;
        seconds += number.parse::<f64>().map_err(|_| refused())? * unit;
        rest = tail;
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| refused())
}

/// Reads a duration that something is repeated after.
pub(crate) fn interval(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err(format!("{text:?} is no pause at all: 500ms, for example, is one")),
        pause => Ok(pause),
    }
}

#[cfg(test)]
mod tests {
    use super::{duration, interval};
    use std::time::Duration;

    #[test]
    fn durations_are_read_as_operators_write_them() {
        let read = [
            ("500ms", Duration::from_millis(500)),
            ("12s", Duration::from_secs(12)),
            ("1m30s", Duration::from_secs(90)),
            ("1.5h", Duration::from_secs(5_400)),
            ("0s", Duration::ZERO),
        ];
        for (text, expected) in read {
            assert_eq!(duration(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused_with_examples() {
        for text in ["", "12", "s", "1d", "-1s", "1s2", "1..2s", "ten seconds", "1e3s"] {
            assert!(duration(text).is_err_and(|error| error.contains("500ms")), "{text}");
        }
        assert!(interval("0s").is_err());
    }
}
