"""`python -m archive.cli`: `baotinh` for other programs of ours, which know this interpreter and no entry point."""

from archive.cli.program import main

if __name__ == "__main__":
    main()
