//! A thread: its posts by pages, the composer at its end, and what its moderators may do with it.

use super::super::model::{Change, Place, Post, ReplyDraft, Thread, Typed};
use super::super::reading::ReadingPositions;
use super::super::recent::RecentPosts;
use super::super::rules::{self, CannotModerate, CannotReply, Lately, Near};
use super::super::store::drafts::{self, Draft};
use super::super::store::shown;
use super::super::{lock, pin, reply, unlock, unpin};
use super::board::{Home, Sent, kept, lost, sent, with_query};
use super::compose::{self, Composer, Composing, Refused};
use super::{are_theirs, asks_whether_changed, composer_href, source_href, tag_of};
use crate::accounts::model::{HereAs, mark_from};
use crate::accounts::rules::AgreeFirst;
use crate::accounts::{Look, Member, Viewer, Visit};
use crate::boards::{self, Audience, Board};
use crate::clock::Timestamp;
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Refusal, Result};
use crate::locale::Moment;
use crate::notifications::{page_of, post_href};
use crate::text;
use crate::web::form::{Form, Path, Query};
use crate::web::page::parts::{self, Answered, Pager};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use shown::{AnsweredPost, ShownPost, ThreadChange, Versions};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// `/threads/812`
#[derive(Debug, Serialize)]
#[allow(clippy::struct_excessive_bools)] // what a page shows
pub struct ThreadPage {
    /// The title, or what stands there if it was taken back.
    pub title: String,
    pub lang: Option<String>,
    pub notes: Vec<String>,
    pub audience_words: String,
    /// How many posts there are, in words.
    pub count_words: String,
    pub is_pinned: bool,
    pub closed: Option<Closed>,
    pub is_archived: bool,
    pub posts: Vec<parts::Post>,
    /// The first post on this page that is new to the reader.
    pub new_from: Option<i64>,
    /// When they were here last.
    pub new_since: Option<Moment>,
    /// Where the first new post stands.
    pub new_href: Option<String>,
    pub new_count: i64,
    /// Where the first post stands, unless it is on this page.
    pub first_href: Option<String>,
    /// Where the last post stands, unless it is on this page.
    pub last_href: Option<String>,
    pub pager: Pager,
    /// The post that was written just now.
    pub posted: Option<i64>,
    pub posted_words: String,
    pub composer: Option<Composer>,
    /// Where the composer stands, if it is not on this page.
    pub composer_href: Option<String>,
    pub is_visitor: bool,
    /// They read along: writing waits until they say yes to the keeping of health data.
    pub reads_along: bool,
    pub moderation: Option<Moderation>,
    pub faults: Vec<Fault>,
}

/// A thread that takes no more replies.
#[derive(Debug, Serialize)]
pub struct Closed {
    pub at: Moment,
    pub reason: String,
}

/// What the board's moderators see below a thread.
#[derive(Debug, Serialize)]
pub struct Moderation {
    /// A form was refused: its fault stands above it.
    pub is_refused: bool,
    pub kept_for: String,
    pub is_locked: bool,
    pub lock_action: String,
    pub lock_reason: String,
    pub is_pinned: bool,
    pub pin_action: String,
    pub pin_reason: String,
    pub log: Vec<LogLine>,
}

/// A measure that was taken.
#[derive(Debug, Serialize)]
pub struct LogLine {
    pub words: String,
    pub by: String,
    pub at: Moment,
    pub reason: String,
}

impl Page for ThreadPage {
    const TEMPLATE: &'static str = "threads/thread.html";
}

/// So much of a post stands where another answers it.
const EXCERPT_CHARS: usize = 220;
/// So much of what people say about themselves stands beside a post.
const ABOUT_CHARS: usize = 60;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ThreadQuery {
    page: String,
    reply_to: String,
    posted: String,
    kept: String,
    /// Number of the draft that stands in the composer, if there are several.
    draft: String,
}

/// Which page was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Number(i32),
    Last,
}

