import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Result, RunInput, Runtime } from '../../types/index.js';
import { type Percentiles, percentiles } from './percentiles.js';

export interface StageFigures {
  readonly stage: string;
  /** Pictures that it answered. */
  readonly answers: number;
  /** Share of all pictures that left the cascade after its step. */
  readonly exits: number;
  readonly queueMs: Percentiles;
  readonly preprocessMs: Percentiles;
  readonly computeMs: Percentiles;
}

export interface BenchFigures {
  readonly pictures: number;
  readonly failed: number;
  readonly imagesPerSecond: number;
  /** From the call to the answer, waiting for a place included. */
  readonly ms: Percentiles;
  readonly stages: readonly StageFigures[];
  readonly eventLoopDelayP99Ms: number;
  readonly peakRssMb: number;
}

const RESOLUTION_MS = 1;

/** Runs the inputs through, first some that do not count. */
export async function measure(
  runtime: Runtime,
  inputs: (count: number) => Iterable<RunInput>,
  options: { readonly count: number; readonly warmup: number; readonly signal: AbortSignal },
): Promise<BenchFigures> {
  const { count, warmup, signal } = options;
  for await (const { error } of runtime.runAll(inputs(warmup), { signal })) {
    if (error) throw error;
  }
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const results: Result[] = [];
  let failed = 0;
  delay.enable();
  const began = performance.now();
  for await (const { result } of runtime.runAll(inputs(count), { signal })) {
    if (signal.aborted) break;
    if (result) results.push({ ...result, evidence: [] });
    else failed++;
  }
  const elapsedMs = performance.now() - began;
  delay.disable();
  const pictures = results.length + failed;
  return {
    pictures,
    failed,
    imagesPerSecond: (pictures / elapsedMs) * 1_000,
    ms: percentiles(results.map(({ ms }) => ms)),
    stages: stageFigures(results),
    // The monitor counts its own timer's interval as delay.
    eventLoopDelayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS),
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
}

function stageFigures(results: readonly Result[]): StageFigures[] {
  const names = [...new Set(results.flatMap(({ trace }) => trace.map(({ stage }) => stage)))];
  return names.map((stage) => {
    const entries = results.flatMap(({ trace }) =>
      trace.filter((entry) => entry.stage === stage && (entry.status === 'answered' || entry.status === 'abstained')),
    );
    const exits = results.filter(({ exit }) => exit.after.split('+').includes(stage)).length;
    return {
      stage,
      answers: entries.length,
      exits: exits / Math.max(1, results.length),
      queueMs: percentiles(entries.map(({ ms }) => ms.queue)),
      preprocessMs: percentiles(entries.map(({ ms }) => ms.preprocess)),
      computeMs: percentiles(entries.map(({ ms }) => ms.compute)),
    };
  });
}
