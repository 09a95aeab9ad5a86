/** Coefficients of Stirling's series: B₂ₖ / (2k (2k − 1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/** Where the series is exact to the last digit. */
const FAR = 15;

/** ln Γ(x) − ((x − ½) ln x − x + ½ ln 2π), for x ≥ 15. */
function stirlingRest(x: number): number {
  const square = x * x;
  let sum = 0;
  for (let i = STIRLING.length - 1; i >= 0; i--) sum = sum / square + (STIRLING[i] as number);
  return sum / x;
}

/** ln Γ(x) for x > 0, to about 1e-15 of its size. */
export function logGamma(x: number): number {
  let product = 1;
  while (x < FAR) product *= x++;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + stirlingRest(x) - Math.log(product);
}

const small = smallErrors();

/**
 * ln n! − ln(√(2πn) (n/e)ⁿ): what Stirling's formula lacks, to full precision for whole n, so that it can be
 * subtracted where ln n! itself would lose digits (Loader, Fast and accurate computation of binomial probabilities, 2000).
 */
export const stirlingError = (n: number): number => small[n] ?? stirlingRest(n);

function smallErrors(): number[] {
  let factorial = 1;
  return Array.from({ length: FAR + 1 }, (_, n) => {
    if (n === 0) return 0;
    factorial *= n;
    return Math.log(factorial) - 0.5 * Math.log(2 * Math.PI * n) - n * Math.log(n) + n;
  });
}
