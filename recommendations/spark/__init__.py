"""The nightly job: from interactions to recommendations, with Spark.

Nothing here knows Django. Begin reading with `pipeline`; docs/recommendations.md has the model.
"""
