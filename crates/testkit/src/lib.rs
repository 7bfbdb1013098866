//! What the tests of more than one crate need. The scenarios themselves, and the tidy test, are this crate's tests.
