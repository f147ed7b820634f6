"""Commands that keep: init, ingest, verify, recover, rebuild, reread, takedown, certificate."""
