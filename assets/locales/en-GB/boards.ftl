# Boards: the list, who reads, asking to be let in, and what moderators and administrators do with them.

boards-title = Boards
boards-lead = Each board is a room with its own people. Below its name stands who reads there.
boards-all = All boards
boards-none-title = No boards yet
boards-none-words = Here stands what people talk about. An administrator makes the first board.
boards-make-first = Make a board
boards-archived = Only to read
boards-archived-words = Nobody writes here any more. What was said stays.
boards-counts = { $threads ->
    [one] { $threads } thread
   *[other] { $threads } threads
 }, { $posts ->
    [one] { $posts } post
   *[other] { $posts } posts
 }
boards-last = Last post
boards-quiet = No posts yet
boards-join-words = Members read more, and write. It is free, and you need no real name.
boards-arrange = Arrange the boards

boards-reads-public = Everyone can read
boards-reads-members = Members read this
boards-reads-board-members = Those who were let in read this
boards-audience-public = Everyone can read this. Hospital staff: yes. Search engines: yes.
boards-audience-members = Members read this. Hospital staff: no. Search engines: no.
boards-audience-members-staff = Members read this. Hospital staff: yes. Search engines: no.
boards-audience-board-members = Those who were let in read this. Hospital staff: no. Search engines: no.
boards-audience-board-members-staff = Those who were let in read this. Hospital staff: yes. Search engines: no.

boards-kind-peers = People talk with each other
boards-kind-ask = Clinicians answer
boards-kind-feedback = The organisation listens
boards-kind-announcements = News from the people who run this site

boards-belonging-moderates = You moderate it
boards-belonging-let-in = You were let in
boards-belonging-asked = You asked to be let in
boards-belonging-no-staff = Closed to people who work for the organisation
boards-open-requests = { $count ->
    [one] One person asks to be let in
   *[other] { $count } people ask to be let in
 }
boards-see-people = People on this board

# The front of a board that lets people in
boards-front-people = { $count ->
    [0] Nobody was let in yet.
    [one] One person was let in.
   *[other] { $count } people were let in.
 }
boards-front-what = You see the front of this board: what it is for and who reads it. What people write there you see when you are let in.
boards-ask-title = Ask to be let in
boards-ask-lead = A moderator of this board reads your words and answers. Nobody else reads them, and they are deleted with the answer.
boards-ask-words = Your words to the moderators
boards-ask-words-hint = Why this board is yours. One sentence is enough. You need not prove anything.
boards-ask-button = Ask to be let in
boards-asked-title = You asked to be let in
boards-asked-since = You asked
boards-asked-words = A moderator of this board answers. You find the answer under your notices.
boards-asked-take-back = Take it back
boards-refused-title = This board stays closed to you for now
boards-refused-lead = A moderator of this board decided so on
boards-refused-reason = The reason they gave:
boards-refused-again = You may ask again.
boards-ask-open-already = You need not ask. You read this board already.
boards-ask-archived = Nobody writes on this board any more, and nobody new is let in.
boards-front-own = You wrote here when this board was open to you. You can still read your own words and take them back:
boards-ask-closed-to-staff = People who work for the organisation do not read this board. That is how its members can speak freely.
boards-ask-asked-already = You asked already. A moderator will answer.
boards-words-too-long = Make it shorter: 1,000 characters at most.
boards-reason-missing = Say why. The person reads it.

boards-leaving-title = Leave this board?
boards-leaving-lead = You read it no longer, from this moment on. Nobody is told.
boards-leaving-words = What you wrote there stays, under your name, for those who are in. If you want it gone, take your posts back before you leave. To come in again you ask again.
boards-leaving-button = Leave this board
boards-leaving-stay = Stay

# What moderators of a board see
boards-people = People
boards-people-title = People on this board
boards-people-lead = Only the moderators of this board see this page.
boards-people-asking = Who asks to be let in
boards-people-asking-none = Nobody asks at the moment.
boards-people-asking-hint = You decide about this board alone, and never about yourself. A no needs a reason, and the person reads it.
boards-people-not-closed = This board lets nobody in one by one: who reads it is said above it. People let in earlier are listed here.
boards-people-asked = Asked
boards-people-member-since = Here since
boards-people-no-words = Without words
boards-people-decide = Answer
boards-people-in = Who was let in
boards-people-in-none = Nobody was let in yet.
boards-people-in-since = Let in on
boards-people-take-out = Take out
boards-people-more = More people
boards-people-decided-already = This was decided in the meantime, or taken back. Load the list again to see how it stands.
boards-people-own-matter = Nobody decides about themselves. Another moderator of this board does.

boards-decide-title = Let { $name } in?
boards-decide-their-words = What they wrote
boards-decide-what = Let in, they read and write on this board at once. If it is not now, they may ask again. Either way they get a notice.
boards-decide-let-in = Let them in
boards-decide-refuse = Not now
boards-decide-choose = Press one of the two buttons.
boards-decide-reason = Reason, if it is not now
boards-decide-reason-hint = Needed if it is not now. They read it word for word, from the moderators of this board. Your name does not stand below it.

