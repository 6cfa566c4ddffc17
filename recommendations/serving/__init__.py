"""From the lists of a run, or else popular ones, to the rows of a page.

Private: pages ask `recommendations.selectors`.
"""
