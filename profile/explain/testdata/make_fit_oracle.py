#!/usr/bin/python3
"""Makes fit_oracle.txt: answers for robust_fit_test.cc by SciPy.

Needs Debian's python3-scipy. Run it in this folder; the same SciPy gives the same
file. It takes a minute or two. Of each sample:
  sample NAME CASES TERMS
  one line per case: measured, then its counts
  costs ..., sigma ..., others ... (the prediction of each case by all others)
  own ... (of each term the part of its squares that the terms before it lack)
  low ..., high ... (of the costs; "-" where they were not drawn)

No weights are computed here. For given scales and sigma the costs are those at
which the sum of the loss is least, as scipy.optimize.least_squares finds it, with
its own loss huber and with one function for the bisquare. Scales are those of the
costs before, until they no longer change, and so is sigma with the first loss. The
second has the sigma of the first.
"""
import numpy as np
from scipy.optimize import least_squares

HUBER, BISQUARE, LEAST_SIGMA, DRAWS = 1.345, 4.685, .001, 1000
QUARTILE = 0.6744897501960817


def bisquare(z):
    """rho of z = (residual / BISQUARE)^2, and its derivatives by z."""
    u = np.clip(1 - z, 0, None)
    return np.array([(1 - u**3) / 3, u**2, -2 * u])


def typical(x, y):
    return np.median(y / x[:, 0])


def settle(x, y, least, costs, loss, scale_of_loss, known=None, steps=300, change=1e-11):
    sigma = known
    for _ in range(steps):
        s = np.maximum(x @ costs, np.maximum(y / 4, least * x[:, 0] / 2))
        sigma = known or max(LEAST_SIGMA, np.median(np.abs(y - x @ costs) / s) / QUARTILE)
        unit = np.abs(costs) + 1e-3
        fit = least_squares(
            lambda c: (y - x @ (c * unit)) / s / sigma, costs / unit, loss=loss,
            f_scale=scale_of_loss, jac=lambda c: -x * unit / s[:, None] / sigma,
            xtol=1e-14, ftol=1e-14, gtol=1e-14, max_nfev=200, x_scale="jac")
        new = fit.x * unit
        moved = np.max(np.abs(x @ (new - costs)) / s)
        costs = new
        if moved <= change:
            break
    return costs, sigma


def fit(x, y, least):
    s = np.maximum(y, least * x[:, 0] / 2)
    costs = np.linalg.lstsq(x / s[:, None], y / s, rcond=None)[0]
    costs, sigma = settle(x, y, least, costs, "huber", HUBER)
    return settle(x, y, least, costs, bisquare, BISQUARE, sigma)


def others(x, y):
    found, least = [], typical(x, y)
    for i in range(len(y)):
        keep = np.arange(len(y)) != i
        found.append(x[i] @ fit(x[keep], y[keep], least)[0])
    return found


def own_parts(x, y):
    """Of each column, scaled by y: 1 less uncentred R2 by those before it."""
    scaled, parts = x / np.maximum(y, typical(x, y) * x[:, 0] / 2)[:, None], []
    for j in range(x.shape[1]):
        column = scaled[:, j]
        left = column
        if j > 0:
            before = scaled[:, :j]
            left = column - before @ np.linalg.lstsq(before, column, rcond=None)[0]
        parts.append(left @ left / (column @ column))
    return parts


def splitmix64():
    state, mask = 1, (1 << 64) - 1
    while True:
        state = (state + 0x9e3779b97f4a7c15) & mask
        z = state
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9 & mask
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb & mask
        yield z ^ (z >> 31)


def intervals(x, y, costs, sigma):
    random, drawn = splitmix64(), []
    for _ in range(DRAWS):
        rows = [next(random) % len(y) for _ in range(len(y))]
        drawn.append(settle(x[rows], y[rows], typical(x, y), costs, bisquare,
                            BISQUARE, sigma, 200, 1e-6)[0])
    return np.percentile(drawn, [2.5, 97.5], axis=0)


def sample(seed, cases, costs, noise, outliers, wrmsr):
    rng = np.random.default_rng(seed)
    instructions = np.round(np.exp(rng.uniform(np.log(900), np.log(30000), cases)))
    entries = rng.choice([0, 1, 1, 1, 1, 2, 4], cases)
    x = np.column_stack([instructions, entries, rng.binomial(3, wrmsr, cases)])
    y = x @ np.array(costs) * np.exp(noise * rng.standard_normal(cases))
    bad = rng.choice(cases, outliers, replace=False)
    y[bad] *= rng.uniform(1.8, 6, outliers)
    return x, np.round(y, 1)


def numbers(values):
    return " ".join("%.12g" % v for v in values)


def main():
    made = {"clean": (sample(1, 30, (.8, 1500, 120), .03, 0, .5), False),
            "outliers": (sample(2, 40, (.8, 1500, 120), .05, 6, .5), True),
            "rough": (sample(3, 60, (.45, 2600, 400), .25, 8, .3), False)}
    with open("fit_oracle.txt", "w") as out:
        for name, ((x, y), draw) in made.items():
            costs, sigma = fit(x, y, typical(x, y))
            print("sample", name, *x.shape, file=out)
            for row, measured in zip(x, y):
                print(numbers([measured, *row]), file=out)
            print("costs", numbers(costs), file=out)
            print("sigma", numbers([sigma]), file=out)
            print("others", numbers(others(x, y)), file=out)
            print("own", numbers(own_parts(x, y)), file=out)
            low, high = intervals(x, y, costs, sigma) if draw else ([], [])
            print("low", numbers(low) or "-", file=out)
            print("high", numbers(high) or "-", file=out)


main()
