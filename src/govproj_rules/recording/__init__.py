"""Decision records: what an answer rests on, written down so that it can be reproduced, and whether it is.

:func:`record` makes one from a report, :func:`verify` holds one against what is installed.
"""

from govproj_rules.recorded import Record
from govproj_rules.recording.making import record
from govproj_rules.recording.verified import HOW, Difference, FindingDifference, Verification
from govproj_rules.recording.verifying import Place, verify

__all__ = ["HOW", "Difference", "FindingDifference", "Place", "Record", "Verification", "record", "verify"]
