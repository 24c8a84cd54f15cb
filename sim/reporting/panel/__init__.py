"""A panel of sliders and switches made from any scenario: what it plays, shows and writes, and its page.

`panel_state` says what is changed, `panel_controls` what can be, `played_bands` plays both scenarios with
common random numbers, `panel_figures` and `panel_tables` show them, `group_story` follows a group,
`panel_scenario` writes a scenario file, `panel_session` holds these together without a browser, and
`panel_widget` puts them into a notebook or a web page.
"""
