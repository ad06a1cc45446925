"""The customer's second screen: a window in a process of its own, told by the desk what to show."""
