import {
  type Frame,
  type Plugin,
  type Stage,
  type StageContext,
  type StageOutput,
  SvError,
  type Task,
  type View,
} from '@streetvision/core';
import { mergeBoxes, toFrame } from './boxes.js';
import { rememberAs } from './known-stages.js';
import { entropyOf, uncertaintyOf } from './uncertainty.js';

/** Ready-made views. */
export const VIEWS = {
  same: {},
  flip: { mirror: true },
  zoom: { region: { x: 0.1, y: 0.1, width: 0.8, height: 0.8 } },
  left: { region: { x: 0, y: 0, width: 0.75, height: 1 } },
  right: { region: { x: 0.25, y: 0, width: 0.75, height: 1 } },
  darker: { brightness: 0.8 },
  brighter: { brightness: 1.25 },
} as const satisfies Readonly<Record<string, View>>;

export type ViewName = keyof typeof VIEWS;

/** How the answers to the views become one. */
export type Vote = 'mean' | 'confidence' | 'logOdds';

export interface TtaOptions {
  /** By name, or as `Frame.view` takes them. @default ['same', 'flip'] */
  readonly views?: readonly (ViewName | View)[];
  /**
   * `mean` of the probabilities; `confidence`: weighted by 1 − entropy / ln(classes), so that views that show nothing say
   * little; `logOdds`: the mean of the log-odds. @default 'confidence'
   */
  readonly vote?: Vote;
}

/**
 * Test-time augmentation: a stage sees several views of each frame, and its answers are put to a vote. Views are made of
 * the decoded pixels; boxes are mapped back and merged. A stage that reads `bytes` of a frame fails with
 * `SV_INPUT_INVALID`. Of a plugin, all stages are wrapped. A calibration of the stage without views does not fit.
 * Throws `SV_CONFIG_INVALID`.
 *
 * @example
 * plugins: [tta(dinov3({ backbone: 'dinov3-vits16', head: './head.onnx' }), { views: ['same', 'flip', 'zoom'] })]
 */
export function tta<Wrapped extends Stage | Plugin>(wrapped: Wrapped, options: TtaOptions = {}): Wrapped {
  const { views, vote } = settle(options);
  if (!('run' in wrapped)) {
    const { stages = [] } = wrapped;
    return { ...wrapped, stages: stages.map((stage) => around(stage, views, vote)) };
  }
  return around(wrapped, views, vote) as Wrapped;
}

interface Settings {
  readonly views: readonly View[];
  readonly vote: Vote;
}

function settle({ views = ['same', 'flip'], vote = 'confidence' }: TtaOptions): Settings {
  const wrong =
    !Array.isArray(views) || views.length === 0
      ? '`views` is no list of at least one view'
      : !['mean', 'confidence', 'logOdds'].includes(vote)
        ? `\`vote\` is ${JSON.stringify(vote)}, expected mean, confidence or logOdds`
        : undefined;
  const unknown = wrong ? undefined : views.find((view) => typeof view === 'string' && !(view in VIEWS));
  if (wrong || unknown !== undefined) {
    throw new SvError('SV_CONFIG_INVALID', `tta(): ${wrong ?? `there is no view \`${unknown}\``}.`, {
      fix: `Views are ${Object.keys(VIEWS).join(', ')}, or { region, mirror, brightness }.`,
    });
  }
  return { views: views.map((view) => (typeof view === 'string' ? VIEWS[view as ViewName] : view)), vote };
}

function around(stage: Stage, views: readonly View[], vote: Vote): Stage {
  const inner = stage.maxBatch ?? 1;
  const wrapped: Stage = {
    ...stage,
    // A clip is seen as the frame that stands for it: views of its other frames are not made.
    accepts: ['image'],
    maxBatch: Math.max(1, Math.floor(inner / views.length)),
    identity: (state) => JSON.stringify({ tta: { views, vote }, of: stage.identity?.(state) ?? '' }),
    async run(frames, state, ctx) {
      const shown = frames.flatMap((frame, at) => views.map((view) => ({ frame: frame.view(view), at })));
      const outputs: StageOutput[] = [];
      // All views at once, or as many as the stage takes.
      for (let from = 0; from < shown.length; from += inner) {
        const part = shown.slice(from, from + inner);
        const own: StageContext = { ...ctx, evidence: part.map(({ at }) => ctx.evidence[at] ?? []) };
        outputs.push(
          ...(await stage.run(
            part.map(({ frame }) => frame),
            state,
            own,
          )),
        );
      }
      return Promise.all(
        frames.map((frame, at) =>
          combine(frame, outputs.slice(at * views.length, (at + 1) * views.length), { views, vote }, ctx.task),
        ),
      );
    },
  };
  return rememberAs(wrapped, stage);
}

async function combine(
  frame: Frame,
  outputs: readonly StageOutput[],
  { views, vote }: Settings,
  task: Task | undefined,
): Promise<StageOutput> {
  const said = outputs.flatMap((output, i) => (output.abstained ? [] : [{ output, view: views[i] as View }]));
  const [first] = said;
  if (!first) return outputs[0] as StageOutput;
  const names = Object.keys(first.output.scores ?? {});
  const rows = said.map(({ output }) =>
    names.length > 1 ? names.map((name) => output.scores?.[name] ?? 0) : [1 - output.score, output.score],
  );
  const row = vote === 'logOdds' ? pool(rows) : average(rows, vote === 'confidence');
  const positive = names.length > 1 ? (task ? names.indexOf(task.positive) : row.indexOf(Math.max(...row))) : 1;
  const boxes = said.some(({ output }) => output.boxes) ? await boxesOf(frame, said) : undefined;
  return {
    score: row[positive] as number,
    ...(names.length > 1 && { scores: Object.fromEntries(names.map((name, i) => [name, row[i] as number])) }),
    ...(boxes && { boxes }),
    ...(first.output.embedding && { embedding: first.output.embedding }),
    uncertainty: uncertaintyOf(rows, positive),
  };
}

function average(rows: readonly (readonly number[])[], byConfidence: boolean): number[] {
  const classes = rows[0]?.length ?? 0;
  const confidences = rows.map((row) => (byConfidence ? Math.max(0, 1 - entropyOf(row) / Math.log(classes)) : 1));
  // Where every view is a coin, they count the same.
  const weights = confidences.some((weight) => weight > 1e-9) ? confidences : rows.map(() => 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: classes }, (_, c) => {
    const sum = rows.reduce((part, row, i) => part + (row[c] as number) * (weights[i] as number), 0);
    return Math.min(1, Math.max(0, sum / total));
  });
}

/** The normalised geometric mean: of two classes the mean of the log-odds. */
function pool(rows: readonly (readonly number[])[]): number[] {
  const classes = rows[0]?.length ?? 0;
  const logs = Array.from(
    { length: classes },
    (_, c) => rows.reduce((sum, row) => sum + Math.log(Math.max(row[c] as number, 1e-6)), 0) / rows.length,
  );
  const most = Math.max(...logs);
  const powers = logs.map((log) => Math.exp(log - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

async function boxesOf(frame: Frame, said: readonly { readonly output: StageOutput; readonly view: View }[]) {
  const { width, height } = await frame.info();
  const all = said.map(({ output, view }) => (output.boxes ?? []).map((box) => toFrame(box, view, width, height)));
  return mergeBoxes(all);
}
