import { relative, sep } from 'node:path';
import type { Calibration, CalibrationMap, SideEvidence, SideRefused, StepCalibration } from '@streetvision/core';
import { percent } from './promise/percent.js';

/** A calibration for people: what each step does, what is promised, and what it rests on. */
export function summariseCalibration({ data, steps, promise, cost }: Calibration): string {
  const left = [
    data.leftOut.trainedOn > 0 && `${data.leftOut.trainedOn} that were trained on`,
    data.leftOut.unlabelled > 0 && `${data.leftOut.unlabelled} without a label`,
    data.leftOut.failed && `${data.leftOut.failed} that could not be read or answered`,
  ].filter(Boolean);
  return [
    `${data.n} frames of ${data.name}${left.length > 0 ? `; left out: ${left.join(', ')}` : ''}`,
    ...Object.entries(steps).flatMap(([name, step]) => stepLines(name, step)),
    '',
    promise.statement,
    `  ${promise.correction}`,
    ...promise.caveats.map((caveat) => `  ${caveat}`),
    // Where nobody leaves early there is nothing to compare.
    ...(cost.ms === cost.msWithout
      ? []
      : ['', `A frame takes ${cost.ms.toFixed(1)} ms instead of ${cost.msWithout.toFixed(1)}, as recorded.`]),
  ].join('\n');
}

function stepLines(name: string, step: StepCalibration): string[] {
  const shift = step.shift === null ? '' : `, ${step.shift.toFixed(3)} moved to 0.5`;
  return [
    `${name}: ${step.n} frames came, ${step.positives} positive, ${step.groups} groups; ${mapText(step.map)}${shift}`,
    `  no:  ${sideText(step.low, step.thresholds.low, '≤')}`,
    `  yes: ${sideText(step.high, step.thresholds.high, '≥')}`,
  ];
}

function mapText(map: CalibrationMap): string {
  if (map.method === 'temperature') return `temperature ${map.temperature.toFixed(3)}`;
  if (map.method === 'platt') return `Platt a ${map.a.toFixed(3)}, b ${map.b.toFixed(3)}`;
  return map.method === 'isotonic' ? `isotonic, ${map.x.length} points` : 'scores as they are';
}

function sideText(side: SideEvidence | SideRefused, threshold: number | null, sign: string): string {
  if ('refused' in side) return `nobody leaves: ${side.refused}`;
  const byGroup =
    side.upperByGroup === null
      ? ''
      : `; by ${side.groups} groups, which say as much as ${(side.effectiveN as number).toFixed(0)} independent frames, ${share(side.upperByGroup)}`;
  const at = (threshold as number).toPrecision(3);
  return `score ${sign} ${at}: ${side.exits} leave, ${side.errors} wrong, at most ${share(side.upper)}${byGroup}`;
}

const share = (value: number) => percent(Number(value.toPrecision(3)));

/** What to write into the config to use it. */
export function configSnippet({ steps }: Calibration, file: string, dir: string): string {
  const way = relative(dir, file).split(sep).join('/');
  const path = way.startsWith('..') ? way : `./${way}`;
  const quote = (name: string) => `'${name.replaceAll("'", "\\'")}'`;
  const lines = Object.entries(steps).map(([name, { thresholds }]) => {
    const run = name.includes('+') ? `[${name.split('+').map(quote).join(', ')}]` : quote(name);
    const leaves = thresholds.low !== null || thresholds.high !== null;
    return leaves
      ? `    { run: ${run}, exit: calibrated(${quote(path)}) }, // and what else the step has`
      : `    // ${name}: as it is; nobody leaves there by a promise`;
  });
  return [
    'In sv.config.ts:',
    "  import { calibrated } from '@streetvision/core';",
    '  cascade: [',
    ...lines,
    '  ],',
    `In YAML: exit: { calibrated: ${path} }`,
  ].join('\n');
}
