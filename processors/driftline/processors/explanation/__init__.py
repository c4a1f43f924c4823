"""Why something drifts: what moved, how far that moves the output, who carries it, what changed at the time.

Everything here comes from distributions, the ones a verdict was made of: no row is needed. `contributions`, `means`,
`moved` and `segments` are pure functions on counts; `changes` and `alarms` remember what happened when.
"""
