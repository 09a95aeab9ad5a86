/**
 * A pinned reference to a model file:
 * `hf:org/name@revision/file` · `https://host/file#sha256-<hex>` · `npm:package/file` · `file:path`.
 */
export type ModelRef = `hf:${string}` | `https://${string}` | `npm:${string}` | `file:${string}`;

/** A verified file on this disk. */
export interface ModelFile {
  readonly ref: ModelRef;
  readonly path: string;
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
}
