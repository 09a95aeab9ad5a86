/** A number that is written as JSON writes it, so that it reads back the same; `007` and card numbers stay text. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** What a cell of a table says: a number, true or false, nothing, or text. */
export function typed(text: string): string | number | boolean | null {
  const plain = text.trim();
  if (plain === '') return null;
  if (plain === 'true' || plain === 'True' || plain === 'TRUE') return true;
  if (plain === 'false' || plain === 'False' || plain === 'FALSE') return false;
  if (NUMBER.test(plain)) {
    const number = Number(plain);
    const whole = !/[.eE]/.test(plain);
    if (Number.isFinite(number) && (!whole || Number.isSafeInteger(number))) return number;
  }
  return plain;
}
