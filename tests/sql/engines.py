"""The three engines that run the scripts: each is given statements and rows, and asked a query."""

from __future__ import annotations

import csv
import io
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from govproj_rules.flat import Column, Holds
from govproj_rules.to_sql.dialects import ROWS

Row = tuple[Any, ...]


class Engine(Protocol):
    """One engine, with an empty database."""

    dialect: str

    def run(self, statements: Sequence[str]) -> None: ...

    def fill(self, table: str, path: Path, columns: Sequence[Column]) -> None:
        """Put the rows of a file of JSON lines into a table that is there."""

    def ask(self, query: str) -> list[Row]: ...

    def clear(self, tables: Sequence[str], views: Sequence[str]) -> None: ...

    def quoted(self, name: str) -> str: ...


# --- DuckDB -----------------------------------------------------------------------------------------


class DuckDB:
    dialect = "duckdb"

    def __init__(self) -> None:
        import duckdb

        self.connection = duckdb.connect()

    def run(self, statements: Sequence[str]) -> None:
        for one in statements:
            self.connection.execute(one)

    def fill(self, table: str, path: Path, columns: Sequence[Column]) -> None:
        types = ROWS[self.dialect].types
        spec = ", ".join(f"'{one.name}': '{types[one.holds]}'" for one in columns)
        rows = f"read_json('{path}', columns = {{{spec}}}, format = 'newline_delimited')"
        self.connection.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM {rows}')

    def quoted(self, name: str) -> str:
        return f'"{name}"'

    def ask(self, query: str) -> list[Row]:
        return self.connection.execute(query).fetchall()

    def clear(self, tables: Sequence[str], views: Sequence[str]) -> None:
        for kind, names in (("VIEW", views), ("TABLE", tables)):
            for name in names:
                self.connection.execute(f'DROP {kind} IF EXISTS "{name}"')


# --- PostgreSQL -------------------------------------------------------------------------------------


def programs() -> Path:
    """The folder of PostgreSQL's own programs; Debian keeps them by version, out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found and (there := shutil.which("initdb")):
        return Path(there).resolve().parent
    assert found, "PostgreSQL is not installed"
    return found[-1].parent


_TOLD: Final[Mapping[str, Any]] = {"~": None, "t": True, "f": False}
"""How the server tells what is not text."""


class Postgres:
    """A cluster of its own in a folder of its own, reached by a socket there; the server refuses to run as root."""

    dialect = "postgres"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._bin = programs()
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        folder.chmod(0o755)
        if self._as:
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
        data, quiet = folder / "data", "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c jit=off"
        self._call(
            str(self._bin / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C"
        )
        options = f"-k {folder} -c listen_addresses= {quiet}"
        self._call(str(self._bin / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")

    def _call(self, *command: str, said: str | None = None) -> str:
        made = subprocess.run(
            [*self._as, *command], input=said, capture_output=True, text=True, check=False, cwd=self.folder
        )
        assert made.returncode == 0, made.stderr[-3000:] or made.stdout[-3000:]
        return made.stdout

    def _psql(self, said: str, *options: str) -> str:
        command = ("psql", "-h", str(self.folder), "-U", "postgres", "-X", "-q", "-v", "ON_ERROR_STOP=1", *options)
        return self._call(*command, said=f"SET client_min_messages = warning;\n{said}")

    def run(self, statements: Sequence[str]) -> None:
        self._psql(";\n".join(statements) + ";\n")

    def fill(self, table: str, path: Path, columns: Sequence[Column]) -> None:
        assert columns
        lines = path.read_text("utf-8").replace("\\", "\\\\")
        self._psql(
            f"CREATE TEMP TABLE lines (line jsonb); COPY lines FROM STDIN;\n{lines}\\.\n"
            f'INSERT INTO "{table}" SELECT r.* FROM lines, jsonb_populate_record(NULL::"{table}", line) AS r;\n'
        )

    def quoted(self, name: str) -> str:
        return f'"{name}"'

    def ask(self, query: str) -> list[Row]:
        told = self._psql(f"COPY ({query}) TO STDOUT (FORMAT csv, NULL '~');\n")
        return [tuple(_TOLD.get(cell, cell) for cell in row) for row in csv.reader(io.StringIO(told))]

    def clear(self, tables: Sequence[str], views: Sequence[str]) -> None:
        self.run(
            [f'DROP VIEW IF EXISTS "{name}"' for name in views] + [f'DROP TABLE IF EXISTS "{name}"' for name in tables]
        )

    def stop(self) -> None:
        self._call(str(self._bin / "pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "stop")


# --- Spark ------------------------------------------------------------------------------------------


class Spark:
    """Spark in this process's own JVM."""

    dialect = "spark"

    def __init__(self, folder: Path) -> None:
        from pyspark.sql import SparkSession

        made = SparkSession.builder.master("local[2]").appName("govproj-rules")
        settings = {
            "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.sql.warehouse.dir": str(folder / "warehouse"),
            "spark.driver.memory": "3g", "spark.sql.session.timeZone": "UTC", "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1", "spark.sql.constraintPropagation.enabled": "false",
            "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.sql.adaptive.enabled": "false", "spark.ui.showConsoleProgress": "false",
        }  # fmt: skip
        for key, value in settings.items():
            made = made.config(key, value)
        self.session = made.getOrCreate()
        self.session.sparkContext.setLogLevel("ERROR")

    def run(self, statements: Sequence[str]) -> None:
        for one in statements:
            self.session.sql(one)

    def fill(self, table: str, path: Path, columns: Sequence[Column]) -> None:
        types = ROWS[self.dialect].types
        schema = ", ".join(f"`{one.name}` {_spark(types, one.holds)}" for one in columns)
        rows = self.session.read.schema(schema).json(str(path))
        rows.write.insertInto(table)

    def quoted(self, name: str) -> str:
        return f"`{name}`"

    def ask(self, query: str) -> list[Row]:
        return [tuple(row) for row in self.session.sql(query).collect()]

    def clear(self, tables: Sequence[str], views: Sequence[str]) -> None:
        for kind, names in (("VIEW", views), ("TABLE", tables)):
            for name in names:
                self.session.sql(f"DROP {kind} IF EXISTS `{name}`")

    def stop(self) -> None:
        self.session.stop()


def _spark(types: Mapping[Holds, str], holds: Holds) -> str:
    return re.sub(r"\bTEXT\b", "STRING", types[holds])


__all__ = ["DuckDB", "Engine", "Postgres", "Row", "Spark"]
