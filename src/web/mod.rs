//! HTTP and HTML: what every page shares.

pub mod assets;
pub mod page;
