# Who people are here: joining, signing in, people's pages, settings, the house rules and what is kept.

# Joining: the age
accounts-join-title = Join
accounts-join-step-1 = Step 1 of 2
accounts-join-age-lead = One question before anything else.
accounts-born = In which year were you born?
accounts-born-hint = Four figures. We do not keep the year, only that you are old enough.
accounts-born-fault = Type the year in four figures, such as 1974.
accounts-next = Next
accounts-read-first = Read without an account
accounts-too-young-title = { $site } is for people of { $age } and older
accounts-too-young-words = You are right to look for people who know what it is like. There are places made for you, with people of your age and grown-ups who watch over them.
accounts-too-young-help = Urgent help is for you too, now.
accounts-too-young-from = We asked for the year only, so your birthday may still be to come. From January { $year } you are welcome here.
accounts-too-young-kept = We keep nothing of what you typed.

# Joining: the details
accounts-join-step-2 = Step 2 of 2. You are old enough; that is all we kept of the first step.
accounts-join-lead = It takes about two minutes. You can read first and write much later.
accounts-handle = The name people will see
accounts-handle-hint = Not your own name, and not one you use elsewhere. 3 to 30 letters.
accounts-email = E-mail address
accounts-email-hint = Nobody sees it. Our letters never say what is wrong with you, and name no board and no thread.
accounts-password = Password
accounts-password-hint = 12 characters or more. Three words that do not belong together work well.
accounts-country = Where should urgent help be?
accounts-country-hint = So that we show the right numbers. We never guess it from your connection.
accounts-country-choose = Choose a country
accounts-agree-legend = What you agree to
accounts-agree-hint = Each one stands alone. Nothing is ticked for you. You find them again under Settings, with the date.
accounts-agree-rules = I will keep the house rules
accounts-agree-rules-hint = Own story, no medical advice, be kind. Needed to join.
accounts-agree-health = { $site } may keep what I write about my health
accounts-agree-health-hint = Being on a health board says something about you, even before you write. The law asks us to ask. Needed to join.
accounts-agree-letters = Write to me when somebody answers me
accounts-agree-letters-hint = By e-mail. Not needed: tick it or leave it. You can end it in every such letter and under Settings.
accounts-read-rules = Read the house rules
accounts-read-privacy = What we keep, and for how long
accounts-join-button = Join { $site }
accounts-join-after = We send you one e-mail with a link. If you do not open it, everything here is deleted after { $days } days.
accounts-faults-but-password = Everything but the password is still here. Type that once more.

accounts-handle-too-short = Give yourself a name of at least 3 letters.
accounts-handle-too-long = This name is too long. 30 letters at most.
accounts-handle-characters = Only letters, figures, and - _ . in between. No spaces.
accounts-handle-scripts = Choose letters of one script, so that nobody can look like somebody else.
accounts-handle-reserved = This name could be taken for the people who run the site. Choose another.
accounts-handle-taken = Somebody has this name, or one that looks the same. Choose another.
accounts-email-none = This does not look like an e-mail address. It needs an @ and a dot after it, such as name@post.example.
accounts-email-known = This address has an account here already.
accounts-password-too-short = Take at least 12 characters. Three words that do not belong together work well.
accounts-password-too-long = 128 characters at most.
accounts-password-known = Not your name and not your address: others try those first.
accounts-password-guessable = Programs that guess would find this soon: it is made of words or patterns that many people use. Add a word or two that do not belong together.
accounts-password-monotone = One character again and again is easy to guess. Take three words that do not belong together.
accounts-country-none = Choose the country whose numbers we should show.
accounts-rules-needed = We need your yes to the house rules before you can join.
accounts-health-needed = We need your yes to this before we may keep anything about your health.

# Joining: the letter
accounts-join-too-often = This was tried very often today. Try again from { $from }. What you typed is still here, except the password.
accounts-letter-first-title = One step more
accounts-letter-first-lead = Many people joined from your network in the last hour, so we ask you to take the slower way: a letter first.
accounts-letter-first-words = Type your e-mail address. We send you a link; behind it you choose your name and a password. It works for 24 hours.
accounts-letter-first-button = Send me the link
accounts-sent-title = We sent you a letter
accounts-sent-lead = Open the link in it to go on.
accounts-sent-words = It can take some minutes. If it does not come, look where your post keeps unwanted letters, and check that you typed the address correctly.
accounts-sent-after = Until you open it you are not a member, and after { $days } days everything that you typed is deleted.
accounts-confirm-title = Your address
accounts-confirm-lead = You are one press away.
accounts-confirm-words = Press the button, and you are a member. Then sign in with the password that you chose.
accounts-confirm-button = Yes, this is my address
accounts-over-title = This link has been used, or its time is over
accounts-over-lead = Nothing is wrong. If you opened it before, you are a member: sign in.
accounts-over-words = A link works once, and for { $days } days. If you never opened it, join again.
accounts-closed-title = Nobody can join yet
accounts-closed-lead = Before people write here, a person has to check that the numbers for urgent help are right. That has not happened yet.
accounts-closed-words = Come back in a day or two. You can read the boards that are open to everyone.

# Letters
accounts-confirm-subject = Please confirm your address
accounts-letter-hello = Hello,
accounts-confirm-letter-words = somebody, we think you, asked to join { $site }. To say yes, open this link and press the button:
accounts-confirm-letter-after = If you do nothing, everything that was typed is deleted after { $days } days.
accounts-confirm-letter-link = Confirm my address
accounts-already-member-subject = About your account
accounts-already-member-letter-words = somebody, perhaps you, asked to join { $site } with this address. It has an account already, so nothing was changed. You can sign in here:
accounts-already-member-letter-after = Nobody was told that you have an account.
accounts-already-member-letter-link = Sign in
accounts-letter-first-subject = The link you asked for
accounts-letter-first-letter-words = somebody, we think you, asked to join { $site }. Go on here:
accounts-letter-first-letter-after = The link works for 24 hours. Until you use it we keep nothing.
accounts-letter-first-letter-link = Go on

