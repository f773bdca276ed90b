"""``make demo``: the built artifacts on real parts, twice, then the audit and a look at the result.

``places`` the folders · ``plan`` the steps, as data · ``run`` doing them · ``queries`` reading the lake ·
``outcome`` what came of them · ``narrator`` telling it while it happens · ``demo_summary`` telling it at the end ·
``staying`` the console over it, until Ctrl-C
"""
