"""Scrapy's commands for one address, each on the plain road of `crawler.running`."""
