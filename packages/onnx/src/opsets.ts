import { message } from './proto.js';

/** Versions of the operator sets that a model file asks for; the standard one is `''`. */
export function readOpsets(model: Uint8Array): Record<string, number> {
  const type = message('ModelProto');
  const { opset_import = [] } = type.toObject(type.decode(model), { longs: Number }) as {
    opset_import?: { domain?: string; version?: number }[];
  };
  return Object.fromEntries(opset_import.map(({ domain = '', version = 0 }) => [domain, version]));
}