# Signing in
accounts-sign-in-title = Welcome back
accounts-sign-in-interrupted = Sign in to go on
accounts-sign-in-confirmed = Your address is confirmed. You are a member now: sign in.
accounts-sign-in-back = Welcome back. All of it is there again. Sign in.
accounts-sign-in-ready = Your account is ready. Sign in with the password that you chose.
accounts-sign-in-lead-words = You are not signed in any more. Your words are safe: they wait in this page and go on with you.
accounts-sign-in-lead-words-hint = Only the account that wrote them gets them back.
accounts-sign-in-lead-nothing = You are not signed in any more. Sign in, and then do it once more.
accounts-shared = This is a shared device
accounts-shared-hint = We sign you out when you close the window, after an hour without a click, and when you press “Leave this site”.
accounts-sign-in-button = Sign in
accounts-sign-in-new = New here?
accounts-sign-in-or-read = You can also read the boards that are open to everyone.
accounts-sign-in-wrong = Address and password do not fit together. Check both. If you have just joined, open our letter first.
accounts-sign-in-faults = Your address is still here. Type the password once more.
accounts-sign-in-faults-words = Your words wait in this page. Type the password once more.
accounts-sign-in-too-often = There were many tries that did not fit. Try again from { $from }.
accounts-your-words-title = Your words are here
accounts-your-words-lead = You are signed in. What you typed could not be put back into its place by itself.
accounts-your-words-take = Copy what you need, then go on.
accounts-your-words-label = What you typed
accounts-your-words-go-on = Go on
accounts-leave-title = One moment
accounts-leave-link = Go on

# The first administrator
accounts-set-up-title = The first administrator
accounts-set-up-lead = This link makes one account that sets the site up. It works once.
accounts-set-up-button = Make this account
accounts-set-up-over-title = This link does not work any more
accounts-set-up-over-lead = It was used, or it is older than a day.
accounts-set-up-over-words = Whoever runs the site can make a new one on the command line.

# People
accounts-person-own = This is how members see you.
accounts-person-change = Change it
accounts-person-only = You see only what { $handle } chose to show to members. Each line is hidden until its owner shows it.
accounts-person-here-as = Here as
accounts-person-living = Somebody who lives with it
accounts-person-caring = Somebody who cares for someone
accounts-person-both = Somebody who lives with it and cares for someone
accounts-person-working = Somebody who works with it
accounts-person-since = Here since
accounts-person-does = Does here
accounts-person-mentor = Mentor.
accounts-person-mentor-words = Says hello to new people and tries to answer within a day. A mentor has no special powers and is no clinician.
accounts-person-representative = Speaks for the organisation.
accounts-person-words = Their words
accounts-person-nothing = Nothing more is shown here
accounts-person-nothing-words = That is fine. Nobody has to show anything.
accounts-person-audience = Members read this page. Search engines: no. Nobody can follow a person here.

# Settings
accounts-settings-title = Settings
accounts-settings-on-page = On this page
accounts-settings-profile = About you
accounts-settings-profile-words = Members see only what you switch on. At first nothing is.
accounts-settings-see = See your page as others see it
accounts-settings-reading = Reading
accounts-settings-place = Time and place
accounts-settings-letters = Letters
accounts-settings-account = Account
accounts-settings-agreed = What you agreed to
accounts-settings-keep = Keep these
accounts-here-as = I am here because
accounts-here-as-unsaid = I would rather not say
accounts-here-as-living = I live with it
accounts-here-as-caring = I care for someone
accounts-here-as-both = Both
accounts-here-as-working = I work with it
accounts-about = A line about you
accounts-about-hint = Up to { $count } letters. Nothing that tells who you are.
accounts-about-too-long = This is longer than 300 letters. Take something out; it is all here.
accounts-mark = Your mark
accounts-mark-hint = It stands beside your name.
accounts-mark-wave = Wave
accounts-mark-hill = Hill
accounts-mark-leaf = Leaf
accounts-mark-moon = Moon
accounts-mark-gate = Gate
accounts-mark-cup = Cup
accounts-mark-boat = Boat
accounts-mark-bird = Bird
accounts-mark-stones = Stones
accounts-mark-tree = Tree
accounts-mark-colour = The ground behind it
accounts-mark-colour-moss = Moss
accounts-mark-colour-sky = Sky
accounts-mark-colour-straw = Straw
accounts-mark-colour-clay = Clay
accounts-shows = Members may see
accounts-shows-here-as = Why I am here
accounts-shows-about = The line about me
accounts-shows-since = Since when I am here
accounts-choose-one = Choose one of these.
accounts-colours = Colours
accounts-colours-device = Like my device
accounts-colours-light = Light
accounts-colours-dark = Dark
accounts-text = Text
accounts-text-standard = Standard
accounts-text-larger = Larger
accounts-text-largest = Largest
accounts-quiet = Quiet
accounts-plain-titles = Plain titles
accounts-plain-titles-hint = The tab and your browser’s history say only the name of the site. That you were here stays in the history; only you can clear it.
accounts-zone = Your time zone
accounts-zone-hint = All times follow it. We do not guess it from your connection.
accounts-zone-site = Like this site ({ $city })
accounts-zone-none = Choose a zone from the list.
accounts-region-europe = Europe
accounts-region-africa = Africa
accounts-region-america = America
accounts-region-asia = Asia
accounts-region-atlantic = Atlantic
accounts-region-australia = Australia
accounts-region-indian = Indian Ocean
accounts-region-pacific = Pacific
accounts-region-antarctica = Antarctica
accounts-country-setting = Urgent help for
accounts-country-setting-hint = Whose numbers we show you. We never guess it from your connection.
accounts-letters-words = Our e-mails never say what is wrong with you, name no board and no thread. Letters about your account come always.
accounts-letters-legend = Send me an e-mail when
accounts-letters-answers = Somebody answers my thread
accounts-letters-answers-hint = We wait 10 minutes, in case you read it here first.
accounts-account-name = Name here
accounts-account-email = E-mail
accounts-account-since = Here since
accounts-account-take-along = Take your data along
accounts-account-leave = Leave this community
accounts-consent-rules = House rules
accounts-consent-version = version of { $day }
accounts-consent-privacy = Privacy notice
accounts-consent-disclaimer = Disclaimer
accounts-consent-health = Keeping what I write about my health
accounts-consent-not-given = Not given
accounts-consent-letters = Letters when somebody answers me
accounts-consent-withdrawn = Taken back on
accounts-consent-take-back = You end the letters above, whenever you like. An account cannot be kept without the others. To take one of them back, leave: all of your words can go with you.
accounts-kept-profile = Kept. This is how you stand on your page now.
accounts-kept-reading = Kept. Every page looks like this now.
accounts-kept-place = Kept. All times follow it from now on.
accounts-kept-letters = Kept.

