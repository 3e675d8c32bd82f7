//! What may happen on a board. Pure: no database, no HTTP, no clock.
//!
//! A permit cannot be made anywhere else:
//!
//! ```compile_fail,E0451
//! use alongside::boards::{Board, rules::MayAsk};
//! use alongside::accounts::Member;
//! use alongside::db::Id;
//! fn forged(board: Id<Board>, member: Id<Member>) -> MayAsk {
//!     MayAsk { board, member }
//! }
//! ```
//!
//! It is given by the rule:
//!
//! ```
//! use alongside::boards::{Access, Board, Request, rules::{self, CannotAsk, MayAsk}};
//! use alongside::accounts::Member;
//! fn given(member: &Member, board: &Board, access: Access, latest: Option<&Request>) -> Result<MayAsk, CannotAsk> {
//!     rules::may_ask(member, board, access, latest)
//! }
//! ```

use super::model::{Access, Audience, Board, BoardDraft, Kind, Request};
use crate::accounts::rules::{self as accounts_rules, AgreeFirst};
use crate::accounts::{Member, Viewer};
use crate::db::Id;
use crate::languages;
use crate::text::{self, line};

/// The longest name of a board, in characters.
pub const NAME_MAX_CHARS: usize = 80;
/// The longest purpose line, in characters.
pub const PURPOSE_MAX_CHARS: usize = 300;
/// The longest of the rules above the composer, in characters.
pub const RULE_MAX_CHARS: usize = 150;
/// Rules above the composer. Three are read; ten are not.
pub const RULES_MAX: usize = 3;
/// The longest content note, in characters.
pub const NOTE_MAX_CHARS: usize = 60;
/// Content notes of one board.
pub const NOTES_MAX: usize = 30;
/// The longest words to moderators, and the longest reason they give, in characters.
pub const WORDS_MAX_CHARS: usize = 1_000;

/// What somebody sees of a board; nothing at all if not even its front.
///
/// People who work for the organisation see the front only of a board that the organisation does not read, unless they
/// moderate it; a public board is everybody's.
pub fn access(board: &Board, viewer: Viewer, is_board_member: bool, is_moderator: bool) -> Option<Access> {
    let Viewer::Member { works_for_organisation, .. } = viewer else {
        return board.is_public().then(|| Access { may_read: true, ..Access::default() });
    };
    let is_open_to_staff = board.organisation_reads || !works_for_organisation;
    let may_read = match board.audience {
        Audience::Public => true,
        Audience::Members => is_open_to_staff,
        Audience::BoardMembers => is_open_to_staff && is_board_member,
    };
    Some(Access { may_read: may_read || is_moderator, is_board_member, is_moderator })
}

// ------------------------------------------------------------------ asking and leaving

/// The right to ask once to be let in.
#[derive(Debug)]
pub struct MayAsk {
    board: Id<Board>,
    member: Id<Member>,
}

/// Why somebody cannot ask to be let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotAsk {
    /// They read it already, or nobody is let in one by one.
    OpenAlready,
    /// Nobody writes there any more.
    Archived,
    /// The organisation does not read it, and they work for it.
    ClosedToStaff,
    /// They asked, and nobody has decided yet.
    AskedAlready,
    /// They have to agree to something first.
    AgreeFirst(AgreeFirst),
}

impl CannotAsk {
    /// The sentence that says so.
    pub fn key(self) -> &'static str {
        match self {
            Self::OpenAlready => "boards-ask-open-already",
            Self::Archived => "boards-ask-archived",
            Self::ClosedToStaff => "boards-ask-closed-to-staff",
            Self::AskedAlready => "boards-ask-asked-already",
            Self::AgreeFirst(first) => first.key(),
        }
    }
}

/// A member may ask to be let into a board that lets people in and is closed to them. `latest` is their last request there.
pub fn may_ask(member: &Member, board: &Board, access: Access, latest: Option<&Request>) -> Result<MayAsk, CannotAsk> {
    if board.archived_at.is_some() {
        return Err(CannotAsk::Archived);
    }
    if access.may_read {
        return Err(CannotAsk::OpenAlready);
    }
    if member.works_for_organisation && !board.organisation_reads {
        return Err(CannotAsk::ClosedToStaff);
    }
    if latest.is_some_and(Request::is_open) {
        return Err(CannotAsk::AskedAlready);
    }
    accounts_rules::may_write(member).map_err(CannotAsk::AgreeFirst)?;
    Ok(MayAsk { board: board.id, member: member.id })
}

impl MayAsk {
    /// Where, and who.
    pub fn spend(self) -> (Id<Board>, Id<Member>) {
        (self.board, self.member)
    }
}