impl Asked {
    fn of(query: &ThreadQuery) -> Result<Self> {
        match (query.page.as_str(), query.reply_to.is_empty() && query.draft.is_empty()) {
            ("", true) => Ok(Self::Number(1)),
            ("", false) => Ok(Self::Last),
            (page, _) => {
                let is_plain = page.len() <= 9 && page.bytes().all(|byte| byte.is_ascii_digit()) && !page.starts_with('0');
                let number = if is_plain { page.parse().ok() } else { None };
                number.map(Self::Number).ok_or(Error::UNSEEN)
            }
        }
    }
}

/// Everything that a page of a thread shows, out of one state of the database.
struct Found {
    thread: Thread,
    board: Board,
    is_moderator: bool,
    versions: Versions,
    page: i32,
    last_page: i32,
    posts: Vec<ShownPost>,
    answered: HashMap<Id<Post>, AnsweredPost>,
    notes: Vec<String>,
    changes: Vec<ThreadChange>,
    read_to: Option<(i32, Timestamp)>,
    /// What is kept for a reply, the one for the composer first.
    drafts: Vec<Draft>,
    /// Reasons of a moderator that came back after signing in.
    reasons: Vec<Draft>,
    near: Option<Near>,
}

/// Who looks.
struct Reader {
    viewer: Viewer,
    member: Option<(Arc<Member>, Lately)>,
    now: Timestamp,
    /// Which draft they want in the composer.
    chosen: Option<Id<Draft>>,
}

impl Reader {
    fn of(visit: &Visit, chosen: Option<Id<Draft>>) -> Self {
        let member = visit.signed_in().map(|member| (Arc::clone(member), compose::lately(visit, member)));
        Self { viewer: visit.viewer(), member, now: visit.now(), chosen }
    }
}

/// For a visitor 2 to 5 statements, for a member 4 to 7; each that is not needed is left out. What is left of a limit is asked
/// for only near one, and never together with the measures of moderators: these have no limits, and a closed thread takes no
/// replies.
fn find(connection: &mut Conn, reader: &Reader, id: Id<Thread>, asked: Asked, answering: Option<Id<Post>>) -> Result<Found> {
    let Reader { viewer, ref member, now, chosen } = *reader;
    let (thread, board, is_moderator, versions) = shown::head(connection, viewer, id)?;
    let last_page = page_of(thread.post_count);
    let page = match asked {
        Asked::Number(number) if number <= last_page => number,
        Asked::Number(_) => return Err(Error::UNSEEN),
        Asked::Last => last_page,
    };
    let posts = shown::posts_of_page(connection, id, page)?;
    let notes =
        if thread.note_count > 0 && thread.withdrawn_at.is_none() { shown::notes(connection, id)? } else { Vec::new() };
    let changes = if is_moderator || thread.locked_at.is_some() { shown::changes(connection, id)? } else { Vec::new() };
    let (mut read_to, mut drafts, mut reasons, mut near) = (None, Vec::new(), Vec::new(), None);
    if let Some((member, lately)) = member {
        read_to = shown::position_of(connection, member.id, id)?;
        let mut places = if page == last_page { vec![Place::Thread(id)] } else { Vec::new() };
        if is_moderator {
            places.extend(measures_of(&thread).into_iter().map(|change| Place::Measure(id, change)));
        }
        if !places.is_empty() {
            (drafts, reasons) = drafts::at(connection, member.id, &places, chosen, now)?
                .into_iter()
                .partition(|draft| draft.place == Place::Thread(id));
        }
        if page == last_page && rules::is_open_for_reply(Some(member), &board, &thread).is_ok() {
            let limits = rules::limits_of_reply(member, is_moderator, thread.author == member.id, now);
            near = compose::near(connection, member, &limits, *lately, now)?;
        }
    }
    let drafted = drafts.first().and_then(|draft| compose::in_reply_to(&draft.typed));
    let mut about: Vec<Id<Post>> = answering.into_iter().chain(drafted).collect();
    let answers: Vec<Id<Post>> =
        posts.iter().filter(|post| post.withdrawn_at.is_none()).filter_map(|post| post.in_reply_to).collect();
    let found = match (about.is_empty(), answers.is_empty()) {
        (true, true) => Vec::new(),
        (true, false) => shown::answered_on_page(connection, id, page)?,
        (false, _) => {
            about.extend(answers);
            about.sort_unstable();
            about.dedup();
            shown::answered(connection, id, &about)?
        }
    };
    let answered = found.into_iter().map(|post| (post.id, post)).collect();
    Ok(Found {
        thread,
        board,
        is_moderator,
        versions,
        page,
        last_page,
        posts,
        answered,
        notes,
        changes,
        read_to,
        drafts,
        reasons,
        near,
    })
}

