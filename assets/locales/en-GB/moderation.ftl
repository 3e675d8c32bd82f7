# Reports, cases, and what moderators do.

# ---------------------------------------------------------------- pointing at something

moderation-report-title = What is it about?
moderation-report-lead = A person reads what you say, and you find here what came of it.
moderation-report-danger = Is somebody in danger now? Do not wait for us.
moderation-report-when = A person reads this when they are here. At night nobody promises to read in time.
moderation-report-target = You tell us about
moderation-about-post = This post
moderation-about-thread = The whole thread
moderation-about-person = The person
moderation-report-about-person = You tell us about { $name }.
moderation-report-gone-excerpt = The writer took these words back.
moderation-report-reason = Choose what fits best
moderation-report-words = Anything we should know?
moderation-report-words-hint = Needed only for “against the law” and “something else”. For a worry you need not write a word. The writer never sees this. Up to { $count } letters.
moderation-report-faith = I believe in good faith that what I say is right
moderation-report-faith-hint = Only if it is about a law.
moderation-report-send = Send the report
moderation-report-back = Go back
moderation-report-worry-answer = If you are worried about somebody, the answer always reads: “A person has read it. We do not say more about somebody else.”
moderation-report-kept = What you wrote is still here.

moderation-reason-worried = I am worried about this person
moderation-reason-worried-hint = It goes to people at once. It never counts against them, and they are not told who said it. You need no words.
moderation-reason-young = I think this person is too young to be here
moderation-reason-young-hint = People look, with care. They are not told who said it.
moderation-reason-advice = It tells others what to do
moderation-reason-advice-hint = Medical advice: doses, stopping, “you should”.
moderation-reason-claim = A claim that can harm
moderation-reason-claim-hint = False or dangerous.
moderation-reason-identity = It gives away who somebody is
moderation-reason-identity-hint = A name, a number, a ward.
moderation-reason-unkind = It is unkind
moderation-reason-selling = Selling or recruiting
moderation-reason-pretending = Somebody pretends to be a professional
moderation-reason-illegal = It is against the law
moderation-reason-illegal-hint = Say which law, below.
moderation-reason-off-topic = It belongs on another board
moderation-reason-other = Something else
moderation-reason-other-hint = Say what, below.

moderation-report-reason-missing = Choose what it is about.
moderation-report-own = This is your own. You can change it or take it back yourself. If you are worried about yourself, urgent help is open.
moderation-report-words-missing = Say a few words: the reason alone does not tell us where to look.
moderation-report-words-long = These are more words than a report holds.
moderation-report-faith-missing = Tick that you believe it. Whoever names a law says so in good faith.
moderation-report-told-already = You told us of this already, less than a day ago. You find it under “My reports”.
moderation-report-gone = The writer took these words back while you wrote. You can still tell us about the whole thread or the person.
moderation-report-too-many = You told us of many things today. More is possible from { $from }. A worry about somebody, or something against the law, is taken at any time.

# ---------------------------------------------------------------- one's own reports

moderation-own-title = My reports
moderation-own-lead = What you told us of, and what came of it. Nobody else sees this list.
moderation-own-none = Nothing yet
moderation-own-none-words = When something worries you, press “Report” below a post. What you tell us stands here, with what came of it.
moderation-own-sent-report = We have it. A person will look, and what comes of it stands here.
moderation-own-sent-worry = We have it, and it stands first in the list of the people who look. If somebody is in danger now, do not wait for us.
moderation-own-withdrawn = You took it back.
moderation-own-said = You said
moderation-own-withdraw = Take it back
moderation-own-reported = Reported
moderation-outcome-waits = It waits for a person.
moderation-outcome-withdrawn = You took it back.
moderation-outcome-care = A person has read it. We do not say more about somebody else.
moderation-outcome-decided = A person has decided about it.
moderation-report-decided = A person has decided about it already. There is nothing to take back.

# ---------------------------------------------------------------- the queue

moderation-cases = Cases
moderation-queue-lead = { $count ->
    [0] Nothing waits for you. Thank you for looking.
    [one] One case is open.
   *[other] { $count } cases are open.
 } { $care ->
    [0] { "" }
    [one] One of them is about a worry for somebody.
   *[other] { $care } of them are about a worry for somebody.
 }
