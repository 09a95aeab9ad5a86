/** What is measured, in which unit, and the target. */
const ROWS = [
  ['overheadUsPerFrame', 'framework overhead', 'µs CPU / frame', '≤ 25', (v) => v <= 25],
  ['eventLoopDelayP99Ms', 'event-loop delay p99 under load', 'ms', '≤ 10', (v) => v <= 10],
  ['preprocessVsTransformersJs', 'decode + resize + tensor vs transformers.js', '×', '> 1', (v) => v > 1],
  ['preprocessVsPillow', 'decode + resize + tensor vs Pillow + numpy', '×', '≥ 0.77', (v) => v >= 1 / 1.3],
  ['endToEndVsTransformersJs', 'end to end vs transformers.js', '×', '≥ 1.5', (v) => v >= 1.5],
  ['endToEndVsBareRun', 'end to end vs bare session.run', '×', '≥ 0.9', (v) => v >= 0.9],
  ['rssSlopeMbPer10k', 'memory growth', 'MB / 10,000 images', 'flat (≤ 20)', (v) => v <= 20],
  ['trainSeconds', 'head training, 18,000 × 1024, 3 epochs', 's', '≤ 3', (v) => v <= 3],
  ['trainVsTorch', 'head training vs PyTorch', '×', '≥ 1', (v) => v >= 1],
  ['knnMsPerQuery', 'k nearest of 10,000 × 1024', 'ms', '≤ 5', (v) => v <= 5],
  ['replayFramesPerSecond', 'replay', 'frames / s', '≥ 100,000', (v) => v >= 100_000],
  ['parquetMiBPer1000Rows', 'parquet streaming, memory growth', 'MiB / 1,000 rows', 'flat (≤ 1)', (v) => v <= 1],
  ['augmentPerSecond', 'augmentation, median effect at 1280 × 720', 'pictures / s', '–', () => true],
];

export function table(result) {
  const lines = ROWS.map(([key, what, unit, target, met]) => {
    const value = result[key];
    if (value === undefined || value === null) return [what, 'not here', '', target, ''];
    return [what, value.toFixed(2), unit, target, met(value) ? 'met' : 'missed'];
  });
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(...lines.map((line) => line[i].length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i === 1 ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
