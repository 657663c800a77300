#!/usr/bin/python3
"""Makes rank_oracle.txt: answers for rank_test_test.cc by SciPy.

Needs Debian's python3-scipy. Run it in this folder; the same SciPy gives the
same file. One line per sample pair:
  old values | new values | p | shift low high (of logs) | Holm's p
Values are integers. Pairs with equal values are tied, and SciPy's exact
Mann-Whitney test does not know ties, so those answers come from its exact
permutation test, which enumerates all arrangements, or, where those are too
many, from counting them in whole numbers. Lines in blocks of 50 are one
family for Holm's correction. "inf" bounds: no interval at this confidence.
"""
import fractions
import itertools
import math

import numpy as np
from scipy import stats

PAIRS = 1000
FAMILY = 50
MAX_EXACT_RUNS = 64


def permutation_p(old, new):
    ranks = stats.rankdata(np.concatenate([old, new]))
    mean = ranks.sum() / len(ranks)

    def rank_sum(a, b, axis):
        return (a - mean).sum(axis=axis)

    result = stats.permutation_test(
        (ranks[:len(old)], ranks[len(old):]), rank_sum, vectorized=True,
        n_resamples=np.inf, alternative="two-sided")
    return min(1.0, result.pvalue)


def counting_p(old, new):
    """All arrangements counted by (size, doubled rank sum) in integers."""
    ranks = [int(r) for r in 2 * stats.rankdata(np.concatenate([old, new]))]
    ways = {(0, 0): 1}
    for r in ranks:
        grown = dict(ways)
        for (size, total), count in ways.items():
            if size < len(old):
                key = (size + 1, total + r)
                grown[key] = grown.get(key, 0) + count
        ways = grown
    seen = sum(ranks[:len(old)])
    row = {t: c for (size, t), c in ways.items() if size == len(old)}
    below = sum(c for t, c in row.items() if t <= seen)
    above = sum(c for t, c in row.items() if t >= seen)
    p = fractions.Fraction(2 * min(below, above), sum(row.values()))
    return float(min(p, 1))


def p_value(old, new):
    if len(old) + len(new) > MAX_EXACT_RUNS:
        return stats.mannwhitneyu(old, new, method="asymptotic").pvalue
    if len(set(old) | set(new)) == len(old) + len(new):
        return stats.mannwhitneyu(old, new, method="exact").pvalue
    if (min(len(old), len(new)) >= 2 and
            math.comb(len(old) + len(new), len(old)) <= 6000):
        return permutation_p(old, new)
    return counting_p(old, new)


def interval(old, new):
    """Hodges-Lehmann by SciPy's test: the shifts it does not reject at 5%."""
    x, y = np.log(np.array(old)), np.log(np.array(new))
    d = np.sort((y[:, None] - x[None, :]).ravel())
    exact = len(old) + len(new) <= MAX_EXACT_RUNS

    def accepted(u):
        # A shift between the u-th and the next difference has that U.
        return null_p(len(old), len(new), u, exact) > 0.05

    u = 0
    while u <= len(d) // 2 and not accepted(u):
        u += 1
    if u == 0:
        return np.median(d), -math.inf, math.inf
    return np.median(d), d[u - 1], d[len(d) - u]


NULL = {}


def null_p(n, m, u, exact):
    """Two-sided p of U = u for n and m untied values, by SciPy."""
    if (n, m, u) not in NULL:
        # Values whose U is u: j of the new ones pass i of the old ones.
        old = np.arange(n) * (m + 1.0)
        new, left = [], u
        for j in range(m):
            passed = min(n, left)
            left -= passed
            # Above `passed` old values, below the rest; no ties.
            new.append((passed - 1) * (m + 1.0) + 0.5 + 0.4 * j / m)
        assert left == 0
        result = stats.mannwhitneyu(
            new, old, method="exact" if exact else "asymptotic")
        assert result.statistic == u
        NULL[(n, m, u)] = result.pvalue
    return NULL[(n, m, u)]


def holm(ps):
    """The definition, by brute force: reject while p(k) <= a / (m - k + 1)."""
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    adjusted = [0.0] * len(ps)
    for place, i in enumerate(order):
        adjusted[i] = min(1.0, max((len(ps) - k) * ps[order[k]]
                                   for k in range(place + 1)))
    return adjusted


def main():
    rng = np.random.default_rng(20240501)
    pairs = []
    for i in range(PAIRS):
        n, m = (int(k) for k in rng.integers(1, 17, 2))
        if i % 10 == 0:
            n = m = 15
        if i % 50 == 7:
            n, m = (int(k) for k in rng.integers(33, 46, 2))
        # Every other pair from few values, so with many ties.
        low, high = ((1, 9), (1000, 100000), (50, 75), (9000, 9999))[i % 4]
        old = rng.integers(low, high, n)
        new = rng.integers(low, high, m)
        if i % 3 == 0:
            new = new + int(rng.integers(0, (high - low) // 2 + 1))
        pairs.append(([int(v) for v in old], [int(v) for v in new]))
    ps = [p_value(old, new) for old, new in pairs]
    adjusted = list(itertools.chain.from_iterable(
        holm(ps[i:i + FAMILY]) for i in range(0, PAIRS, FAMILY)))
    with open("rank_oracle.txt", "w") as out:
        for (old, new), p, h in zip(pairs, ps, adjusted):
            shift = interval(old, new)
            print(" ".join(map(str, old)), " ".join(map(str, new)),
                  f"{p:.13g}", " ".join(f"{s:.13g}" for s in shift),
                  f"{h:.13g}", sep="|", file=out)


main()
