//! Alongside: a community where patients talk to patients.

pub mod clock;
pub mod embedded;
pub mod error;
pub mod locale;
pub mod text;
pub mod web;