/// The right to take one person off a board's members.
#[derive(Debug)]
pub struct MayTakeOut {
    board: Id<Board>,
    member: Id<Member>,
}

impl MayTakeOut {
    /// Where, and whom.
    pub fn spend(self) -> (Id<Board>, Id<Member>) {
        (self.board, self.member)
    }
}

/// Everybody may leave.
pub fn may_leave(member: &Member, board: Id<Board>) -> MayTakeOut {
    MayTakeOut { board, member: member.id }
}

// ------------------------------------------------------------------ deciding

/// Why somebody cannot decide who is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotDecide {
    /// They do not moderate that board. What else they are does not matter.
    NotModerator,
    /// It is about themselves.
    OwnMatter,
    /// Somebody was faster, or it was taken back.
    DecidedAlready,
}

/// The right to decide one request.
#[derive(Debug)]
pub struct MayDecide {
    request: Id<Request>,
    by: Id<Member>,
}

impl MayDecide {
    /// Which, and who.
    pub fn spend(self) -> (Id<Request>, Id<Member>) {
        (self.request, self.by)
    }
}

/// A moderator of the board may decide an open request of somebody else.
pub fn may_decide(by: Id<Member>, moderates: bool, request: &Request) -> Result<MayDecide, CannotDecide> {
    about_somebody_else(by, moderates, request.member)?;
    if !request.is_open() {
        return Err(CannotDecide::DecidedAlready);
    }
    Ok(MayDecide { request: request.id, by })
}

/// The right to let one person into one board.
#[derive(Debug)]
pub struct MayLetIn {
    board: Id<Board>,
    member: Id<Member>,
}

impl MayLetIn {
    /// Where, and whom.
    pub fn spend(self) -> (Id<Board>, Id<Member>) {
        (self.board, self.member)
    }
}

/// A moderator of the board may let somebody else in.
pub fn may_let_in(by: Id<Member>, moderates: bool, board: Id<Board>, member: Id<Member>) -> Result<MayLetIn, CannotDecide> {
    about_somebody_else(by, moderates, member)?;
    Ok(MayLetIn { board, member })
}

/// The program itself (demo, command line) lets somebody in.
pub(super) fn program_may_let_in(board: Id<Board>, member: Id<Member>) -> MayLetIn {
    MayLetIn { board, member }
}

/// A moderator of the board may take somebody else out.
pub fn may_take_out(
    by: Id<Member>,
    moderates: bool,
    board: Id<Board>,
    member: Id<Member>,
) -> Result<MayTakeOut, CannotDecide> {
    about_somebody_else(by, moderates, member)?;
    Ok(MayTakeOut { board, member })
}

fn about_somebody_else(by: Id<Member>, moderates: bool, member: Id<Member>) -> Result<(), CannotDecide> {
    match (moderates, by == member) {
        (false, _) => Err(CannotDecide::NotModerator),
        (true, true) => Err(CannotDecide::OwnMatter),
        (true, false) => Ok(()),
    }
}

/// Why, as it is told to the person: 1 to [`WORDS_MAX_CHARS`] characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Takes what was typed.
    pub fn parse(typed: &str) -> Result<Self, WordsFault> {
        let words = plain_words(typed)?;
        if words.is_empty() { Err(WordsFault::Missing) } else { Ok(Self(words)) }
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why words to or from moderators cannot stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordsFault {
    /// A reason is needed.
    Missing,
    /// Longer than [`WORDS_MAX_CHARS`].
    TooLong,
}

impl WordsFault {
    /// The sentence that says so.
    pub fn key(self) -> &'static str {
        match self {
            Self::Missing => "boards-reason-missing",
            Self::TooLong => "boards-words-too-long",
        }
    }
}

/// Several lines as a person typed them, cleaned; may be empty.
pub fn plain_words(typed: &str) -> Result<String, WordsFault> {
    text::plain_words(typed, WORDS_MAX_CHARS).ok_or(WordsFault::TooLong)
}

// ------------------------------------------------------------------ administration

/// The right to change boards.
#[derive(Debug)]
pub struct MayChange(());

impl MayChange {
    /// Used up by the one write that it is for.
    pub fn spend(self) {}
}

/// Why somebody cannot change boards, or cannot be given one to moderate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotChange {
    /// Administrators do that.
    NotAdministrator,
    /// Whoever moderates a board has the role of moderator first.
    NotAModerator,
}

impl CannotChange {
    /// The sentence that says so.
    pub fn key(self) -> &'static str {
        match self {
            Self::NotAdministrator => "boards-edit-not-administrator",
            Self::NotAModerator => "boards-edit-not-a-moderator",
        }
    }
}

