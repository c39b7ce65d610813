"""The program: `python -P -m motivtui.analysis --db FILE`."""

from motivtui.analysis.process import main

if __name__ == "__main__":
    main()
