/** π/2 as the sum of three doubles; the first two have so few bits that their products with a small integer are exact. */
const HALF_PI_1 = 1.5707963267341256;
const HALF_PI_2 = 6.077100506303966e-11;
const HALF_PI_3 = 2.0222662487959506e-21;
const INVERSE_HALF_PI = 0.6366197723675814;
/** Beyond this the reduction would lose digits, so the functions return NaN: reduce by your own period first. */
const MAX_ARGUMENT = 1_000_000;

/** sin(r) for |r| <= π/4 with the low part of r, Taylor to r^17. */
function sinOf(r: number, low: number): number {
  const square = r * r;
  let sum = 1 / 355_687_428_096_000;
  sum = sum * square - 1 / 1_307_674_368_000;
  sum = sum * square + 1 / 6_227_020_800;
  sum = sum * square - 1 / 39_916_800;
  sum = sum * square + 1 / 362_880;
  sum = sum * square - 1 / 5_040;
  sum = sum * square + 1 / 120;
  sum = sum * square - 1 / 6;
  return r + (sum * square * r + low * (1 - 0.5 * square));
}

/** cos(r) for |r| <= π/4 with the low part of r, Taylor to r^18. */
function cosOf(r: number, low: number): number {
  const square = r * r;
  let sum = -1 / 6_402_373_705_728_000;
  sum = sum * square + 1 / 20_922_789_888_000;
  sum = sum * square - 1 / 87_178_291_200;
  sum = sum * square + 1 / 479_001_600;
  sum = sum * square - 1 / 3_628_800;
  sum = sum * square + 1 / 40_320;
  sum = sum * square - 1 / 720;
  sum = sum * square + 1 / 24;
  const half = 0.5 * square;
  const one = 1 - half;
  return one + (1 - one - half + (sum * square * square - low * r));
}

function quarterTurn(x: number, shift: number): number {
  if (!(x <= MAX_ARGUMENT && x >= -MAX_ARGUMENT)) return NaN;
  const turns = Math.floor(x * INVERSE_HALF_PI + 0.5);
  const first = x - turns * HALF_PI_1;
  const second = turns * HALF_PI_2;
  const high = first - second;
  const highLost = first - high - second;
  const r = high + (highLost - turns * HALF_PI_3);
  const low = high - r + (highLost - turns * HALF_PI_3);
  const quadrant = (((turns + shift) % 4) + 4) % 4;
  if (quadrant === 0) return sinOf(r, low);
  if (quadrant === 1) return cosOf(r, low);
  return quadrant === 2 ? -sinOf(r, low) : -cosOf(r, low);
}

/**
 * Sine of an angle in radians in plain arithmetic: the same bits on every engine, absolute error below 2e-16. For |x| <= 1,000,000, else NaN.
 */
export function sin(x: number): number {
  return x === 0 ? x : quarterTurn(x, 0);
}

/** Cosine of an angle in radians; as {@link sin}. */
export function cos(x: number): number {
  return quarterTurn(x, 1);
}
