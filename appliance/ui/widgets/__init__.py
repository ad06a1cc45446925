"""One small widget a file, drawn with the tokens of `appliance.ui.theme`.

Widgets know no desk: they are given words and colours and say by name which of them was touched.
"""
