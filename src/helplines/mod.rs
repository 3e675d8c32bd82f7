//! Urgent help.
