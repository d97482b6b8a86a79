"""``python -m govproj_rules`` is ``govproj``."""

from govproj_rules.cli import main

if __name__ == "__main__":
    main()
