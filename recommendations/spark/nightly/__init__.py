"""The nightly application: from the event lake to lists for every customer, in a folder.

Started by `spark-submit`, see `submit`; knows neither Django nor a database.
"""
