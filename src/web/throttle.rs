//! How often something may be done: counted in the database, so that several processes share it, by account or by the
//! keyed hash of a network address that changes daily, never by the address itself.

use crate::clock::Timestamp;
use crate::db::schema::throttles;
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result, Sentence};
use crate::on_each;
use actix_web::HttpRequest;
use diesel::prelude::*;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::net::IpAddr;

/// So often in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// What is limited; part of the bucket's name.
    pub action: &'static str,
    /// How often.
    pub times: i32,
    /// In how many seconds.
    pub per_seconds: i64,
}

/// How far the clocks of several processes may be apart. What was counted further ahead than that was counted by a clock that
/// went wrong and was put right: it holds nobody up, and the count begins anew.
const APART: chrono::Duration = chrono::Duration::minutes(5);

/// Counts one use for `who`, or says from when it works again. A refused try does not count.
pub fn take(tx: &mut Tx<'_>, limit: Limit, who: &str) -> Result<()> {
    let now = tx.now();
    let bucket = format!("{}:{who}", limit.action);
    // One statement that inserts or counts, so that two at the same moment both count.
    let fresh_since = now.minus(chrono::Duration::seconds(limit.per_seconds));
    let (started, used) = count(tx.conn(), &bucket, now, fresh_since)?;
    if used > limit.times {
        let again = started.plus(chrono::Duration::seconds(limit.per_seconds));
        let seconds = again.since(now).num_seconds().max(1);
        return Err(Refusal::TooMany {
            sentence: Sentence::plain("shared-failure-too-many-lead"),
            retry_after_seconds: seconds,
        }
        .into());
    }
    Ok(())
}

/// Lets one more try through, or says from when: after each try the next one waits `pause_seconds(tries so far)`. A day
/// without a try forgets them, and so does [`forgive`]. A refused try does not count, so waiting always ends.
pub fn slow_down(tx: &mut Tx<'_>, action: &str, who: &str, pause_seconds: fn(i32) -> i64) -> Result<()> {
    let now = tx.now();
    let bucket = format!("{action}:{who}");
    // One statement that makes the row or holds the one that is there: of many tries at the same moment each sees the one before it,
    // and one that somebody forgives meanwhile begins anew.
    let first = (throttles::bucket.eq(&bucket), throttles::window_started_at.eq(now), throttles::used.eq(0));
    let (last, used): (Timestamp, i32) = on_each!(tx.conn(), inner => diesel::insert_into(throttles::table)
        .values(first)
        .on_conflict(throttles::bucket)
        .do_update()
        .set(throttles::used.eq(throttles::used))
        .returning((throttles::window_started_at, throttles::used))
        .get_result(inner))?;
    let since = now.since(last);
    let used = if since < chrono::Duration::days(1) && since > -APART { used } else { 0 };
    let again = last.plus(chrono::Duration::seconds(pause_seconds(used)));
    if used > 0 && now < again {
        let seconds = again.since(now).num_seconds().max(1);
        return Err(Refusal::TooMany {
            sentence: Sentence::plain("shared-failure-too-many-lead"),
            retry_after_seconds: seconds,
        }
        .into());
    }
    let counted = (throttles::window_started_at.eq(now), throttles::used.eq(used.saturating_add(1)));
    diesel::update(throttles::table.find(&bucket)).set(counted).execute(tx.conn())?;
    Ok(())
}

/// Forgets the tries that [`slow_down`] counted.
pub fn forgive(tx: &mut Tx<'_>, action: &str, who: &str) -> Result<()> {
    diesel::delete(throttles::table.find(format!("{action}:{who}"))).execute(tx.conn())?;
    Ok(())
}

/// How often it was done in the present window.
pub fn used(connection: &mut Conn, limit: Limit, who: &str, now: Timestamp) -> Result<i32> {
    let row: Option<(Timestamp, i32)> = throttles::table
        .find(format!("{}:{who}", limit.action))
        .select((throttles::window_started_at, throttles::used))
        .first(connection)
        .optional()?;
    let fresh_since = now.minus(chrono::Duration::seconds(limit.per_seconds));
    Ok(row.filter(|(started, _)| *started > fresh_since && *started < now.plus(APART)).map_or(0, |(_, used)| used))
}

