"""Many projects audited at once: read, decided by DuckDB, summed up and written out."""

from govproj_rules.auditing.running import DAYS, Wanted, Watch, audit
from govproj_rules.auditing.summary import Audit, City
from govproj_rules.auditing.writing import FORMATS

__all__ = ["DAYS", "FORMATS", "Audit", "City", "Wanted", "Watch", "audit"]
