import { z } from 'zod';
import { received } from './received.js';
import { fuseRules, ruleFactory, whenRules } from './rules.js';

/** Timers take no more milliseconds than this; Node fires a longer one at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * The schema of a config.
 *
 * @param form `code` takes functions, plugin objects and promises; `data` is what YAML and JSON can hold, and what
 *   the published JSON Schema says
 */
export function configSchema(form: 'code' | 'data') {
  const code = form === 'code';
  return closed({
    $schema: text('a URL').optional().describe('Where this schema lies, for editors.'),
    task: taskSchema(code).optional(),
    plugins: z
      .array(code ? z.unknown() : pluginData)
      .describe('Plugins, in order: package names, paths of local files, each with options where it takes some.'),
    cascade: z
      .array(stepSchema(code), { error: missingOr('a list of steps') })
      .min(1)
      .describe('The steps, cheapest first.'),
    budget: budgetSchema.optional(),
    engine: engineSchema.optional(),
    models: modelsSchema.optional(),
    images: imagesSchema.optional(),
  }).describe('A StreetVision cascade.');
}

/** An object of known keys. The keys travel in the message, for the «did you mean». */
function closed<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  });
}

const missingOr = (expected: string) => `expected ${expected}`;
const text = (what = 'a text') => z.string(missingOr(what)).min(1);
const functionValue = (takes: string) =>
  z.custom<(...args: never[]) => unknown>((value) => typeof value === 'function' && ruleFactory(value) === undefined, {
    error: ({ input }) => {
      const example = ruleFactory(input);
      return example ? `\`${example.name}\` was not called. Write \`${example.call}\`` : `expected ${takes}`;
    },
  });

/** Functions come first, so that a rule which was not called is told as such. */
function orFunction<Data extends z.ZodType>(code: boolean, data: Data, expected: string) {
  return code ? z.union([functionValue(expected), data], { error: missingOr(expected) }) : data;
}

const options = z.unknown().optional().describe('Options of its factory.');
const named = z.tuple([text('a package name or a path'), options]);
const pluginData = z.union([text('a package name or a path'), named, z.literal([false, null])], {
  error: missingOr('a package name, a path, or [name, options]'),
});

/** A task as an object, in a config or from a package. */
export const taskObject = closed({
  name: text(),
  classes: z.array(text('the name of a class')).min(2).describe('All classes.'),
  positive: text('one of the classes').describe('The class whose probability is the score.'),
  threshold: z.number().gt(0).lt(1).optional().describe('A score at or above it gets the positive label. Default: 0.5'),
  knowledge: z.record(z.string(), z.unknown()).optional().describe('What plugins read from the task.'),
});

function taskSchema(code: boolean) {
  const expected = 'a task, a package name, a path, or [name, options]';
  const shape = z.union([text(), named, taskObject], { error: missingOr(expected) });
  if (!code) return shape.describe('What is decided.');
  const uncalled = z.custom<never>(() => false, {
    error: ({ input }) =>
      typeof input === 'function'
        ? `expected a task, received ${received(input)}. Call it: \`${input.name || 'task'}()\``
        : missingOr(expected),
  });
  return z.union([uncalled, z.instanceof(Promise), ...shape.options], { error: missingOr(expected) });
}

