import { splitByGroup } from '@streetvision/core';
import { groupWeights, type Row, type Table, trainHead } from '@streetvision/plugin-learn';
import type { Candidate } from '../backbone/candidates.js';

/** Parts of the other clips on which a design is chosen. */
const PARTS = 4;
const CLASSES = ['no_roadwork', 'roadwork'];

/**
 * P(roadwork) of every row by a head that saw none of its clip: neither its weights, nor its columns, nor its penalty.
 * The candidate with the least log loss on the other clips, a part of them left out in turn, is trained on all of them.
 */
export async function leaveClipsOut(table: Table, candidates: readonly Candidate[]): Promise<Float64Array> {
  const rows = [...table.rows.keys()];
  const scores = new Float64Array(rows.length);
  for (const clip of new Set(table.rows.map(({ group }) => group))) {
    const training = rows.filter((i) => table.rows[i]?.group !== clip);
    const held = rows.filter((i) => table.rows[i]?.group === clip);
    const predict = await headOf(table, training, await choose(table, training, candidates));
    (await predict(held)).forEach((p, i) => {
      scores[held[i] as number] = p;
    });
  }
  return scores;
}

/** The candidate with the least log loss, classes and clips balanced, when each part in turn is left out. */
export async function choose(
  table: Table,
  rows: readonly number[],
  candidates: readonly Candidate[],
): Promise<Candidate> {
  const chosen = rows.map((i) => table.rows[i] as Row);
  const parts = Object.fromEntries(Array.from({ length: PARTS }, (_, i) => [`part ${i}`, 1]));
  const dealt = splitByGroup(chosen, { parts });
  const weights = groupWeights(chosen, 'sqrt');
  const sizes = CLASSES.map((label) => chosen.filter((row) => row.label === label).length);
  let best: { candidate: Candidate; loss: number } | undefined;
  for (const candidate of candidates) {
    let loss = 0;
    for (const part of Object.keys(parts)) {
      const at = [...rows.keys()].filter((i) => dealt[i] === part);
      const training = rows.filter((_, i) => dealt[i] !== part);
      const said = await (await headOf(table, training, candidate))(at.map((i) => rows[i] as number));
      for (const [n, i] of at.entries()) {
        const label = CLASSES.indexOf((chosen[i] as Row).label);
        const p = label === 1 ? (said[n] as number) : 1 - (said[n] as number);
        loss -= ((weights[i] as number) / (sizes[label] as number)) * Math.log(Math.max(p, 1e-15));
      }
    }
    if (!best || loss < best.loss) best = { candidate, loss };
  }
  if (!best) throw new RangeError('There is no candidate to choose from.');
  return best.candidate;
}

async function headOf(table: Table, rows: readonly number[], { columns, penalty }: Candidate) {
  const chosen = rows.map((i) => table.rows[i] as Row);
  const head = await trainHead(
    {
      features: pick(table, rows, columns),
      dimension: columns.length,
      labels: Uint8Array.from(chosen, ({ label }) => CLASSES.indexOf(label)),
      groups: chosen.map(({ group }) => group),
      weights: groupWeights(chosen, 'sqrt'),
    },
    undefined,
    { c: 1 / (penalty * columns.length * rows.length) },
  );
  return (held: readonly number[]) => head.predict(pick(table, held, columns));
}

const pick = ({ features, dimension }: Table, rows: readonly number[], columns: readonly number[]) =>
  Float32Array.from(rows.flatMap((row) => columns.map((column) => features[row * dimension + column] as number)));