moderation-queue-tabs = Which cases
moderation-queue-tab-all = All open ({ $count })
moderation-queue-tab-care = Care ({ $count })
moderation-queue-tab-rules = Rules ({ $count })
moderation-queue-tab-mine = Mine ({ $count })
moderation-queue-care = Worry for someone
moderation-queue-care-words = These never count against the person. Nobody gets an automatic message. A new one counts as “Within 2 hours” until a person says how grave it is.
moderation-queue-rules = House rules
moderation-queue-none = Nothing here
moderation-queue-none-words = What people report on your boards stands here, the gravest first.
moderation-queue-not-graded = { $reasons }. Nobody has said yet how grave it is
moderation-queue-cases-of-thread = { $count ->
    [one] One case of a thread
   *[other] { $count } cases of one thread
 }
moderation-queue-item = { $target }: { $reasons }
moderation-queue-due = By
moderation-queue-look = Look at it
moderation-queue-held-by = { $name } has it, until
moderation-queue-yours = Yours, until
moderation-queue-more = More wait than stand here. They come up as these are done.
moderation-reports-count = { $count ->
    [0] No report stands
    [one] One report
   *[other] { $count } reports
 }

moderation-level-1 = Within 3 days
moderation-level-1-hint = Green: no sign of danger.
moderation-level-2 = Today
moderation-level-2-hint = Amber: somebody is not well. Within 8 hours.
moderation-level-3 = Within 2 hours
moderation-level-3-hint = Red: they may come to harm.
moderation-level-4 = Act now
moderation-level-4-hint = Crimson: danger at this moment. Within 15 minutes.

moderation-target-opening = The beginning of “{ $title }”
moderation-target-post = Post { $number } in “{ $title }”
moderation-target-thread = The whole thread “{ $title }”
moderation-target-person = { $name }
moderation-untitled = a thread whose beginning was taken back
moderation-thread-unseen = a thread that you cannot read

# ---------------------------------------------------------------- one case

moderation-case-title = Case { $number }
moderation-case-by = By
moderation-case-about = About
moderation-case-look = Where it stands
moderation-case-yours = You have this case until
moderation-case-yours-words = { $minutes ->
    [one] Any change here gives you another minute.
   *[other] Any change here gives you { $minutes } more minutes.
 } Nobody else works on it meanwhile.
moderation-case-hand-back = Hand it back
moderation-case-theirs = { $name } has this case until
moderation-case-theirs-words = Until then nobody else works on it. If it cannot wait, take it over and say why.
moderation-case-take-over = Take it over
moderation-case-take-over-why = Why you take it over
moderation-case-take-over-why-hint = A note for the other moderator.
moderation-case-free = Nobody has this case
moderation-case-free-words = { $minutes ->
    [one] Take it before you work on it: it stays with you until you have done nothing for a minute.
   *[other] Take it before you work on it: it stays with you until you have done nothing for { $minutes } minutes.
 }
moderation-case-take = Take it
moderation-case-done = This case was decided. A new report opens it again.
moderation-case-snapshot = What was reported
moderation-case-snapshot-at = The post as it stood on
moderation-case-snapshot-gone = These words are gone: their writer left and took them along.
moderation-case-care-words = This never counts against the person, and they do not see who told us.
moderation-case-reports = { $count ->
    [0] No report stands
    [one] One report
   *[other] { $count } reports
 }
moderation-case-report-who = A member
moderation-case-one-of-many = told us of several people today
moderation-case-level = How grave is it?
moderation-case-level-hint = What you say counts from now.
moderation-case-level-legend = By when should somebody act?
moderation-case-level-keep = Say so
moderation-case-notes = Notes among moderators
moderation-case-note = Add a note
moderation-case-note-hint = The person whom it is about never reads these, unless the law asks for it. Up to { $count } letters.
moderation-case-note-keep = Keep this note
moderation-case-history = What happened so far
moderation-note-empty = Write a few words first.
moderation-note-long = These are more words than a note holds.
moderation-case-taken = { $name } took it a moment ago. Nothing that you wrote is lost.
moderation-case-decided = It was decided a moment ago. Nothing that you wrote is lost.

moderation-act-reported = Reported: { $detail }
moderation-act-report-withdrawn = A report was taken back
moderation-act-claimed = { $name } took it
moderation-act-taken-over = { $name } took it over, with a note
moderation-act-handed-back = { $name } handed it back
moderation-act-noted = { $name } left a note
moderation-act-graded = { $name } said: { $detail }