/// What moderators may do with it now.
fn measures_of(thread: &Thread) -> [Change; 2] {
    [
        if thread.locked_at.is_some() { Change::Unlocked } else { Change::Locked },
        if thread.pinned_at.is_some() { Change::Unpinned } else { Change::Pinned },
    ]
}

pub async fn show_thread(visit: Visit, thread: Path<Id<Thread>>, query: Query<ThreadQuery>) -> Result<HttpResponse> {
    show(&visit, thread.0, None, &query.0).await
}

pub async fn show_thread_with_slug(
    visit: Visit,
    path: Path<(Id<Thread>, String)>,
    query: Query<ThreadQuery>,
) -> Result<HttpResponse> {
    let (thread, slug) = path.0;
    show(&visit, thread, Some(&slug), &query.0).await
}

async fn show(visit: &Visit, id: Id<Thread>, slug: Option<&str>, query: &ThreadQuery) -> Result<HttpResponse> {
    let viewer = visit.viewer();
    if asks_whether_changed(visit) {
        let versions = visit.site.db.read(move |connection| shown::versions(connection, viewer, id)).await?;
        if let Some(versions) = versions
            && let Some(known) = visit.is_known(&thread_tag(visit, &versions)?)
        {
            return Ok(known);
        }
    }
    let asked = Asked::of(query)?;
    let typed = Typed { in_reply_to: query.reply_to.clone(), ..Typed::default() };
    let answering = compose::in_reply_to(&typed);
    let reader = Reader::of(visit, compose::chosen(&query.draft));
    let mut found = visit.site.db.read(move |connection| find(connection, &reader, id, asked, answering)).await?;
    let href = found.thread.href();
    if slug.is_some_and(|slug| href != format!("/threads/{id}/{slug}")) {
        return visit.go_to(&with_query(&href, visit));
    }
    let mut composing = Composing::from_drafts(std::mem::take(&mut found.drafts), query.kept == "1");
    composing.near = found.near;
    if answering.is_some() {
        composing.typed.in_reply_to = typed.in_reply_to;
    }
    let posted = query.posted.parse().ok();
    let is_public = found.thread.audience == Audience::Public;
    let tag = if is_public { Some(thread_tag(visit, &found.versions)?) } else { None };
    let response = answer(visit, found, composing, posted, None, StatusCode::OK)?;
    Ok(match tag {
        Some(tag) => visit.tagged(response, &tag),
        None => response,
    })
}

fn thread_tag(visit: &Visit, versions: &Versions) -> Result<String> {
    let mut beside = DefaultHasher::new();
    versions.hash(&mut beside);
    tag_of(visit, &format!("t{}-{:x}", versions.thread, beside.finish()))
}

