import { SvError } from '@streetvision/core';
import type { EffectSettings } from './effect.js';
import type { Pipeline } from './pipeline.js';

/**
 * A pipeline as it is written on a command line: names with a comma between them, settings in brackets, a range with
 * two dots. Throws `SV_DATA_AUGMENTATION`.
 * @example parsePipeline('flip,resizedCrop(scale=0.2..1),jpeg(quality=40)')
 */
export function parsePipeline(text: string): Pipeline {
  const steps = text
    .split(/,(?![^(]*\))/)
    .map((step) => step.trim())
    .filter((step) => step !== '');
  if (steps.length === 0) throw wrong(text, 'no name');
  return steps.map((step) => {
    const [, name, settings] = /^([\w.:-]+)(?:\((.*)\))?$/s.exec(step) ?? [];
    if (name === undefined) throw wrong(step, 'no name with settings in brackets');
    return settings === undefined ? name : ([name, parseSettings(settings)] as const);
  });
}

function parseSettings(text: string): EffectSettings {
  const settings: Record<string, number | readonly [number, number]> = {};
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const [key = '', value = ''] = part.split('=').map((side) => side.trim());
    const numbers = value.split('..').map((number) => (number.trim() === '' ? Number.NaN : Number(number)));
    const [low = Number.NaN, high] = numbers;
    if (key === '' || numbers.length > 2 || numbers.some(Number.isNaN))
      throw wrong(part.trim(), 'no `key=1` or `key=0.2..1`');
    settings[key] = high === undefined ? low : [low, high];
  }
  return settings;
}

const wrong = (text: string, what: string) =>
  new SvError('SV_DATA_AUGMENTATION', `${JSON.stringify(text)} is ${what}.`, {
    fix: 'Write a pipeline as `flip,rain(amount=0.3..0.6)`.',
  });
