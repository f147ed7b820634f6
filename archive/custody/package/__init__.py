"""The holdings, or a chosen part of them, packed for others: WACZ for reading and citing, BagIt for deposit."""

from archive.custody.package.bag import check_bag, write_bag
from archive.custody.package.wacz import Packaged, check_wacz, write_wacz

__all__ = ["Packaged", "check_bag", "check_wacz", "write_bag", "write_wacz"]