/// The page again, its composer as it was sent.
async fn again(
    visit: &Visit,
    id: Id<Thread>,
    composing: Composing,
    refused_moderation: Option<RefusedMeasure>,
    status: StatusCode,
) -> Result<HttpResponse> {
    let reader = Reader::of(visit, None);
    let answering = compose::in_reply_to(&composing.typed);
    let mut found = visit.site.db.read(move |connection| find(connection, &reader, id, Asked::Last, answering)).await?;
    let composing = match refused_moderation {
        // A moderator's reason was refused; what they were writing themselves stands as it was kept.
        Some(_) => Composing::from_drafts(std::mem::take(&mut found.drafts), false),
        None => composing.beside(std::mem::take(&mut found.drafts)),
    };
    let composing = Composing { near: found.near, ..composing };
    answer(visit, found, composing, None, refused_moderation, status)
}

// ---------------------------------------------------------------- the page

fn answer(
    visit: &Visit,
    found: Found,
    composing: Composing,
    posted: Option<i64>,
    refused: Option<RefusedMeasure>,
    status: StatusCode,
) -> Result<HttpResponse> {
    let look = Look {
        is_for_everybody: found.thread.audience == Audience::Public,
        ..Look::at("boards")
            .below("/boards", visit.say("shared-boards")?)
            .below(boards::href(&found.board), found.board.name.clone())
    };
    let page = thread_page(visit, found, composing, posted, refused)?;
    visit.answer(status, look, &page)
}

#[allow(clippy::needless_pass_by_value)] // spent here: a page is built of them once
fn thread_page(
    visit: &Visit,
    found: Found,
    composing: Composing,
    posted: Option<i64>,
    refused: Option<RefusedMeasure>,
) -> Result<ThreadPage> {
    let Found {
        thread,
        board,
        is_moderator,
        versions: _,
        page,
        last_page,
        posts,
        answered,
        notes,
        changes,
        read_to,
        drafts: _,
        reasons,
        near: _,
    } = found;
    let href = thread.href();
    let member = visit.signed_in();
    let may_reply = rules::is_open_for_reply(member.map(|member| &**member), &board, &thread);
    let is_open = may_reply.is_ok();
    let news = News::of(visit, &thread, &posts, read_to);
    let context = Context { thread: &thread, href: &href, page, answered: &answered, is_moderator, is_open };
    let shown_posts = posts.iter().map(|post| context.post(visit, post)).collect::<Result<Vec<_>>>()?;
    let posted = posted.filter(|posted| {
        posts.iter().any(|post| i64::from(post.position) == *posted && member.is_some_and(|member| member.id == post.author))
    });

    let mut faults = composing.faults.clone();
    faults.extend(refused.iter().map(|refused| refused.fault.clone()));
    let has_words = !composing.faults.is_empty() || composing.preview.is_some();
    let composer = match member {
        // After a refusal the words stand there even if the thread was closed meanwhile.
        Some(member) if page == last_page && (is_open || has_words) => {
            Some(reply_composer(visit, member, &context, &board, composing)?)
        }
        _ => None,
    };
    let closed = match (thread.locked_at, changes.iter().find(|change| change.change == Change::Locked)) {
        (Some(at), change) => {
            Some(Closed { at: visit.moment(at), reason: change.map(|change| change.reason.clone()).unwrap_or_default() })
        }
        (None, _) => None,
    };
    let posted_words = match posted {
        Some(1) => visit.say("threads-posted-thread")?,
        Some(_) => visit.say("threads-posted-reply")?,
        None => String::new(),
    };
    let title = match thread.shown_title() {
        Some(title) => title.to_owned(),
        None => visit.say("threads-stood-here")?,
    };
    let pager = Pager::numbered(
        i64::from(page),
        i64::from(last_page),
        |page| if page == 1 { href.clone() } else { format!("{href}?page={page}") },
        visit.say("threads-earlier-posts")?,
        visit.say("threads-later-posts")?,
    );
    Ok(ThreadPage {
        lang: boards::pages::lang_of(visit, &thread.language).filter(|_| thread.withdrawn_at.is_none()),
        title,
        notes,
        audience_words: boards::pages::audience_words(visit, thread.audience, thread.organisation_reads)?,
        count_words: visit.say_with("threads-count", &[("count", i64::from(thread.reply_count).into())])?,
        is_pinned: thread.pinned_at.is_some(),
        closed,
        is_archived: board.archived_at.is_some(),
        posts: shown_posts,
        new_from: news.from_here,
        new_since: news.since.map(|since| visit.moment(since)),
        new_href: news.first.map(|first| if news.from_here.is_some() { "#new".to_owned() } else { post_href(&href, first) }),
        new_count: news.count,
        first_href: (page > 1).then(|| post_href(&href, 1)),
        last_href: (page < last_page).then(|| post_href(&href, thread.post_count)),
        pager,
        posted,
        posted_words,
        composer_href: (member.is_some() && is_open && page < last_page)
            .then(|| composer_href(thread.id, thread.post_count)),
        composer,
        is_visitor: member.is_none(),
        reads_along: may_reply == Err(CannotReply::AgreeFirst(AgreeFirst::Health)),
        moderation: if is_moderator {
            Some(moderation(visit, &thread, &changes, &reasons, refused.as_ref())?)
        } else {
            None
        },
        faults,
    })
}

