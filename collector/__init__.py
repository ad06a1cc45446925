"""The collector: Balie's back office, which gathers what every device sold.

Two roles of one program: *ingest* (broker to database) and *web* (pages and exports).
"""
