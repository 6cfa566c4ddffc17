"""The script that spark-submit runs."""

import sys

from recommendations.spark.nightly.application import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
