import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGraph, type ElementType, tensor } from '@streetvision/onnx';
import { afterAll } from 'vitest';

/** A folder of the test file's own, gone at its end. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sv-engine-'));
  afterAll(() => rm(path, { recursive: true }));
  return path;
}

export function save(dir: string, name: string, bytes: Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return path;
}

/** y = x · (1, 2, 3) */
export function dot(): Uint8Array {
  const g = createGraph();
  const w = g.constant('w', tensor('float32', [3, 1], [1, 2, 3]));
  g.output('y', 'float32', ['batch', 1], g.node('MatMul', [g.input('x', 'float32', ['batch', 3]), w]));
  return g.encode();
}

/** y = x, for any type. */
export function identity(type: ElementType): Uint8Array {
  const g = createGraph();
  g.output('y', type, ['n'], g.node('Identity', [g.input('x', type, ['n'])]));
  return g.encode();
}

/** Multiplies an n × n matrix with itself so often that a run takes long; the values stay at 1 / n. */
export function heavy(rounds: number): Uint8Array {
  const g = createGraph();
  const x = g.input('x', 'float32', ['n', 'n']);
  let y = x;
  for (let i = 0; i < rounds; i++) y = g.node('MatMul', [y, x]);
  g.output('y', 'float32', ['n', 'n'], y);
  return g.encode();
}
