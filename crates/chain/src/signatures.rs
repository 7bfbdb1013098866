//! Recovery of signers with the C library: a quarter of the time of the pure Rust one.

use alloy_primitives::{Address, B256, Signature, keccak256};
use protocol::Signatures;
use secp256k1::{
    Message, SECP256K1,
    ecdsa::{RecoverableSignature, RecoveryId},
};

/// Recovers signers natively. Answers as [`protocol::K256`] does.
#[derive(Debug, Clone, Copy, Default)]
pub struct Secp256k1;

impl Signatures for Secp256k1 {
    fn recover(&self, prehash: B256, signature: &Signature) -> Option<Address> {
        if signature.normalize_s().is_some() {
            return None;
        }
        let mut compact = [0; 64];
        compact[..32].copy_from_slice(&signature.r().to_be_bytes::<32>());
        compact[32..].copy_from_slice(&signature.s().to_be_bytes::<32>());
        let parity = RecoveryId::try_from(i32::from(signature.v())).ok()?;
        let signature = RecoverableSignature::from_compact(&compact, parity).ok()?;
        let key = SECP256K1
            .recover_ecdsa(Message::from_digest(prehash.0), &signature)
            .ok()?;
        Some(Address::from_slice(
            &keccak256(&key.serialize_uncompressed()[1..])[12..],
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::U256;
    use protocol::K256;
    use secp256k1::SecretKey;

    /// Half of the group's order, rounded down: the largest `s` of EIP-2.
    const HALF_ORDER: U256 = U256::from_limbs([0xdfe92f46681b20a0, 0x5d576e7357a4501d, u64::MAX, 0x7fffffffffffffff]);

    fn check(prehash: B256, signature: Signature) -> Option<Address> {
        let native = Secp256k1.recover(prehash, &signature);
        assert_eq!(
            native,
            K256.recover(prehash, &signature),
            "{signature:?} over {prehash}"
        );
        native
    }

    #[test]
    fn agrees_with_k256_on_good_and_on_bad_signatures() {
        for seed in 1..=64_u8 {
            let prehash = keccak256([seed]);
            let key = SecretKey::from_byte_array(keccak256([seed, 1]).0).unwrap();
            let (parity, compact) = SECP256K1
                .sign_ecdsa_recoverable(Message::from_digest(prehash.0), &key)
                .serialize_compact();
            let good = Signature::from_bytes_and_parity(&compact, i32::from(parity) == 1);
            let public = key.public_key(SECP256K1).serialize_uncompressed();
            assert_eq!(
                check(prehash, good),
                Some(Address::from_slice(&keccak256(&public[1..])[12..]))
            );
            check(prehash, Signature::new(good.r(), good.s(), !good.v()));
            check(
                prehash,
                Signature::new(good.r(), HALF_ORDER + U256::from(seed), good.v()),
            );
            check(prehash, Signature::new(U256::from(seed), good.s(), good.v()));
        }
    }

    #[test]
    fn agrees_with_k256_at_the_edges() {
        let prehash = keccak256("edges");
        for r in [U256::ZERO, U256::from(1), U256::MAX] {
            for s in [
                U256::ZERO,
                U256::from(1),
                HALF_ORDER,
                HALF_ORDER + U256::from(1),
                U256::MAX,
            ] {
                check(prehash, Signature::new(r, s, false));
                check(prehash, Signature::new(r, s, true));
            }
        }
    }
}
