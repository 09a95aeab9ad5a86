export { type Attribute, float, floats } from './attribute.js';
export {
  type AdamWOptions,
  type AdamWState,
  type AdamWStep,
  type Axes,
  adamW,
  adamWFeeds,
  createExpressions,
  type Expressions,
  type MatmulOptions,
  type Operand,
  type Value,
} from './gradient/index.js';
export { createGraph, type Dims, type GraphBuilder, type GraphOptions, type NodeOptions } from './graph.js';
export { addMetadata, readMetadata } from './metadata.js';
export { readOpsets } from './opsets.js';
export { readTensors } from './read-tensors.js';
export { type ElementType, fromFloat16, type GraphTensor, tensor, toFloat16 } from './tensor.js';
