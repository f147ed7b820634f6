"""The full-text index: its docids, its writer, and the bitmaps, pairs and vocabulary that make it quick."""
