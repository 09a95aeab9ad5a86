import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createRandom } from '@streetvision/core';
import { trainHead } from '@streetvision/plugin-learn';
import { median, times } from '../rounds.mjs';

// Features of 1024, a perceptron 512-128-1 with dropout, three epochs of batches of 256.
const COUNT = Math.max(1_000, times(18_000));
const DIMENSION = 1024;
const OPTIONS = { kind: 'mlp', hidden: [512, 128], dropout: 0.3, epochs: 3, batchSize: 256 };
const ROUNDS = times(3);

/** Seconds for the same training here and in PyTorch, where `python3` has it, and their ratio (above 1: faster here). */
export async function train() {
  const features = new Float32Array(COUNT * DIMENSION);
  const random = createRandom(1);
  for (let i = 0; i < features.length; i++) features[i] = random.next() * 2 - 1;
  const labels = Uint8Array.from({ length: COUNT }, (_, i) => i % 2);
  for (let i = 0; i < COUNT; i++) for (let j = 0; j < 8; j++) features[i * DIMENSION + j] += labels[i] / 2;
  const set = { features, dimension: DIMENSION, labels, groups: Array.from(labels, (_, i) => `${i}`) };
  const rounds = [];
  let loss;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const head = await trainHead(set, undefined, OPTIONS);
    rounds.push((performance.now() - start) / 1000);
    loss = head.curve.at(-1).loss;
  }
  const logistic = performance.now();
  await trainHead(set, undefined, { kind: 'logistic' });
  const logisticSeconds = (performance.now() - logistic) / 1000;
  const seconds = median(rounds);
  const torch = pytorch();
  return {
    trainSeconds: seconds,
    trainLoss: loss,
    logisticSeconds,
    torch: torch.version ?? torch.why,
    torchSeconds: torch.seconds ?? null,
    trainVsTorch: torch.seconds ? torch.seconds / seconds : null,
  };
}

/** The same training in PyTorch, on as many threads. */
function pytorch() {
  const { status, stdout, stderr, error } = spawnSync('python3', ['-c', SCRIPT], { encoding: 'utf8' });
  if (status === 0) return JSON.parse(stdout);
  return { why: `not measured: ${error?.message ?? stderr.trim().split('\n').at(-1)}` };
}

const SCRIPT = `
import json, time
import torch
from torch import nn
torch.set_num_threads(${availableParallelism()})
torch.manual_seed(1)
x = torch.rand(${COUNT}, ${DIMENSION}) * 2 - 1
y = (torch.arange(${COUNT}) % 2).float()
x[:, :8] += y[:, None] / 2
def once():
    start = time.perf_counter()
    net = nn.Sequential(nn.Linear(${DIMENSION}, 512), nn.GELU(), nn.Dropout(0.3),
                        nn.Linear(512, 128), nn.GELU(), nn.Dropout(0.3), nn.Linear(128, 1))
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-2)
    loss_of = nn.BCEWithLogitsLoss()
    z = (x - x.mean(0)) / x.std(0)
    for _ in range(${OPTIONS.epochs}):
        order = torch.randperm(${COUNT})
        for i in range(0, ${COUNT}, ${OPTIONS.batchSize}):
            rows = order[i:i + ${OPTIONS.batchSize}]
            optimiser.zero_grad()
            loss = loss_of(net(z[rows])[:, 0], y[rows])
            loss.backward()
            optimiser.step()
    return time.perf_counter() - start
seconds = sorted(once() for _ in range(${ROUNDS}))[${Math.floor(ROUNDS / 2)}]
print(json.dumps({"version": torch.__version__, "seconds": seconds}))
`;
