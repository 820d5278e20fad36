"""From data to a page: typst → PDF/A-3b, fonts, seal pictures, handwriting, check codes, page pictures. Framework-free."""
