"""Mutants of every kind of file that somebody else may have written:
does any of them end in something other than words?

To register a kind, write a module in `tests/fuzz/kinds/` (every module there is imported) that calls

    register(Kind(
        name="plan",                        # as in: python -m tests.fuzz plan -n 100000
        samples=samples,                    # () -> valid samples, each {path in the box: content as bytes}
        attempt=attempt,                    # (box: Path) -> None: reads, or runs a command in process
        mutable=("*.toml",),                # which files of a sample are mutated; the others stay valid
        writes=("out",),                    # names in the box that an attempt which succeeds may create
        seconds=5.0,                        # the longest that one attempt may take
        times=200,                          # how many mutants the slow tests play: about two seconds of them
    ))

A box is a fresh folder that holds one sample, one file of which was mutated (`mutate.py` says how,
by its suffix; or the whole folder was: a file missing, a pipe, a device, a folder in its place). `attempt`
either returns, or raises: a `BorderflowError` of exit code 2 or 3, or what typer and click raise with those
codes. It is a failure if it raises anything else, takes too long, needs more than 1 GB, writes anything after
refusing, or writes outside its box at any time. Mutant number i of a kind and a seed is always the same:
`python -m tests.fuzz KIND --only i` plays it again, with its traceback.

`harness.py` plays mutants in this process; `__main__.py` is its command line;
`test_mutants.py` runs it in a process of its own for `times` mutants of each kind, always the same, where
slow tests run. Thousands of each are played by hand, after a reader of files was changed:
BORDERFLOW_FUZZ=3000 with the slow tests, or `python -m tests.fuzz -n 3000 --seed 1`.
"""
