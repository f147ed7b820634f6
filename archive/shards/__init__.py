"""Several archives asked as one: their counts added up, their hits in one order, ranked by what all of them hold."""