# Administration
accounts-admin-title = Administration
accounts-admin-lead = What you set up here works at once.
accounts-admin-boards = Boards
accounts-admin-boards-words = Make them, say who reads them, put them in order, close them.
accounts-admin-helplines = Helplines
accounts-admin-helplines-words = The numbers on the page for urgent help. Nobody can join until one has been checked.
accounts-admin-people-title = People
accounts-admin-people-words = Give somebody a role, or take it back.
accounts-admin-documents-words = House rules, privacy notice, disclaimer: what holds here, and what changed.
accounts-admin-letters = Letters
accounts-admin-letters-words = Those that could not be delivered.
accounts-admin-people-lead = Find somebody by the name that people see.
accounts-admin-people-name = Name
accounts-admin-people-find = Find
accounts-admin-people-nobody = Nobody here is called { $name }.
accounts-admin-person-page = Their page
accounts-admin-person-since = Here since
accounts-admin-person-roles = Roles
accounts-admin-person-no-roles = None
accounts-admin-person-agreed = What they agreed to
accounts-admin-person-agreed-none = Nothing is written down. This account was made on the command line.
accounts-admin-person-taken-back = taken back on
accounts-roles-give = Give a role
accounts-roles-give-button = Give it
accounts-roles-take = Take a role back
accounts-roles-take-button = Take it back
accounts-roles-role = Role
accounts-roles-choose = Choose a role
accounts-roles-reason = Why?
accounts-roles-reason-hint = Administrators read it in the record below.
accounts-role-none = Choose a role from the list.
accounts-reason-none = Say why, in a few words.
accounts-reason-too-long = 500 letters at most.
accounts-role-mentor = Mentor
accounts-role-moderator = Moderator
accounts-role-clinician = Clinician
accounts-role-representative = Speaks for the organisation
accounts-role-administrator = Administrator
accounts-role-organisation = Works for the organisation
accounts-organisation-title = Works for the organisation
accounts-organisation-tick = This person works for the organisation
accounts-organisation-tick-hint = Boards that the organisation does not read are then closed to them.
accounts-organisation-button = Keep this
accounts-roles-record = What was changed
accounts-roles-record-none = Nothing yet
accounts-roles-record-none-words = Whatever is given or taken back stands here, with who, when and why.
accounts-roles-given = { $role }: given by { $by }
accounts-roles-taken = { $role }: taken back by { $by }
accounts-roles-by-nobody = the command line
accounts-roles-done-given = Given. It works from their next page on.
accounts-roles-done-taken = Taken back. It works from their next page on.
accounts-roles-done-kept = Kept. It works from their next page on.
accounts-roles-not-administrator = Only administrators give roles.
accounts-roles-last-administrator = This is the last administrator. Give somebody else the role first.

# House rules
accounts-rules-title = House rules
accounts-rules-lead = Six sentences. Whoever joins says yes to them.
accounts-rules-1 = Tell your own story.
accounts-rules-1-words = “I did” is worth more than “you should”.
accounts-rules-2 = No instructions about treatment.
accounts-rules-2-words = Not about doses, not about stopping.
accounts-rules-3 = Say where it comes from
accounts-rules-3-words = when it is not your own story.
accounts-rules-4 = Keep people hidden.
accounts-rules-4-words = No names of staff or patients, no numbers, no addresses.
accounts-rules-5 = Be kind, or be quiet.
accounts-rules-5-words = You can always close a thread and go.
accounts-rules-6 = Nobody sells here.
accounts-rules-6-words = Nobody recruits without asking us.

# Disclaimer
accounts-disclaimer-title = Experience, not medical advice
accounts-disclaimer-lead = People tell here what happened to them. Nobody here knows your case.
accounts-disclaimer-1 = Nobody here can examine you. What helped one person can harm another.
accounts-disclaimer-2 = For your treatment, ask your own care team. Start, change or stop nothing because of what you read here.
accounts-disclaimer-3 = People who work in healthcare speak here in general, too. A badge says who they are; it does not make them your doctor or nurse.
accounts-disclaimer-4 = Nobody reads here day and night. If you are in danger, take the way to urgent help at the top of every page.

