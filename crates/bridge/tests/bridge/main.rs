//! Both layers are simulated: what the SDK sees, says and refuses.

mod following;
mod refusing;
mod relaying;
mod world;