boards-remove-title = Take { $name } out of this board?
boards-remove-lead = They read it no longer, from this moment on. What they wrote stays. They get a notice with your reason, and may ask again.
boards-remove-reason = Reason
boards-remove-reason-hint = They read it word for word, from the moderators of this board. Your name does not stand below it.
boards-remove-button = Take them out
boards-back-to-people = Back to the people

# Administration
boards-admin-title = Boards
boards-admin-lead = What stands first here stands first on every list.
boards-admin-none-words = Make the first board. Until then people find an empty house.
boards-admin-new = Make a board
boards-admin-edit = Change
boards-admin-up = Up
boards-admin-down = Down
boards-admin-archived = Archived
boards-admin-archived-on = Archived on
boards-admin-restore = Put it back

boards-edit-new-title = Make a board
boards-edit-title = Change { $name }
boards-edit-look = Look at the board
boards-edit-name = Name
boards-edit-name-hint = As people would say it. On a board that everyone can read it also stands in the address.
boards-edit-purpose = Purpose
boards-edit-purpose-hint = One line: whom and what it is for. It stands below the name everywhere.
boards-edit-kind = What happens there
boards-edit-kind-peers = People talk with each other
boards-edit-kind-peers-hint = Patients and carers. The usual kind.
boards-edit-kind-ask = Clinicians answer
boards-edit-kind-ask-hint = People ask how something generally works.
boards-edit-kind-feedback = The organisation listens
boards-edit-kind-feedback-hint = What went well, what did not, what was done about it.
boards-edit-kind-announcements = News
boards-edit-kind-announcements-hint = From the people who run this site.
boards-edit-audience = Who reads it
boards-edit-audience-hint = Wider: that holds for new threads only, and what was written before keeps its readers. Narrower: every thread closes at once to those outside, also to whoever wrote there and is outside now. It stays closed to them if you make the circle wider again.
boards-edit-audience-public = Everyone
boards-edit-audience-public-hint = Anybody on the internet, and search engines.
boards-edit-audience-members = Members
boards-edit-audience-members-hint = Whoever is signed in. Right for most boards about health.
boards-edit-audience-board-members = Those who are let in
boards-edit-audience-board-members-hint = Members ask, and a moderator of this board answers. The board needs a moderator.
boards-edit-organisation = People who work for the organisation read along
boards-edit-organisation-hint = If not, they see its name and purpose, unless they moderate it. On a board for everyone they read along anyway. Ticked later, it holds for new threads only. Taken away, it closes every thread to them at once.
boards-edit-language = Language that is written there
boards-edit-rules = Rules above the words field
boards-edit-rules-hint = Up to three lines, one rule on each line.
boards-edit-notes = Content notes
boards-edit-notes-hint = One on each line, in the order in which they are offered. A thread can carry them, so that others may fold it. A line that you take out is offered no more; threads that carry it keep it.
boards-edit-retired = No longer offered:
boards-edit-save = Save
boards-edit-make = Make the board
boards-edit-moderators = Moderators of this board
boards-edit-moderators-none = Nobody moderates this board. Nobody can be let in, and nobody looks after it.
boards-edit-moderators-hint = They read everything on it and decide who is let in. They need the role of moderator first.
boards-edit-moderator-since = Since
boards-edit-moderator-remove = Take the board from them
boards-edit-moderator-remove-name = Take the board from them: { $name }
boards-edit-moderator-handle = Name of a moderator
boards-edit-moderator-add = Give them this board
boards-edit-changes = What was changed
boards-edit-by-program = the program
boards-edit-archive = Archive this board
boards-edit-archived-since = Archived since

boards-edit-name-short = Give it a name of at least 2 letters.
boards-edit-name-long = Make the name shorter: 80 characters at most.
boards-edit-purpose-missing = Say in one line what it is for.
boards-edit-purpose-long = Make the purpose shorter: 300 characters at most.
boards-edit-kind-missing = Choose what happens there.
boards-edit-audience-missing = Choose who reads it.
boards-edit-language-missing = Choose the language that is written there.
boards-edit-rules-many = Three rules at most. More are not read.
boards-edit-rule-long = Make each rule shorter: 150 characters at most.
boards-edit-notes-many = 30 content notes at most.
boards-edit-note-long = Make each content note shorter: 60 characters at most.
boards-edit-stale = Somebody else changed this board while you wrote. What you typed is here. Save again, and it takes the place of theirs.
boards-edit-not-administrator = Administrators change boards.
boards-edit-not-a-moderator = This person is not a moderator yet. Give them the role first.
boards-edit-no-such-member = Nobody here is called so.

boards-archive-title = Archive { $name }?
boards-archive-lead = It leaves the lists, and nobody writes there any more. Whoever could read it still can.
boards-archive-words = You can put it back at any time.
boards-archive-button = Archive the board
boards-archive-keep = Keep it as it is

boards-field-name = the name
boards-field-purpose = the purpose
boards-field-kind = what happens there
boards-field-audience = who reads it
boards-field-organisation = whether the organisation reads along
boards-field-language = the language
boards-field-rules = the rules
boards-field-notes = the content notes
boards-change-made = Made the board
boards-change-changed = Changed { $fields }
boards-change-archived = Archived it
boards-change-restored = Put it back
boards-change-moved = Moved it in the list
boards-change-moderator-added = Gave it to { $name }
boards-change-moderator-removed = Took it from { $name }