# Versions of the texts, and agreeing to them
accounts-document-version = Version { $version }
accounts-document-changed = What changed:
accounts-document-earlier = Earlier:
accounts-document-not-present = This is an earlier version. It is kept so that everybody can see what they agreed to.
accounts-document-present = What holds now
accounts-documents-title = Rules and notices
accounts-documents-lead = What holds here, in your own words. Every version stays where people can read it.
accounts-documents-since = Since
accounts-documents-by = Published by
accounts-documents-by-program = Comes with the program
accounts-documents-done = Published: { $text }.
accounts-documents-present = What holds now:
accounts-documents-next = What you publish here becomes the next version. This one stays at its address.
accounts-documents-privacy = These are your own words about privacy. What the software keeps, and for how long, stands below them on the page and follows the software.
accounts-documents-overtaken = Somebody else published while you wrote. Your text is still here. Read theirs, bring into yours what should stay, and publish again:
accounts-documents-stale = Another version was published in the meantime.
accounts-documents-preview = How it will look
accounts-documents-not-yet = Nothing is published yet.
accounts-documents-text = The text
accounts-documents-text-hint = A line that begins with # is a heading.
accounts-documents-text-none = Write the text.
accounts-documents-text-long = That is { $by } letters too long. 40,000 fit.
accounts-documents-text-not-text = There is something in it that is no text. Type it again, or paste it as plain text.
accounts-documents-changed = What changed
accounts-documents-changed-hint = One line. Everybody who is asked reads it.
accounts-documents-changed-none = Say in a line what changed.
accounts-documents-changed-long = 300 letters at most.
accounts-documents-asks = Ask everybody to agree again
accounts-documents-asks-hint = For a change of meaning. Everybody reads on; before they write, they are asked once. Leave it out for a spelling mistake.
accounts-documents-look = Look at it first
accounts-documents-publish = Publish
accounts-documents-not-administrator = Only administrators publish.
accounts-agree-first = A text that people here agree to has changed. Before you write, say whether you agree: the way stands at the top of this page.
accounts-agreements-title = What changed here
accounts-agreements-lead = Something that people here agree to is different now. Look at it, and say yes if you agree.
accounts-agreements-nothing = There is nothing that you are asked to agree to.
accounts-agreements-stale = A newer version was published while you read.
accounts-agreements-look-again = Look at what changed once more. Nothing was agreed to.
accounts-agreements-read = Read it:
accounts-agreements-agree = I agree
accounts-agreements-not-now = Not now, or not at all
accounts-agreements-not-now-words = Nothing is taken from you. You read on as before, and what you typed stays among your drafts. Only new posts, replies, changes and requests wait until you agree.
accounts-agreements-read-on = Read on
accounts-agreements-drafts = Your drafts
accounts-agreements-posts = Your posts: read them, or take them back
accounts-agreements-leave = Close your account

# Privacy
accounts-privacy-title = What we keep, and for how long
accounts-privacy-lead = As little as this place needs. Nothing is sold, and no other company is told that you were here.
accounts-privacy-runs = Who answers for it
accounts-privacy-runs-words = { $organisation } runs this site and answers for what is kept.
accounts-privacy-runs-nobody = Whoever runs this site answers for what is kept. They have not put their name here yet.
accounts-privacy-read = If you only read
accounts-privacy-read-words = Nothing is kept that could tell who you are. If you choose light or dark colours, your browser keeps that one word for a year.
accounts-privacy-account = If you join
accounts-privacy-account-1 = Your name here, your e-mail address, and your password as a hash that cannot be turned back.
accounts-privacy-account-2 = That you are { $age } or older. Not the year you were born in.
accounts-privacy-account-3 = The country whose numbers for urgent help you want, your time zone and how pages should look.
accounts-privacy-account-4 = What you agreed to, in which version, and when.
accounts-privacy-account-5 = When you last signed in. If you do something here for others, such as mentoring: what, since when, and who gave it to you.
accounts-privacy-account-6 = If you never open our letter: all of it is deleted after { $days } days.
accounts-privacy-account-8 = If you change your name here: the one before, for moderators to see. If you leave, only a hash of it stays, so that nobody takes it.
accounts-privacy-account-7 = If you ask for a new password: that somebody asked for one for your address, { $minutes } minutes.
accounts-privacy-words = What you write
accounts-privacy-words-1 = Your threads and replies stay until you take them back. What you take back leaves every page at once and is erased after 30 days.
accounts-privacy-words-2 = Earlier versions of a post that you changed. You and the moderators can read them, and you can take them away.
accounts-privacy-words-3 = What you typed and have not posted, also what was refused: 180 days, on a shared device 15 minutes, for you alone.
accounts-privacy-words-4 = How far you have read in a thread, so that you can go on there.
accounts-privacy-words-5 = Words about health are special to the law and to us. We keep them because you said yes to that, and each board says who reads it.
accounts-privacy-machine = What the machine keeps
accounts-privacy-machine-1 = That you are signed in: one cookie, { $days } days at most, { $idle } days without a visit; on a shared device an hour. Beside it what your browser calls itself, such as Firefox on Android, so that you know it again.
accounts-privacy-machine-5 = That you have signed in with this browser before: a cookie of a random number, { $days } days without a visit; none on a shared device. If you turn on a second step: what your app knows, encrypted, and your recovery codes as hashes.
accounts-privacy-machine-2 = Against too many tries: your network address as a hash that changes every day and is forgotten after two. Never the address itself.
accounts-privacy-machine-3 = That a letter was sent to you: 90 days. Not what stood in it.
accounts-privacy-machine-4 = When a page was asked for and how long it took. Not which thread, and not by whom.
accounts-privacy-rights = Your rights
accounts-privacy-rights-words = You may see what we hold about you, have it put right, have it erased, take your yes back, and complain to the data protection authority. To see all of it, choose “Take your data along” under Settings; to have all of it erased, choose “Leave this community” under Settings. For the rest, write to the people who run this site.

