import { type Attribute, attributeProto, tensorProto } from './attribute.js';
import { encode } from './proto.js';
import { ELEMENT_TYPES, type ElementType, type GraphTensor, rawData } from './tensor.js';

export interface GraphOptions {
  /** @default 'graph' */
  readonly name?: string;
  /** Version of the standard operators. @default 17 */
  readonly opset?: number;
  /** Version of the file format. @default 8 */
  readonly irVersion?: number;
  /** Further operator domains and their versions, such as `{ 'com.microsoft': 1 }`. */
  readonly domains?: Readonly<Record<string, number>>;
}

export interface NodeOptions {
  /** Names of the outputs. @default one made from the operator's name */
  readonly outputs?: readonly string[];
  readonly domain?: string;
}

/** A dimension that varies is its symbolic name. */
export type Dims = readonly (number | string)[];

/** Puts a graph together, node by node; values are named by strings. */
export interface GraphBuilder {
  input(name: string, type: ElementType, dims: Dims): string;
  /** Weights and other fixed tensors. */
  constant(name: string, value: GraphTensor): string;
  /** A constant that a run may replace by a tensor of these dimensions, such as `['batch', 3]` where it is `[1, 3]`. */
  override(name: string, value: GraphTensor, dims: Dims): string;
  /** Adds an operator and returns its first output. An input that is left out is `''`. */
  node(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, Attribute>>,
    options?: NodeOptions,
  ): string;
  /** Declares a value as output of the graph. With another name, an Identity gives it that name. */
  output(name: string, type: ElementType, dims: Dims, value?: string): string;
  /** Adds key-value pairs to the model file. */
  metadata(entries: Readonly<Record<string, string>>): void;
  /** The model file. */
  encode(): Uint8Array;
  /** The model file without its weights, and the weights for the file of that name beside it. */
  encodeExternal(dataFileName: string): { model: Uint8Array; data: Uint8Array };
}

/**
 * Starts an empty graph.
 * @example
 * const g = createGraph();
 * const x = g.input('x', 'float32', ['batch', 3]);
 * const y = g.node('MatMul', [x, g.constant('w', tensor('float32', [3, 1], [1, 2, 3]))]);
 * g.output('y', 'float32', ['batch', 1], y);
 * const bytes = g.encode();
 */
export function createGraph(options: GraphOptions = {}): GraphBuilder {
  const inputs: object[] = [];
  const outputs: object[] = [];
  const nodes: object[] = [];
  const constants = new Map<string, GraphTensor>();
  const metadata = new Map<string, string>();
  const values = new Set<string>();

  const declare = (name: string): string => {
    if (values.has(name)) throw new Error(`the graph already has a value named ${name}`);
    values.add(name);
    return name;
  };
  const fresh = (op: string): string => {
    let n = nodes.length;
    while (values.has(`${op.toLowerCase()}_${n}`)) n++;
    return `${op.toLowerCase()}_${n}`;
  };

  const addNode: GraphBuilder['node'] = (op, from, attributes = {}, { outputs: named, domain } = {}) => {
    for (const name of from) if (name !== '' && !values.has(name)) throw new Error(`${op}: no value named ${name}`);
    const to = (named ?? [fresh(op)]).map(declare);
    nodes.push({
      name: `node_${nodes.length}`,
      op_type: op,
      input: from,
      output: to,
      attribute: Object.entries(attributes).flatMap(([name, v]) => (v === undefined ? [] : [attributeProto(name, v)])),
      ...(domain === undefined ? {} : { domain }),
    });
    return to[0] ?? '';
  };

  const model = (initializer: object[]): Uint8Array =>
    encode('ModelProto', {
      ir_version: options.irVersion ?? 8,
      producer_name: 'streetvision',
      opset_import: [
        { domain: '', version: options.opset ?? 17 },
        ...Object.entries(options.domains ?? {}).map(([domain, version]) => ({ domain, version })),
      ],
      graph: { name: options.name ?? 'graph', node: nodes, initializer, input: inputs, output: outputs },
      metadata_props: [...metadata].map(([key, value]) => ({ key, value })),
    });

  return {
    input(name, type, dims) {
      inputs.push(valueInfo(declare(name), type, dims));
      return name;
    },
    constant(name, value) {
      rawData(name, value);
      constants.set(declare(name), value);
      return name;
    },
    override(name, value, dims) {
      rawData(name, value);
      constants.set(declare(name), value);
      inputs.push(valueInfo(name, value.type, dims));
      return name;
    },
    node: addNode,
    output(name, type, dims, value = name) {
      if (value !== name) addNode('Identity', [value], {}, { outputs: [name] });
      if (!values.has(name)) throw new Error(`no value named ${name}`);
      outputs.push(valueInfo(name, type, dims));
      return name;
    },
    metadata(entries) {
      for (const [key, value] of Object.entries(entries)) metadata.set(key, value);
    },
    encode: () => model([...constants].map(([name, value]) => tensorProto(name, value))),
    encodeExternal(dataFileName) {
      const parts: Uint8Array[] = [];
      let offset = 0;
      const initializer = [...constants].map(([name, value]) => {
        const bytes = rawData(name, value);
        const at = offset;
        parts.push(bytes);
        offset += bytes.byteLength;
        const entries = { location: dataFileName, offset: String(at), length: String(bytes.byteLength) };
        return {
          name,
          dims: value.dims,
          data_type: ELEMENT_TYPES[value.type],
          data_location: 1,
          external_data: Object.entries(entries).map(([key, v]) => ({ key, value: v })),
        };
      });
      return { model: model(initializer), data: new Uint8Array(Buffer.concat(parts)) };
    },
  };
}

function valueInfo(name: string, type: ElementType, dims: Dims): object {
  const dim = dims.map((d) => (typeof d === 'number' ? { dim_value: d } : { dim_param: d }));
  return { name, type: { tensor_type: { elem_type: ELEMENT_TYPES[type], shape: { dim } } } };
}
