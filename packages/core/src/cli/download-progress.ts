import { size } from '../models/disk.js';
import type { ModelProgress } from '../models/index.js';
import type { ModelRef } from '../types/index.js';
import type { Colors } from './colors.js';
import type { Io } from './io.js';
import { printable } from './printable.js';
import { duration } from './progress.js';
import { createStatusLine, type StatusLine } from './status-line.js';

export interface DownloadProgress {
  update(progress: ModelProgress): void;
  stop(): void;
}

/** How far downloads are, one after the other on one line that begins with the first of them. */
export function createDownloadProgress(io: Io, quiet: boolean, colors: Colors): DownloadProgress {
  let current: { progress: ModelProgress; began: number; from: number } | undefined;
  let line: StatusLine | undefined;
  const status = () => {
    if (!current) return { text: '', share: 0 };
    const { progress, began, from } = current;
    const { ref, bytes, total } = progress;
    const seconds = (performance.now() - began) / 1_000;
    const text = statusText(bytes, total, (bytes - from) / Math.max(seconds, 0.001));
    return { name: printable(ref), text, share: total ? bytes / total : 0 };
  };
  return {
    update(progress) {
      current =
        current?.progress.ref === progress.ref
          ? { ...current, progress }
          : { progress, began: performance.now(), from: progress.bytes };
      line ??= createStatusLine(io, { quiet, colors, shared: false, status });
    },
    stop() {
      line?.stop();
      line = undefined;
      current = undefined;
    },
  };
}

/** One line for downloads side by side: their sum, under the name of the latest. */
export function together(update: DownloadProgress['update']): DownloadProgress['update'] {
  const running = new Map<ModelRef, ModelProgress>();
  return (progress) => {
    running.set(progress.ref, progress);
    const all = [...running.values()];
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const totals = all.map(({ total }) => total);
    update({
      ref: [...running.keys()].at(-1) as ModelRef,
      bytes: sum(all.map(({ bytes }) => bytes)),
      total: totals.every((total) => total !== undefined) ? sum(totals) : undefined,
    });
  };
}

/** `1.2 GB of 2.4 GB (50 %) · 80.0 MB/s · 15 s left` */
export function statusText(bytes: number, total: number | undefined, bytesPerSecond: number): string {
  const parts = [total ? `${size(bytes)} of ${size(total)} (${Math.floor((bytes / total) * 100)} %)` : size(bytes)];
  if (bytesPerSecond >= 1) parts.push(`${size(Math.round(bytesPerSecond))}/s`);
  if (total && bytes < total && bytesPerSecond >= 1) parts.push(`${duration((total - bytes) / bytesPerSecond)} left`);
  return parts.join(' · ');
}
