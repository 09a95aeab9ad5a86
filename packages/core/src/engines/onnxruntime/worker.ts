import { parentPort, workerData } from 'node:worker_threads';
import { env, type InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Tensor, TensorInfo, TensorType } from '../../types/index.js';
import { inNative } from './native-guard.js';
import { openWithProviders, reasonOf } from './open-session.js';
import type { OpenFailure, Reply, Request, Tensors, WorkerData } from './protocol.js';

// Entry of the worker threads: one session, one run at a time. onnxruntime blocks the thread that calls it.
const port = parentPort;
if (!port) throw new Error('this module runs in a worker thread');

// Of the process, not of a session: why a provider's library was not found is only said here.
env.logLevel = 'error';

const TYPES = 'float32 float16 float64 int8 uint8 int16 uint16 int32 uint32 int64 uint64 bool'.split(' ');
// From Node 24 on, onnxruntime wraps half precision in this class, which its native part then reads as empty. In a
// thread without the class, Uint16Array goes through on every Node.
Reflect.deleteProperty(globalThis, 'Float16Array');

const reply = (message: Reply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

const { opening, flags } = workerData as WorkerData;
const attempt = await inNative(flags, () => openWithProviders(opening));
if ('failure' in attempt) {
  fail(attempt.failure);
} else {
  const { session, lost, offered } = attempt;
  const providers = attempt.providers.map(({ name }) => name);
  const inputs = session.inputMetadata.map(describe);
  const outputs = session.outputMetadata.map(describe);
  const unfit = [...inputs, ...outputs].find(({ type }) => !TYPES.includes(type));
  if (unfit) {
    fail({ kind: 'model', message: `${unfit.name} is of type ${unfit.type}, which is no tensor of numbers` });
  } else {
    port.on('message', (request: Request) => {
      if (request.do === 'run') void run(session, request.feeds, request.outputs);
      else void inNative(flags, () => session.release()).finally(() => reply({ is: 'released' }));
    });
    reply({ is: 'opened', opened: { inputs, outputs, providers, lost, offered } });
  }
}

function fail(failure: OpenFailure): void {
  reply({ is: 'failed', failure });
}

function describe(meta: InferenceSession.ValueMetadata): TensorInfo {
  if (!meta.isTensor) return { name: meta.name, type: 'sequence or map' as TensorType, dims: [] };
  return { name: meta.name, type: meta.type as TensorType, dims: meta.shape.map((dim) => (dim === '' ? '?' : dim)) };
}

async function run(session: InferenceSession, feeds: Tensors, names: readonly string[] | undefined): Promise<void> {
  const spent = Object.values(feeds).flatMap(({ data }) => (data instanceof Float32Array ? [data] : []));
  const back = new Set<ArrayBuffer>(spent.map(({ buffer }) => buffer as ArrayBuffer));
  try {
    const given = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toOrt(tensor)]));
    const results = await inNative(flags, () => (names ? session.run(given, [...names]) : session.run(given)));
    const outputs: Tensors = {};
    for (const [name, result] of Object.entries(results)) {
      const tensor = fromOrt(result);
      outputs[name] = tensor;
      back.add(tensor.data.buffer as ArrayBuffer);
    }
    reply({ is: 'done', outputs, spent }, [...back]);
  } catch (error) {
    reply({ is: 'error', message: reasonOf(error), spent }, [...back]);
  }
}

function toOrt({ type, data, dims }: Tensor): OrtTensor {
  return new OrtTensor(type as 'float32', data as Float32Array, dims);
}

function fromOrt({ type, data, dims }: OrtTensor): Tensor {
  return { type: type as TensorType, data: data as Tensor['data'], dims: [...dims] };
}
