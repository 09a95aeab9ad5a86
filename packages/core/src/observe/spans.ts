import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { isSvError } from '../errors/sv-error.js';
import type { Result } from '../types/index.js';
import { VERSION } from '../version.js';

/** Stands in for the user's tracer, also when that is registered later. */
const tracer = trace.getTracer('@streetvision/core', VERSION);

/** Spans of one run. Where the user has no OpenTelemetry SDK, `recording` is false and nothing is made. */
export interface RunSpan {
  readonly recording: boolean;
  stage<T>(name: string, work: () => Promise<T>): Promise<T>;
  answered(result: Result): void;
  failed(error: unknown): void;
}

/** Begins the span of a run: `sv.run`, with a child `sv.stage` for every stage that is asked. */
export function startRunSpan(): RunSpan {
  const span = tracer.startSpan('sv.run');
  if (!span.isRecording()) return IDLE;
  const parent = trace.setSpan(context.active(), span);
  return {
    recording: true,
    async stage(name, work) {
      const child = tracer.startSpan('sv.stage', { attributes: { 'sv.stage': name } }, parent);
      try {
        return await context.with(trace.setSpan(parent, child), work);
      } catch (error) {
        markFailed(child, error);
        throw error;
      } finally {
        child.end();
      }
    },
    answered(result) {
      span.setAttributes({ 'sv.label': result.label, 'sv.score': result.score, 'sv.exit.after': result.exit.after });
      span.end();
    },
    failed(error) {
      markFailed(span, error);
      span.end();
    },
  };
}

/** Of a run that nobody traces. */
export const IDLE: RunSpan = { recording: false, stage: (_name, work) => work(), answered() {}, failed() {} };

function markFailed(span: Span, error: unknown): void {
  const message = isSvError(error) ? error.code : String(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
