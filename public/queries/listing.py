"""The questions behind one page of the list, in SQL: their plans are kept, and none reads the whole list.

In all but the first: $1 the issue, $2 positions that left it, $3 town, $4 department, $5 category; an
empty text asks for nothing.
"""

from public.queries.prepared import Prepared

_NARROWED = """
    entry.issue_id = $1
    AND entry.position <> ALL ($2)
    AND ($3 = '' OR entry.town = $3)
    AND ($4 = '' OR entry.lead_department = $4)
    AND ($5 = '' OR $5 = ANY (string_to_array(entry.categories, '、')))
"""
_POSITIONS = f"""
    SELECT entry.position
    FROM institutions_institution institution
    JOIN institutions_listentry entry ON entry.institution_id = institution.id
    WHERE {_NARROWED} AND institution.search_text LIKE ALL ($6)
"""  # noqa: S608 -- made of this file's own words

# $2: positions.
AT_POSITIONS = Prepared(
    "rows_at_positions",
    """
    SELECT entry.name, institution.public_id, entry.categories, entry.town, entry.address,
           entry.valid_until
    FROM institutions_listentry entry
    JOIN institutions_institution institution ON institution.id = entry.institution_id
    WHERE entry.issue_id = $1 AND entry.position = ANY ($2)
    ORDER BY entry.position""",
)
# $6: patterns; $7: how many positions at most, in no order; $8: terms of the index.
MATCHING = Prepared(
    "positions_matching", f"{_POSITIONS} AND institution.search_terms @> $8 LIMIT $7"
)
# The same for words too short to have terms.
HOLDING = Prepared("positions_holding", f"{_POSITIONS} LIMIT $7")
