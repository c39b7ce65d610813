"""What the program promises, each as a test that prints its figure: a small size always, the full one by `make soak`.

laboratory.py     a home, a configuration and a database for the real command
forking.py        a program with everything loaded that forks a child for each command
acknowledging.py  a program that carries a run out and says what is on the disk
"""
