"""The register in the back office: sales, lines, payments and taxes, derived from entries."""
