//! What threads and posts are.

use crate::text_enum;

text_enum! {
    /// What kind of statement a post is. Every post has exactly one.
    pub enum Stance {
        /// It happens to me, or I ask for myself.
        Experience = "experience",
        /// I care for someone, or I ask for them.
        Caring = "caring",
        /// Taken from somewhere; needs a source.
        Read = "read",
        /// A verified clinician: needs a live badge.
        General = "general",
        /// The organisation speaks: representatives only.
        Organisation = "organisation",
    }
}

/// A title and a run of posts.
#[derive(Debug)]
pub struct Thread;

/// One post.
#[derive(Debug)]
pub struct Post;
