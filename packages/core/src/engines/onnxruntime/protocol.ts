import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderName, Tensor, TensorInfo } from '../../types/index.js';
import type { NativeFlags } from './native-guard.js';

/** A provider in the form that onnxruntime takes. */
export type NamedProvider = { readonly name: ProviderName } & Readonly<Record<string, unknown>>;

/** A provider that was asked for and did not load. */
export interface LostProvider {
  readonly name: ProviderName;
  readonly reason: string;
}

/** What a worker opens. */
export interface Opening {
  /** Of the model file; or the bytes of a model without external data. */
  readonly model: string | Uint8Array;
  readonly providers: readonly NamedProvider[];
  readonly sessionOptions: InferenceSession.SessionOptions;
}

/** What a worker is started with. */
export interface WorkerData {
  readonly opening: Opening;
  readonly flags: NativeFlags;
}

/** What a worker says of the model once it is open. */
export interface Opened {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly providers: readonly ProviderName[];
  readonly lost: readonly LostProvider[];
  /** What the installed build has. */
  readonly offered: readonly string[];
}

/** Why a worker could not open the model. */
export type OpenFailure =
  | { readonly kind: 'provider'; readonly lost: readonly LostProvider[]; readonly offered: readonly string[] }
  | { readonly kind: 'model'; readonly message: string };

export type Tensors = Record<string, Tensor>;

/** What the pool asks of a worker; one run at a time. */
export type Request =
  | { readonly do: 'run'; readonly feeds: Tensors; readonly outputs: readonly string[] | undefined }
  | { readonly do: 'release' };

/** What a worker answers. `spent` are the input buffers, on their way back to the pool of buffers. */
export type Reply =
  | { readonly is: 'opened'; readonly opened: Opened }
  | { readonly is: 'failed'; readonly failure: OpenFailure }
  | { readonly is: 'done'; readonly outputs: Tensors; readonly spent: readonly Float32Array[] }
  | { readonly is: 'error'; readonly message: string; readonly spent: readonly Float32Array[] }
  | { readonly is: 'released' };
