"""A run of the nightly job, from its start to its lists: what the shop does around Spark.

`nightly` is the whole of it. A run that died at any point is taken up again where it stood.
"""
