"""Imported by Python at its start, with this folder on PYTHONPATH: the process lives CLOCK_AHEAD seconds from now."""

import os
import time

import time_machine

time_machine.travel(time.time() + float(os.environ["CLOCK_AHEAD"])).start()
