import { createRandom, SvError } from '@streetvision/core';
import type { Fit, Fitted } from '../fit.js';
import { better, judge } from '../judge.js';
import { withEngine } from '../open-graph.js';
import { standardised } from '../standardise.js';
import { targetsOf } from '../targets.js';
import type { EpochPoint } from '../types.js';
import type { Layer } from '../weights.js';
import { type Batches, createBatches } from './batches.js';
import { learningRateAt } from './schedule.js';
import { layersOfState, randomLayers, startState, type TrainingState } from './state.js';
import { openTrainer, type Trainer } from './trainer.js';

/** Trains `linear` and `mlp` heads with AdamW, one member per seed: the graph is opened once for all of them. */
export async function fitNetwork(problem: Fit): Promise<Fitted> {
  const { train, options, classes, context } = problem;
  const architecture = { dimension: train.dimension, hidden: options.hidden, classes };
  return withEngine(context.open, async (open) => {
    const trainer = await openTrainer(
      architecture,
      {
        masked: options.dropout > 0,
        contrastive: options.contrastive,
        answers: options.hardNegatives > 0,
        ...(options.loss === 'focal' && { gamma: options.gamma }),
        ...(options.clip !== undefined && { clip: options.clip }),
      },
      open,
    );
    try {
      const members: Layer[][] = [];
      const curve: EpochPoint[] = [];
      for (let k = 0; k < options.seeds; k++) {
        const seed = options.seed + k;
        const from = context.from?.members;
        const start = from?.[k % from.length] ?? randomLayers(architecture, createRandom(seed).fork('weights'));
        const run = createRun(problem, trainer, seed, (point) => {
          curve.push(point);
          context.onEpoch?.(point);
        });
        members.push(layersOfState(await run(startState(start)), architecture));
      }
      return { members, curve };
    } finally {
      await trainer.close();
    }
  });
}

/** The training of one member, to its last or its best epoch. */
function createRun(
  { train, validation, options, classes, standardisation, context }: Fit,
  trainer: Trainer,
  seed: number,
  tell: (point: EpochPoint) => void,
) {
  const targets = targetsOf(train, classes, options);
  const batches = createBatches({ ...train, classes, targets, standardisation, options, seed });
  const watched = validation && {
    x: standardisation ? standardised(validation.features, standardisation) : validation.features,
    labels: validation.labels,
  };
  const steps = options.epochs * batches.perEpoch;
  const warmup = Math.round(options.warmup * steps);
  const rate = (step: number) => learningRateAt(step, steps, warmup, options.learningRate);

  return async (start: TrainingState): Promise<TrainingState> => {
    let state = start;
    let best: { loss: number; metric: number; epoch: number; kept: TrainingState } | undefined;
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      const learningRate = rate(state.step);
      const done = await runEpoch(
        trainer,
        batches,
        state,
        { rate, seed, weightDecay: options.weightDecay },
        context.signal,
      );
      state = done.state;
      const point = { seed, epoch, loss: done.loss, learningRate };
      if (!watched) {
        tell(point);
        continue;
      }
      const probability = await trainer.predict(state, watched.x, context.signal);
      checkFinite(probability, seed, epoch, options.learningRate);
      const judged = judge(probability, watched.labels, classes, options.metric);
      tell({ ...point, validation: judged });
      if (!best || better(judged, best, options.metric)) best = { ...judged, epoch, kept: copy(state) };
      else if (epoch - best.epoch >= options.patience) break;
    }
    const end = best?.kept ?? state;
    for (const values of Object.values(end.tensors)) checkFinite(values, seed, options.epochs, options.learningRate);
    return end;
  };
}

async function runEpoch(
  trainer: Trainer,
  batches: Batches,
  start: TrainingState,
  { rate, seed, weightDecay }: { rate: (step: number) => number; seed: number; weightDecay: number },
  signal: AbortSignal | undefined,
): Promise<{ state: TrainingState; loss: number }> {
  batches.startEpoch();
  let state = start;
  let loss = 0;
  let next = batches.make(0);
  for (let i = 0; i < batches.perEpoch; i++) {
    const learningRate = rate(state.step);
    const running = trainer.step(state, next, { learningRate, weightDecay }, signal);
    // The next batch is put together while the engine computes.
    if (i + 1 < batches.perEpoch) next = batches.make(i + 1);
    const result = await running;
    if (!Number.isFinite(result.loss))
      throw diverged(`The loss became ${result.loss}`, seed, state.step + 1, learningRate);
    if (result.probability) batches.judged(i, result.probability);
    state = result.state;
    loss += result.loss / batches.perEpoch;
  }
  return { state, loss };
}

function copy({ tensors, step }: TrainingState): TrainingState {
  return { tensors: Object.fromEntries(Object.entries(tensors).map(([name, data]) => [name, data.slice()])), step };
}

function checkFinite(values: Float32Array, seed: number, epoch: number, learningRate: number): void {
  if (values.every(Number.isFinite)) return;
  throw diverged(`Weights became infinite in epoch ${epoch}`, seed, undefined, learningRate);
}

function diverged(what: string, seed: number, step: number | undefined, learningRate: number): SvError {
  const where = step === undefined ? '' : ` at step ${step}`;
  return new SvError('SV_TRAIN_DIVERGED', `${what}${where} (seed ${seed}, learning rate ${learningRate}).`, {
    fix: 'Lower learningRate, set clip (1 is usual), or check that features have no huge values.',
  });
}
