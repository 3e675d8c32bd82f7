//! The mark that tells a demo's database from a real site's.

use crate::db::schema::site_settings;
use crate::db::{Conn, Tx};
use crate::error::Result;
use diesel::prelude::*;

const MARK: &str = "is_demo";

/// Marks the database as a demo's.
pub fn mark(tx: &mut Tx<'_>) -> Result<()> {
    diesel::insert_into(site_settings::table)
        .values((site_settings::name.eq(MARK), site_settings::value.eq("yes")))
        .execute(tx.conn())?;
    Ok(())
}

/// True if the database is a demo's.
pub fn is_marked(connection: &mut Conn) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(site_settings::table.find(MARK))).get_result(connection)
}