/// What is new to the reader.
#[derive(Debug, Default, PartialEq, Eq)]
struct News {
    /// The first new position, anywhere.
    first: Option<i32>,
    /// The first new position on this page, if it does not begin the page's thread.
    from_here: Option<i64>,
    since: Option<Timestamp>,
    count: i64,
}

impl News {
    /// Remembers, too, that they see this page now: in memory, the worker writes it.
    fn of(visit: &Visit, thread: &Thread, posts: &[ShownPost], stored: Option<(i32, Timestamp)>) -> Self {
        let Some(member) = visit.signed_in() else { return Self::default() };
        let memory = visit.site.kept::<ReadingPositions>();
        let in_memory = memory.of(member.id, thread.id);
        let read_to = if in_memory.map(|read| read.0) > stored.map(|read| read.0) { in_memory } else { stored };
        if let Some(last) = posts.last() {
            memory.note(member.id, thread.id, last.position, visit.now());
        }
        let Some((read, since)) = read_to else { return Self::default() };
        Self::since(
            read,
            since,
            thread.post_count,
            posts.first().map_or(1, |post| post.position),
            posts.last().map_or(1, |post| post.position),
        )
    }

    fn since(read: i32, since: Timestamp, post_count: i32, first_here: i32, last_here: i32) -> Self {
        if read >= post_count {
            return Self::default();
        }
        let first = read + 1;
        let is_here = (first_here..=last_here).contains(&first);
        Self {
            first: Some(first),
            from_here: is_here.then_some(i64::from(first)),
            since: Some(since),
            count: i64::from(post_count - read),
        }
    }
}

/// What every post of a page is shown with.
struct Context<'a> {
    thread: &'a Thread,
    href: &'a str,
    page: i32,
    answered: &'a HashMap<Id<Post>, AnsweredPost>,
    is_moderator: bool,
    is_open: bool,
}

