//! Alongside: a community where patients talk to patients.
//!
//! One crate, one process: an actix-web server that renders HTML with Tera and keeps everything in one database.
//!
//! # The house
//!
//! A folder per thing that people do (a *slice*), over a small ground floor. A module imports only what stands above it:
//!
//! | floor | modules |
//! |---|---|
//! | ground | [`clock`] [`config`] [`countries`] [`error`] [`languages`] [`log`] [`data_folder`] · [`embedded`] [`locale`] [`text`] [`db`] [`mail`] · [`web`] · [`site`] |
//! | slices | [`accounts`] → [`helplines`] → [`boards`] → [`cases`] → [`notifications`] → [`threads`] → [`moderation`] → [`privacy`] |
//! | roof | [`routes`] [`worker`] · [`server`] [`demo`] [`fill`] [`backup`] · `main.rs` |
//!
//! The rooms of a slice: `model.rs` what it is · `rules.rs` what may happen (pure) · `store.rs` how it is kept (the only
//! diesel queries) · `pages.rs` how people meet it (the only HTTP) · `mod.rs` the door: what can be done with it, as verbs.
//!
//! # What holds everywhere
//!
//! - **Visibility lives in the query**: what a person may not see does not come out of the store, and the answer is one and
//!   the same 404. **Permission is a pure rule** and answers 403 with a kind sentence. The button and the check ask the
//!   same rule.
//! - **A permit is the only way to a write**: rules make it, the store spends it.
//! - **No endpoint without saying whom it admits**: [`web::endpoint::Endpoint`] has no other constructor.
//! - Effects (letters, notices) are rows written in the transaction that causes them; the worker acts on them afterwards.
//! - A GET writes nothing.
//! - Nothing that ages by itself stands in a page; times are full local dates.

pub mod accounts;
pub mod backup;
pub mod boards;
pub mod cases;
pub mod clock;
pub mod config;
pub mod countries;
pub mod data_folder;
pub mod db;
pub mod demo;
pub mod embedded;
pub mod error;
pub mod fill;
pub mod helplines;
pub mod languages;
pub mod locale;
pub mod log;
pub mod mail;
pub mod moderation;
pub mod notifications;
pub mod privacy;
pub mod routes;
pub mod server;
pub mod site;
pub mod text;
pub mod threads;
pub mod web;
pub mod worker;