/// Administrators make, change, order and archive boards and say who moderates them.
pub fn may_change(member: &Member) -> Result<MayChange, CannotChange> {
    if member.roles.administrator { Ok(MayChange(())) } else { Err(CannotChange::NotAdministrator) }
}

/// The program itself (demo, command line) changes boards.
pub(super) fn program_may_change() -> MayChange {
    MayChange(())
}

/// Only who has the role of moderator is given a board.
pub fn may_moderate(member: &Member) -> Result<(), CannotChange> {
    if member.roles.moderator { Ok(()) } else { Err(CannotChange::NotAModerator) }
}

/// What an administrator typed.
#[derive(Debug, Clone, Default)]
pub struct TypedBoard<'a> {
    /// As typed.
    pub name: &'a str,
    /// As typed.
    pub purpose: &'a str,
    /// A word of [`Kind`].
    pub kind: &'a str,
    /// A word of [`Audience`].
    pub audience: &'a str,
    /// Ticked.
    pub organisation_reads: bool,
    /// A tag of [`languages::ALL`].
    pub language: &'a str,
    /// One a line.
    pub rules: &'a str,
    /// One a line.
    pub content_notes: &'a str,
}

/// What has to be seen to: the field, and the sentence.
pub type BoardFault = (&'static str, &'static str);

/// A draft out of what was typed, or everything that has to be seen to.
pub fn board_draft(typed: &TypedBoard<'_>) -> Result<BoardDraft, Vec<BoardFault>> {
    let mut faults = Vec::new();
    let mut fault = |is_fault: bool, field: &'static str, key: &'static str| {
        if is_fault {
            faults.push((field, key));
        }
    };
    let name = line::clean(typed.name);
    let purpose = line::clean(typed.purpose);
    let kind = Kind::from_word(typed.kind);
    let audience = Audience::from_word(typed.audience);
    let rules = lines(typed.rules);
    let content_notes = lines(typed.content_notes);
    let is_longer = |words: &str, most: usize| words.chars().count() > most;

    fault(name.chars().count() < 2, "name", "boards-edit-name-short");
    fault(is_longer(&name, NAME_MAX_CHARS), "name", "boards-edit-name-long");
    fault(purpose.is_empty(), "purpose", "boards-edit-purpose-missing");
    fault(is_longer(&purpose, PURPOSE_MAX_CHARS), "purpose", "boards-edit-purpose-long");
    fault(kind.is_none(), "kind", "boards-edit-kind-missing");
    fault(audience.is_none(), "audience", "boards-edit-audience-missing");
    fault(languages::name(typed.language).is_none(), "language", "boards-edit-language-missing");
    fault(rules.len() > RULES_MAX, "rules", "boards-edit-rules-many");
    fault(rules.iter().any(|rule| is_longer(rule, RULE_MAX_CHARS)), "rules", "boards-edit-rule-long");
    fault(content_notes.len() > NOTES_MAX, "notes", "boards-edit-notes-many");
    fault(content_notes.iter().any(|note| is_longer(note, NOTE_MAX_CHARS)), "notes", "boards-edit-note-long");
    match (kind, audience) {
        (Some(kind), Some(audience)) if faults.is_empty() => Ok(BoardDraft {
            name,
            purpose,
            kind,
            audience,
            organisation_reads: typed.organisation_reads,
            language: typed.language.to_owned(),
            rules,
            content_notes,
        }),
        _ => Err(faults),
    }
}

/// The lines that say something, each once.
fn lines(typed: &str) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for words in typed.lines().map(line::clean).filter(|words| !words.is_empty()) {
        if !kept.iter().any(|one| one.to_lowercase() == words.to_lowercase()) {
            kept.push(words);
        }
    }
    kept
}

