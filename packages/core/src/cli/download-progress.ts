import { SingleBar } from 'cli-progress';
import { size } from '../models/disk.js';
import type { ModelProgress } from '../models/index.js';
import type { ModelRef } from '../types/index.js';
import type { Io } from './io.js';
import { duration } from './progress.js';

/** Between plain lines, in milliseconds. */
const LINE_MS = 10_000;

export interface DownloadProgress {
  update(progress: ModelProgress): void;
  stop(): void;
}

/** A bar on a terminal, a line now and then elsewhere, both on standard error; one download after the other. */
export function createDownloadProgress(io: Io, quiet: boolean): DownloadProgress {
  if (quiet) return { update() {}, stop() {} };
  const show = io.stderr.isTTY ? bar(io) : lines(io);
  let current: { ref: string; began: number; from: number } | undefined;
  return {
    update({ ref, bytes, total }) {
      if (current?.ref !== ref) {
        if (current) show.end();
        current = { ref, began: performance.now(), from: bytes };
        show.begin();
      }
      const seconds = (performance.now() - current.began) / 1_000;
      show.at(`${ref}  ${statusText(bytes, total, (bytes - current.from) / Math.max(seconds, 0.001))}`, bytes, total);
    },
    stop() {
      if (current) show.end();
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

function bar(io: Io) {
  let text = '';
  let view: SingleBar | undefined;
  return {
    begin() {
      text = '';
      view = new SingleBar({
        stream: io.stderr as NodeJS.WritableStream,
        format: () => text,
        hideCursor: true,
        clearOnComplete: true,
        fps: 10,
        gracefulExit: false,
      });
      view.start(1, 0);
    },
    at(status: string, bytes: number, total: number | undefined) {
      text = status;
      view?.setTotal(total ?? bytes + 1);
      view?.update(bytes);
    },
    end: () => view?.stop(),
  };
}

function lines(io: Io) {
  let last = 0;
  return {
    begin() {
      last = performance.now();
    },
    at(status: string) {
      if (performance.now() - last < LINE_MS) return;
      last = performance.now();
      io.stderr.write(`${status}\n`);
    },
    end() {},
  };
}
