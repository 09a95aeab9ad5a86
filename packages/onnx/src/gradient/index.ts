export { type AdamWOptions, type AdamWState, type AdamWStep, adamW, adamWFeeds } from './adamw.js';
export { createExpressions } from './expressions.js';
export type { Axes, Binary, Expressions, MatmulOptions, Operand, Unary, Value } from './types.js';
