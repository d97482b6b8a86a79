"""An audit on Spark: the same SQL, where the projects are too many for one machine. The only home of pyspark."""

from govproj_rules.auditing.spark.running import check_call, decided_in_spark

__all__ = ["check_call", "decided_in_spark"]
