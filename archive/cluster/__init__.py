"""Many archives asked as one (shards), and many machines reading one (Spark): an optional extra."""
