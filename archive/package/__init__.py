"""The holdings, or a chosen part of them, packed for others: WACZ for reading and citing, BagIt for deposit."""

from archive.package.bag import write_bag
from archive.package.check import check_wacz
from archive.package.check_bag import check_bag
from archive.package.wacz import Packaged, write_wacz

__all__ = ["Packaged", "check_bag", "check_wacz", "write_bag", "write_wacz"]
