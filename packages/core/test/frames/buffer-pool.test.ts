import { describe, expect, it } from 'vitest';
import { createBufferPool } from '../../src/frames/buffer-pool.js';

describe('buffer pool', () => {
  it('gives a released buffer of the same length again, and only that', () => {
    const pool = createBufferPool();
    const first = pool.acquire(12);
    pool.release(first);
    expect(pool.bytes).toBe(48);
    expect(pool.acquire(13)).not.toBe(first);
    expect(pool.acquire(12)).toBe(first);
    expect(pool.acquire(12)).not.toBe(first);
    expect(pool.bytes).toBe(0);
  });

  it('never lends one buffer twice, even when it is released twice', () => {
    const pool = createBufferPool();
    const data = pool.acquire(4);
    pool.release(data);
    pool.release(data);
    pool.release(new Float32Array(data.buffer));
    expect(pool.acquire(4).buffer).not.toBe(pool.acquire(4).buffer);
  });

  it('refuses what it cannot reuse: detached, shared, partial, empty', () => {
    const pool = createBufferPool();
    const detached = new Float32Array(4);
    structuredClone(detached, { transfer: [detached.buffer] });
    pool.release(detached);
    pool.release(new Float32Array(new SharedArrayBuffer(16)));
    pool.release(new Float32Array(8).subarray(0, 4));
    pool.release(new Float32Array(0));
    expect(pool.bytes).toBe(0);
    expect(pool.acquire(4)).toHaveLength(4);
  });

  it('stays within its bound and lets go of the length unused for longest', () => {
    const pool = createBufferPool(100);
    const old = new Float32Array(10);
    const fresh = new Float32Array(12);
    pool.release(old);
    pool.release(fresh);
    pool.release(new Float32Array(26));
    pool.release(new Float32Array(12));
    expect(pool.bytes).toBe(96);
    expect(pool.acquire(10)).not.toBe(old);
    expect(pool.acquire(12)).not.toBe(pool.acquire(12));
    expect(pool.bytes).toBe(0);
  });
});
