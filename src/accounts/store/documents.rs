//! The texts that hold here, and who has to agree to them.

use crate::accounts::model::{DocumentKind, DocumentText, DocumentVersion, Member, PresentDocument};
use crate::accounts::rules::{MayAgree, MayPublish};
use crate::clock::Timestamp;
use crate::db::schema::{documents, members, present_documents};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::locked;
use crate::text::{PostSource, SafeHtml};
use diesel::IntoSql;
use diesel::prelude::*;
use diesel::sql_types::Integer;

type PresentRow = (DocumentKind, i32, i32);
type VersionRow = (DocumentKind, i32, String, Timestamp);

const PRESENT: (present_documents::kind, present_documents::version, present_documents::asked_version) =
    (present_documents::kind, present_documents::version, present_documents::asked_version);
const VERSION: (documents::kind, documents::version, documents::changed, documents::published_at) =
    (documents::kind, documents::version, documents::changed, documents::published_at);

fn present_of((kind, version, asked_version): PresentRow) -> PresentDocument {
    PresentDocument { kind, version, asked_version }
}

fn version_of((kind, version, changed, published_at): VersionRow) -> DocumentVersion {
    DocumentVersion { kind, version, changed, published_at }
}

/// Which versions hold.
pub fn present(connection: &mut Conn) -> Result<Vec<PresentDocument>> {
    let rows: Vec<PresentRow> = present_documents::table.select(PRESENT).load(connection)?;
    Ok(in_order(rows))
}

/// The same, held until the end of the transaction: nobody publishes meanwhile.
pub fn lock_present(tx: &mut Tx<'_>) -> Result<Vec<PresentDocument>> {
    let query = present_documents::table.order(present_documents::kind).select(PRESENT);
    let rows: Vec<PresentRow> = locked!(tx.conn(), inner, query => load)?;
    Ok(in_order(rows))
}

/// As they are listed everywhere: rules, privacy, disclaimer.
fn in_order(rows: Vec<PresentRow>) -> Vec<PresentDocument> {
    let mut present: Vec<PresentDocument> = rows.into_iter().map(present_of).collect();
    present.sort_by_key(|document| document.kind);
    present
}

/// The version of that number, 0 for the one that holds, and which one that is. No words: the text comes with the program, or
/// there is no such version.
pub fn shown(connection: &mut Conn, kind: DocumentKind, version: i32) -> Result<(i32, Option<DocumentText>)> {
    type Row = (i32, Option<(VersionRow, PostSource, SafeHtml)>);
    let wanted = documents::version
        .eq(version)
        .or(version.into_sql::<Integer>().eq(0).and(documents::version.eq(present_documents::version)));
    let (present, text): Row = present_documents::table
        .left_join(documents::table.on(documents::kind.eq(present_documents::kind).and(wanted)))
        .filter(present_documents::kind.eq(kind))
        .select((present_documents::version, (VERSION, documents::source, documents::html).nullable()))
        .first(connection)?;
    let text = text.map(|(about, source, html)| DocumentText { about: version_of(about), source, html });
    Ok((present, text))
}

/// Every published version, oldest first.
pub fn versions(connection: &mut Conn) -> Result<Vec<DocumentVersion>> {
    let rows: Vec<VersionRow> =
        documents::table.order((documents::kind, documents::version)).select(VERSION).load(connection)?;
    Ok(rows.into_iter().map(version_of).collect())
}

/// Which versions hold, since when and by whom; nobody for those that come with the program.
pub fn present_with_publisher(connection: &mut Conn) -> Result<Vec<(PresentDocument, Option<(Timestamp, String)>)>> {
    let of_present = documents::kind.eq(present_documents::kind).and(documents::version.eq(present_documents::version));
    let rows: Vec<(PresentRow, Option<Timestamp>, Option<String>)> = present_documents::table
        .left_join(documents::table.on(of_present))
        .left_join(members::table.on(members::id.nullable().eq(documents::published_by.nullable())))
        .select((PRESENT, documents::published_at.nullable(), members::handle.nullable()))
        .load(connection)?;
    let mut present: Vec<_> = rows.into_iter().map(|(row, at, by)| (present_of(row), at.zip(by))).collect();
    present.sort_by_key(|(document, _)| document.kind);
    Ok(present)
}

/// Who published that version.
pub fn publisher(connection: &mut Conn, kind: DocumentKind, version: i32) -> Result<Option<Id<Member>>> {
    let version = documents::table
        .filter(documents::kind.eq(kind).and(documents::version.eq(version)))
        .select(documents::published_by);
    Ok(version.first(connection).optional()?)
}

/// Publishes the next version and, if it asks, has everybody asked. `None` if somebody published after the version that it
/// began from.
pub fn publish(tx: &mut Tx<'_>, permit: MayPublish) -> Result<Option<i32>> {
    let (publication, by) = permit.spend();
    let (version, now) = (publication.base_version.saturating_add(1), tx.now());
    let base =
        present_documents::table.find(publication.kind).filter(present_documents::version.eq(publication.base_version));
    let raised = diesel::update(base).set(present_documents::version.eq(version)).execute(tx.conn())?;
    if raised != 1 {
        return Ok(None);
    }
    diesel::insert_into(documents::table)
        .values((
            documents::kind.eq(publication.kind),
            documents::version.eq(version),
            documents::source.eq(&publication.source),
            documents::html.eq(&publication.html),
            documents::changed.eq(&publication.changed),
            documents::published_by.eq(by),
            documents::published_at.eq(now),
        ))
        .execute(tx.conn())?;
    if publication.asks {
        diesel::update(present_documents::table.find(publication.kind))
            .set(present_documents::asked_version.eq(version))
            .execute(tx.conn())?;
        // Those, too, who are asked already: one of them may be agreeing at this moment, and has not seen this version.
        diesel::update(members::table).set(members::must_agree.eq(true)).execute(tx.conn())?;
    }
    Ok(Some(version))
}

/// Writes down what somebody agreed to; nothing is left to ask them.
pub fn note_agreement(tx: &mut Tx<'_>, member: Id<Member>, permit: MayAgree) -> Result<()> {
    for (consent, version) in permit.spend() {
        super::insert_consent(tx, member, consent, &version.to_string())?;
    }
    set_must_agree(tx, member, false)
}

/// Says whether somebody has to agree before they write.
pub fn set_must_agree(tx: &mut Tx<'_>, member: Id<Member>, must_agree: bool) -> Result<()> {
    diesel::update(members::table.find(member)).set(members::must_agree.eq(must_agree)).execute(tx.conn())?;
    Ok(())
}
