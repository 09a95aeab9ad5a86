export { betaCdf, betaQuantile } from './beta.js';
export { binomialCdf, binomialPmf } from './binomial.js';
export {
  type BootstrapInterval,
  type BootstrapOptions,
  bootstrap,
  type PairedBootstrap,
  pairedBootstrap,
  pairedPercentiles,
  percentiles,
  quantile,
  type Statistic,
} from './bootstrap.js';
export { clopperPearson, clopperPearsonLower, clopperPearsonUpper, exitsNeeded } from './clopper-pearson.js';
export { type Cluster, type ClusteredBound, clusteredUpper } from './clustered.js';
export { logGamma } from './log-gamma.js';
export { type McNemar, mcnemar, mcnemarExact } from './mcnemar.js';
export { binomialTest, hoeffdingBentkus } from './p-values.js';
