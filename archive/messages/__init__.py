"""What the program says, in English and Vietnamese: for the command line, the reading room and the crawler."""
