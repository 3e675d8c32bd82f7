# Notices: what happened to somebody. Beside each stand who did it (before) and the title or name (after).

notifications-title = Notices
notifications-new = New
notifications-read-all = Mark all as read
notifications-read-one = Mark as read
notifications-settings = What should we tell you about?
notifications-newest = The newest
notifications-older = Older notices
notifications-none = Nothing yet
notifications-none-words = When somebody answers you, you find it here.

notifications-replied = wrote in your thread
notifications-answered-you = answered you in
notifications-board-asked = asks to be let in to
notifications-board-decided = have answered whether you are let in to
notifications-team = The moderators
notifications-untitled = a thread whose beginning was taken back
notifications-not-here = What this told of is no longer here, or no longer open to you.

# The letter that something is new. It says nothing of what it is.
notifications-something-new-subject = Something new for you
notifications-something-new-hello = Hello,
notifications-something-new-words = Somebody answered you on { $site }.
notifications-something-new-read = Read it here:
notifications-something-new-read-link = Read it
