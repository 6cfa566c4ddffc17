"""The nightly job without Spark: another application that keeps to the same contract."""
