"""The package stays cheap to import for the command line."""

import subprocess
import sys


def test_importing_the_package_loads_no_pandas_and_no_holidays():
    code = "import sys, forecasts; print({'pandas', 'holidays', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_forecaster_is_named_by_the_package():
    code = "from forecasts import Forecaster; print(Forecaster.__module__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "forecasts.volume"
