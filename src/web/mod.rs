//! HTTP and HTML: what every page shares.

pub mod assets;
pub mod compress;
pub mod endpoint;
pub mod failure;
pub mod form;
pub mod headers;
pub mod page;
pub mod seal;
pub mod throttle;
