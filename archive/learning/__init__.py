"""What the archive's own pages teach its reader: layouts of sites, accents, and pages to check parsers by."""
