"""How large a workbook may be: ten times the largest list a county has, and no more.

Bytes are bytes, counts are counts; the child's memory and time are the last fence, not the first.
"""

FILE_BYTES = 10_000_000
UNPACKED_BYTES = 100_000_000
RATIO = 100  # unpacked : packed, judged for parts above RATIO_FROM_BYTES
RATIO_FROM_BYTES = 1_000_000
PARTS = 2_000
DIRECTORY_BYTES = 1_000_000
ROWS = 12_000  # 10,000 rows of a list, with its titles and notes
COLUMNS = 60
CELLS = ROWS * COLUMNS
CHARACTERS = 10_000_000  # of all cells: five times those of 10,000 rows
MERGES = 20_000
SHEETS = 50
LINE_CHARACTERS = 100_000
CHILD_MEMORY_BYTES = 768_000_000  # address space
CHILD_CPU_SECONDS = 10
CHILD_WALL_SECONDS = 20
