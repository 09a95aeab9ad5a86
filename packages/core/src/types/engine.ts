export type TensorType =
  | 'float32'
  | 'float16'
  | 'float64'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool';

export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A dense, row-major array. `float16` travels as its bits in a `Uint16Array`. */
export interface Tensor {
  readonly type: TensorType;
  readonly data: TensorData;
  readonly dims: readonly number[];
}

/** One input or output of a graph. A dimension that varies is its symbolic name. */
export interface TensorInfo {
  readonly name: string;
  readonly type: TensorType;
  readonly dims: readonly (number | string)[];
  /** An input that a run may leave out: the graph has a value for it, an initialiser of the same name. */
  readonly optional?: true;
}

/** What the machine is used for. `latency` spins, `throughput` fills all cores, `frugal` sleeps between requests. */
export type Profile = 'latency' | 'throughput' | 'frugal';

export type ProviderName = 'cpu' | 'cuda' | 'tensorrt' | 'coreml' | 'dml' | 'webgpu';

/** A provider by name, or with its options passed on as they are. */
export type Provider = ProviderName | { readonly name: ProviderName; readonly [option: string]: unknown };

export interface EngineOptions {
  /** Which engine opens models. @default 'onnxruntime' */
  readonly name?: string;
  /** Tried in order. `'cpu'` after another one is the fallback; without it a provider that did not load is an error. @default ['cpu'] */
  readonly providers?: readonly Provider[];
  /** @default 'throughput' */
  readonly profile?: Profile;
  /** Sessions side by side per model, each in a worker thread. @default from `profile` and the cores */
  readonly workers?: number;
  /** Threads inside one session. @default from `profile` and the cores */
  readonly threads?: number;
  /** Passed to the engine as they are. */
  readonly sessionOptions?: Readonly<Record<string, unknown>>;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Names of the outputs wanted. @default all */
  readonly outputs?: readonly string[];
}

/** An open model. Safe to call concurrently. */
export interface Session {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** Providers that really loaded. */
  readonly providers: readonly string[];
  /** How many runs make progress at once. */
  readonly parallel: number;
  /**
   * The input buffers are given away: they move to the worker and return to the pool, so do not touch them afterwards.
   * Throws `SV_ENGINE_*`; an aborted signal throws its reason.
   */
  run(feeds: Readonly<Record<string, Tensor>>, options?: RunOptions): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

/** What executes a model graph. A plugin may bring one. */
export interface Engine<Name extends string = string> {
  readonly name: Name;
  /** @param path of the model file; external data lies beside it */
  open(path: string, options: EngineOptions): Promise<Session>;
  close?(): Promise<void>;
}