function stepSchema(code: boolean) {
  const exitData = z.union(
    [
      z.enum(['always', 'budget']),
      oneOf({
        window: z.tuple([share, share]).refine(([low, high]) => low <= high, {
          error: ({ input }) => `expected the lower bound first, received [${String(input)}]`,
        }),
        calibrated: text('the path of a calibration.json').describe(
          'Thresholds that were found with a guarantee: a calibration.json.',
        ),
        agreement: z.int().min(1).describe('Stages of the step that must decide for the same class.'),
        certain: closed({
          maxEntropy: z.number().min(0).optional().describe('Of the verdict, in nats; a coin has 0.693.'),
          maxMutualInformation: z.number().min(0).optional().describe('Of a stage that samples its answer, in nats.'),
          maxDisagreement: z.number().min(0).optional().describe('Standard deviation of the scores of the step.'),
        }).refine((bounds) => Object.keys(bounds).length > 0, { error: 'expected at least one bound' }),
        budget: z.number().min(0).describe('Milliseconds of the budget to keep for what follows.'),
      }),
    ],
    {
      error: missingOr(
        'an exit rule: { window: [low, high] }, { calibrated: path }, { agreement: n }, { certain: { maxEntropy } }, { budget: ms }, budget or always',
      ),
    },
  );
  const exit = orFunction(code, exitData, 'an exit rule');
  const over = closed({ over: z.enum(['step', 'all']).optional() });
  const fuseData = z.union(
    [
      z.enum(Object.keys(fuseRules) as (keyof typeof fuseRules)[]),
      oneOf({
        mean: over,
        max: over,
        logOdds: over,
        learned: text('the path of a stack.json').describe('Weights that were learned: a stack.json.'),
        weighted: z.record(z.string(), z.number().gt(0)).refine((weights) => Object.keys(weights).length > 0, {
          error: 'expected a weight for at least one stage',
        }),
      }),
    ],
    { error: missingOr('a fuse rule: mean, max, logOdds, { weighted: { stage: weight } }, { learned: path }') },
  );
  const whenData = z.enum(Object.keys(whenRules) as (keyof typeof whenRules)[]);
  const stage = text('the name of a stage');
  return closed({
    run: z
      .union([stage, z.array(stage).min(1)], { error: missingOr('the name of a stage, or a list of them') })
      .describe('A stage, or several that run side by side.'),
    when: orFunction(code, whenData, 'image, video, or a function of (verdict, evidence, ctx)')
      .optional()
      .describe('Skips the step unless it says yes.'),
    fuse: orFunction(code, fuseData, 'a fuse rule')
      .optional()
      .describe('How the answers become one verdict. Default: mean'),
    exit: z
      .union([exit, z.array(exit).min(1)], { error: missingOr('an exit rule, or a list of them') })
      .optional()
      .describe('One rule, or several of which the first to answer wins.'),
    timeoutMs: milliseconds.optional().describe('For each stage of the step, queueing included.'),
    onError: z
      .union([z.enum(['fail', 'skip']), closed({ use: stage })], { error: missingOr('fail, skip or { use: stage }') })
      .optional()
      .describe('What a failed or late stage means. Default: fail'),
  });
}

/** An object with exactly one of the keys: the name of a rule, and what it takes. */
function oneOf<Shape extends z.ZodRawShape>(shape: Shape) {
  return closed(shape)
    .partial()
    .superRefine((rule, ctx) => {
      const names = Object.keys(rule);
      if (names.length !== 1) ctx.addIssue(`expected one rule, received ${names.join(' and ') || 'none'}`);
    })
    .meta({ minProperties: 1, maxProperties: 1 });
}

const share = z.number().min(0).max(1);
const count = z.int().min(1);
const milliseconds = z.number().gt(0).max(LONGEST_TIMER);

const budgetSchema = closed({
  ms: milliseconds.optional().describe('For one run, queueing included. Default: none'),
  concurrency: count.optional().describe('Runs at once. Default: the number of cores, at least 2'),
  queue: z.int().min(0).optional().describe('Runs that may wait. Default: 64'),
  onExceeded: z.enum(['answer', 'fail']).optional().describe('When ms is spent. Default: answer'),
}).describe('Bounds on time and load.');

const providerName = z.enum(['cpu', 'cuda', 'tensorrt', 'coreml', 'dml', 'webgpu']);

const engineSchema = closed({
  name: text().optional().describe('Which engine opens models. Default: onnxruntime'),
  providers: z
    .array(
      z.union([providerName, z.looseObject({ name: providerName })], {
        error: missingOr(`one of ${providerName.options.join(', ')}, or { name, … }`),
      }),
    )
    .min(1)
    .optional()
    .describe('Tried in order; cpu after another one is the fallback. Default: [cpu]'),
  profile: z.enum(['latency', 'throughput', 'frugal']).optional().describe('Default: throughput'),
  workers: count.optional().describe('Sessions side by side per model.'),
  threads: count.optional().describe('Threads inside one session.'),
  sessionOptions: z.record(z.string(), z.unknown()).optional().describe('Passed to the engine as they are.'),
});

const modelsSchema = closed({
  cache: text('a folder').optional().describe('Folder of verified weights.'),
  offline: z.boolean().optional().describe('Never touches the network. Default: false'),
  lock: text('a file').optional().describe('Lock file. Default: sv.lock beside the config'),
  endpoint: text('a URL')
    .optional()
    .describe('A mirror of the Hugging Face hub. Default: $HF_ENDPOINT, or https://huggingface.co'),
});

const imagesSchema = closed({
  maxBytes: count.optional().describe('Largest encoded picture. Default: 32 MiB'),
  maxPixels: count.optional().describe('Largest width × height. Default: 64 million'),
}).describe('Bounds on what is accepted before anything is decoded.');
