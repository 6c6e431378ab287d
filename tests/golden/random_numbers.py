"""Golden values for tests/test_random.cpp, computed without this repository's code.

    pip install scipy==1.17.1 mpmath==1.3.0
    python random_numbers.py

prints the literals of the test and writes normal_quantile.csv beside this script.

The generator is written down from its authors' description: D. Blackman, S. Vigna (2018),
"Scrambled linear pseudorandom number generators", arXiv:1805.01407 (xoshiro256**), and G. Steele,
D. Lea, C. Flood (2014), "Fast splittable pseudorandom number generators" (splitmix64).
Quantiles come from mpmath with 60 digits, for exactly the double nearest to each p, and must agree
with scipy.special.ndtri.
"""

import csv
import pathlib

import mpmath
from scipy.special import ndtri

MASK = 2**64 - 1


def splitmix64(state):
    state = (state + 0x9E3779B97F4A7C15) & MASK
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return state, z ^ (z >> 31)


def rotl(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


class Xoshiro256StarStar:
    def __init__(self, seed=None, state=None):
        self.s = state
        if state is None:
            self.s = []
            for _ in range(4):
                seed, word = splitmix64(seed)
                self.s.append(word)

    def next(self):
        s = self.s
        result = (rotl((s[1] * 5) & MASK, 7) * 9) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)
        return result

    def uniform(self):
        return (self.next() >> 11) / 2**53

    def normal(self):
        return quantile((2 * (self.next() >> 12) + 1) / 2**53)  # exact: an odd number of 53 bits

    def below(self, n):
        while True:
            x = self.next()
            if x >= 2**64 % n:
                return x % n

    def permutation(self, n):
        values = list(range(n))
        for i in range(n, 1, -1):
            j = self.below(i)
            values[i - 1], values[j] = values[j], values[i - 1]
        return values


def quantile(p):
    """The z with Phi(z) = p, for 0 < p < 1, correctly rounded."""
    if p > 0.5:
        return -quantile_exact(1 - mpmath.mpf(p))
    return quantile_exact(mpmath.mpf(p))


def quantile_exact(p):
    with mpmath.workdps(60 if p > mpmath.mpf("1e-50") else 400):
        guess = float(ndtri(float(p)))
        if p == mpmath.mpf("0.5"):
            return 0.0
        # Newton's method on log Phi, which is nearly a parabola in the tail.
        z = mpmath.mpf(guess)
        for _ in range(12):
            cdf = mpmath.erfc(-z / mpmath.sqrt(2)) / 2
            z -= (mpmath.log(cdf) - mpmath.log(p)) * cdf / mpmath.npdf(z)
        return float(z)


def main():
    for seed in (42, 0):
        print(f"seed {seed}")
        for name in ("next", "uniform", "normal"):
            rng = Xoshiro256StarStar(seed)
            values = [getattr(rng, name)() for _ in range(4)]
            print(f"  {name}:", ", ".join(hex(v) if name == "next" else v.hex() for v in values))
            print("    ", ", ".join(repr(v) for v in values))
        print("  permutation(10):", Xoshiro256StarStar(seed).permutation(10))
        rng = Xoshiro256StarStar(seed)
        print("  below(6):", [rng.below(6) for _ in range(12)])
    rng = Xoshiro256StarStar(state=[1, 2, 3, 4])
    print("state 1 2 3 4:", [rng.next() for _ in range(10)])
    rng = Xoshiro256StarStar(42)
    for _ in range(1_000_000):
        rng.next()
    print("seed 42, number 1,000,001:", hex(rng.next()))

    points = [m * 10.0**-e for e in (300, 200, 100, 50, 30, 20, 16, 13, 10, 8, 6, 5, 4, 3, 2)
              for m in (1, 2.5, 7)]
    points += [5e-324, 2.2250738585072014e-308, 1.3887943864964021e-11]  # the last: r = 5
    points += [i / 40 for i in range(1, 40)] + [0.075, 0.925, 0.0749999999, 0.9250000001]
    points += [0.5 - 1e-12, 0.5 + 1e-9, 0.5000001]
    points += [1 - 10.0**-e for e in range(2, 17)] + [1 - 2.0**-53]
    rows = []
    for p in sorted(set(points)):
        z = quantile(p)
        scipy_z = float(ndtri(p))
        assert z == scipy_z or abs(z - scipy_z) <= 1e-14 * abs(z), (p, z, scipy_z)
        rows.append((repr(p), repr(z)))
    path = pathlib.Path(__file__).with_name("normal_quantile.csv")
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("p", "z"))
        writer.writerows(rows)
    print(f"{len(rows)} quantiles in {path.name}")


if __name__ == "__main__":
    main()
