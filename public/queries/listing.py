"""The questions behind one page of the list, in SQL: their plans are kept, and none reads the whole list."""

from public.queries.prepared import Prepared

# $1: the issue; $2: positions.
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

# OFFSET keeps the words first: the database knows too little of the filters to see that they come second.
# One row more than is counted tells that there are more.
_FOUND = """
    SELECT name, public_id, categories, town, address, valid_until, total
    FROM (
        SELECT hit.*, row_number() OVER (ORDER BY position) AS rank, count(*) OVER () AS total
        FROM (
            SELECT entry.position, entry.name, institution.public_id, entry.categories, entry.town,
                   entry.address, entry.valid_until
            FROM (
                SELECT id, public_id FROM institutions_institution WHERE {words} OFFSET 0
            ) institution
            JOIN institutions_listentry entry ON entry.institution_id = institution.id
            WHERE entry.issue_id = $1
                AND entry.position <> ALL ($2)
                AND ($3 = '' OR entry.town = $3)
                AND ($4 = '' OR entry.lead_department = $4)
                AND ($5 = '' OR $5 = ANY (string_to_array(entry.categories, '、')))
            LIMIT $7 + 1
        ) hit
    ) ranked
    WHERE rank <= $7
        AND (rank - 1) / $9 = LEAST($8, (LEAST(total, $7) + $9 - 1) / $9) - 1
    ORDER BY rank
"""
# $1: the issue; $2: positions that left it; $3: town; $4: department; $5: category (an empty text asks for
# nothing); $6: patterns; $7: how many are counted; $8: which page, the last if it is beyond; $9: rows of a
# page; $10: terms of the index. After the columns of the row each row says how many there are.
MATCHING = Prepared(
    "rows_matching", _FOUND.format(words="search_terms @> $10 AND search_text LIKE ALL ($6)")
)
# The same for words too short to have terms.
HOLDING = Prepared("rows_holding", _FOUND.format(words="search_text LIKE ALL ($6)"))

# $1: the issue; $2: positions that left it; $3: at most so many; then three times terms of the index and a
# pattern. Rows that hold the first pattern come first.
NEAR = Prepared(
    "rows_near",
    """
    SELECT entry.name, institution.public_id, entry.categories, entry.town, entry.address,
           entry.valid_until
    FROM (
        SELECT id FROM institutions_institution WHERE search_terms @> $4 AND search_text LIKE $5
        UNION
        SELECT id FROM institutions_institution WHERE search_terms @> $6 AND search_text LIKE $7
        UNION
        SELECT id FROM institutions_institution WHERE search_terms @> $8 AND search_text LIKE $9
    ) hit
    JOIN institutions_institution institution ON institution.id = hit.id
    JOIN institutions_listentry entry ON entry.institution_id = institution.id
    WHERE entry.issue_id = $1 AND entry.position <> ALL ($2)
    ORDER BY institution.search_text NOT LIKE $5, entry.position
    LIMIT $3""",
)