# Accessibility
accounts-accessibility-title = Accessibility
accounts-accessibility-lead = Everybody should be able to read and write here, on a bad day too.
accounts-accessibility-how = How it is built
accounts-accessibility-1 = Every page works with the keyboard alone, with a screen reader, without JavaScript, at 200 % and on a screen as narrow as a small phone.
accounts-accessibility-2 = The letters are Atkinson Hyperlegible, drawn for people with low vision. Text and ground differ by 7 to 1 or more, in light and in dark.
accounts-accessibility-3 = Colour never says anything alone. Nothing moves by itself, and nothing runs out while you write.
accounts-accessibility-4 = Pages print, with every number of urgent help on paper.
accounts-accessibility-aim = We aim at the Web Content Accessibility Guidelines 2.2, level AA.
accounts-accessibility-yours = What you can change
accounts-accessibility-yours-words = Light or dark at the foot of every page. Members choose larger text and plain titles under Settings.
accounts-accessibility-wrong = If something stands in your way
accounts-accessibility-wrong-words = Write to the people who run this site and say on which page. Somebody who could not read us is the fault that we want to hear of first.

# A forgotten password, a new one, and "this was not me"
accounts-sign-in-forgotten = I do not know my password
accounts-sign-in-new-password = Your new password is kept. Sign in with it.
accounts-forgotten-title = A new password
accounts-forgotten-lead = We send a link to your address. Behind it you choose another password.
accounts-forgotten-hint = The address of your account.
accounts-forgotten-faults = What you typed is still here.
accounts-forgotten-button = Send me the link
accounts-forgotten-back = Back to signing in
accounts-reset-sent-lead = Open the link in it within { $minutes } minutes to choose a password.
accounts-reset-sent-words = It can take some minutes. If it does not come, look where your post keeps unwanted letters, and check that you typed the address correctly.
accounts-reset-sent-after = This page says the same for every address, so that nobody learns from it who is a member. The letter tells you more.
accounts-reset-title = Choose a new password
accounts-reset-lead = Your old one stops working, and you are signed out everywhere.
accounts-reset-button = Keep this password
accounts-reset-over-lead = Nothing is wrong. Ask for another one, and use the newest letter.
accounts-reset-over-words = A link to a new password works once, and for { $minutes } minutes. When you ask again, earlier links stop working.
accounts-reset-over-again = Send me another link
accounts-not-me-title = Was this not you?
accounts-not-me-lead = Then close your account to whoever it was.
accounts-not-me-words = Everybody is signed out of your account, on every device. The password stops working, and we send you a link to choose another one. A second step that was turned on in the last two weeks is turned off. Nothing that you wrote changes.
accounts-not-me-button = It was not me: close it to them
accounts-not-me-it-was = It was me
accounts-not-me-done-title = Your account is closed to them
accounts-not-me-done-lead = Nobody is signed in any more. Open our newest letter within { $minutes } minutes and choose a password.
accounts-not-me-done-words = If somebody else reads your letters, change the password of your post first. If you need help, write to the people who run this site.
accounts-not-me-over-title = This link does not work any more
accounts-not-me-over-lead = It was used, or your address or your password has changed since we wrote that letter.
accounts-not-me-over-words = A link like this works for { $days } days, and once. If we wrote to you again, open the newest letter. If you still think that somebody is in your account, choose a new password: that signs everybody out.
accounts-not-me-over-reset = Choose a new password
accounts-password-new = New password
accounts-password-present = Your password now
accounts-password-present-wrong = That is not your password. Try once more, or ask for a link if you do not know it.
accounts-password-change = Change your password
accounts-password-change-lead = Your other devices are signed out, and a letter tells you that it was changed.
accounts-password-change-button = Change it
accounts-password-faults = Type both passwords once more.
accounts-password-too-often = There were many tries. Try again from { $from }.
accounts-kept-password = Your password is changed. Your other devices are signed out.
accounts-reset-subject = The link you asked for
accounts-reset-letter-words = somebody, we think you, asked for a new password at { $site }. Choose it here:
accounts-reset-letter-link = Choose a new password
accounts-reset-letter-after = The link works once, for { $minutes } minutes. If it was not you, do nothing: your password stays as it is.
accounts-no-account-subject = About your question
accounts-no-account-letter-words = somebody, perhaps you, asked for a new password at { $site }, but no account there has this address. If you have one, it has another address. If you want to join, begin here:
accounts-no-account-letter-link = Join
accounts-no-account-letter-after = If it was not you, do nothing. We keep nothing about it.
accounts-security-subject = About your account
accounts-security-letter-password-changed = the password of your account at { $site } was changed, and every other device was signed out. If it was you, all is well. If it was not, open this link:
accounts-security-letter-new-browser = somebody signed in to your account at { $site } with a browser that we had not seen before. If it was you, all is well. If it was not, open this link:
accounts-security-letter-app-added = a second step at sign-in was turned on for your account at { $site }: a code from an app. If it was you, all is well. If it was not, open this link:
accounts-security-letter-app-removed = the second step at sign-in was turned off for your account at { $site }. If it was you, all is well. If it was not, open this link:
accounts-security-letter-recovery-code-used = one of your recovery codes was used to sign in to your account at { $site }. It does not work again. If it was you, all is well. If it was not, open this link:
accounts-security-letter-codes-renewed = new recovery codes were made for your account at { $site }. The old ones stopped working. If it was you, all is well. If it was not, open this link:
accounts-security-letter-address-asked = somebody who is signed in to your account at { $site } asked to use another address for it. Nothing has changed yet: a letter went to that address. If it was you, all is well. If it was not, open this link:
accounts-security-letter-handle-changed = your name at { $site } is another one now. If it was you, or if you asked for it, all is well. If not, open this link:
accounts-security-letter-link = It was not me
accounts-security-letter-after = The link works for { $days } days. It closes your account to whoever it was and sends you another link.

