"""``peakcrew plan``: from a folder to the files of a proven schedule."""

import csv
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from icalendar import Calendar
from typer.testing import Result

from tests.api.conftest import Planned, Run
