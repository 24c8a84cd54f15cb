"""What groups do and who leads them: arrival, waiting, crossing, stand-offs, reception, sites,
escorts and columns.

`journey` says which process each stage is; each process names the stage that follows.
"""
