"""Lists stay quick however long they are: each is read from the index that is in its order, and never sorted."""

import pytest
from sqlalchemy import text

from koe.gallery.database import POSTGRES, reading, writing
from koe.gallery.lists import query
from koe.gallery.tables import LISTS
from tests.gallery.conftest import keep


def plan(gallery, statement) -> str:
    dialect = gallery.engine.dialect
    sql = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    with reading(gallery.engine) as connection:
        if dialect.name == POSTGRES:
            # Of a table with a few rows, reading all of it is quicker than any index.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_bitmapscan = off"))
            rows = connection.exec_driver_sql(f"EXPLAIN {sql}").all()
            return "\n".join(row[0] for row in rows)
        return "\n".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}"))


@pytest.mark.parametrize("order", list(LISTS))
@pytest.mark.parametrize("place", [(), (5, 5)])
def test_a_list_is_read_from_its_own_index_in_order(gallery, order, place):
    for number in range(8):
        keep(gallery, f"Piece {number}")
    with writing(gallery.engine) as connection:
        connection.exec_driver_sql("ANALYZE")
    found = plan(gallery, query(order, place, 25, "Hall"))
    assert f"ix_entries_by_{order}" in found
    assert "Sort" not in found
    assert "TEMP B-TREE" not in found
    assert "SCAN entries\n" not in found + "\n"
