"""`python -m motivtui` is the command `motiv`."""

from motivtui.cli.main import main

if __name__ == "__main__":
    main()
