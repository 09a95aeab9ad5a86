import type { Standardisation } from './weights.js';

/** Mean and 1/deviation of every column; what varies by no more than rounding gets the scale 0. */
export function columnStatistics(features: Float32Array, dimension: number): Standardisation {
  const count = features.length / dimension;
  const mean = new Float64Array(dimension);
  const variance = new Float64Array(dimension);
  for (let i = 0, at = 0; i < count; i++)
    for (let j = 0; j < dimension; j++, at++) mean[j] = (mean[j] as number) + (features[at] as number) / count;
  for (let i = 0, at = 0; i < count; i++) {
    for (let j = 0; j < dimension; j++, at++) {
      variance[j] = (variance[j] as number) + ((features[at] as number) - (mean[j] as number)) ** 2 / count;
    }
  }
  const scale = variance.map((v, j) => {
    const deviation = Math.sqrt(v);
    return deviation > 1e-6 * Math.abs(mean[j] as number) ? 1 / deviation : 0;
  });
  return { mean: Float32Array.from(mean), scale: Float32Array.from(scale) };
}

/** A copy of the rows, standardised. */
export function standardised(features: Float32Array, { mean, scale }: Standardisation): Float32Array {
  const out = new Float32Array(features.length);
  const dimension = mean.length;
  for (let at = 0; at < out.length; ) {
    for (let j = 0; j < dimension; j++, at++) {
      out[at] = ((features[at] as number) - (mean[j] as number)) * (scale[j] as number);
    }
  }
  return out;
}
