/**
 * IEEE 754 half-precision bits to single precision. Looked up in a table of all 65,536 values, 256 KiB, made at first
 * use: computing each would hold the event loop for a tenth of a second on a batch of tokens.
 */
export function fromHalf(half: Uint16Array): Float32Array {
  table ??= makeTable();
  const values = table;
  const out = new Float32Array(half.length);
  for (let i = 0; i < half.length; i++) out[i] = values[half[i] as number] as number;
  return out;
}

/** Single precision to half-precision bits, rounded to the nearest, ties to even. */
export function toHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    const x = bits[i] as number;
    const magnitude = x & 0x7fffffff;
    // From 2^-14 to just below what rounds to infinity, where nearly all values lie: the exponent moves, the rest rounds.
    out[i] =
      magnitude >= 0x38800000 && magnitude < 0x477ff000
        ? ((x >>> 16) & 0x8000) | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13)
        : unusualBits(values[i] as number, (x >>> 16) & 0x8000);
  }
  return out;
}

let table: Float32Array | undefined;

function makeTable(): Float32Array {
  const values = new Float32Array(65_536);
  for (let half = 0; half < 65_536; half++) {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) values[half] = sign * fraction * 2 ** -24;
    else if (exponent === 31) values[half] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else values[half] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return values;
}

/** NaN, what rounds to infinity, and subnormals, which are counted in units of 2^-24. */
function unusualBits(value: number, sign: number): number {
  if (Number.isNaN(value)) return sign | 0x7e00;
  const units = Math.abs(value) * 2 ** 24;
  if (units >= 1024) return sign | 0x7c00;
  const floor = Math.floor(units);
  const rest = units - floor;
  return sign | (rest > 0.5 || (rest === 0.5 && floor & 1) ? floor + 1 : floor);
}
