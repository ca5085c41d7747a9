"""An EMG measurement for people: one page, its paper, the terminal and a Methods paragraph."""

from spasmograph.present.emg.methods import emg_methods_text
from spasmograph.present.emg.page import emg_report_html
from spasmograph.present.emg.paper import emg_report_pdf
from spasmograph.present.emg.terminal import contents_table, emg_summary_table

__all__ = ["contents_table", "emg_methods_text", "emg_report_html", "emg_report_pdf", "emg_summary_table"]
