# What every page shares. A slice keeps its own sentences in its own file; keys begin with the name of the file.

shared-title-fault = Error:
shared-skip = Skip to the page
shared-safety = Urgent help and leaving
shared-urgent-help = Urgent help
shared-leave = Leave this site

shared-places = Site
shared-boards = Boards
shared-cases = Cases
shared-notices = Notices
shared-notices-new = { $count ->
    [0] Notices, nothing new
    [one] new notice
   *[other] new notices
 }
shared-menu = Your menu
shared-my-page = My page
shared-my-drafts = My drafts
shared-my-reports = My reports
shared-report = Report
shared-my-posts = My posts
shared-settings = Settings
shared-administration = Administration
shared-sign-out = Sign out
shared-sign-in = Sign in
shared-join = Join
shared-ask-to-join = Ask to join
shared-crumbs = You are here
shared-agree-first = A text that people here agree to has changed. Read on as you like; before you write, we ask you once.
shared-agree-look = See what changed

shared-not-advice = What people write here is experience, not medical advice.
shared-own-team = Nobody here can examine you. For treatment, ask your own care team.
shared-about-site = About this site
shared-rules = House rules
shared-privacy = Privacy
shared-disclaimer = Not medical advice
shared-accessibility = Accessibility
shared-run-by = Run by { $organisation }.
shared-no-adverts = No adverts, no tracking, nothing sold. All times are { $zone }.
shared-demo = This is a demo. Nothing here leaves this computer.
shared-demo-letters = Letters that it would have sent
shared-colours = Colours
shared-colours-device = Like my device
shared-colours-light = Light
shared-colours-dark = Dark

# Forms
shared-faults = { $count ->
    [one] One thing before it can go on
   *[other] { $count } things before it can go on
 }
shared-faults-kept = Your words are all here. Nothing is lost.
shared-fault = Problem:
shared-optional = (if you like)
shared-show-password = Show the password
shared-hide-password = Hide the password
shared-just-write = Just write. A new line stays a new line.
shared-how-to-write = How to make bold, lists and links
shared-how-bold = **Two stars** make it bold.
shared-how-list = A dash and a space begin a line of a list.
shared-how-link = An address such as leaflets.example becomes a link by itself.
shared-draft-kept = Kept. Nobody else reads it.
shared-draft-not-kept = Could not be kept. Copy your words before you leave.

# Stances
shared-stance-experience = My experience
shared-stance-caring = I care for someone
shared-stance-read = Something I read
shared-stance-general = General information
shared-stance-organisation = From the organisation

# Lists
shared-pages = Pages
shared-page = Page { $number }
shared-pinned = Kept at the top
shared-waiting-since = Waiting since
shared-no-replies = No replies here
shared-replies-word = { $count ->
    [one] reply
   *[other] replies
 }
shared-new-posts = { $count } new
shared-last = Last

# Posts
shared-post-number = Post { $number }
shared-post-opening = Post 1, the opening post
shared-in-reply-to = In reply to { $name }
shared-source = Source:
shared-edited = Changed on
shared-earlier-versions = Earlier versions
shared-reply = Reply
shared-to = to { $name }
shared-edit-post = Change it
shared-withdraw-post = Take it back

# When something did not work
shared-to-boards = To the boards
shared-open-boards = Boards that everyone may read
shared-failure-unseen-title = This page is not here, or not open to everyone
shared-failure-unseen-lead = Perhaps it is for members. Sign in to look.
shared-failure-unseen-words = You come back to this very address afterwards. You did nothing wrong. If you were writing something, it waits for you under your drafts.
shared-failure-unseen-member-title = This page is not here, or not open to you
shared-failure-unseen-member-lead = Perhaps a part of the address is missing, or what stood here was taken away.
shared-failure-unseen-member-words = You did nothing wrong. If you were writing something, it waits for you under your drafts.
shared-failure-sign-in-title = Sign in first
shared-failure-sign-in-lead = This needs an account, and you are not signed in.
shared-failure-sign-in-words = You come back to this very address afterwards.
shared-failure-forbidden-title = This is not open to you
shared-failure-forbidden-lead = You may read here, but not do this.
shared-failure-forbidden-words = If you think that it should be, write to the people who run this site.
shared-failure-other-site-title = This came from another place
shared-failure-other-site-lead = Another site, or a browser add-on, tried to do something here in your name. We did not do it.
shared-failure-other-site-words = If it was you, open the page here and try again from there.
shared-failure-other-name-title = This site has another address
shared-failure-other-name-lead = You came here by an address that is not ours.
shared-failure-other-name-words = Open the address that you were given for this site, or a link in one of our letters. If a letter led you here, do not type anything: it may not be from us.
shared-failure-unreadable-title = We could not read that
shared-failure-unreadable-lead = What arrived here was not the form that we sent out.
shared-failure-unreadable-words = Go back, load the page again, and try once more. Your browser may still have your words.
shared-failure-stale-title = Somebody was faster
shared-failure-stale-lead = What you saw has changed in the meantime.
shared-failure-stale-words = Go back and load the page again to see how it stands now.
shared-failure-too-many-title = One moment, please
shared-failure-too-many-lead = That was too often in a short time.
shared-failure-too-many-words = Urgent help is always open, without any limit.
shared-failure-too-large-title = That is too long for one go
shared-failure-too-large-lead = What you sent is larger than this page takes.
shared-failure-too-large-words = Go back and take something out, or send it in two parts. Your browser may still have your words.
shared-failure-broken-title = Something broke on our side
shared-failure-broken-lead = It was not you. We have written down what happened and will look at it.
shared-failure-broken-words = Try again in a few minutes. If you were writing something, go back: your browser may still have your words. Urgent help is open now.
shared-failure-busy-title = Too many people at once
shared-failure-busy-lead = We cannot answer at this moment. Try again in a minute.
shared-failure-busy-words = Nothing that you wrote was posted yet. Go back, and your browser may still have your words. Urgent help is open now.
shared-failure-again = It works again from
shared-failure-number = If you write to us about it, name this number:

# Months
shared-month-1 = January
shared-month-2 = February
shared-month-3 = March
shared-month-4 = April
shared-month-5 = May
shared-month-6 = June
shared-month-7 = July
shared-month-8 = August
shared-month-9 = September
shared-month-10 = October
shared-month-11 = November
shared-month-12 = December
shared-zone = { $city } time
shared-failure-too-slow-title = That took too long to arrive
shared-failure-too-slow-lead = The connection stopped half way.
shared-failure-too-slow-words = Go back and try again where the connection is better. Your browser may still have your words.
shared-failure-method-title = This address does not take that
shared-failure-method-lead = The page is there, but not in this way.
shared-failure-method-words = Open it by a link or a button of this site.
shared-failure-read-only-title = Nothing can be written at this moment
shared-failure-read-only-lead = You can go on reading. We know about it.
shared-failure-read-only-words = Nothing that you wrote was posted yet. Go back, and your browser may still have your words. Urgent help is open now.
failure-not-a-form = What arrived here was not the form that we sent out.
failure-too-many = That was too often in a short time.

# A second step that is missing
shared-second-step = Your second step
shared-second-step-until = What you do here for others needs a second step at sign-in. Turn it on before { $day }; after that it rests until you do.
shared-second-step-rests = What you do here for others rests, because the second step at sign-in is missing.
shared-second-step-link = Set it up

# A request to move the account, on every page of its owner
shared-mailbox-asked = Somebody says that they are you, cannot read your e-mail any more, and want your account moved to another address.
shared-mailbox-look = Look at it, or stop it
