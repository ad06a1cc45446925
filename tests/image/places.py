"""Where a finger touches the register's screen of 800 × 480, in pixels from the upper left."""

PERSON = (93, 132)
"""The first person who may sign in."""

PIN = {
    str(digit): (565 + 90 * ((digit - 1) % 3), 163 + 69 * ((digit - 1) // 3))
    for digit in range(1, 10)
} | {"0": (655, 371)}

ENTER = (745, 371)
EXACT_CASH = (373, 445)

LIST = (100, 400)
"""Within the list of what is sold: white, where the sign-in is grey."""

DONE = (250, 380)
"""Within the page of a sale that is done: green."""

AMOUNT = (200, 430, 305, 475)
"""The box of what is to be paid: left, top, right, bottom."""

MESSAGE = (250, 250)
"""Within the desk's message; red when something was refused."""
