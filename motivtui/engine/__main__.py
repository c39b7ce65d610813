"""The program: `python -P -m motivtui.engine [--db FILE]`."""

from motivtui.engine.process import main

if __name__ == "__main__":
    main()
