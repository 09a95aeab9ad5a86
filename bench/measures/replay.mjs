import { createProject, createReplay, definePlugin, defineStage, silent, window } from '@streetvision/core';
import { median, times } from '../rounds.mjs';

const FRAMES = times(200_000);
const ROUNDS = 5;
const NAMES = ['small', 'middle', 'large'];

/** Replayed frames a second, on one core, through a cascade of three steps. */
export async function replay() {
  const stages = NAMES.map((name) => defineStage({ name, run: (frames) => frames.map(() => ({ score: 0.5 })) }));
  const project = await createProject(
    {
      task: { name: 'bench', classes: ['no', 'yes'], positive: 'yes' },
      plugins: [definePlugin({ name: 'bench', api: '^1', stages })],
      cascade: [{ run: 'small', exit: window(0.1, 0.9) }, { run: 'middle', exit: window(0.2, 0.8) }, { run: 'large' }],
    },
    { log: silent },
  );
  const recalled = await createReplay(
    project,
    NAMES.map((stage) => ({ stage, plugin: 'bench', sha256: '0'.repeat(64) })),
  );

  // Scores that send about a fifth of the frames out at each of the first two steps' sides.
  const said = (score) => ({ score, ms: { queue: 0, preprocess: 1, compute: 2 } });
  const frames = Array.from({ length: FRAMES }, (_, i) => ({
    id: String(i),
    kind: 'image',
    meta: {},
    answers: { small: said((i * 0.618) % 1), middle: said((i * 0.414) % 1), large: said((i * 0.732) % 1) },
  }));

  const rates = [];
  let steps = 0;
  for (let round = -1; round < ROUNDS; round++) {
    const started = performance.now();
    steps = 0;
    for (const frame of frames) steps += recalled.answer(frame).reached.length;
    if (round >= 0) rates.push(FRAMES / ((performance.now() - started) / 1_000));
  }
  await recalled.close();
  await project.close();
  return {
    replayFrames: FRAMES,
    replayStepsPerFrame: steps / FRAMES,
    replayFramesPerSecond: Math.round(median(rates)),
  };
}
