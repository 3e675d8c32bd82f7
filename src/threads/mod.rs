//! Threads and posts.

pub mod model;

pub use model::{Post, Stance, Thread};