/// What is used of these limits, in one statement: how often, and when the window ends. A limit whose window does not run is
/// left out.
pub fn standing(connection: &mut Conn, limits: &[Limit], who: &str, now: Timestamp) -> Result<Vec<(Limit, i32, Timestamp)>> {
    let buckets: Vec<String> = limits.iter().map(|limit| format!("{}:{who}", limit.action)).collect();
    let rows: Vec<(String, Timestamp, i32)> = throttles::table
        .filter(throttles::bucket.eq_any(&buckets))
        .select((throttles::bucket, throttles::window_started_at, throttles::used))
        .load(connection)?;
    let standing = limits.iter().zip(&buckets).filter_map(|(limit, bucket)| {
        let (_, started, used) = rows.iter().find(|(name, ..)| name == bucket)?;
        let ends = started.plus(chrono::Duration::seconds(limit.per_seconds));
        (ends > now && *started < now.plus(APART)).then_some((*limit, *used, ends))
    });
    Ok(standing.collect())
}

fn count(connection: &mut Conn, bucket: &str, now: Timestamp, fresh_since: Timestamp) -> Result<(Timestamp, i32)> {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        window_started_at: Timestamp,
        #[diesel(sql_type = diesel::sql_types::Integer)]
        used: i32,
    }
    // `?1` and `$1` differ, so the text stands twice; diesel's upsert has no common form for the two.
    let upsert = |sign: &str| {
        let runs = format!("throttles.window_started_at > {sign}3 AND throttles.window_started_at < {sign}4");
        format!(
            "INSERT INTO throttles (bucket, window_started_at, used) VALUES ({sign}1, {sign}2, 1) \
             ON CONFLICT (bucket) DO UPDATE SET \
             used = CASE WHEN {runs} THEN throttles.used + 1 ELSE 1 END, \
             window_started_at = CASE WHEN {runs} THEN throttles.window_started_at ELSE excluded.window_started_at END \
             RETURNING window_started_at, used"
        )
    };
    let text = match connection {
        Conn::Sqlite(_) => upsert("?"),
        Conn::Postgres(_) => upsert("$"),
    };
    let counted: Counted = on_each!(connection, inner => diesel::sql_query(text)
        .bind::<diesel::sql_types::Text, _>(bucket)
        .bind::<diesel::sql_types::BigInt, _>(now)
        .bind::<diesel::sql_types::BigInt, _>(fresh_since)
        .bind::<diesel::sql_types::BigInt, _>(now.plus(APART))
        .get_result(inner))?;
    Ok((counted.window_started_at, counted.used))
}

/// Forgets windows that ended long ago. Returns how many.
pub fn forget_old(tx: &mut Tx<'_>) -> Result<usize> {
    let before = tx.now().minus(chrono::Duration::days(2));
    Ok(diesel::delete(throttles::table.filter(throttles::window_started_at.lt(before))).execute(tx.conn())?)
}

/// A name for the network address of a request that cannot be turned back and changes with the day. IPv6 by /64, because
/// one household has as many addresses as it likes.
pub fn address_name(address: IpAddr, secret: &[u8], now: Timestamp) -> String {
    let day = now.micros().div_euclid(86_400_000_000);
    let network = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address
            .to_ipv4_mapped()
            .map_or_else(|| address.octets().iter().take(8).copied().collect(), |mapped| mapped.octets().to_vec()),
    };
    let mac = match Hmac::<Sha256>::new_from_slice(secret) {
        Ok(mac) => {
            mac.chain_update(b"address").chain_update(day.to_be_bytes()).chain_update(&network).finalize().into_bytes()
        }
        Err(_) => unreachable!("HMAC takes a key of any length"),
    };
    mac.iter().take(12).fold(String::new(), |name, byte| name + &format!("{byte:02x}"))
}

/// The address of whoever asks: the peer's, or what a trusted proxy says of it (the last entry that is not a proxy).
pub fn address_of(request: &HttpRequest, trusted_proxies: &[IpAddr]) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |address| address.ip());
    if !trusted_proxies.contains(&peer) {
        return peer;
    }
    request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|item| item.trim().parse::<IpAddr>().ok())
        .filter(|address| !trusted_proxies.contains(address))
        .last()
        .unwrap_or(peer)
}