impl Context<'_> {
    fn post(&self, visit: &Visit, post: &ShownPost) -> Result<parts::Post> {
        let member = visit.signed_in();
        let is_gone = post.withdrawn_at.is_some();
        let is_own = member.is_some_and(|member| member.id == post.author);
        let number = i64::from(post.position);
        let gone_words = if is_gone {
            Some(visit.say_with("threads-gone", &[("name", post.writer.handle.clone().into())])?)
        } else {
            None
        };
        let may_reply = member.is_some() && self.is_open && !is_gone;
        Ok(parts::Post {
            number,
            permalink: post_href(self.href, post.position),
            byline: post.writer.handle.clone(),
            byline_href: member.map(|_| format!("/people/{}", post.author)),
            mark: mark_from(&post.writer.mark, &post.writer.mark_colour),
            // Visitors see no profiles, and a copy of the page that they hold does not change with one.
            about: if is_gone || member.is_none() { Vec::new() } else { about(visit, post)? },
            written: visit.moment(post.posted_at),
            edited: post.edited_at.filter(|_| !is_gone).map(|at| visit.moment(at)),
            stance: post.stance.word(),
            stance_words: parts::stance_words(visit.locale(), post.stance.word())?,
            lang: boards::pages::lang_of(visit, &self.thread.language),
            body_html: if is_gone { String::new() } else { post.body_html.as_str().to_owned() },
            source: (!is_gone && !post.source.is_empty()).then(|| post.source.clone()),
            source_href: if is_gone { None } else { source_href(&post.source) },
            answers: match post.in_reply_to.filter(|_| !is_gone).and_then(|id| self.answered.get(&id)) {
                Some(answered) => Some(self.answers(visit, answered)?),
                None => None,
            },
            gone_words,
            reply_href: may_reply.then(|| format!("/threads/{}?reply_to={}#reply", self.thread.id, post.id)),
            report_href: (member.is_some() && !is_own && !is_gone).then(|| format!("/posts/{}/reports", post.id)),
            edit_href: (is_own && !is_gone).then(|| format!("/posts/{}/edit", post.id)),
            withdraw_href: (is_own && !is_gone).then(|| format!("/posts/{}/withdrawal", post.id)),
            revisions_href: (post.edited_at.is_some() && !is_gone && (is_own || self.is_moderator))
                .then(|| format!("/posts/{}/revisions", post.id)),
        })
    }

    fn answers(&self, visit: &Visit, answered: &AnsweredPost) -> Result<Answered> {
        let href = if page_of(answered.position) == self.page {
            format!("#p{}", answered.position)
        } else {
            post_href(self.href, answered.position)
        };
        Ok(Answered {
            byline: answered.byline.clone(),
            number: i64::from(answered.position),
            href,
            excerpt: if answered.withdrawn_at.is_some() {
                visit.say("threads-gone-excerpt")?
            } else {
                text::excerpt(&answered.body_html, EXCERPT_CHARS)
            },
        })
    }
}

/// What somebody chose to show of themselves, in a line or two.
fn about(visit: &Visit, post: &ShownPost) -> Result<Vec<String>> {
    let writer = &post.writer;
    let mut lines = Vec::new();
    let first_line = writer.about.lines().next().unwrap_or_default().trim();
    if writer.shows_about && !first_line.is_empty() && first_line.chars().count() <= ABOUT_CHARS {
        lines.push(first_line.to_owned());
    } else if writer.shows_here_as && writer.here_as != HereAs::Unsaid {
        lines.push(visit.say(&format!("threads-here-as-{}", writer.here_as.word()))?);
    }
    if writer.is_mentor {
        lines.push(visit.say("threads-mentor")?);
    }
    Ok(lines)
}

fn reply_composer(
    visit: &Visit,
    member: &Member,
    context: &Context<'_>,
    board: &Board,
    composing: Composing,
) -> Result<Composer> {
    let thread = context.thread;
    let answered = compose::in_reply_to(&composing.typed).and_then(|id| context.answered.get(&id));
    let answers = answered.map(|answered| context.answers(visit, answered)).transpose()?;
    let composer = compose::composer(
        visit,
        member,
        Place::Thread(thread.id),
        format!("/threads/{}/replies#reply", thread.id),
        composing,
    )?;
    Ok(Composer {
        rules: board.rules.clone(),
        audience_words: boards::pages::audience_words(visit, thread.audience, thread.organisation_reads)?,
        in_reply_to: if answers.is_some() { composer.in_reply_to.clone() } else { String::new() },
        answers_nobody_href: composer_href(thread.id, thread.post_count),
        answers,
        ..composer
    })
}

