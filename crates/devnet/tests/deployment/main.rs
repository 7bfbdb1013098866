//! Deployments on an embedded L1: interrupted and taken up again, verified, upgraded.

mod deploying;
mod results;
mod upgrading;
mod world;
