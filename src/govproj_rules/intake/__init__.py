"""Many projects from whatever holds them, into the flat table: Parquet files for each city, and the rejects.

What a project file may not say, no row of a sheet may say either: every record that is taken in is one that the library
itself would read, and every other is told with all the reasons.
"""

from govproj_rules.intake.taken import BESIDE, REJECTS, Tables, TakenIn
from govproj_rules.intake.taking import COUNTS, take_in

__all__ = ["BESIDE", "COUNTS", "REJECTS", "Tables", "TakenIn", "take_in"]
