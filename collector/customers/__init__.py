"""Customers as the office knows them: gathered from devices, merged visibly, told, erased."""
