//! What people can and cannot do, over real HTTP. On SQLite, and with `TEST_DATABASE_URL` on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod accounts;
mod agreements;
mod bad_input;
mod boards;
mod door;
mod harness;
mod helplines;
mod joining;
mod moderation;
mod names;
mod notifications;
mod passkeys;
mod people;
mod permissions;
mod privacy;
mod processes;
mod provider;
mod recovery;
mod scene;
mod second_step;
mod sign_on;
mod statements;
mod threads;
mod twice;
mod web;
