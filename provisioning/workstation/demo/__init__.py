"""The demonstration: a shop with a register, a broker and a back office on one computer.

``place`` says where it all lies, ``shop`` fills the back office, ``chain`` starts the programs in
their order, ``show`` is the demonstration for a person, ``script`` the sale made on a virtual
screen, and ``proof`` checks every link that the sale went through.
"""
