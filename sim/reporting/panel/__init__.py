"""A panel of sliders and switches made from any scenario: what it plays, shows and writes, and its page.

`state` says what is changed, `controls` what can be, `play` plays both worlds on the same luck,
`pictures` and `tables` show them, `stories` follows a group, `difference` writes a scenario file, `session`
holds these together without a browser, and `view` puts them into a notebook or a web page.
"""
