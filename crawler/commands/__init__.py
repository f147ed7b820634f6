"""The commands that need a crawler: click commands for `baotinh`, and Scrapy commands for `scrapy`."""
