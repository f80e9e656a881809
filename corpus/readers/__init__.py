"""Readers turn files into raw records; they alter no character beyond decoding. One module a format.

`find_files` lists what paths and patterns name, `read_file` reads one of them, `read_bytes` what is in memory already. What
cannot be read becomes a `Rejected`, never an exception that would take the readable files with it.
"""

from corpus.readers.files import Paths, find_files, is_pattern, several
from corpus.readers.reading import Known, read_bytes, read_file
from corpus.readers.records import RawRecord, Rejected, Unchanged

__all__ = [
    "Known",
    "Paths",
    "RawRecord",
    "Rejected",
    "Unchanged",
    "find_files",
    "is_pattern",
    "read_bytes",
    "read_file",
    "several",
]