fn moderation(
    visit: &Visit,
    thread: &Thread,
    changes: &[ThreadChange],
    reasons: &[Draft],
    refused: Option<&RefusedMeasure>,
) -> Result<Moderation> {
    let (is_locked, is_pinned) = (thread.locked_at.is_some(), thread.pinned_at.is_some());
    let action = |what: &str, is_so: bool| format!("/threads/{}/{what}{}", thread.id, if is_so { "/removal" } else { "" });
    let log = changes
        .iter()
        .map(|change| {
            let words = visit.say(&format!("threads-change-{}", change.change.word()))?;
            Ok(LogLine { words, by: change.by.clone(), at: visit.moment(change.at), reason: change.reason.clone() })
        })
        .collect::<Result<_>>()?;
    // What was sent and refused, else what came back after signing in.
    let typed = |field: &str, change: Change| {
        let sent = refused.filter(|refused| refused.fault.field == field).map(|refused| refused.reason.clone());
        let kept = reasons.iter().find(|draft| draft.place == Place::Measure(thread.id, change));
        sent.or_else(|| kept.map(|draft| draft.typed.body.clone())).unwrap_or_default()
    };
    let [lock, pin] = measures_of(thread);
    Ok(Moderation {
        is_refused: refused.is_some(),
        kept_for: visit.kept_for(),
        is_locked,
        lock_action: action("lock", is_locked),
        lock_reason: typed("lock_reason", lock),
        is_pinned,
        pin_action: action("pin", is_pinned),
        pin_reason: typed("pin_reason", pin),
        log,
    })
}

// ---------------------------------------------------------------- replying

pub async fn create_reply(visit: Visit, thread: Path<Id<Thread>>, form: Form<Typed>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let id = thread.0;
    let place = Place::Thread(id);
    // No draft has this number, but the query leads to the end of the thread, where the composer stands.
    let home = Home { place, path: format!("/threads/{id}?draft=0&"), fragment: "#reply" };
    let typed = match sent(&visit, &member, &home, form).await? {
        Sent::Done(response) => return Ok(response),
        Sent::Typed(typed) => typed,
    };
    let said = match compose::said(&visit, &member, &typed)? {
        Ok(said) => said,
        Err(faults) => {
            let composing = kept(&visit, &member, place, Composing::sent(typed.clone(), faults, None)).await?;
            return match again(&visit, id, composing, None, StatusCode::UNPROCESSABLE_ENTITY).await {
                Err(error) => lost(&visit, &member, place, typed, error).await,
                shown => shown,
            };
        }
    };
    if typed.wants == "draft" {
        return Err(Refusal::TooLarge.into());
    }
    if typed.wants == "preview" {
        let (viewer, words) = (visit.viewer(), said);
        let thread = visit.site.db.read(move |connection| super::super::store::thread_seen_by(connection, viewer, id)).await;
        return match thread {
            Ok(thread) => {
                let preview = Some(compose::preview(&visit, &words, None, &thread.language));
                let composing = kept(&visit, &member, place, Composing::sent(typed, Vec::new(), preview)).await?;
                again(&visit, id, composing, None, StatusCode::OK).await
            }
            Err(error) => lost(&visit, &member, place, typed, error).await,
        };
    }
    let draft =
        ReplyDraft { in_reply_to: compose::in_reply_to(&typed), said, submission_id: compose::submission_id(&typed)? };
    let placed = {
        let member = Arc::clone(&member);
        visit.site.db.write(move |tx| reply(tx, &member, id, &draft)).await
    };
    match placed {
        Ok(placed) => {
            visit.site.kept::<RecentPosts>().note(member.id, visit.now());
            let page = match page_of(placed.position) {
                1 => String::new(),
                page => format!("page={page}&"),
            };
            visit.go_to(&format!("/threads/{id}?{page}posted={position}#p{position}", position = placed.position))
        }
        Err(error @ Error::Refused(Refusal::Unseen)) => lost(&visit, &member, place, typed, error).await,
        Err(error) => {
            let refused = Refused::of(&visit, error)?;
            let composing = Composing::sent(typed, vec![refused.fault.clone()], None);
            let composing = kept(&visit, &member, place, composing).await?;
            Ok(refused.mark(again(&visit, id, composing, None, refused.status).await?))
        }
    }
}

