# Boards with their threads, threads, posts and what is not posted yet.

# The front of the site
threads-home-title = You are not the only one.
threads-home-hello = Good to see you, { $name }.
threads-home-lead = { $site } is where patients and carers talk with people who have been there. Ask what you could not ask in the clinic. Or just read, for as long as you like.
threads-home-join = Join, it is free
threads-home-look = Look at the boards
threads-home-waiting = Waiting for a first reply
threads-home-waiting-words = Somebody wrote, and nobody has answered yet. You do not need the right words. “I know that feeling” is enough.
threads-home-nobody-waits = Everybody who wrote has been answered.
threads-home-waiting-public = Only threads that everyone may read are shown here. On the members’ boards people wait too.
threads-home-urgent = Is it urgent?
threads-home-urgent-not-here = This is not the place for an emergency. Nobody here promises to read at once.
threads-home-urgent-words = If you are in danger, very unwell, or thinking of ending your life, people are there for you now.
threads-home-urgent-numbers = Numbers to call or text
threads-home-boards = The boards
threads-home-no-boards = There are no boards yet.
threads-home-last-reply = Last reply
threads-home-last-answer = Last answer
threads-home-last-post = Last post
threads-home-public = Everyone can read
threads-home-members = Members read this
threads-home-board-members = Members of this board read this
threads-home-stances = Every post says what it is
threads-home-stances-words = A line runs beside each post. Its shape and its words tell you who is speaking, so you never have to guess.
threads-home-stance-experience = It happens to the person who writes, or they ask for themselves.
threads-home-stance-caring = Two lines: one walks with the other, or asks for them.
threads-home-stance-read = Always with the source, so that you can look.
threads-home-stance-general = Only from a clinician whose register entry we checked. Experience and general information, not medical advice.
threads-home-stance-organisation = The hospital or charity speaks, and says so.
threads-home-behind = Who is behind this
threads-home-behind-words = Patients, carers and volunteers write and moderate here. At night nobody promises to read.
threads-home-own = What you write stays yours. You can change it, and you can take it back.
threads-home-come-in = Come in when you want to
threads-home-come-in-words = You need an e-mail address, a name that is not your own, and your year of birth, of which we keep only that you are old enough.
threads-home-sign-in = I am already here: sign in

# A board
threads-start = Start a thread
threads-join-to-write = Join to write here
threads-list = Threads
threads-which = Which threads
threads-tab-latest = Newest reply
threads-tab-newest = Newest thread
threads-tab-waiting = Waiting for a reply
threads-newest-threads = Back to the newest
threads-older-threads = Older threads
threads-nothing-board-title = Nobody has written here yet
threads-nothing-board-words = The first thread would stand here. It need not be clever. “Is anybody else here?” is a good beginning.
threads-nothing-waiting-title = Nobody is waiting
threads-nothing-waiting-words = Everybody who wrote here has been answered.
threads-nothing-else = No other threads yet.
threads-archived = This board is closed. You can read everything, and nobody writes here any more.
threads-stood-here = A thread stood here
threads-closed = Closed.

# A thread
threads-note = Content note: { $note }
threads-count = { $count ->
    [0] The opening post, no replies yet
    [one] The opening post and 1 reply
   *[other] The opening post and { $count } replies
 }
threads-closed-by = A moderator closed this thread. You can read it, and nobody replies here any more.
threads-in-this-thread = In this thread
threads-write-reply = Write a reply
threads-write-reply-at-end = Write a reply at the end of the thread
threads-new-posts = { $count ->
    [one] 1 new post
   *[other] { $count } new posts
 }
threads-go-on = { $count ->
    [one] Go on where you stopped: 1 new post
   *[other] Go on where you stopped: { $count } new posts
 }
threads-new-since = New since
threads-first-post = First post
threads-last-post = Last post
threads-earlier-posts = Earlier posts
threads-later-posts = Later posts
threads-gone = { $name } took this post back.
threads-gone-excerpt = These words were taken back.
threads-mentor = Mentor
threads-here-as-living = Lives with it
threads-here-as-caring = Cares for someone
threads-here-as-both = Lives with it and cares for someone
threads-here-as-working = Works with it
threads-posted-reply = Your reply is posted. You can change it for 5 minutes unseen.
threads-posted-thread = Your thread is posted. You can change it for 5 minutes unseen. When somebody answers, you find a notice here.
threads-visitor-reply = Would you like to answer?
threads-visitor-reply-words = Members can reply. You do not need the right words. “I know that feeling” is enough.

