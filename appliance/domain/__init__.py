"""The trade itself: money, tax, codes, articles, sales, payments, receipts, people, markets.

Pure: nothing here reads a clock, a file of the shop or a random number; they are passed in. The one
thing read is the market profiles packaged beside the code.
"""
