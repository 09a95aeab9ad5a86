import type { z } from 'zod';
import { didYouMean } from '../errors/suggest.js';
import { pathText, received } from './received.js';

type Issue = z.core.$ZodIssue;

const LIMIT = 20;

/** One line per mistake: where, what was expected, what was received. */
export function mistakes(error: z.ZodError): string[] {
  return [...new Set(error.issues.flatMap((issue) => lines(issue, [])))];
}

/** A heading and its mistakes, indented. */
export function list(heading: string, found: readonly string[]): string {
  const more = found.length > LIMIT ? [`… and ${found.length - LIMIT} more.`] : [];
  const count = found.length === 1 ? '1 mistake' : `${found.length} mistakes`;
  return `${heading} has ${count}:\n${[...found.slice(0, LIMIT), ...more].map((line) => `  ${line}`).join('\n')}`;
}

function lines(issue: Issue, parent: readonly PropertyKey[]): string[] {
  const path = [...parent, ...issue.path];
  const at = path.length === 0 ? '' : `${pathText(path)}: `;
  if (issue.code === 'invalid_union') {
    const meant = branchMeant(issue.errors);
    // A rule that was misspelt is also missing; saying so once is enough.
    const misspelt = meant?.some((inner) => inner.code === 'unrecognized_keys');
    const told = meant?.filter((inner) => !(misspelt && inner.code === 'custom'));
    if (told) return told.flatMap((inner) => lines(inner, path));
  }
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(' ');
    return issue.keys.map(
      (key) => `${at}there is no \`${key}\`.${didYouMean(key, known) || ` Known: ${known.join(', ')}.`}`,
    );
  }
  if (issue.code === 'custom') return [`${at}${issue.message}.`];
  return [`${at}${expectation(issue)}, received ${received(issue.input)}.${nearValue(issue)}`];
}

/** Of a union, the alternative that the value was meant to be: the one whose own type fits and whose inside does not. */
function branchMeant(branches: readonly Issue[][]): Issue[] | undefined {
  const told = branches.find((issues) =>
    issues.some((issue) => issue.code === 'custom' && !issue.message.startsWith('expected')),
  );
  if (told) return told;
  return branches.find((issues) => issues.every(isInside));
}

function isInside(issue: Issue): boolean {
  if (issue.path.length > 0 || issue.code === 'unrecognized_keys' || issue.code === 'too_small') return true;
  if (issue.code === 'invalid_union') return branchMeant(issue.errors) !== undefined;
  return issue.code === 'custom' && /received/.test(issue.message);
}

const NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'an object',
  record: 'an object',
  tuple: 'a list',
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

function expectation(issue: Issue): string {
  if (issue.message.startsWith('expected')) return issue.message;
  if (issue.code === 'invalid_type') return `expected ${NAMES[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value')
    return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
  if (issue.code === 'too_small')
    return `expected ${amount(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum)}`;
  if (issue.code === 'too_big')
    return `expected ${amount(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum)}`;
  return issue.message;
}

function amount(origin: string, relation: string, bound: number | bigint): string {
  if (origin === 'string') return 'a text that is not empty';
  if (origin === 'array') return `a list of ${relation} ${bound}`;
  return `${relation} ${bound}`;
}

function nearValue(issue: Issue): string {
  return typeof issue.input === 'string' ? didYouMean(issue.input, namesIn(issue)) : '';
}

/** The words that would have been right. */
function namesIn(issue: Issue): string[] {
  if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(namesIn);
  return issue.code === 'invalid_value' ? issue.values.filter((value) => typeof value === 'string') : [];
}
