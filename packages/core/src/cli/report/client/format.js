// @ts-check
const whole = new Intl.NumberFormat('en');
const oneDigit = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** @param {number} value */
export const count = (value) => whole.format(value);

/**
 * @param {number} n
 * @param {string} noun
 */
export const counted = (n, noun) => `${count(n)} ${noun}${n === 1 ? '' : 's'}`;

/** @param {number} share in [0, 1]; what is not nothing is never shown as nothing, nor as all */
export function percent(share) {
  if (share > 0 && share < 0.01) return '<\u00a01\u00a0%';
  if (share < 1 && share > 0.99) return '>\u00a099\u00a0%';
  return `${Math.round(share * 100)}\u00a0%`;
}

/** @param {number} ms */
export function duration(ms) {
  if (ms >= 60_000) return `${oneDigit.format(ms / 60_000)}\u00a0min`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)}\u00a0s`;
  if (ms >= 100) return `${Math.round(ms)}\u00a0ms`;
  if (ms >= 1) return `${oneDigit.format(ms)}\u00a0ms`;
  return ms > 0 ? `${ms.toFixed(2)}\u00a0ms` : '0\u00a0ms';
}

/** @param {number} score */
export const probability = (score) => score.toFixed(3);

/** @param {number} perSecond */
export const rate = (perSecond) =>
  perSecond >= 100 ? whole.format(Math.round(perSecond)) : oneDigit.format(perSecond);

/**
 * Control characters and bidirectional overrides can make a name look like another one: they are shown by number.
 * @param {string} text
 */
export function visible(text) {
  return text.replace(
    /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu,
    (char) => `⟨U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}
