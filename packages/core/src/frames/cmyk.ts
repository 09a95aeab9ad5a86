// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
/**
 * Interleaved CMYK to RGB as Pillow converts it, without colour profiles: `(255 - k) * (255 - c) / 255` in its
 * rounding. libvips goes through profiles and lands 6 to 14 levels away.
 */
export function cmykToRgb(cmyk: Uint8Array, pixels: number): Uint8Array {
  const rgb = new Uint8Array(pixels * 3);
  for (let i = 0, s = 0, d = 0; i < pixels; i++, s += 4, d += 3) {
    const light = 255 - cmyk[s + 3]!;
    rgb[d] = light - scaled(cmyk[s]!, light);
    rgb[d + 1] = light - scaled(cmyk[s + 1]!, light);
    rgb[d + 2] = light - scaled(cmyk[s + 2]!, light);
  }
  return rgb;
}

// a * b / 255, rounded, in integers.
function scaled(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