# The second step at sign-in
accounts-second-step-title = A second step at sign-in
accounts-second-step-lead = A code beside your password. Somebody who learns your password then still stands before a closed door.
accounts-second-step-free = Nobody has to. It is turned off as long as you do nothing.
accounts-second-step-role = What you do here for others needs it: you see what people told in confidence.
accounts-second-step-on = Turn it on
accounts-second-step-app = Code from an app
accounts-second-step-on-since = On since
accounts-second-step-off = Turn it off
accounts-second-step-off-words = After that the password alone opens your account. Your recovery codes stop working.
accounts-second-step-off-button = Turn it off
accounts-second-step-needed = What you do here for others needs a second step, so it cannot be turned off. To change to another app, write to the people who run this site.
accounts-second-step-is-off = The second step is turned off.
accounts-second-step-already = The second step is turned on already.
accounts-second-step-trust-ended = Every browser is asked for the code from now on.
accounts-second-step-app-lead = You need an app for codes on your phone or computer. Any one will do; many are free.
accounts-second-step-app-1 = Show this drawing to the app.
accounts-second-step-qr = The drawing for the app. The same in letters stands below.
accounts-second-step-app-type = Or type these letters into it:
accounts-second-step-app-here = Or open the app on this device
accounts-second-step-app-2 = Type the six figures that it shows now.
accounts-second-step-app-faults = The drawing below is the same as before.
accounts-second-step-app-code = The six figures
accounts-second-step-app-wrong = These are not the figures of this moment. Wait for the next ones, and check that the clock of your device is right.
accounts-second-step-on-button = Turn it on
accounts-not-now = Not now
accounts-second-step-ask = Now the second step
accounts-second-step-ask-lead = The password was right.
accounts-second-step-words = Your words are safe: they wait in this page and go on with you.
accounts-second-step-faults = Type the code once more.
accounts-code = Code
accounts-code-hint = The six figures that your app shows, or one of your recovery codes.
accounts-trust = Do not ask again in this browser for { $days } days
accounts-trust-hint = Only on a device that nobody else uses.
accounts-second-step-wrong = This code does not work. A code works once: wait for the next one.
accounts-second-step-over = The second step took longer than ten minutes. Type your password once more.
accounts-second-step-lost = I have neither the app nor my codes
accounts-second-step-lost-words = Write to the people who run this site, from the address of your account. A person looks at it. Nobody can set a password for you, and nobody will ask for yours.
accounts-recovery-codes = Recovery codes
accounts-recovery-codes-first = The second step is turned on. Keep these codes for the day when the app is gone.
accounts-recovery-codes-new = These are your new codes. The old ones do not work any more.
accounts-recovery-codes-words = Print this page or write them down, and keep them where you keep papers. Each works once, in the place of the six figures. We show them only now.
accounts-recovery-codes-done = I have kept them
accounts-recovery-codes-left = { $count ->
    [0] No code is left. Make new ones.
    [one] One code is left. Make new ones soon.
   *[other] { $count } codes are left. They were shown once, when they were made.
}
accounts-recovery-codes-renew = Make new codes
accounts-trusted = Browsers that are not asked
accounts-trusted-words = { $count ->
    [one] One browser is asked for no code, for { $days } days each time.
   *[other] { $count } browsers are asked for no code, for { $days } days each time.
}
accounts-trusted-end = Ask in every browser again

# Is it still you?
accounts-still-you-title = Is it still you?
accounts-still-you-lead = This is worth a lock of its own. Type your password once more; then we do not ask for ten minutes.
accounts-still-you-form = What you sent waits in this page.
accounts-still-you-faults = Nothing is lost. Try once more.
accounts-still-you-button = It is me
accounts-go-on-title = It is you
accounts-go-on-lead = One more press sends what waited.
accounts-go-on-button = Send it now
accounts-go-on-back = Do not send it

# Where somebody is signed in
accounts-devices-title = Where you are signed in
accounts-devices-lead = Every browser that is signed in to your account. We keep no places and no network addresses, only what a browser calls itself.
accounts-devices-this = This one
accounts-devices-shared = A device that others use, too
accounts-devices-signed-in = Signed in on
accounts-devices-last-used = Used last on
accounts-devices-end = Sign it out
accounts-devices-end-others = Sign out all the others
accounts-devices-ended = That browser is signed out.
accounts-devices-others-ended = All other browsers are signed out.
accounts-devices-strange = Is there one that you do not know? Sign it out, and then
accounts-device = { $browser } on { $system }
accounts-device-system = A browser on { $system }
accounts-device-unknown = A browser

# Another address
accounts-address-title = Another e-mail address
accounts-address-lead = A letter goes to the new address; your account moves when you open the link in it, signed in. The old address is told, and can undo it for { $hours } hours.
accounts-address-present = Your address now:
accounts-address-new = New e-mail address
accounts-address-same = This is your address already.
accounts-address-button = Send the letter
accounts-address-sent-lead = Open the link in it within { $hours } hours. If we ask you to sign in there, use your old address. Until then nothing changes.
accounts-address-confirm-title = Your new address
accounts-address-confirm-lead = From now on our letters go to
accounts-address-done-title = Your address is changed
accounts-address-done-lead = Sign in with it from now on. The old address was told.
accounts-address-undo-title = Take the change back?
accounts-address-undo-lead = Your account goes back to
accounts-address-undo-button = It was not me: take it back
accounts-address-undone-title = Your account is yours again
accounts-address-over-lead = Nothing is wrong. Your account stays as it is.
accounts-address-over-words = The link to a new address works once, for { $hours } hours, and only in the account that asked for it; the way back works for { $undo } hours. A change of the password ends it, and so does an address that is not free any more. If somebody has taken your account, write to the people who run this site.
accounts-new-address-subject = Please confirm your address
accounts-new-address-letter-words = somebody, we think you, wants to use this address at { $site }. To say yes, open this link and press the button:
accounts-new-address-letter-link = Confirm my address
accounts-new-address-letter-after = The link works for { $hours } hours, for whoever is signed in to that account. If it was not you, do nothing.
accounts-address-changed-subject = About your account
accounts-address-changed-letter-words = your account at { $site } has another address now, and letters do not come here any more. If it was you, all is well. If it was not, take it back here:
accounts-address-changed-letter-link = It was not me
accounts-address-changed-letter-after = The link works for { $hours } hours. It brings your account back to this address, signs everybody out and sends you a link to choose a password.