# Writing
threads-before-you-write = Before you write
threads-on-this-board = On this board
threads-urgent-here = Is it urgent? Nobody here promises to read at once.
threads-title-label = Title
threads-title-hint = One line, like the first thing you would say at a kitchen table.
threads-stance-legend-post = What kind of post is it?
threads-stance-legend-reply = What kind of reply is it?
threads-stance-shown = It is shown beside your words.
threads-stance-preselected = It is shown beside your words. One is chosen because of what your page says about you.
threads-stance-stands = This stays as it is, because others read it and answered.
threads-stance-hint-experience = It happens to me, or I ask for myself
threads-stance-hint-caring = I care for someone, or I ask for them
threads-stance-hint-read = I will say where
threads-stance-hint-general = What is generally known. Never about one person here
threads-stance-hint-organisation = I speak for the organisation
threads-source-label = Where did you read it?
threads-source-hint = A link, or the name of the book or leaflet.
threads-body-label = Your words
threads-notes-legend = Content notes, if any
threads-notes-hint = Some members fold these. It is a kindness, not a rule.
threads-language-label = Written in another language?
threads-language-board = The language of this board
threads-answer-nobody = Reply to the thread instead
threads-post-thread = Post thread
threads-post-reply = Post reply
threads-save-change = Save the change
threads-look-first = Look at it first
threads-look-again = Look at it again
threads-keep-draft = Keep as a draft
threads-forget = Stop keeping it, and delete what is kept
threads-kept = Kept. Nobody else reads it.
threads-other-words = Your other words
threads-other-words-since = You typed other words for this place. They have been kept since
threads-other-words-go-on = Go on with these words
threads-other-words-remove = Delete these words
threads-preview-title = How it will look. It is not posted yet.
threads-afterwards = You can change it for 5 minutes unseen. After that a change is marked. You can take it back at any time: a line stays in its place.

# What has to be seen to
threads-fault-title-short = Give it a title of at least { $least } letters.
threads-fault-title-long = { $by ->
    [one] The title is 1 letter too long. It may have { $most }.
   *[other] The title is { $by } letters too long. It may have { $most }.
 }
threads-fault-stance = Choose what kind of post it is. It is shown beside your words.
threads-fault-source-missing = Say where you read it: a link, or the name of the book or leaflet.
threads-fault-source-long = Say in fewer words where you read it, at most 500 letters.
threads-fault-body-empty = Write something first. A few words are enough.
threads-fault-body-long = { $by ->
    [one] Your words are 1 letter too long for one post. It may have { $most }.
   *[other] Your words are { $by } letters too long for one post. It may have { $most }. You could send the rest as a second post.
 }
threads-fault-body-not-text = Something in this is not text. Copy your words once more, without what stands around them.
threads-fault-language = Choose a language from the list.
threads-fault-note = Choose content notes from the list of this board. It has changed since you opened the page.
threads-fault-in-reply-to = The post that you answer does not stand in this thread.
threads-fault-reason-missing = Give a reason. Everybody who reads the thread sees it.
threads-fault-reason-long = Give the reason in at most 500 letters.
threads-near-many = { $left ->
    [0] That was a lot in a short time. What you type is kept, and it can be posted from
    [one] You can post 1 more for now. After that it works again from
   *[other] You can post { $left } more for now. After that it works again from
 }
threads-near-first-day-threads = { $left ->
    [0] On the first day one person can start 3 threads. The next one can be started from
    [one] On the first day one person can start 3 threads: you have 1 left. More can be started from
   *[other] On the first day one person can start 3 threads: you have { $left } left. More can be started from
 }
threads-near-first-day-replies = { $left ->
    [0] On the first day one person can write 10 replies to others. The next one can be posted from
    [one] On the first day one person can write 10 replies to others: you have 1 left. More can be posted from
   *[other] On the first day one person can write 10 replies to others: you have { $left } left. More can be posted from
 }
threads-limit-many = That was a lot in a short time.
threads-limit-first-day-threads = On the first day one person can start 3 threads. You can reply to others meanwhile.
threads-limit-first-day-replies = On the first day one person can write 10 replies to others. In your own threads you can go on answering.
threads-limit-again = It works again from { $time }.

