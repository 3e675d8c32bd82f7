# Letters, and the pages about them.

# At the foot of every letter
mail-why-service = You get this letter because somebody used this address there. If it was not you, you need not do anything.
mail-why-community = You get this letter because you are a member there and want to be told of answers.
mail-no-more = No more letters like this one:
mail-no-more-link = No more letters like this one

# Ending community letters without signing in
mail-unsubscribe-title = No more of these letters?
mail-unsubscribe-lead = You then get no letter when somebody answers you. You find it under your notices all the same.
mail-unsubscribe-still = Letters about your account, such as a new password, still reach you.
mail-unsubscribe-button = No more of these letters
mail-unsubscribe-done-title = You get no more of these letters
mail-unsubscribe-done-lead = Done. What is new stands under your notices when you come by.
mail-unsubscribe-done-back = If you want them again, say so in your settings.
mail-unsubscribe-settings = To my settings

# Letters of the demo
mail-demo-title = Letters that it would have sent
mail-demo-lead = This is a demo, so letters stay here. The newest stands first. When the demo is started again, they are gone.
mail-demo-none = No letter yet
mail-demo-none-words = Join, or answer somebody: the letter then stands here within seconds.
mail-demo-to = To
mail-demo-sent = Sent

# Letters that could not be delivered
mail-admin-title = Letters that did not arrive
mail-admin-lead = { $count ->
    [0] Every letter of the last 90 days arrived at a mail server or is still on its way.
    [one] One letter of the last 90 days could not be delivered.
   *[other] { $count } letters of the last 90 days could not be delivered.
 }
mail-admin-why = A letter is tried for two days, and no longer where the mail server says that the address does not exist. You see the first letter of the address and the mail server, not the person.
mail-admin-none = Nothing to see to
mail-admin-to = To
mail-admin-written = Written
mail-admin-given-up = Given up
mail-admin-attempts = { $count ->
    [one] tried once
   *[other] tried { $count } times
 }
mail-admin-error = What the mail server said
mail-admin-again = Try again
mail-admin-again-which = letter { $number }
