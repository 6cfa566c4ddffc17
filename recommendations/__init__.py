"""What shoppers do, kept in the event lake, and the rows of products made from it.

Public: `services` and `selectors`. Nobody but the composition layer imports this app.
"""
