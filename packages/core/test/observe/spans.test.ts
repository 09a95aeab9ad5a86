import { type Span, SpanStatusCode, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { afterEach, expect, it } from 'vitest';
import { createRuntime, definePlugin, defineStage, silent } from '../../src/index.js';
import { picture } from '../runtime/picture.js';

interface Seen {
  readonly name: string;
  readonly attributes: Record<string, unknown>;
  status?: number;
  ended: boolean;
}

/** The least that an SDK is to the API: a provider whose spans record. */
function recorder(seen: Seen[]): TracerProvider {
  const tracer = {
    startSpan(name, options) {
      const record: Seen = { name, attributes: { ...options?.attributes }, ended: false };
      seen.push(record);
      const span: Partial<Span> = {
        isRecording: () => true,
        spanContext: () => ({ traceId: `${'0'.repeat(31)}1`, spanId: `${'0'.repeat(15)}1`, traceFlags: 1 }),
        setAttributes: (attributes) => Object.assign(record.attributes, attributes) && (span as Span),
        setStatus: ({ code }) => {
          record.status = code;
          return span as Span;
        },
        end: () => {
          record.ended = true;
        },
      };
      return span as Span;
    },
  } as Tracer;
  return { getTracer: () => tracer };
}

afterEach(() => trace.disable());

it('every run is a span with its stages as children, where the user has an SDK', async () => {
  const seen: Seen[] = [];
  trace.setGlobalTracerProvider(recorder(seen));
  const bytes = await picture();
  const plugin = definePlugin({
    name: 'p',
    api: '^1',
    stages: [
      defineStage({
        name: 's',
        run: (frames) => {
          if (frames[0]?.id === 'bad') throw new Error('no memory');
          return frames.map(() => ({ score: 0.9 }));
        },
      }),
    ],
  });
  const sv = await createRuntime({ plugins: [plugin], cascade: [{ run: 's' }] }, { log: silent });
  await sv.run({ id: 'good', bytes });
  await sv.run({ id: 'bad', bytes }).catch(() => undefined);
  await sv.close();
  expect(seen).toMatchObject([
    { name: 'sv.run', attributes: { 'sv.label': 'positive', 'sv.score': 0.9, 'sv.exit.after': 's' }, ended: true },
    { name: 'sv.stage', attributes: { 'sv.stage': 's' }, ended: true },
    { name: 'sv.run', status: SpanStatusCode.ERROR, ended: true },
    { name: 'sv.stage', status: SpanStatusCode.ERROR, ended: true },
  ]);
});
