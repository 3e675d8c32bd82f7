# Taking along and leaving

# Stands where a name stood; three to thirty characters, as a name has.
privacy-somebody-who-left = Somebody who left

# Leaving
privacy-leaving-title = Leave this community
privacy-leaving-lead = You can go at any time, and you owe nobody a reason. If you change your mind within { $days } days, all of it is there again.
privacy-leaving-faults = Nothing has happened yet.
privacy-leaving-at-once = At once: your name is off every page, you are signed out everywhere, and no more letters come, except two about leaving.
privacy-leaving-days = For { $days } days you can come back, by the link in our letter or by signing in. What you did here for others, such as moderating, ends now and is given by people again.
privacy-leaving-after = After that your account, your drafts, notices, memberships and earlier versions of your posts are erased for good. We write to you what was erased, then we forget your address.
privacy-leaving-others = What others wrote to you stays, because it is theirs. Copies for emergencies that the people who run this site made before hold it until they are replaced.
privacy-leaving-words = What shall become of your words?
privacy-leaving-keep = Keep my words, under no name
privacy-leaving-keep-hint = Your name is off. Somebody who knows you may still know your words.
privacy-leaving-take = Take all of them away
privacy-leaving-take-hint = They leave every page now. A line stays where they stood, so that the answers of others still make sense. Somebody may remember or have copied them.
privacy-leaving-choose = Choose what shall become of your words.
privacy-leaving-go-through = Some of them, and not others?
privacy-leaving-go-through-link = Go through them first, one by one
privacy-leaving-button = Leave
privacy-leaving-stay = Not now

# After leaving
privacy-left-title = You have left
privacy-left-lead-keep = Your name is off every page. Your words stand there under no name.
privacy-left-lead-take = Your name and your words are off every page.
privacy-left-until = You can come back until
privacy-left-back = If you do, your name and your words stand where they stood. If you do not, you need not do anything.
privacy-left-button = Come back
privacy-left-help = Whatever made you leave: if it is hard right now, here is somebody to talk to.
privacy-left-over-title = This link does not work any more
privacy-left-over-lead = It leads back for { $days } days, once. If you came back already, sign in. If all of it is erased, you are welcome to join anew.
privacy-erased-title = All of it is erased
privacy-erased-lead = This is what we erased, and what stays under no name.
privacy-erased-account = Your account is erased as well: name, address, password, what you said about yourself, and what you agreed to. Nothing here leads to you now.

# The numbers
privacy-receipt-posts-erased = Posts erased
privacy-receipt-posts-kept = Posts that stay, under no name
privacy-receipt-versions = Earlier versions erased
privacy-receipt-drafts = Drafts erased
privacy-receipt-boards = Memberships and requests erased
privacy-receipt-notices = Notices erased
privacy-receipt-letters = Letters forgotten

# Letters
privacy-left-subject = About your account
privacy-left-letter-words = you have left { $site }. You can come back within { $days } days, and all of it is there again:
privacy-left-letter-link = Come back
privacy-left-letter-after = If it was not you who left, open the link and come back, then choose another password. If you stay away, you need not do anything: one more letter tells you what was erased.
privacy-receipt-subject = About your account
privacy-receipt-letter-words = everything of yours at { $site } is erased. In numbers:
privacy-receipt-letter-after = Your name, address and password are erased as well. This letter is the last one; when it has left us, we forget your address. All the best to you.

# Taking along
privacy-data-title = Take your data along
privacy-data-lead = What we keep about you, in one file.
privacy-data-making = Your file is being made. That takes a minute or two; a letter tells you when it is ready. You can close this page.
privacy-data-ready = Your file is ready until
privacy-data-expired = Your last file was deleted on
privacy-data-download = Download it
privacy-data-holds = It holds your account, what you agreed to, how you came here and how you sign in, your posts with all earlier versions, your drafts, boards, notices and when we wrote to you: as a page to read, and as data for programs.
privacy-data-not = It does not hold what others wrote, nor what would open your account, such as passwords and codes, nor what you decided here for others as a moderator or administrator.
privacy-data-care = Whoever has the file can read all of it. Do not leave it on a device that others use. Here it is deleted after { $hours } hours.
privacy-data-again = You can ask for another one from
privacy-data-button = Make my file

