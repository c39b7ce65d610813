"""A run as one page of HTML that needs nothing else: the study, its prompts, every result with its sentence and data.

markup      elements of HTML; the one boundary where any text is escaped
gather      from a database to what the page is about
sections    the study, prompts and exclusions as elements
results     each analysis: sentences, tables, figures with their data
pictures    figures as SVG within the page, or as text
page        the whole page: contents, style, policy
"""
