import { type Box, SvError } from '@streetvision/core';

/** Boxes as a manifest holds them: `[{ x, y, width, height, label, score? }]` in pixels. Throws `SV_DATA_FORMAT`. */
export function readBoxes(value: unknown): Box[] {
  if (!Array.isArray(value)) throw wrong('boxes', value, 'a list');
  return value.map((box: unknown, i) => {
    if (typeof box !== 'object' || box === null) throw wrong(`boxes[${i}]`, box, 'an object');
    const { x, y, width, height, label, score = 1 } = box as Record<string, unknown>;
    for (const [key, number] of Object.entries({ x, y, width, height })) {
      const low = key === 'width' || key === 'height' ? 0 : Number.NEGATIVE_INFINITY;
      if (!(typeof number === 'number' && Number.isFinite(number) && number >= low)) {
        throw wrong(`boxes[${i}].${key}`, number, 'pixels');
      }
    }
    if (typeof label !== 'string' || label === '') throw wrong(`boxes[${i}].label`, label, 'a text');
    if (!(typeof score === 'number' && score >= 0 && score <= 1)) throw wrong(`boxes[${i}].score`, score, '0 to 1');
    return { x, y, width, height, label, score } as Box;
  });
}

const wrong = (key: string, value: unknown, expected: string) =>
  new SvError('SV_DATA_FORMAT', `\`${key}\` is ${JSON.stringify(value) ?? 'missing'}, expected ${expected}.`);