# The page in the file
privacy-file-title = What { $site } kept about you
privacy-file-lead = The same, for programs, stands in the files beside this one.
privacy-file-nothing = Nothing.
privacy-file-you = You
privacy-file-name = Name
privacy-file-email = E-mail address
privacy-file-about = About you
privacy-file-country = Country
privacy-file-zone = Time zone
privacy-file-joined = Member since
privacy-file-role = Given to do
privacy-file-role-ended = No longer given to do
privacy-file-deed = Done with your account, or by you for others
privacy-file-old-name = A name that you had here before
privacy-file-helpline = Line of urgent help that you rang
privacy-file-taken-back = { $written }, taken back { $at }
privacy-file-letters = Letters to you
privacy-file-yes-taken-back = { $what }, taken back { $at }
privacy-file-door = Coming in, and signing in
privacy-file-by-invitation = Somebody invited you.
privacy-file-by-application = You applied, and a person said yes.
privacy-file-join-request = Asked to join with your address
privacy-file-invitation = An invitation that you made { $made }, for { $came } of { $allowed } people so far; it works, or worked, until { $ends }
privacy-file-second-step = Second step at sign-in by an app since
privacy-file-recovery-codes = Recovery codes that are not used yet
privacy-file-browser = A browser that you signed in with, last
privacy-file-browser-trusted = It is asked for no second step until
privacy-file-address-change = Change of your address
privacy-file-password-link = A link to a new password was asked for

privacy-file-ready-subject = About your account
privacy-file-ready-letter-words = what you asked for at { $site } is ready. You find it for { $hours } hours under your settings:
privacy-file-ready-letter-link = To my settings
privacy-file-ready-letter-after = If it was not you who asked, sign in and change your password.

# The yes to keeping what one writes about one's health
privacy-health-title = Keeping what you write about your health
privacy-health-lead-given = You said yes to that. You can take it back at any time, and you owe nobody a reason.
privacy-health-lead-taken-back = You took your yes back. Your posts are off every page. You can read on as before.
privacy-health-lead-none = There is no yes of yours to that. You can read on as before.
privacy-health-taking-back = If you take it back
privacy-health-at-once = At once: your posts leave every page, and what you said about yourself is shown to nobody. A line with your name stays where a post stood, so that the answers of others still make sense. You can write nothing new; your drafts stay, for you alone.
privacy-health-reading = You stay a member and read on. That you are a member here is kept as long as you stay. If you do not want that either, leave.
privacy-health-days = For { $days } days you can say yes again, and everything stands where it stood.
privacy-health-after = After that the words of your posts with all earlier versions, your drafts, what you said about yourself and what you wrote when you asked to be let into a board are erased for good. A letter tells you { $remind } days before.
privacy-health-others = What others wrote to you stays, because it is theirs. Somebody may remember your words or have copied them. Copies for emergencies that the people who run this site made before hold them until they are replaced.
privacy-health-take-back = Take my yes back
privacy-health-until = If you say yes again, everything stands where it stood. That is possible until
privacy-health-then = Then your words are erased for good. If that is what you want, you need not do anything.
privacy-health-why = What people write here tells of their health. The law and we keep such words only with your yes; without it you cannot post, answer, or say something about yourself.
privacy-health-any-time = You can take it back at any time, here.
privacy-health-give = Yes, keep what I write about my health
privacy-health-beside = Also possible
privacy-leaving-no-yes = Your yes to keeping what you write about your health is not there. So your words cannot stay, not even under no name.

privacy-health-taken-back-subject = About your account
privacy-health-taken-back-letter-words = you have taken a yes back at { $site }. Your words are off every page, and you can read on. If you change your mind within { $days } days, all of it stands again:
privacy-health-taken-back-letter-link = To my settings
privacy-health-taken-back-letter-after = If it was not you, open the link, give it again, and change your password. If you want it so, you need not do anything.
privacy-health-ends-subject = About your account
privacy-health-ends-letter-words = some time ago you took a yes back at { $site }. In { $days } days what you wrote there is erased for good. If you want all of it to stand again, say so until then:
privacy-health-ends-letter-link = To my settings
privacy-health-ends-letter-after = If you want it gone, you need not do anything. Your account stays, so that you can read.
