//! stub
use crate::web::endpoint::Endpoint;
use crate::db::Id;
use super::model::*;
pub fn endpoints() -> Vec<Endpoint> { Vec::new() }
pub fn composer_href(thread: Id<Thread>, post_count: i32) -> String { format!("/threads/{thread}?page={}#reply", page_of(post_count)) }