/// The sentence that says who reads.
pub fn audience_key(audience: Audience, organisation_reads: bool) -> &'static str {
    match (audience, organisation_reads) {
        (Audience::Public, _) => "boards-audience-public",
        (Audience::Members, true) => "boards-audience-members-staff",
        (Audience::Members, false) => "boards-audience-members",
        (Audience::BoardMembers, true) => "boards-audience-board-members-staff",
        (Audience::BoardMembers, false) => "boards-audience-board-members",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::web::page::check::locales;

    fn typed() -> TypedBoard<'static> {
        TypedBoard {
            name: " Type 1\tdiabetes ",
            purpose: "Living with it.",
            kind: "peers",
            audience: "members",
            organisation_reads: false,
            language: "en",
            rules: "Be kind.\n\n Be kind. \nSay \u{202e}so.",
            content_notes: "Needles\r\nneedles\nFood",
        }
    }

    #[test]
    fn what_an_administrator_types_is_cleaned_and_kept_once() {
        let draft = board_draft(&typed()).unwrap();
        assert_eq!(draft.name, "Type 1 diabetes");
        assert_eq!(draft.rules, ["Be kind.", "Say so."]);
        assert_eq!(draft.content_notes, ["Needles", "Food"]);
    }

    #[test]
    fn each_wrong_field_is_named() {
        let long = "x".repeat(400);
        let cases: [(&str, TypedBoard<'_>); 9] = [
            ("name", TypedBoard { name: "x", ..typed() }),
            ("name", TypedBoard { name: &long, ..typed() }),
            ("purpose", TypedBoard { purpose: " ", ..typed() }),
            ("purpose", TypedBoard { purpose: &long, ..typed() }),
            ("kind", TypedBoard { kind: "party", ..typed() }),
            ("audience", TypedBoard { audience: "", ..typed() }),
            ("language", TypedBoard { language: "klingon", ..typed() }),
            ("rules", TypedBoard { rules: "1\n2\n3\n4", ..typed() }),
            ("notes", TypedBoard { content_notes: &long, ..typed() }),
        ];
        for (field, typed) in cases {
            let faults = board_draft(&typed).unwrap_err();
            assert_eq!(faults.iter().map(|(field, _)| *field).collect::<Vec<_>>(), [field]);
            assert!(faults.iter().all(|(_, key)| locales().english().say(key).is_ok()), "{faults:?}");
        }
    }

    #[test]
    fn who_reads_is_said_in_words_for_every_audience() {
        let say = |audience, staff| locales().english().say(audience_key(audience, staff)).unwrap();
        assert_eq!(say(Audience::Members, false), "Members read this. Hospital staff: no. Search engines: no.");
        assert_eq!(say(Audience::Members, true), "Members read this. Hospital staff: yes. Search engines: no.");
        assert_eq!(say(Audience::Public, false), say(Audience::Public, true), "everybody includes the hospital");
        assert!(say(Audience::BoardMembers, false).starts_with("Those who were let in"));
    }

    #[test]
    fn nobody_decides_about_themselves_or_on_a_board_that_they_do_not_moderate() {
        let request = |member, decided: bool| Request {
            id: Id::new(1),
            board: Id::new(7),
            member: Id::new(member),
            words: String::new(),
            asked_at: crate::clock::Timestamp::from_micros(1),
            decided_at: decided.then(|| crate::clock::Timestamp::from_micros(2)),
            outcome: None,
            reason: String::new(),
        };
        let me = Id::new(2);
        assert!(may_decide(me, true, &request(3, false)).is_ok());
        assert_eq!(may_decide(me, false, &request(3, false)).err(), Some(CannotDecide::NotModerator));
        assert_eq!(may_decide(me, true, &request(2, false)).err(), Some(CannotDecide::OwnMatter));
        assert_eq!(may_decide(me, true, &request(3, true)).err(), Some(CannotDecide::DecidedAlready));
        assert_eq!(may_let_in(me, true, Id::new(7), me).err(), Some(CannotDecide::OwnMatter));
        assert_eq!(
            may_take_out(me, false, Id::new(7), me).err(),
            Some(CannotDecide::NotModerator),
            "whether they are in is nobody else's matter"
        );
    }

    #[test]
    fn reasons_have_words_and_an_end() {
        assert_eq!(Reason::parse(" \n\u{200b} ").unwrap_err(), WordsFault::Missing);
        assert_eq!(Reason::parse(&"x".repeat(1_001)).unwrap_err(), WordsFault::TooLong);
        assert_eq!(Reason::parse("One.\r\nTwo.\u{7}").unwrap().as_str(), "One.\nTwo.");
        assert_eq!(plain_words("\0").unwrap(), "");
        for key in [
            WordsFault::Missing.key(),
            WordsFault::TooLong.key(),
            CannotAsk::OpenAlready.key(),
            CannotAsk::Archived.key(),
            CannotAsk::ClosedToStaff.key(),
            CannotAsk::AskedAlready.key(),
            CannotAsk::AgreeFirst(AgreeFirst::Texts).key(),
            CannotAsk::AgreeFirst(AgreeFirst::Health).key(),
            CannotChange::NotAdministrator.key(),
            CannotChange::NotAModerator.key(),
            "boards-people-own-matter",
            "boards-people-decided-already",
        ] {
            assert!(locales().english().say(key).is_ok(), "{key}");
        }
    }
}
