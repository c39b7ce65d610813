"""The child program: `python -P -m motivtui.models.call_process`, started by `process` with a socket for stdin."""

from motivtui.models.call_process.child import main

if __name__ == "__main__":
    main()
