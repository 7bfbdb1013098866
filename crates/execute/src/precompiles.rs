//! The precompiled contracts of each fork of the OP Stack.
//!
//! `op-revm` has them all but one: from Karst on the pairing check of `bn254` takes 57,600 bytes
//! (300 pairs), where `op-revm` keeps Jovian's 81,984.

use alloc::{boxed::Box, string::String};
use alloy_primitives::Address;
use op_revm::{OpSpecId, precompiles::OpPrecompiles};
use revm::{
    context::Cfg,
    context_interface::ContextTr,
    handler::{EthPrecompiles, PrecompileProvider},
    interpreter::{CallInputs, InterpreterResult},
    precompile::{
        EthPrecompileResult, Precompile, PrecompileHalt, PrecompileId, Precompiles, bn254, eth_precompile_fn,
    },
    primitives::{OnceLock, hardfork::SpecId},
};

/// Largest input of the pairing check from Karst on: 300 pairs of 192 bytes.
pub const KARST_PAIRING_INPUT_BYTES_MAX: usize = 57_600;

/// The precompiled contracts of a fork, as the EVM calls them.
#[derive(Debug, Clone)]
pub struct OpStackPrecompiles {
    inner: EthPrecompiles,
    spec: OpSpecId,
}

impl OpStackPrecompiles {
    /// The set of a fork.
    pub fn new(spec: OpSpecId) -> Self {
        let precompiles = if spec.is_enabled_in(OpSpecId::KARST) {
            karst()
        } else {
            OpPrecompiles::new_with_spec(spec).precompiles()
        };
        Self {
            inner: EthPrecompiles {
                precompiles,
                spec: SpecId::default(),
            },
            spec,
        }
    }
}

fn karst() -> &'static Precompiles {
    static KARST: OnceLock<Precompiles> = OnceLock::new();
    KARST.get_or_init(|| {
        let mut precompiles = op_revm::precompiles::karst().clone();
        precompiles.extend([Precompile::new(
            PrecompileId::Bn254Pairing,
            bn254::pair::ADDRESS,
            karst_pairing,
        )]);
        precompiles
    })
}

fn run_karst_pairing(input: &[u8], gas_limit: u64) -> EthPrecompileResult {
    if input.len() > KARST_PAIRING_INPUT_BYTES_MAX {
        return Err(PrecompileHalt::Bn254PairLength);
    }
    bn254::run_pair(
        input,
        bn254::pair::ISTANBUL_PAIR_PER_POINT,
        bn254::pair::ISTANBUL_PAIR_BASE,
        gas_limit,
    )
}

eth_precompile_fn!(karst_pairing, run_karst_pairing);

impl<CTX> PrecompileProvider<CTX> for OpStackPrecompiles
where
    CTX: ContextTr<Cfg: Cfg<Spec = OpSpecId>>,
{
    type Output = InterpreterResult;

    fn set_spec(&mut self, spec: OpSpecId) -> bool {
        let changed = spec != self.spec;
        if changed {
            *self = Self::new(spec);
        }
        changed
    }

    fn run(&mut self, context: &mut CTX, inputs: &CallInputs) -> Result<Option<Self::Output>, String> {
        self.inner.run(context, inputs)
    }

    fn warm_addresses(&self) -> Box<impl Iterator<Item = Address>> {
        self.inner.warm_addresses()
    }

    fn contains(&self, address: &Address) -> bool {
        self.inner.contains(address)
    }
}
