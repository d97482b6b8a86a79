"""Spark as an audit uses it: started late and quietly, and told in its own words what is written for DuckDB."""

from __future__ import annotations

import errno
import logging
import os
import re
import shutil
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, NamedTuple

from govproj_rules.errors import InvalidInput, Problem, quote, visible, wrong
from govproj_rules.extras import need

MASTER: Final = "local[*]"
"""Where Spark works unless it is told: on all cores of this machine."""
SUCH_AS: Final = "such as local[4], spark://HOST:7077, yarn or k8s://https://HOST:443"
_SETTINGS: Final = {
    # exact, and what DuckDB does: what does not fit is an error; days of long ago and names are as they are written
    "spark.sql.ansi.enabled": "true", "spark.sql.session.timeZone": "UTC", "spark.sql.caseSensitive": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED", "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.binaryAsString": "false", "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.files.ignoreCorruptFiles": "false", "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.parquet.compression.codec": "zstd",
    # queries as wide as these are planned and compiled for minutes otherwise
    "spark.sql.constraintPropagation.enabled": "false", "spark.sql.codegen.wholeStage": "false",
}  # fmt: skip
_LONGEST: Final = 300
_MOST_READ: Final = 100_000


class Rows:
    """What a statement gave; see :class:`govproj_rules.intake.duck.Answer`. ``frame`` is what Spark has of it."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self._some: Iterator[tuple[Any, ...]] | None = None

    @property
    def description(self) -> list[tuple[str]]:
        return [(name,) for name in self.frame.columns]

    def fetchone(self) -> tuple[Any, ...] | None:
        return next((tuple(row) for row in self.frame.take(1)), None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.frame.collect()]

    def fetchmany(self, size: int, /) -> list[tuple[Any, ...]]:
        if self._some is None:
            self._some = map(tuple, self.frame.toLocalIterator())
        return list(islice(self._some, size))


class Spark:
    """A session of Spark's that carries out DuckDB's SQL, and keeps in ``scratch`` what is made on the way.

    All workers see ``scratch`` at the same path, and it is empty.
    """

    def __init__(self, session: Any, scratch: Path) -> None:
        self.session = session
        self._scratch = scratch
        self._kept = 0

    def execute(self, query: str, /) -> Rows:
        """Carry out one statement of DuckDB's: a query, or one that makes a temporary table or view of a query."""
        made = translated(query)
        frame = self.session.sql(made.query)
        if made.makes == "TABLE":
            self.keep(made.name, frame)
        elif made.makes is not None:
            frame.createOrReplaceTempView(made.name)
        return Rows(frame)

    def calendar(self, name: str, rows: Sequence[tuple[date, int, date]]) -> None:
        """The table of working days. As SQL, like all else: rows that Python hands over need Python on every worker."""
        values = ", ".join(f"(DATE'{start}', {count}, DATE'{due}')" for start, count, due in rows)
        self.keep(name, self.session.sql(f"SELECT * FROM VALUES {values} AS v(start, count, due)"))

    def keep(self, name: str, frame: Any) -> None:
        """Work rows out once, to be read under a name."""
        self._kept += 1
        path = self._scratch / f"kept-{self._kept:04}"
        self._write(frame, path)
        self.read([path], frame.schema).createOrReplaceTempView(name)

    def write(self, query: str, path: Path) -> None:
        """Write what a query of DuckDB's gives as a folder of Parquet files."""
        self._write(self.execute(query).frame, path)

    def _write(self, frame: Any, path: Path) -> None:
        """Raises :class:`InvalidInput` where workers write elsewhere."""
        frame.write.parquet(f"file://{path.absolute()}")
        if not any(path.glob("part-*")):
            said = "what the workers of Spark write does not arrive here"
            help = "inputs and OUT lie in a file system that this machine and all workers see at the same path"
            raise wrong("not-shared", said, help, visible(str(path.parent)))

    def read(self, paths: Sequence[Path], schema: Any = None) -> Any:
        """The rows of Parquet files, or of folders that :meth:`write` made."""
        reader = self.session.read if schema is None else self.session.read.schema(schema)
        return reader.parquet(*(_literally(path) for path in paths))


class Translated(NamedTuple):
    """A query of Spark's; and what is made of its rows, if anything: a ``TABLE`` or a ``VIEW``, and its name."""

    query: str
    makes: str | None
    name: str


def translated(query: str) -> Translated:
    """A statement of DuckDB's as Spark is told it; raises where a part of it cannot be said."""
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(query, read="duckdb").transform(_in_spark)
    made = tree.expression if isinstance(tree, exp.Create) else tree
    written = made.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    return Translated(written, *((tree.kind, tree.this.name) if isinstance(tree, exp.Create) else (None, "")))


def _in_spark(node: Any) -> Any:
    """What sqlglot leaves as DuckDB has it."""
    from sqlglot import exp

    match node:
        case exp.Anonymous(this=str() as name) if name.upper() == "LIST_COUNT":
            return exp.ArraySize(this=exp.Anonymous(this="ARRAY_COMPACT", expressions=node.expressions))
        case exp.Anonymous(this=str() as name) if name.upper() == "LIST_HAS_ALL":
            every, some = node.expressions
            left = exp.Anonymous(this="ARRAY_EXCEPT", expressions=[some, every])
            return exp.EQ(this=exp.ArraySize(this=left), expression=exp.Literal.number(0))
        case exp.DataType(this=exp.DataType.Type.USMALLINT):
            return exp.DataType.build("INT")
    return node