# What cannot be
threads-cannot-general = Only a clinician with a checked badge can say this as general information. You could say it as your own experience, or as something you read.
threads-cannot-organisation = Only people who speak for the organisation, with a checked badge, can write in its name.
threads-cannot-start-not-let-in = Members of this board write here. You can ask to be let in.
threads-cannot-start-announcements = Here the people who run this site begin threads. You can reply to every one of them.
threads-cannot-archived = This board is closed, and nobody writes here any more. Copy your words if you want to use them elsewhere.
threads-cannot-reply-closed = A moderator closed this thread, and nobody replies here any more. Copy your words if you want to use them elsewhere.
threads-cannot-edit-not-yours = Only the person who wrote this post can change it.
threads-cannot-edit-taken-back = This post was taken back.
threads-cannot-edit-stance = What kind of post it is can be changed in the first 5 minutes only, because others answer to it.
threads-cannot-withdraw-not-yours = Only the person who wrote this post can take it back.
threads-cannot-take-away = Only the person who wrote these words can take them away.
threads-cannot-moderate = Only moderators of this board can do this.
threads-cannot-read-revisions = Earlier versions are for the person who wrote the post and for the moderators of this board.
threads-fault-busy = We could not do this at the moment. Your words are here: try again in a minute.
threads-words-of-another = These words were written on a page of another account, so they were neither posted nor kept here. Sign in with that account and go back to the page to have them again.
threads-drafts-full = You keep very many drafts already. Delete one under your drafts, then this one can be kept.

# Changing
threads-edit-title = Change post { $number }
threads-edit-silent = Nobody sees that you changed it until
threads-edit-visible = Others see that you changed it, and when. The moderators of this board and you can read what stood here before.
threads-edit-stale = This post was changed somewhere else while you wrote, perhaps in another window. Both texts are here.
threads-edit-stands = What stands there now
threads-edit-stands-words = If you save, your words below take its place.
threads-edit-yours = Your words
threads-edit-rather-withdraw = Would you rather not have written it? You can take it back.

# Taking back
threads-withdraw-title = Take back post { $number }?
threads-withdraw-lead = These words will be gone from every page at once.
threads-withdraw-line = A line stays in its place and says that you took the post back.
threads-withdraw-words = Earlier versions go with it. After 30 days the words are erased for good.
threads-withdraw-opening = The title goes as well. In lists it says “A thread stood here”.
threads-withdraw-replies = What others replied stays, because it is theirs.
threads-withdraw-known = Somebody who read it may still remember it, or may have copied it.
threads-withdraw-closed = It stands in a thread that is not open to you now, so only your own words are shown here.
threads-withdrawn-title = You took post { $number } back
threads-withdrawn-lead = These words have been gone from every page since
threads-leave-it = Leave it as it is

# Earlier versions
threads-revisions-title = Earlier versions of post { $number }
threads-revisions-lead = Only the person who wrote it and the moderators of this board see this page.
threads-revisions-none = There are no earlier versions.
threads-revision-now = As it stands since
threads-revision-before = As it stood since
threads-revision-gone = These words were taken away on
threads-revision-remove = Take this version away
threads-to-the-post = To the post in its thread

# Drafts
threads-drafts-lead = What you typed and have not posted. Nobody else reads it.
threads-drafts-shared = Others use this device, so what you type is kept for 15 minutes only. Nobody else reads it.
threads-drafts-none = No drafts
threads-drafts-none-words = What you type is kept here until you post it, so that nothing is lost.
threads-draft-thread = A new thread:
threads-draft-reply = A reply:
threads-draft-change = A change:
threads-draft-reason = Why something should be done with a thread:
threads-draft-closed = A place that is not open to you now
threads-draft-words = Your words
threads-draft-saved = Kept on
threads-draft-until = Until
threads-newest-drafts = Newest drafts
threads-older-drafts = Older drafts
threads-draft-go-on = Go on writing
threads-draft-remove = Delete it

# Moderators
threads-for-moderators = For moderators
threads-lock = Close this thread
threads-unlock = Open this thread again
threads-pin = Keep it at the top of the board
threads-unpin = Let it go from the top of the board
threads-reason = Why?
threads-reason-hint = Everybody who reads the thread sees it. Your name is not shown.
threads-log = What was done with this thread
threads-change-locked = Closed
threads-change-unlocked = Opened again
threads-change-pinned = Kept at the top
threads-change-unpinned = Let go from the top

# What somebody wrote themselves, on a page of their own.
threads-own-lead = Everything you wrote and have not taken back, the newest first. Only you see this list.
threads-own-leaving = Take back what shall go. What still stands here when you are done is decided in one on the page of leaving.
threads-own-leaving-back = Back to leaving
threads-own-opening = You began this thread on
threads-own-reply = You replied on
threads-own-closed-thread = A thread that is not open to you now
threads-own-closed = Its board is not open to you now, so you do not read this thread any more. Your words are still yours: you can read them here and take them back.
threads-own-words = All your words
threads-own-newest = Newest posts
threads-own-older = Older posts
threads-own-none = No posts
threads-own-none-words = What you post anywhere stands here, too, so that you can find it again.

threads-reads-along = You read along. Writing needs your yes to keeping what you write about your health.
threads-reads-along-link = Look at it
