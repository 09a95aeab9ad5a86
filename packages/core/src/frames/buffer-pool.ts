/** Recycled buffers of floats. A batch of a stage has the same length again and again, so lengths are kept apart. */
export interface BufferPool {
  /** A buffer of exactly this length. Its contents are undefined. */
  acquire(floats: number): Float32Array<ArrayBuffer>;
  /**
   * Takes a buffer back, which nobody may touch afterwards. One that cannot be reused is dropped without a word:
   * moved to another thread, shared, a view of part of a buffer, already here.
   */
  release(data: Float32Array): void;
  /** Bytes that lie ready. Never more than `maxBytes`. */
  readonly bytes: number;
}

/**
 * @param maxBytes how much may lie ready; past it the lengths unused for longest are let go
 * @example
 * const pool = createBufferPool(64 * 2 ** 20);
 * const data = pool.acquire(3 * 224 * 224);
 * pool.release(data);
 */
export function createBufferPool(maxBytes = 256 * 2 ** 20): BufferPool {
  // Insertion order is order of use: the first key is the length unused for longest.
  const free = new Map<number, Float32Array<ArrayBuffer>[]>();
  const held = new Set<ArrayBuffer>();
  let bytes = 0;

  const take = (length: number): Float32Array<ArrayBuffer> | undefined => {
    const shelf = free.get(length);
    const data = shelf?.pop();
    if (!shelf || !data) return undefined;
    if (shelf.length === 0) free.delete(length);
    held.delete(data.buffer);
    bytes -= data.byteLength;
    return data;
  };

  return {
    get bytes() {
      return bytes;
    },
    acquire(floats) {
      return take(floats) ?? new Float32Array(floats);
    },
    release(data) {
      if (!isWhole(data) || held.has(data.buffer) || data.byteLength > maxBytes) return;
      const shelf = free.get(data.length) ?? [];
      shelf.push(data);
      free.delete(data.length);
      free.set(data.length, shelf);
      held.add(data.buffer);
      bytes += data.byteLength;
      for (const [length] of free) {
        while (bytes > maxBytes && take(length));
        if (bytes <= maxBytes) break;
      }
    },
  };
}

// A detached buffer has length 0, on Node 20 too, which lacks `ArrayBuffer.prototype.detached`.
function isWhole(data: Float32Array): data is Float32Array<ArrayBuffer> {
  return data.length > 0 && data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength;
}

/** The pool that frames and engines share. */
export const buffers: BufferPool = createBufferPool();

/**
 * Gives back a buffer of `ctx.stack` that was not sent to an engine, which gives back those that were. Nobody may touch
 * it afterwards.
 *
 * @example
 * const { data, dims } = await ctx.stack(frames, spec);
 * const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
 * recycle(data);
 */
export function recycle(data: Float32Array): void {
  buffers.release(data);
}