def _literally(path: Path) -> str:
    """A path that is meant as it is written: a name may hold what else would stand for many."""
    return "file://" + re.sub(r"[\[\]{}*?\\]", r"\\\g<0>", str(path.absolute()))


# --- starting ---------------------------------------------------------------------------------------


@contextmanager
def open_spark(master: str, scratch: Path) -> Iterator[Spark]:
    """Spark at a master, or the one that this program has started already.

    Raises :class:`InvalidInput` where there is no pyspark, no Java or no master, and for whatever ends Spark's work.
    """
    need("pyspark", "spark", "an audit on Spark")
    need("sqlglot", "spark", "an audit on Spark")
    from pyspark import SparkContext

    scratch.mkdir()
    given = SparkContext._active_spark_context
    with _failures():
        session = _started(master) if given is None else _beside()
        try:
            for key, value in _SETTINGS.items():
                session.conf.set(key, value)
            yield Spark(session, scratch)
        finally:
            if given is None:
                _stop(session)


def _beside() -> Any:
    """A session of its own on what runs already."""
    from pyspark.sql import SparkSession

    return SparkSession.builder.getOrCreate().newSession()


def _started(master: str) -> Any:
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    _quieten()
    _check_java()
    conf = SparkConf(loadDefaults=False).setMaster(master).setAppName("govproj audit")
    if master.startswith("local"):
        for key, value in {
            "ui.enabled": "false",
            "driver.host": "127.0.0.1",
            "driver.bindAddress": "127.0.0.1",
        }.items():
            conf.set(f"spark.{key}", value)
    if SparkContext._gateway is None:
        launch = need("pyspark.java_gateway", "spark", "an audit on Spark").launch_gateway
        with TemporaryFile() as written, _uninterrupted():
            try:
                SparkContext._ensure_initialized(gateway=launch(conf, {"stdout": written, "stderr": written}))
            except PySparkException:
                written.seek(0)
                said = _first_of(written.read(_MOST_READ).decode("utf-8", "replace"))
                help = "`java -version` tells which Java it is: Spark 4 needs 17 or newer"
                raise wrong("no-spark", f"Spark could not be started: {said}", help) from None
    before = signal.getsignal(signal.SIGINT)
    try:
        context = SparkContext(conf=conf)
    except (PySparkException, Py4JError) as error:
        raise InvalidInput([_no_master(str(error), master)]) from None
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, before)  # that of pyspark talks to Java while somebody else does
    context.setLogLevel("OFF")
    return SparkSession(context)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits for the end: a Java that is started only by half would stay for ever."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came and before != signal.SIG_IGN:
        raise KeyboardInterrupt


def _quieten() -> None:
    """What goes wrong is told by us: the libraries in between are not to write to the terminal."""
    for name in ("py4j", "SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    logging.getLogger().addFilter(_not_py4j)  # it tells the root, by its own name, of Ctrl-C


def _not_py4j(record: logging.LogRecord) -> bool:
    return "py4j" not in record.pathname


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if not (Path(home, "bin", "java").is_file() if home else shutil.which("java")):
        said = (
            f"JAVA_HOME is {quote(home)}, and there is no Java in it" if home else "Spark needs Java, which is not here"
        )
        raise wrong("no-java", said, "install Java 17 or newer, or say in JAVA_HOME where it is")


def _stop(session: Any) -> None:
    from py4j.protocol import Py4JError

    try:
        session.stop()
    except (Py4JError, OSError):
        return  # Java is gone already


# --- failing ----------------------------------------------------------------------------------------


@contextmanager
def _failures() -> Iterator[None]:
    """What Spark raises, as one problem without a trace of Java."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:
        said = str(error)
        if "No space left" in said:
            raise OSError(errno.ENOSPC, "no space left") from None
        raise InvalidInput([_problem(said)]) from None


def _problem(said: str) -> Problem:
    if "OutOfMemoryError" in said:
        help = "give Spark more: spark.driver.memory and spark.executor.memory in conf/spark-defaults.conf"
        return Problem("out-of-memory", "Spark has not enough memory for these projects", help)
    if path := re.search(r"FAILED_READ_FILE.*?file (?:file:)?(?://)?(/.*?\.parquet)", said, re.DOTALL):
        return Problem(
            "unreadable-file",
            "this Parquet file is damaged, or not there for the workers",
            "write it again",
            visible(path[1]),
        )
    return Problem(
        "spark-failed", f"Spark could not go on: {_first_of(said)}", "its own logs, on the cluster, say more"
    )


def _no_master(said: str, master: str) -> Problem:
    if re.search("[Mm]aster URL", said):
        return Problem("bad-master", f"{quote(master)} is no master of Spark's", SUCH_AS)
    help = "check that it runs, that it can be reached, and that its Spark is the version of pyspark here"
    return Problem("no-master", f"Spark could not be started at {quote(master)}", help)


def _first_of(said: str) -> str:
    """The line that tells what happened: behind the names of Java's, or the first."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    caused = [line for line in lines if _RAISED.match(line)]
    return _RAISED.sub("", caused[-1] if caused else (lines or [""])[0])[:_LONGEST]


_RAISED: Final = re.compile(r'^(Caused by: |: |Exception in thread "[^"]*" )?[\w.$]+(Exception|Error): ')