# The ways in
accounts-way-application = Here a person reads what you write before you are a member. You answer one question, confirm your address, and get the answer by letter.
accounts-way-invited = Somebody invited you. Your invitation is used when you confirm your address, and only if it still works then.
accounts-shut-title = Nobody can join now
accounts-shut-lead = The people who run this site have closed the door for new members for a while.
accounts-shut-words = You can read the boards that are open to everyone. If you are a member, sign in as always. If you have a letter from us already, its link works again as soon as the door is open, within its 14 days.
accounts-invited-only-title = You need an invitation to join
accounts-invited-only-lead = Here people come in by invitation. If you have one, open the link in it.
accounts-invited-only-words = You can read the boards that are open to everyone.
accounts-closed-ask = To know more, ask the people who run this site.
accounts-closed-ask-organisation = { $organisation } runs this site. Ask there to know more.
accounts-invitation-over-title = This invitation does not work
accounts-invitation-over-lead = It was used up, its time is over, it was taken back, or a part of the link is missing. You did nothing wrong.
accounts-invitation-over-words = Ask whoever sent it to you for another one. If you had typed anything, it is deleted.
accounts-invitation-over-join = How to join without it
accounts-invitation-over-apply = Your invitation does not work any more. You can answer the question instead.
accounts-question-title = One question
accounts-answer = Your answer
accounts-answer-hint = Up to { $count } letters. Administrators read it and nobody else. It is deleted when they have decided.
accounts-answer-needed = Answer the question, in a few words.
accounts-answer-too-long = This is longer than 2,000 letters. Take something out; it is all here.
accounts-join-after-read = Then a person reads your answer, and you get a letter. If they say no, everything here is deleted { $days } days later.
accounts-sent-read = After that a person reads your answer and writes back. That can take some days.
accounts-confirm-words-read = Press the button, and a person reads your answer. You get a letter when they have decided.
accounts-waits-title = A person will read your answer
accounts-waits-lead = Your address is confirmed. There is nothing more for you to do.
accounts-waits-words = Whoever reads it writes to you, with a yes or with a reason. Until then you are not a member; you can read the boards that are open to everyone.
accounts-waits-since = Waiting since
accounts-denied-title = A person has read your answer
accounts-denied-lead = They said no. The reason is in the letter that we sent you.
accounts-denied-words = Your answer, your address and your password are deleted { $days } days after the no, on
accounts-approved-subject = The answer to your request
accounts-approved-letter-words = a person has read your answer, and you are welcome at { $site }. You are a member now.
accounts-approved-letter-then = Sign in with the password that you chose:
accounts-approved-letter-link = Sign in
accounts-approved-letter-after = Your answer is deleted. It was read to decide this and for nothing else.
accounts-denied-subject = The answer to your request
accounts-denied-letter-words = a person has read your answer. For now they said no to your wish to join { $site }.
accounts-denied-letter-then = You can read what is open to everyone:
accounts-denied-letter-link = The open boards
accounts-denied-letter-after = Your answer, your address and your password are deleted after { $days } days.
accounts-decided-letter-why = They wrote to you:
accounts-application-decided = Somebody has decided about this application already.

# A name that tells too much
accounts-advice-title = About the name that you chose
accounts-advice-like-address = It looks like your e-mail address, by which others may know you.
accounts-advice-date = It holds a date. A day of birth helps people to find out who you are.
accounts-advice-figures = It holds a long number. A year or a number of yours helps people to find out who you are.
accounts-advice-choose = Take another name, or tick below that you keep it. Everything is still here but the password: type that once more.
accounts-advice-keep = Keep this name all the same

# Another name
accounts-handle-title = Another name
accounts-handle-lead = The new name stands beside everything that you wrote, from the first day on.
accounts-handle-present = Your name now:
accounts-handle-old = Nobody ever gets the name that you give up, not even you again, and it leads nowhere. Moderators still see it, so that nobody can hide who hurt somebody. Where others wrote it in their own words, it stays.
accounts-handle-left = { $left ->
    [0] You have changed your name twice. For another one, write to the people who run this site.
    [one] You can change it once more by yourself. After that, the people who run this site do it for you.
   *[other] You can change it { $left } times by yourself. After that, the people who run this site do it for you.
}
accounts-handle-new = New name
accounts-handle-button = Take this name
accounts-handle-done = This is your name now.
accounts-handle-same = This is the name that you have, or looks the same.
accounts-handle-often-enough = You have changed your name twice. Write to the people who run this site.
accounts-handle-not-administrator = Only administrators change the names of others.
accounts-handle-advice-choose = Take another name, or tick below that you want this one.
accounts-handle-of-lead = For somebody who asked you. A letter tells them.
accounts-handle-of-present = Their name now:
accounts-handle-of-reason-hint = Moderators and administrators read it beside the old name.
accounts-handle-of-button = Give this name
accounts-handle-of-done = This is their name now. A letter tells them.
accounts-old-names = Names before
accounts-old-names-who = Moderators and administrators see these. Nobody else does.
accounts-old-names-none = None
accounts-old-names-until = until
accounts-old-names-by = changed by { $name }

