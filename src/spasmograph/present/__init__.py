"""A measurement for people: one page, its paper, the terminal and a Methods paragraph."""

from spasmograph.present.methods import methods_text
from spasmograph.present.page import report_html
from spasmograph.present.paper import report_pdf
from spasmograph.present.terminal import summary_table

__all__ = ["methods_text", "report_html", "report_pdf", "summary_table"]
