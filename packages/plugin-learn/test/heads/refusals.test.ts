import { describe, expect, it } from 'vitest';
import { type HeadOptions, readHeadWeights, trainHead } from '../../src/heads/index.js';
import { clouds, featureSet } from './samples.js';

const refusal = (options: HeadOptions, set = clouds(20, 3, 2), validation?: typeof set) =>
  trainHead(set, validation, options).then(
    () => 'trained',
    (error) => `${error.code} ${error.message}`,
  );

describe('trainHead refuses', () => {
  it('data that trains nothing', async () => {
    const set = clouds(20, 3, 2);
    const bad = { ...set, features: set.features.slice() };
    bad.features[7] = Number.NaN;
    bad.features[50] = Number.POSITIVE_INFINITY;
    expect(await refusal({}, bad)).toMatchInlineSnapshot(
      `"SV_TRAIN_DATA Features are NaN or infinite in 2 of 20 train rows: 2, 16. Compute these embeddings again, or leave the samples out."`,
    );
    expect(await refusal({}, { ...set, labels: new Uint8Array(20).fill(1) })).toMatchInlineSnapshot(
      `"SV_TRAIN_DATA All samples are of one class (0 of class 0, 20 of class 1). Add samples of the other class."`,
    );
    expect(await refusal({}, featureSet([[1], [2], [3]], [0, 0, 1]))).toMatchInlineSnapshot(
      `"SV_TRAIN_DATA There are too few samples: 2 of class 0, 1 of class 1, expected at least 2 of each. Add samples of the rare class."`,
    );
    expect(await refusal({}, { ...set, features: set.features.subarray(3) })).toMatchInlineSnapshot(
      `"SV_TRAIN_DATA 20 samples of length 3 need 60 numbers, but 57 came."`,
    );
    expect(await refusal({}, { ...set, weights: new Float32Array(20) })).toMatchInlineSnapshot(
      `"SV_TRAIN_DATA The weight of row 0 is 0, expected a number above 0."`,
    );
    expect(await refusal({ kind: 'svm' }, { ...set, groups: set.groups.map(() => 'clip') })).toMatchInlineSnapshot(
      `"SV_TRAIN_DATA No group can be left out without leaving out a class, so an svm gets no probabilities. Give samples of each class from at least two groups, or take kind logistic."`,
    );
    expect(await refusal({}, set, { ...set, labels: new Uint8Array(20) })).toMatchInlineSnapshot(
      `"SV_TRAIN_DATA All validation samples are of class 0, so that \`mcc\` is not defined. Take other groups for validation, or metric logLoss."`,
    );
    expect(await refusal({}, set, clouds(20, 4, 2))).toMatchInlineSnapshot(
      `"SV_TRAIN_DATA Validation features have length 4, those to train on 3."`,
    );
  });

  it('options that contradict each other or are out of range', async () => {
    expect(await refusal({ kind: 'tree' as 'mlp' })).toMatchInlineSnapshot(
      `"SV_TRAIN_OPTIONS \`kind\` is "tree", expected one of logistic, linear, mlp, svm."`,
    );
    expect(await refusal({ epoch: 3 } as HeadOptions)).toMatchInlineSnapshot(
      `"SV_TRAIN_OPTIONS There is no option \`epoch\` for a head. Did you mean \`epochs\`? Options are kind, hidden, dropout, loss, gamma, labelSmoothing, classWeights, c, epochs, batchSize, learningRate, weightDecay, warmup, mixup, hardNegatives, contrastive, patience, metric, seeds, seed, standardise, clip."`,
    );
    expect(await refusal({ kind: 'mlp', hidden: [] })).toMatchInlineSnapshot(
      `"SV_TRAIN_OPTIONS \`hidden\` is [], which does not go with kind mlp and 2 classes. An mlp without hidden layers is kind \`linear\`."`,
    );
    expect(await refusal({ kind: 'linear', hidden: [8] })).toMatchInlineSnapshot(
      `"SV_TRAIN_OPTIONS \`hidden\` is [8], which does not go with kind linear and 2 classes. Only an mlp has hidden layers."`,
    );
    expect(await refusal({ kind: 'logistic', mixup: 0.2 })).toMatchInlineSnapshot(
      `"SV_TRAIN_OPTIONS \`mixup\` is 0.2, which does not go with kind logistic and 2 classes. It needs kind linear or mlp."`,
    );
    expect(await refusal({ kind: 'mlp', mixup: 0.2, contrastive: 1 })).toMatchInlineSnapshot(
      `"SV_TRAIN_OPTIONS \`contrastive\` is 1, which does not go with kind mlp and 2 classes. Mixed samples belong to no class, so leave out mixup."`,
    );
    expect(await refusal({ kind: 'mlp', hardNegatives: 0.7 })).toMatchInlineSnapshot(
      `"SV_TRAIN_OPTIONS \`hardNegatives\` is 0.7, expected a number from 0 to 0.5."`,
    );
    expect(await refusal({ learningRate: Number.NaN })).toMatchInlineSnapshot(
      `"SV_TRAIN_OPTIONS \`learningRate\` is NaN, expected a number above 0."`,
    );
    expect(
      await refusal({ kind: 'svm' }, featureSet([[1], [2], [3], [1], [2], [3]], [0, 1, 2, 0, 1, 2])),
    ).toMatchInlineSnapshot(
      `"SV_TRAIN_OPTIONS \`kind\` is "svm", which does not go with 3 classes. An svm separates two classes: take logistic, linear or mlp."`,
    );
  });

  it('to go on after the loss was lost', async () => {
    const set = clouds(40, 3, 2);
    const huge = { ...set, features: set.features.map((value) => value * 1e30) };
    const options = { kind: 'linear', learningRate: 1e30, standardise: false, epochs: 20, batchSize: 8 } as const;
    expect(await refusal(options, huge)).toMatchInlineSnapshot(
      `"SV_TRAIN_DIVERGED The loss became NaN at step 2 (seed 0, learning rate 4.0000000000000004e+29). Lower learningRate, set clip (1 is usual), or check that features have no huge values."`,
    );
  });

  it('to read weights from another file', () => {
    expect(() => readHeadWeights(Uint8Array.of(1, 2, 3))).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The file is no head that \`sv train\` wrote: its layers are not to be found. Give the head.onnx of a run, or train from random weights.]`,
    );
  });
});