# Joining, as administrators set it
accounts-joining-title = How people join
accounts-joining-admin-words = Openly, by application, by invitation, or not at all.
accounts-joining-lead = What you set works at once, for everybody who has not confirmed an address yet.
accounts-joining-mode = Who can join
accounts-joining-mode-open = Everybody
accounts-joining-mode-open-hint = Whoever confirms an address is a member at once.
accounts-joining-mode-application = Everybody whom one of you has approved
accounts-joining-mode-application-hint = People answer your question and confirm their address. Then they wait until one of you says yes or no, with a letter to them either way. Look here every day: they wait for you.
accounts-joining-mode-invitation = Only people who were invited
accounts-joining-mode-invitation-hint = Everybody else reads that they need an invitation. Who applied before still waits for you.
accounts-joining-mode-closed = Nobody
accounts-joining-mode-closed-hint = Invitations do not work either, and nobody can confirm an address. Everybody reads whom to ask. Members sign in as always.
accounts-joining-mode-none = Choose one of these.
accounts-joining-question = The question for applications
accounts-joining-question-hint = Everybody sees it who wants to join by application. Ask for no names, no diagnosis in detail and no papers: you would have to keep them safe.
accounts-joining-question-needed = Write the question that people should answer.
accounts-joining-question-too-long = This is longer than 2,000 letters. Take something out; it is all here.
accounts-joining-cap = How many people each member may invite
accounts-joining-cap-hint = 0: only administrators invite. Administrators invite as many as they like.
accounts-joining-cap-none = Type a number from 0 to 100.
accounts-joining-look = Look at the question first
accounts-joining-preview = This is how people see it
accounts-joining-keep = Keep this
accounts-joining-kept = Kept. It works from now on.
accounts-joining-record = What was changed
accounts-joining-record-none = Nothing yet
accounts-joining-record-none-words = Whatever is changed here stands below, with who and when. Until then everybody can join.
accounts-joining-changed-mode = Who can join: { $value }. By { $by }.
accounts-joining-changed-question = The question became another one. By { $by }.
accounts-joining-changed-cap = Each member may invite: { $value }. By { $by }.

# Applications
accounts-applications-title = Applications
accounts-applications-admin-words = People who answered your question and wait for a yes or a no.
accounts-applications-lead = Who waits longest comes first.
accounts-applications-none = Nobody is waiting
accounts-applications-none-words = Whoever applies and confirms their address stands here until one of you decides.
accounts-applications-age = { $days ->
    [0] Waiting since today
    [one] Waiting for { $days } day
   *[other] Waiting for { $days } days
}
accounts-applications-decide = Read and decide
accounts-applications-decided = Decided. The letter is on its way.
accounts-application-title = { $name } would like to join
accounts-application-answer = Their answer
accounts-application-since = Waiting since
accounts-application-words = Your words to them
accounts-application-words-hint = They get them by letter. A no needs a reason; a yes may have some words. Up to { $count } letters.
accounts-application-what = After a yes they are a member at once. After a no their answer, address and password are deleted in { $days } days. Either way they get a letter. You cannot take it back.
accounts-application-approve = Yes, let them in
accounts-application-deny = No, not now
accounts-application-choose = Press one of the two.
accounts-application-reason-needed = Say why, in a few words. They read it.
accounts-application-too-long = This is longer than { $count } letters. Take something out; it is all here.

# Invitations
accounts-invitations-title = Invitations
accounts-invitations-admin-words = Links that let people in, whoever made them.
accounts-invitations-settings = Invite somebody
accounts-invitations-lead = An invitation is a link. Whoever opens it can join, also where others answer a question first.
accounts-invitations-everybodys = Everybody’s invitations
accounts-invitations-own = Your invitations
accounts-invitations-none = No invitations yet
accounts-invitations-none-words = Those that you make stand here, with what is left of them.
accounts-invitations-closed = Nobody can join now, not even with an invitation. Invitations work again when an administrator opens the door.
accounts-invitations-not-members = Only administrators invite people at the moment.
accounts-invitations-left = { $left ->
    [0] You have invited as many people as one member may.
    [one] You may invite { $left } more person.
   *[other] You may invite { $left } more people.
}
accounts-invitations-new = Make an invitation
accounts-invitations-uses = For how many people?
accounts-invitations-uses-hint = 1 to 100. Each person who joins with the link takes one.
accounts-invitations-uses-none = Type a number from 1 to 100.
accounts-invitations-too-many = { $left ->
    [0] You have invited as many people as one member may. Take an invitation back that nobody used.
    [one] You may invite { $left } more person.
   *[other] You may invite { $left } more people.
}
accounts-invitations-days = How many days should it work?
accounts-invitations-days-hint = 1 to 90.
accounts-invitations-days-none = Type a number from 1 to 90.
accounts-invitations-make = Make the link
accounts-invitations-made = Your invitation is ready
accounts-invitations-made-words = Copy the link now and send it to whom you want to invite. We cannot show it again: we keep only enough of it to know it.
accounts-invitations-link = The link
accounts-invitations-state-left = { $left ->
    [one] { $left } of { $of } left
   *[other] { $left } of { $of } left
}
accounts-invitations-state-used = Used up ({ $of })
accounts-invitations-state-ended = Ended
accounts-invitations-state-taken-back = Taken back
accounts-invitations-ends = Ends on
accounts-invitations-made-on = Made on
accounts-invitations-by = By { $name }
accounts-invitations-take-back = Take it back
accounts-invitations-taken-back = It is taken back. The link does not work any more.
accounts-invitations-who = Administrators see who was invited by whom. Nobody else does.
accounts-admin-person-invited = Invited by
accounts-admin-person-approved = Approved by