// ---------------------------------------------------------------- moderators

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReasonForm {
    lock_reason: String,
    pin_reason: String,
    kept_for: String,
}

/// A measure that was refused, with the reason as typed.
struct RefusedMeasure {
    fault: Fault,
    reason: String,
}

/// One of the four verbs.
type Measure = fn(&mut Tx<'_>, &Member, Id<Thread>, &str) -> Result<()>;

pub async fn create_lock(visit: Visit, thread: Path<Id<Thread>>, form: Form<ReasonForm>) -> Result<HttpResponse> {
    let ReasonForm { lock_reason, kept_for, .. } = form.fields()?;
    measure(visit, thread.0, &kept_for, ("lock_reason", lock_reason), lock).await
}

pub async fn remove_lock(visit: Visit, thread: Path<Id<Thread>>, form: Form<ReasonForm>) -> Result<HttpResponse> {
    let ReasonForm { lock_reason, kept_for, .. } = form.fields()?;
    measure(visit, thread.0, &kept_for, ("lock_reason", lock_reason), unlock).await
}

pub async fn create_pin(visit: Visit, thread: Path<Id<Thread>>, form: Form<ReasonForm>) -> Result<HttpResponse> {
    let ReasonForm { pin_reason, kept_for, .. } = form.fields()?;
    measure(visit, thread.0, &kept_for, ("pin_reason", pin_reason), pin).await
}

pub async fn remove_pin(visit: Visit, thread: Path<Id<Thread>>, form: Form<ReasonForm>) -> Result<HttpResponse> {
    let ReasonForm { pin_reason, kept_for, .. } = form.fields()?;
    measure(visit, thread.0, &kept_for, ("pin_reason", pin_reason), unpin).await
}

async fn measure(
    visit: Visit,
    id: Id<Thread>,
    kept_for: &str,
    (field, reason): (&'static str, String),
    measure: Measure,
) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    are_theirs(&visit, &member, kept_for)?;
    let taken = {
        let reason = reason.clone();
        visit.site.db.write(move |tx| measure(tx, &member, id, &reason)).await
    };
    match taken {
        Ok(()) => visit.go_to(&format!("/threads/{id}")),
        Err(Error::Refused(Refusal::Forbidden(sentence))) if sentence != CannotModerate::NotAModerator.sentence() => {
            let fault = visit.fault(field, &sentence)?;
            again(&visit, id, Composing::default(), Some(RefusedMeasure { fault, reason }), StatusCode::UNPROCESSABLE_ENTITY)
                .await
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_begins_after_what_was_read() {
        let then = Timestamp::from_micros(1);
        assert_eq!(News::since(7, then, 7, 1, 7), News::default());
        let here = News::since(5, then, 7, 1, 7);
        assert_eq!((here.first, here.from_here, here.count), (Some(6), Some(6), 2));
        let elsewhere = News::since(5, then, 45, 41, 45);
        assert_eq!((elsewhere.first, elsewhere.from_here, elsewhere.count), (Some(6), None, 40));
    }

    #[test]
    fn a_page_is_asked_for_by_a_plain_number() {
        let asked = |page: &str, reply_to: &str| {
            Asked::of(&ThreadQuery { page: page.into(), reply_to: reply_to.into(), ..ThreadQuery::default() })
        };
        assert_eq!(asked("", "").ok(), Some(Asked::Number(1)));
        assert_eq!(asked("12", "").ok(), Some(Asked::Number(12)));
        assert_eq!(asked("", "4021").ok(), Some(Asked::Last));
        for nonsense in ["0", "-1", "+1", "1e3", "99999999999999999999", "two", " 1"] {
            assert!(asked(nonsense, "").is_err(), "{nonsense:?}");
        }
    }
}
