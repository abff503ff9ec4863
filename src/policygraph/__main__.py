"""``python -m policygraph`` is the command ``policygraph``: for whoever has the package and no script on the path."""

from policygraph.speaking.cli.program import main

if __name__ == "__main__":
    main()
