"""The plain text of a regulation: its articles, paragraphs, items and figures; nothing is guessed."""

from govproj_rules.regulation.articles import ArticleText, Part, normalised, read_regulation
from govproj_rules.regulation.figures import Figure, figures
from govproj_rules.regulation.numerals import numeral

__all__ = ["ArticleText", "Figure", "Part", "figures", "normalised", "numeral", "read_regulation"]
